"""Deadlines, their rules and the ways they count, read from the tables of a rule file.

Used by `workflow.rulefiles.procedures`. Whether a way of counting is known is judged by
`workflow.rulefiles.consistency`.
"""

from __future__ import annotations

from datetime import date

from msgspec.structs import replace

from workflow.rulefiles.facts import read_source, read_source_row
from workflow.rulefiles.toml_reader import Table
from workflow.rules.counts import Constraint, Count, DatedNumber, Direction, Unit
from workflow.rules.procedure import CommissionRule, DeadlineSpec, Evidence, Kind, LastStart, Rule


def read_deadline(id_: str, table: Table) -> DeadlineSpec:
    """Read a deadline and the rules that give its date."""
    spec = DeadlineSpec(
        id=id_,
        label=table.text("label"),
        kind=table.choice("kind", Kind, Kind.REGULATORY),
        states=frozenset(table.names("states", required=True)),
        met_by=frozenset(table.names("met_by")),
        met_by_fact=table.optional_text("met_by_fact"),
        rules=tuple(_rule(row) for row in table.rows("rules", required=True)),
        portal=table.flag("portal"),
        editions=frozenset(table.names("editions")),
        checks_start=table.flag("checks_start"),
        evidence=read_evidence(table),
    )
    table.close()
    return spec


def read_evidence(table: Table) -> tuple[Evidence, ...]:
    """Read what must be noted for a deadline to be proved, or for a step to stand on."""
    return tuple(_evidence(row) for row in table.rows("evidence"))


def _evidence(row: Table) -> Evidence:
    hours, share = row.decimal("at_least"), row.exact("share")
    source = row.table("source")
    evidence = Evidence(
        fact=row.text("fact"),
        at_least=hours,
        share=share,
        of=row.text("of") if share else None,
        some=row.flag("some"),
        not_before=row.names("not_before"),
        past=row.flag("past"),
        source=read_source_row(source) if source else None,
    )
    bounds = (hours is not None, share is not None, evidence.some, bool(evidence.not_before))
    if sum((*bounds, evidence.past)) != 1:
        row.problem(
            "fact", "une seule exigence : `at_least`, `share`, `some`, `not_before` ou `past`."
        )
    if evidence.hours and source is None:
        row.problem("source", "un nombre d’heures cite sa source.")
    row.close()
    return evidence


def _rule(row: Table) -> Rule:
    rule = _undated(row)
    return replace(rule, dated=any(one.values for _, one in rule.numbers()))


def _undated(row: Table) -> Rule:
    last_start = row.table("last_start")
    rule = Rule(
        anchors=row.names("anchors", required=True),
        source=read_source(row, checked=True),
        editions=frozenset(row.names("editions")),
        or_later=row.names("or_later"),
        opens=_count(row.table("opens")),
        closes=_count(row.table("closes")),
        expects=_count(row.table("expects")),
        last_start=_last_start(last_start) if last_start else None,
        notes=row.names("notes"),
        assumes={name: " ".join(row.texts("assumes", name)) for name in row.raw("assumes")},
        when_known=row.names("when_known"),
        unless_after=row.names("unless_after"),
        also=tuple(_constraint(table) for table in row.rows("also")),
        commission=_commission(row.table("commission")),
        when={name: row.texts("when", name) for name in row.raw("when")},
        when_below={name: int(least) for name, least in row.raw("when_below").items()},
    )
    ends = [end for end in (rule.closes, rule.expects, rule.last_start) if end]
    if not ends and not rule.opens:
        row.problem("closes", "aucune date ; donnez `opens`, `closes`, `expects` ou `last_start`.")
    if len(ends) > 1:
        row.problem("closes", "une seule fin par règle : `closes`, `expects` ou `last_start`.")
    row.close()
    return rule


def _count(table: Table | None) -> Count | None:
    if table is None:
        return None
    count = Count(
        unit=table.choice("unit", Unit, Unit.DAYS),
        direction=table.choice("direction", Direction, Direction.AFTER),
        number=table.number("number"),
        setting=table.optional_text("setting"),
        prudent_working_days=table.number("prudent_working_days"),
        then=_count(table.table("then")),
        values=_dated_numbers(table),
        dated_by=table.optional_text("dated_by"),
    )
    if (count.number is None) == (count.setting is None):
        table.problem("number", "donnez soit `number`, soit `setting`, et pas les deux.")
    if count.prudent_working_days and count.unit is not Unit.HOURS:
        table.problem("prudent_working_days", "cette marge n’est lue que par une règle en heures.")
    table.close()
    return count


def _dated_numbers(table: Table) -> tuple[DatedNumber, ...]:
    return tuple(_dated_number(row) for row in table.rows("values"))


def _dated_number(row: Table) -> DatedNumber:
    since, number = row.day("from", required=True), row.number("number")
    if "number" not in row.data:
        row.problem("number", "clé absente ; ajoutez-la.")
    value = DatedNumber(since or date.min, number or 1, read_source(row, checked=True))
    row.close()
    return value


def _constraint(table: Table) -> Constraint:
    """Read a limit that has a source of its own: a count, and `source` beside it."""
    source = read_source(table, checked=True)
    count = _count(table)
    assert count is not None, "a table gives a count"  # noqa: S101 - None comes from None alone
    return Constraint(count, source)


def _commission(table: Table | None) -> CommissionRule | None:
    if table is None:
        return None
    gap, blackouts = table.table("gap"), table.numbers("blackouts")
    source = table.table("blackouts_source")
    if bool(blackouts) != (source is not None):
        table.problem(
            "blackouts", "des mois sans commission citent leur source (blackouts_source)."
        )
    rule = CommissionRule(
        before=_constraint(table.required_table("before")),
        gap=_constraint(gap) if gap else None,
        blackouts=frozenset(blackouts),
        blackouts_source=read_source_row(source) if source else None,
    )
    table.close()
    return rule


def _last_start(table: Table) -> LastStart:
    hours, share = table.decimal("hours"), table.exact("share")
    if (hours is None) == (share is None):
        table.problem("hours", "donnez soit `hours`, soit `share` et `share_of`, et pas les deux.")
    within = _count(table.table("within"))
    if within is None:
        table.problem("within", "clé absente ; donnez la période.")
        within = Count(Unit.MONTHS, Direction.WITHIN, 1)
    last_start = LastStart(
        hours,
        table.text("hours_per_day"),
        within,
        share,
        table.text("share_of") if share else None,
        table.optional_text("done"),
        table.optional_text("begun"),
        table.optional_text("ended"),
        _dated_numbers(table),
        table.optional_text("dated_by"),
    )
    table.close()
    return last_start
