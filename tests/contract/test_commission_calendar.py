"""Calendars of commissions and the cases they move, whole or not at all; in memory and in SQL alike."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import date
from functools import partial
from itertools import pairwise
from typing import Any

import pytest
from sqlalchemy import Engine
from sqlalchemy.pool import QueuePool

from db.cases.store import SqlCaseStore
from db.connection.engine import open_engine
from db.schema import deadline_tables, house_tables, tables
from tests.support.cases import (
    MorningsBefore,
    a_case,
    a_deadline,
    a_session,
    at_once,
    is_final,
    opened,
    opening,
    step,
)
from tests.support.databases import BUSY_SECONDS, rows, said, sizes
from workflow.case.case import Case, EntryKind, Outcome
from workflow.errors import Conflict, NotFound, StaleCase
from workflow.ports.stores import CalendarChange, CalendarEntry, CaseStore
from workflow.rules.deadline_rules import Kind

PROCEDURE, FUNDER = "cif-cdd", "uniformation"
KEY = (PROCEDURE, FUNDER)

MARCH, JUNE, JULY, OCTOBER = (
    a_session(date(2026, 3, 20), None, label="", noted_by=""),
    a_session(),
    a_session(date(2026, 7, 3), date(2026, 6, 12), label="L’été, « œuvre » ; -- 100%"),
    a_session(date(2026, 10, 9), date(2026, 9, 18), noted_by="z.petit"),
)


@pytest.fixture(params=["sqlite", "postgresql"])
def store(request: pytest.FixtureRequest) -> Iterator[CaseStore]:
    """Return the store, on each kind of database."""
    fixture = {"sqlite": "sqlite_url", "postgresql": "postgres_url"}[request.param]
    engine = open_engine(request.getfixturevalue(fixture), busy_seconds=BUSY_SECONDS)
    yield SqlCaseStore(engine, MorningsBefore(), is_final)
    engine.dispose()


def change(
    removed: tuple[date, ...] = (), added: tuple[CalendarEntry, ...] = (), funder: str = FUNDER
) -> CalendarChange:
    """Return a change of the calendar of these tests."""
    return CalendarChange(PROCEDURE, funder, removed, added)


def known(store: CaseStore, *entries: CalendarEntry) -> None:
    """Note sessions that nobody disputes."""
    store.save_all((), change(added=entries))


def a_file(store: CaseStore, number: int, **attributes: Any) -> Case:
    """Open a case of the procedure, and return it as read back."""
    values = {"procedure": PROCEDURE, "funder": FUNDER, "state": "projet", **attributes}
    return opened(store, f"CIF-2026-{number:04}", **values)


def moved(case: Case, day: date = date(2026, 9, 1)) -> Outcome:
    """Return the recomputation of a case whose first deadline moves."""
    deadlines = {**case.deadlines, "drf": a_deadline("drf", day)}
    return step(case, kind=EntryKind.RECALCULATION, deadlines=deadlines)


def test_sessions_come_back_by_date(store: CaseStore) -> None:
    """Whatever the order in which they were noted, with or without cut-off, letter for letter."""
    assert store.sessions(*KEY) == ()
    known(store, OCTOBER, MARCH)
    known(store, JULY)
    assert store.sessions(*KEY) == (MARCH, JULY, OCTOBER)


def test_a_calendar_is_that_of_one_funder_in_one_procedure(store: CaseStore) -> None:
    """Two funders may meet on the same day, and one funder in two procedures."""
    other = a_session(funder="unifaf")
    elsewhere = a_session(procedure="ptp")
    known(store, JUNE)
    store.save_all((), change(added=(other,), funder="unifaf"))
    store.save_all((), CalendarChange("ptp", FUNDER, added=(elsewhere,)))
    store.save_all((), change((other.session.day,), funder="unifaf"))
    assert store.sessions(*KEY) == (JUNE,)
    assert store.sessions(PROCEDURE, "unifaf") == ()
    assert store.sessions("ptp", FUNDER) == (elsewhere,)
    assert store.sessions("' OR 1=1", FUNDER) == ()


def test_sessions_go_come_and_move_at_once(store: CaseStore) -> None:
    """One is cancelled, another moves to the day that it frees, a third gets another cut-off."""
    known(store, MARCH, JUNE, OCTOBER)
    freed = a_session(MARCH.session.day, None, label="Avancée")
    same_day = a_session(OCTOBER.session.day, date(2026, 9, 25))
    gone = tuple(entry.session.day for entry in (MARCH, JUNE, OCTOBER))
    store.save_all((), change(gone, (freed, same_day)))
    assert store.sessions(*KEY) == (freed, same_day)


def test_a_change_made_on_a_calendar_that_moved_is_refused(store: CaseStore) -> None:
    """Somebody noted another session meanwhile: dates computed without it are not written."""
    known(store, JUNE)
    read = tuple(entry.session for entry in store.sessions(*KEY))
    known(store, OCTOBER)
    late = CalendarChange(PROCEDURE, FUNDER, added=(JULY,), known=read)
    with pytest.raises(Conflict, match="a changé"):
        store.save_all((), late)
    assert store.sessions(*KEY) == (JUNE, OCTOBER)
    both = (JUNE.session, OCTOBER.session)
    store.save_all((), CalendarChange(PROCEDURE, FUNDER, added=(JULY,), known=both))
    assert store.sessions(*KEY) == (JUNE, JULY, OCTOBER)


@pytest.mark.parametrize(
    ("wanted", "words"),
    [
        (change((JUNE.session.day, JULY.session.day)), "plus de commission le"),
        (change((JUNE.session.day,), (OCTOBER, JULY, MARCH)), "déjà notée le"),
        (change((JUNE.session.day, JUNE.session.day)), "plus de commission le"),
        (change(added=(JULY, JULY)), "déjà notée le"),
    ],
)
def test_a_calendar_that_is_not_what_was_read_is_refused(
    store: CaseStore, wanted: CalendarChange, words: str
) -> None:
    """A session that goes must be there, one that comes must not; nothing at all is written."""
    known(store, JUNE, OCTOBER)
    case = a_file(store, 1)
    with pytest.raises(Conflict, match=words):
        store.save_all((moved(case),), wanted)
    assert store.sessions(*KEY) == (JUNE, OCTOBER)
    assert store.load(case.ref) == case
    assert len(store.journal(case.ref)) == 1


def test_a_refusal_names_the_calendar_and_the_day(case_store: SqlCaseStore) -> None:
    """The sentence says which calendar, which day, that nothing was written and what to do."""
    with pytest.raises(Conflict) as gone:
        case_store.save_all((), change((JUNE.session.day,)))
    assert gone.value.message == (
        "Calendrier de « uniformation » (cif-cdd) : il n’y a plus de commission le 12/06/2026 ; rien "
        "n’a été enregistré, relisez le calendrier avant de recommencer."
    )
    known(case_store, JUNE)
    with pytest.raises(Conflict, match="une commission est déjà notée le 12/06/2026 ; rien"):
        known(case_store, JUNE)


def test_cases_and_calendar_are_written_together(store: CaseStore) -> None:
    """Every case is what its outcome says, each with its entry in the journal."""
    known(store, JUNE)
    outcomes = [moved(a_file(store, number)) for number in (3, 1, 2)]
    store.save_all(outcomes, change((JUNE.session.day,), (JULY,)))
    for outcome in outcomes:
        assert store.load(outcome.after.ref) == outcome.after
        assert store.journal(outcome.after.ref)[-1] == outcome.entry
    assert store.sessions(*KEY) == (JULY,)


def test_cases_are_written_without_a_calendar(store: CaseStore) -> None:
    """New rules move cases and no calendar; a new case and one case twice go through as well."""
    case = a_file(store, 1)
    new = a_case("CIF-2026-0002", procedure=PROCEDURE, funder=FUNDER, state="projet")
    first = moved(case)
    second = moved(first.after, date(2026, 9, 2))
    store.save_all((opening(new), first, second))
    assert store.load(case.ref) == second.after
    assert store.load(new.ref) == new
    store.save_all(())


def test_a_case_that_moved_on_stops_everything(store: CaseStore) -> None:
    """The third of four cases is stale: nothing of the others is written, nor of the calendar."""
    known(store, JUNE)
    cases = [a_file(store, number) for number in range(1, 5)]
    outcomes = [moved(case) for case in cases]
    written = step(cases[2], by="z.petit", owner="z.petit")
    store.save(written)
    with pytest.raises(StaleCase) as failure:
        store.save_all(outcomes, change((JUNE.session.day,), (JULY,)))
    assert failure.value.ref == cases[2].ref
    cases[2] = written.after
    assert [store.load(case.ref) for case in cases] == cases
    assert [len(store.journal(case.ref)) for case in cases] == [1, 1, 2, 1]
    assert store.sessions(*KEY) == (JUNE,)


def test_a_case_that_does_not_exist_stops_everything(store: CaseStore) -> None:
    """A case that is not there is told of, and the one before it is not written."""
    case = a_file(store, 1)
    absent = a_case("CIF-2026-0009", procedure=PROCEDURE, funder=FUNDER, state="projet")
    with pytest.raises(NotFound, match="CIF-2026-0009"):
        store.save_all((moved(case), moved(absent)), change(added=(JUNE,)))
    assert store.load(case.ref) == case
    assert store.sessions(*KEY) == ()


def test_nothing_is_left_in_any_table(case_store: SqlCaseStore, engine: Engine) -> None:
    """A stale case leaves every table, reminders included, row for row as it was."""
    known(case_store, JUNE)
    outcomes = [moved(a_file(case_store, number)) for number in (1, 2, 3)]
    case_store.save(outcomes[2])
    every = (tables.case_file, deadline_tables.deadline, tables.journal, house_tables.commission)
    before, counts = [rows(engine, table) for table in every], sizes(engine)
    with pytest.raises(StaleCase):
        case_store.save_all(outcomes, change((JUNE.session.day,), (JULY, OCTOBER)))
    assert [rows(engine, table) for table in every] == before
    assert sizes(engine) == counts


def test_deadlines_that_move_get_new_reminders(case_store: SqlCaseStore, engine: Engine) -> None:
    """Several cases at once are planned as one alone would be."""
    day = date(2026, 9, 1)
    deadlines = {"drf": a_deadline("drf", kind=Kind.REGULATORY)}
    first, second = (a_file(case_store, number, deadlines=deadlines) for number in (1, 2))
    case_store.save(moved(first, day))
    case_store.save_all((moved(second, day),))
    alone, together = rows(engine, deadline_tables.deadline)
    assert alone.act_on == together.act_on == day
    assert alone.next_reminder_at == together.next_reminder_at
    assert alone.reminded_until == together.reminded_until


def test_of_two_changes_at_once_one_wins(case_store: SqlCaseStore) -> None:
    """Two persons move the same session, with the same cases: one wins whole, the other is told."""
    known(case_store, JUNE)
    cases = [a_file(case_store, number) for number in range(1, 6)]
    for days in ((JULY, OCTOBER), (JUNE, MARCH)):
        was = case_store.sessions(*KEY)[0].session.day
        cases = [case_store.load(case.ref) for case in cases]
        outcomes = [moved(case, entry.session.day) for entry in days for case in cases]
        mine, theirs = outcomes[:5], outcomes[:4:-1]
        results = at_once(
            partial(case_store.save_all, mine, change((was,), (days[0],))),
            partial(case_store.save_all, theirs, change((was,), (days[1],))),
        )
        assert sorted(type(result).__name__ for result in results) == ["Conflict", "NoneType"]
        winner = results.index(None)
        assert case_store.sessions(*KEY) == (days[winner],)
        for outcome in (mine, theirs)[winner]:
            assert case_store.load(outcome.after.ref) == outcome.after


def test_the_same_session_added_twice_at_once_is_there_once(case_store: SqlCaseStore) -> None:
    """Two persons note the same session, among others, in opposite orders: the second is told."""
    results = at_once(
        lambda: known(case_store, MARCH, JUNE, JULY), lambda: known(case_store, JULY, JUNE)
    )
    assert sorted(type(result).__name__ for result in results) == ["Conflict", "NoneType"]
    assert case_store.sessions(*KEY) in {(MARCH, JUNE, JULY), (JUNE, JULY)}


def test_sessions_swapped_at_once_do_not_block(case_store: SqlCaseStore) -> None:
    """One moves March to June while the other moves June to March: both are answered."""
    to_june, to_march = (MARCH.session.day,), (JUNE.session.day,)
    for _ in range(5):
        known(case_store, MARCH, JUNE)
        results = at_once(
            lambda: case_store.save_all((), change(to_june, (JUNE,))),
            lambda: case_store.save_all((), change(to_march, (MARCH,))),
        )
        assert [type(result).__name__ for result in results] == ["Conflict", "Conflict"]
        case_store.save_all((), change((*to_june, *to_march)))


def test_two_recomputations_in_opposite_orders_do_not_block(case_store: SqlCaseStore) -> None:
    """Who writes many cases takes them in one order: the second is stale, and waits in no circle."""
    cases = [a_file(case_store, number) for number in range(1, 31)]
    forwards = [moved(case) for case in cases]
    backwards = [moved(case, date(2026, 9, 2)) for case in reversed(cases)]
    results = at_once(lambda: case_store.save_all(forwards), lambda: case_store.save_all(backwards))
    assert sorted(type(result).__name__ for result in results) == ["NoneType", "StaleCase"]
    winner = (forwards, backwards)[results.index(None)]
    assert [case_store.load(one.after.ref) for one in winner] == [one.after for one in winner]


def shelf(store: CaseStore) -> None:
    """Open cases in no order: of two funders, of none, of another procedure, and closed ones."""
    for number in (7, 2, 5, 1, 4):
        a_file(store, number)
    a_file(store, 3, funder="unifaf")
    a_file(store, 6, state="clos", deadlines={})
    a_file(store, 8, funder=None)
    opened(store, "CIPI-2026-0001")


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        (KEY, [1, 2, 4, 5, 7]),
        ((PROCEDURE,), [1, 2, 3, 4, 5, 7, 8]),
        ((PROCEDURE, "unifaf"), [3]),
        ((PROCEDURE, "opcalim"), []),
        (("ptp",), []),
        (("cipi", FUNDER), []),
    ],
)
def test_open_cases_come_in_order(
    store: CaseStore,
    monkeypatch: pytest.MonkeyPatch,
    asked: tuple[str, ...],
    expected: list[int],
) -> None:
    """Those of a funder, or of every funder, whatever the length of a page; closed ones never."""
    shelf(store)
    for page in (1, 2, 5, 7, 500):
        monkeypatch.setattr("db.cases.across._REFS_AT_ONCE", page)
        found = list(store.open_refs(*asked))
        assert found == [f"CIF-2026-{number:04}" for number in expected]


def test_cases_are_loaded_and_saved_between_two_references(
    case_store: SqlCaseStore, engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each case may be loaded, and written, while the references still come; nothing stays open."""
    monkeypatch.setattr("db.cases.across._REFS_AT_ONCE", 2)
    shelf(case_store)
    assert isinstance(engine.pool, QueuePool)
    read = []
    for ref in case_store.open_refs(*KEY):
        assert engine.pool.checkedout() == 0
        case = case_store.load(ref)
        case_store.save(moved(case))
        case_store.sessions(case.procedure, case.funder or "")
        read.append((ref, case.version))
    assert read == [(f"CIF-2026-{number:04}", 1) for number in (1, 2, 4, 5, 7)]
    assert {case_store.load(ref).version for ref, _ in read} == {2}


