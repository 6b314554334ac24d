"""Sources and facts read from a table: what every part of a rule file has in common.

Used by `workflow.rulefiles.procedures`, `workflow.rulefiles.checks` and `workflow.rulefiles.funding`.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from workflow.rulefiles.toml_reader import Table
from workflow.rules.fact_specs import DatedAmount, FactSpec, FactType, Source


def read_source(table: Table, *, checked: bool = False) -> Source:
    """Read the source of a table; what dates depend on must say when it was last checked."""
    return read_source_row(table.required_table("source"), checked=checked)


def read_source_row(row: Table, *, checked: bool = True) -> Source:
    """Read a source that stands alone."""
    source = Source(
        row.text("document"),
        row.text("lines"),
        row.text("quote"),
        row.day("checked_on", required=checked),
    )
    row.close()
    return source


def read_fact_spec(id_: str, table: Table) -> FactSpec:
    """Read what a person may type as a fact, or answer to a question."""
    fact = FactSpec(
        id_,
        table.text("label"),
        table.choice("type", FactType, FactType.TEXT),
        table.flag("future"),
        table.optional_text("unit") or "",
        {name: str(label) for name, label in table.raw("choices").items()},
        table.optional_text("derived"),
        table.optional_text("company"),
        tuple(_amount(row) for row in table.rows("values")),
        table.optional_text("help") or "",
        table.optional_text("dated_by"),
    )
    if bool(fact.values) != bool(fact.dated_by):
        table.problem(
            "values", "des montants datés (`values`) vont avec le fait qui décide (`dated_by`)."
        )
    if (fact.type is FactType.CHOICE) != bool(fact.choices):
        table.problem("choices", "un choix, et lui seul, énumère ses valeurs dans `choices`.")
    table.close()
    return fact


def _amount(row: Table) -> DatedAmount:
    amount = row.decimal("amount")
    if amount is None:
        row.problem("amount", 'clé absente ; donnez un montant entre guillemets, comme "9.88".')
    value = DatedAmount(
        row.day("from", required=True) or date.min,
        row.day("until"),
        amount or Decimal(0),
        read_source(row, checked=True),
    )
    row.close()
    return value
