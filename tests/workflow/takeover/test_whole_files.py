"""Files that leave in a workbook and come back: the same files, whatever they have lived through."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace
from sqlalchemy import text

from db.cases.imports import SqlImportLedger
from display.export.exports import Sources
from display.export.holdings import whole_tables
from display.export.tables import Imprint
from display.export.workbook import write_workbook
from tests.support.cases import some_money
from tests.support.core import DIRECTORY, PARIS, Workbench, act
from tests.support.memory import MemoryCaseStore
from tests.workflow.acts.test_lives import SCHEMES, Life, attempted
from workflow.acts.outcome import Step, outcome
from workflow.acts.restoring import holdings
from workflow.case.case import Case, EntryKind, Paper, PaperStatus
from workflow.ports.stores import CaseQuery
from workflow.rules.seniority import Contract
from workflow.takeover.importing import Importing
from workflow.takeover.rereading import ImportedRow, ImportRequest, RowResult

_ENDED = text(
    "SELECT rule, status, closed_on, late FROM deadline WHERE status IN ('tenue', 'non_verifiee')"
)


def exported(bench: Workbench, store: MemoryCaseStore, path: Path) -> bytes:
    """Return every file of a store as a workbook."""

    def cases() -> Iterator[Case]:
        lines = store.find(CaseQuery(closed=True)).lines
        return (replace(store.load(line.ref), eligibility=None) for line in lines)

    never: Any = None
    of = Sources(never, cases, never, never, never, bench.rules, DIRECTORY, lambda _: PARIS)
    tables = whole_tables(of, store.fact_names())
    write_workbook(path, [tables], Imprint("Essai", "tous", "Zoé", bench.clock.now))
    return path.read_bytes()


def taken(bench: Workbench, content: bytes) -> list[ImportedRow]:
    """Return what a workbook did to the base of a bench."""
    importing = Importing(bench.cases, SqlImportLedger(bench.store.engine), lambda *_: 0)
    whole = importing.whole(content, "reprise.xlsx")
    assert whole is not None
    table, columns, held = whole
    asked = ImportRequest(table, columns, None, "m.durand", "lyon", "m.durand", held)
    return list(importing.save(asked))


def fuller(life: Life) -> None:
    """Give a file something of all that a file holds."""
    case, today = life.case, life.now.date()
    says = {"heures_formation": "14", "fin_formation": "2026-10-02"}
    papers = {
        "convention_formation": Paper(
            PaperStatus.CHECKED, today, "m.durand", "classeur 3", says, None, today
        ),
        "facture_organisme": Paper(PaperStatus.REQUESTED, today, "partie"),
    }
    silent = {
        id_: replace(one, snoozed_until=today + timedelta(days=3))
        for id_, one in case.deadlines.items()
    }
    after = replace(
        case,
        title="=D’Été «\u00a0Zoé\u00a0»",
        owner="m.durand",
        cohort="Soudure, octobre",
        documents={**case.documents, **papers},
        contracts=(Contract(2, "interim", "prive", today, today, Decimal("600.50"), "0123"),),
        money=(some_money(3, on=today, month=date(today.year, 1, 1), reference="0042"),),
        deadlines=silent,
    )
    who = act(life.now)
    step = Step(EntryKind.CORRECTION, changes=())
    life.save(outcome(life.procedure, case, after, life.context, who, step))


def come_back(life: Life, folder: Path) -> None:
    """Check that a file that leaves and comes back, twice, is the same, and is written once."""
    bench = Workbench()
    bench.clock.now = life.now
    content = exported(bench, life.store, folder / "un.xlsx")
    (row,) = taken(bench, content)
    assert (row.result, row.faults) == (RowResult.CREATED, ())
    before, after = life.case, bench.store.load(life.case.ref)
    apart = {"version": 0, "opened_at": life.now, "history": (), "eligibility": None}
    assert replace(after, **apart) == replace(before, **apart)
    assert holdings(life.procedure, after) == holdings(life.procedure, before)
    assert [one.state_to for one in after.history] == [one.state_to for one in before.history]
    # What nothing awaited, for what it counts from was noted too late, is judged now that all is known.
    assert ended(bench.store) >= ended(life.store)
    (again,) = taken(bench, content)
    assert (again.result, again.outcomes) == (RowResult.UNCHANGED, ())
    (again,) = taken(bench, exported(bench, bench.store, folder / "deux.xlsx"))
    assert (again.result, again.outcomes) == (RowResult.UNCHANGED, ())


def ended(store: MemoryCaseStore) -> set[Any]:
    """Return what became of the deadlines that were met, or that nothing proves."""
    with store.engine.connect() as connection:
        return {tuple(row) for row in connection.execute(_ENDED)}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return where workbooks are written."""
    return tmp_path_factory.mktemp("classeurs")


def lived(name: str, data: st.DataObject, acts: int) -> Life:
    """Return a file of a scheme that has lived at random."""
    life = Life(name)
    life.on_its_way(data)
    for _ in range(data.draw(st.integers(0, acts))):
        life.now += timedelta(
            days=data.draw(st.integers(0, 25)), minutes=data.draw(st.integers(0, 900))
        )
        do = data.draw(st.sampled_from([life.step, life.correct, life.work, life.undo]))
        if (found := attempted(do, data)) is not None:
            life.save(found)
    return life


@pytest.mark.parametrize("name", ["cipi", "cif-cdd fongecif-ara"])
@settings(max_examples=2, deadline=None)
@given(data=st.data())
def test_a_file_that_leaves_comes_back_the_same(
    name: str, folder: Path, data: st.DataObject
) -> None:
    """Facts, steps, papers, lines and dates are those that left, and a second import writes nothing."""
    life = lived(name, data, 4)
    fuller(life)
    come_back(life, folder)


@pytest.mark.slow
@pytest.mark.parametrize("name", SCHEMES)
@settings(max_examples=25, deadline=None)
@given(data=st.data())
def test_any_life_comes_back_the_same(name: str, folder: Path, data: st.DataObject) -> None:
    """Whatever a file of whatever scheme has lived through, it comes back."""
    life = lived(name, data, 12)
    if data.draw(st.booleans()):
        fuller(life)
    come_back(life, folder)
