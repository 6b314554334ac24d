"""Rates, supports, allowances and accounts read from the tables of a rule file.

Used by `workflow.rulefiles.procedures`. Amounts are written as text in the file (`"17.00"`), so that none
passes through binary floating point.
"""

from __future__ import annotations

from decimal import Decimal

from workflow.rulefiles.facts import read_source
from workflow.rulefiles.toml_reader import Table
from workflow.rules.funding import Account, Allowance, Funding, Period, Rate, Support


def read_funding(table: Table) -> Funding:
    """Read everything that is said of money."""
    accounts = {id_: _account(id_, row) for id_, row in table.tables("accounts")}
    rates_table, extra_table = table.required_table("rate"), table.required_table("extra")
    funding = Funding(
        programme=table.text("programme"),
        dated_by=table.text("dated_by"),
        headcount=table.text("headcount"),
        funded_hours=table.names("funded_hours", required=True),
        attended_hours=table.names("attended_hours", required=True),
        hourly_costs=table.names("hourly_costs", required=True),
        balance=table.text("balance"),
        rates=tuple(_rate(row) for row in table.rows("rates", required=True)),
        rates_source=read_source(rates_table, checked=True),
        extra_source=read_source(extra_table, checked=True),
        supports=tuple(_support(row) for row in table.rows("supports")),
        allowances=tuple(_allowance(row) for row in table.rows("allowances")),
        accounts=accounts,
    )
    for one in (rates_table, extra_table, table):
        one.close()
    return funding


def _account(id_: str, row: Table) -> Account:
    account = Account(id_, row.text("label"), row.text("fact"))
    row.close()
    return account


def _period(row: Table) -> Period:
    return Period(row.day("valid_from"), row.day("valid_until"))


def _amount(row: Table, name: str) -> Decimal:
    value = row.decimal(name)
    if value is None:
        row.problem(name, 'clé absente ; donnez un montant entre guillemets, comme "17.00".')
    return value or Decimal(0)


def _rate(row: Table) -> Rate:
    rate = Rate(
        id=row.text("id"),
        label=row.text("label"),
        programme=row.text("programme"),
        amount=_amount(row, "amount"),
        period=_period(row),
        certain=not row.flag("doubtful"),
        source=read_source(row, checked=True),
        notes=row.names("notes"),
    )
    row.close()
    return rate


def _support(row: Table) -> Support:
    support = Support(
        id=row.text("id"),
        label=row.text("label"),
        share=row.decimal("share"),
        by=row.text("by"),
        period=_period(row),
        headcount_below=row.number("headcount_below"),
        source=read_source(row, checked=True),
        notes=row.names("notes"),
    )
    row.close()
    return support


def _allowance(row: Table) -> Allowance:
    allowance = Allowance(
        id=row.text("id"),
        label=row.text("label"),
        hours=row.text("hours"),
        rate=_amount(row, "rate"),
        at_most=_amount(row, "at_most"),
        source=read_source(row, checked=True),
        notes=row.names("notes"),
    )
    row.close()
    return allowance
