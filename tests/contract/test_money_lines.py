"""Claims and payments, stored with the case and summed over many; on both databases."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from msgspec.structs import replace
from sqlalchemy import Engine

from db.cases.store import SqlCaseStore
from tests.support.cases import a_case, a_contract, opened, opening, some_hours, some_money, step
from tests.support.databases import said, sizes
from workflow.case.case import Case, EntryKind
from workflow.case.money import MoneyKind

QUOTES = 'L’Atelier d\'Hélène, "Cœur" ; -- 100% _ \\ | 東京'

LINES = (
    some_money(),
    some_money(2, payer="fpett", month=date(2026, 9, 1), reference=QUOTES, note=QUOTES),
    some_money(11, kind=MoneyKind.PAYMENT, amount=Decimal("1234567.80"), on=date(2027, 1, 1)),
)


def noted(store: SqlCaseStore, case: Case, **attributes: Any) -> Case:
    """Save an entry of money and read the case back."""
    store.save(step(case, kind=EntryKind.MONEY, **attributes))
    return store.load(case.ref)


def test_lines_come_back_as_they_were(case_store: SqlCaseStore) -> None:
    """Every line is read back equal, by number, beside the other lines of the case, and as it is noted."""
    case = a_case(money=LINES[::-1], hours=(some_hours(),), contracts=(a_contract(),))
    case_store.save(opening(case))
    found = case_store.load(case.ref)
    assert found == replace(case, money=LINES)
    assert [str(line.amount) for line in found.money] == ["1234.56", "1234.56", "1234567.80"]
    found = noted(case_store, found, money=())
    assert found.money == ()
    assert case_store.journal(case.ref)[-1].kind is EntryKind.MONEY


@pytest.mark.parametrize(
    "change",
    [
        {"kind": MoneyKind.PAYMENT},
        {"on": date(2026, 10, 6)},
        {"payer": "fpett"},
        {"amount": Decimal("1234.560")},
        {"month": date(2026, 10, 1)},
        {"reference": QUOTES},
        {"note": QUOTES},
    ],
)
def test_a_line_changes_in_any_respect(
    case_store: SqlCaseStore, engine: Engine, change: dict[str, Any]
) -> None:
    """Any field alone: the line that changed is rewritten in place, and no other."""
    case = opened(case_store, money=LINES)
    lines = (replace(LINES[0], **change), *LINES[1:])
    with said(engine) as statements:
        found = noted(case_store, case, money=lines)
    assert found.money == lines
    assert str(found.money[0].amount) == str(lines[0].amount)
    assert len([one for one in statements if "INTO money_line" in one]) == 1
    assert sizes(engine)["money_line"] == len(LINES)


def test_sums_of_many_cases_come_by_kind(case_store: SqlCaseStore) -> None:
    """A view over many files gives the sums of each, without those that have neither fact nor line."""
    opened(case_store, money=LINES)
    opened(case_store, "CIPI-2026-0002", facts={"paye": Decimal("5.00")})
    opened(case_store, "CIPI-2026-0003")
    opened(case_store, "CIPI-2026-0004", agency="metz", money=LINES[:1], facts={"paye": Decimal(6)})
    found = list(case_store.facts_of(["paye"]))
    assert [(one.ref[-1], dict(one.facts), dict(one.money)) for one in found] == [
        ("1", {}, {MoneyKind.CLAIM: Decimal("2469.12"), MoneyKind.PAYMENT: Decimal("1234567.80")}),
        ("2", {"paye": Decimal("5.00")}, {}),
        ("4", {"paye": Decimal(6)}, {MoneyKind.CLAIM: Decimal("1234.56")}),
    ]
    assert [one.ref[-1] for one in case_store.facts_of([], agency="metz")] == ["4"]
