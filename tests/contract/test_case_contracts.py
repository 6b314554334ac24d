"""The person's history of contracts, stored with the case; on both databases."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from msgspec.structs import replace
from sqlalchemy import Engine

from db.cases.store import SqlCaseStore
from db.schema import tables
from tests.support.cases import a_case, a_contract, at_once, opened, opening, some_hours, step
from tests.support.databases import rows, said, sizes
from workflow.case.case import Case, EntryKind
from workflow.rules.seniority import Contract

QUOTES = 'L’Atelier d\'Hélène, "Cœur" ; -- 100% _ \\ | 東京'

HISTORY = (
    a_contract(),
    a_contract(2, type="cdd", employer="ailleurs", hours=None, place=QUOTES),
    Contract(3, "cdi", "ett", date(1998, 1, 1), date(2026, 12, 31), Decimal("0.10")),
    a_contract(11, hours=Decimal("1234567.890")),
)


def noted(store: SqlCaseStore, case: Case, **attributes: Any) -> Case:
    """Save an entry of contracts and read the case back."""
    store.save(step(case, kind=EntryKind.CONTRACTS, **attributes))
    return store.load(case.ref)


def exact(case: Case) -> list[str]:
    """Return the hours of the contracts letter for letter: 70 and 70.00 are equal, and differ here."""
    return [str(contract.hours) for contract in case.contracts]


def test_contracts_come_back_as_they_were(case_store: SqlCaseStore) -> None:
    """Every contract is read back equal, its hours to the last digit, beside the hours of the case."""
    case = a_case(contracts=HISTORY, hours=(some_hours(),))
    case_store.save(opening(case))
    found = case_store.load(case.ref)
    assert found == case
    assert exact(found) == ["606.68", "None", "0.10", "1234567.890"]


def test_contracts_come_by_number(case_store: SqlCaseStore) -> None:
    """Whatever the order in which they were written, 2 comes before 11."""
    assert opened(case_store, contracts=HISTORY[::-1]).contracts == HISTORY


def test_contracts_are_those_of_their_case(case_store: SqlCaseStore) -> None:
    """Two cases may number their contracts alike; a case without any reads as such."""
    first = opened(case_store, contracts=HISTORY)
    other = opened(case_store, "CIPI-2026-0002", contracts=(a_contract(place="Metz"),))
    assert opened(case_store, "CIPI-2026-0003").contracts == ()
    assert noted(case_store, other, contracts=()).contracts == ()
    assert case_store.load(first.ref).contracts == HISTORY


@pytest.mark.parametrize(
    "change",
    [
        {"type": "cdd"},
        {"employer": "ailleurs"},
        {"first": date(2025, 8, 1)},
        {"last": date(2026, 1, 31)},
        {"hours": None},
        {"place": QUOTES},
    ],
)
def test_a_contract_changes_in_any_respect(
    case_store: SqlCaseStore, engine: Engine, change: dict[str, Any]
) -> None:
    """Any field alone: the contract that changed is rewritten in place."""
    case = opened(case_store, contracts=HISTORY)
    history = (replace(HISTORY[0], **change), *HISTORY[1:])
    assert noted(case_store, case, contracts=history).contracts == history
    assert sizes(engine)["contract"] == len(HISTORY)


def test_contracts_are_added_changed_and_taken_back(case_store: SqlCaseStore) -> None:
    """The history after an act is what the outcome says; equal hours written otherwise are kept so."""
    case = opened(case_store, contracts=HISTORY)
    history = (replace(HISTORY[0], hours=Decimal("606.680")), HISTORY[3], a_contract(12))
    found = noted(case_store, case, contracts=history)
    assert found.contracts == history
    assert exact(found) == ["606.680", "1234567.890", "606.68"]
    assert noted(case_store, found, contracts=()).contracts == ()


def test_contracts_that_stay_are_not_written(case_store: SqlCaseStore, engine: Engine) -> None:
    """An act that leaves the contracts alone writes none; one that changes one writes that one."""
    case = opened(case_store, contracts=HISTORY)
    with said(engine) as statements:
        case = noted(case_store, case, owner="z.petit")
    written = [one for one in statements if not one.lstrip().startswith("SELECT")]
    assert not [one for one in written if "contract" in one]
    with said(engine) as statements:
        noted(case_store, case, contracts=(*HISTORY[:3], a_contract(11, place="Metz")))
    assert len([one for one in statements if "INTO contract" in one]) == 1
    assert not [one for one in statements if "DELETE" in one]


def test_a_case_is_loaded_in_two_round_trips(case_store: SqlCaseStore, engine: Engine) -> None:
    """Contracts come with every other part of the case, not by a statement of their own."""
    case = opened(case_store, contracts=HISTORY)
    with said(engine) as statements:
        case_store.load(case.ref)
    assert len(statements) == 2


def test_of_two_savers_at_once_one_history_is_kept(
    case_store: SqlCaseStore, engine: Engine
) -> None:
    """Two persons who note contracts of the same case: one wins whole, the other writes nothing."""
    case = opened(case_store)
    acts = [step(case, by=by, contracts=(a_contract(place=by),)) for by in ("a.martin", "z.petit")]
    results = at_once(*(lambda act=act: case_store.save(act) for act in acts))
    assert sorted(type(result).__name__ for result in results) == ["NoneType", "StaleCase"]
    assert case_store.load(case.ref) == acts[results.index(None)].after
    assert len(rows(engine, tables.contract)) == 1