def test_a_case_closed_or_opened_meanwhile_breaks_nothing(
    case_store: SqlCaseStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A case closed before its page is left out, one opened after it comes; none comes twice."""
    monkeypatch.setattr("db.cases.across._REFS_AT_ONCE", 2)
    shelf(case_store)
    found = case_store.open_refs(*KEY)
    assert next(found) == "CIF-2026-0001"
    case_store.save(step(case_store.load("CIF-2026-0004"), "clos", deadlines={}))
    a_file(case_store, 9)
    assert [int(ref[-1]) for ref in found] == [2, 5, 7, 9]


def test_a_long_list_is_read_a_page_at_a_time(
    case_store: SqlCaseStore, engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever stops at the first case has asked for one page; the last page tells that it is."""
    monkeypatch.setattr("db.cases.across._REFS_AT_ONCE", 2)
    shelf(case_store)
    with said(engine) as statements:
        found = case_store.open_refs(*KEY)
        assert statements == []
        next(found)
    assert len(statements) == 1
    with said(engine) as statements:
        assert len(list(case_store.open_refs(*KEY))) == 5
    assert len(statements) == 3


def test_a_calendar_is_read_while_another_is_written(case_store: SqlCaseStore) -> None:
    """A reader sees the calendar before or after a move, never between."""
    known(case_store, JUNE)
    stop, seen = threading.Event(), set()

    def read() -> None:
        while not stop.is_set():
            seen.add(case_store.sessions(*KEY))

    def write() -> None:
        days = [JUNE, JULY] * 10
        for was, to in pairwise(days):
            case_store.save_all((), change((was.session.day,), (to,)))
        stop.set()

    assert at_once(read, write) == [None, None]
    assert seen <= {(JUNE,), (JULY,)}
