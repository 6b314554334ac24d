"""What a funder asks of a person's history, read from the tables of a rule file.

Used by `workflow.rulefiles.procedures`; the values are those of `workflow.rules.seniority`.
"""

from __future__ import annotations

from workflow.rulefiles.facts import read_source, read_source_row
from workflow.rulefiles.toml_reader import Table
from workflow.rules.seniority import Condition, Path, SeniorityRules


def read_seniority(table: Table) -> SeniorityRules:
    """Read the whole of it."""
    rules = SeniorityRules(
        types={str(id_): str(label) for id_, label in table.raw("types").items()},
        employers={str(id_): str(label) for id_, label in table.raw("employers").items()},
        reference=table.names("reference", required=True),
        reference_source=read_source_row(table.required_table("reference_source")),
        paths=tuple(_path(row) for row in table.rows("paths", required=True)),
        notes=table.names("notes"),
    )
    known = {*rules.types}
    for path in rules.paths:
        for condition in path.conditions:
            for name in sorted((condition.types | condition.doubtful) - known):
                table.problem("types", f"type de contrat « {name} » inconnu ({condition.id}).")
            for name in sorted(condition.employers - rules.employers.keys()):
                table.problem("employers", f"employeur « {name} » inconnu ({condition.id}).")
    table.close()
    return rules


def _path(row: Table) -> Path:
    path = Path(
        row.text("id"),
        row.text("label"),
        tuple(_condition(one) for one in row.rows("conditions", required=True)),
        {name: row.texts("when", name) for name in row.raw("when")},
    )
    row.close()
    return path


def _condition(row: Table) -> Condition:
    window = row.number("window")
    if window is None:
        row.problem("window", "clé absente ; donnez la durée de la période, en mois.")
    condition = Condition(
        id=row.text("id"),
        label=row.text("label"),
        source=read_source(row, checked=True),
        window=window or 1,
        types=frozenset(row.names("types", required=True)),
        doubtful=frozenset(row.names("doubtful")),
        employers=frozenset(row.names("employers", required=True)),
        months=row.number("months"),
        days=row.number("days"),
        hours=row.decimal("hours"),
        together=row.flag("together"),
    )
    if (condition.months, condition.days, condition.hours) == (None, None, None):
        row.problem("months", "rien n’est demandé ; donnez `months`, `days` ou `hours`.")
    row.close()
    return condition
