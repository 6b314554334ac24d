"""One row that makes no sense stops nobody else: put aside, told, and read again once it is mended."""

from __future__ import annotations

import json
from datetime import date, timedelta

import pytest
from sqlalchemy import Engine, text

from db.cases.aside import Aside
from db.cases.store import SqlCaseStore
from db.connection.engine import open_engine, writing
from db.mail.store import SqlNotificationStore
from db.schema.mail_tables import habits
from db.worklist.first_page import first_page
from db.worklist.pages import SqlWorklist
from notifications.model.messages import MessageQuery
from notifications.model.ports import Heartbeat
from notifications.model.preferences import Absence
from tests.support.cases import MorningsBefore, is_final, step
from tests.support.outbox import LEASE, LONG_AGO, NOW, a_message, open_cases
from workflow.errors import Unreadable
from workflow.ports.stores import CaseQuery
from workflow.worklist.worklist import WorkDay, WorkQuery

REFS = [f"CIPI-2026-{number:04}" for number in range(1, 6)]
FAR = date(2027, 12, 31)
DAY = WorkDay(NOW.date(), NOW.date(), NOW.date() + timedelta(days=7))
ODD = [
    *(("deadline", "explanation", value) for value in ("{}", "7", "null", '{"source": 3}')),
    ("case_file", "alerts", "7"),
    ("case_file", "stake", "beaucoup"),
]
ONLY_SQLITE = [
    ("deadline", "explanation", "pas du JSON"),
    ("deadline", "reminded_until", "hier"),
    ("case_file", "alerts", "pas du JSON"),
]


def spoil(engine: Engine, table: str, column: str, value: str) -> None:
    """Write something that makes no sense in the third case."""
    key = "case_id" if table == "deadline" else "id"
    wanted = "(SELECT id FROM case_file WHERE ref = 'CIPI-2026-0003')"
    cast = "json" if value[:1] in "{7n" and engine.name == "postgresql" else "text"
    statement = f"UPDATE {table} SET {column} = CAST(:value AS {cast}) WHERE {key} = {wanted}"
    with writing(engine) as connection:
        connection.execute(text(statement), {"value": value})


def refs(found: object) -> list[str]:
    """Return the references of some lines, in order."""
    return sorted(one.ref for one in found)  # type: ignore[attr-defined]


@pytest.mark.parametrize(("table", "column", "value"), ODD)
def test_the_others_are_due_all_the_same(
    case_store: SqlCaseStore,
    notification_store: SqlNotificationStore,
    engine: Engine,
    table: str,
    column: str,
    value: str,
) -> None:
    """Of five, one makes no sense: four are due, streamed, planned again; the fifth is told of."""
    _check_all(case_store, notification_store, engine, (table, column, value))


@pytest.mark.parametrize("odd", ONLY_SQLITE)
def test_what_only_sqlite_takes_stops_nobody_either(
    sqlite_url: str, odd: tuple[str, str, str]
) -> None:
    """SQLite has no types of its own: text that is no JSON, an instant that is none."""
    engine = open_engine(sqlite_url)
    cases = SqlCaseStore(engine, MorningsBefore(), is_final)
    _check_all(cases, SqlNotificationStore(engine), engine, odd)
    engine.dispose()


def _check_all(
    cases: SqlCaseStore,
    store: SqlNotificationStore,
    engine: Engine,
    odd: tuple[str, str, str],
) -> None:
    open_cases(cases, 5)
    spoil(engine, *odd)
    others = [ref for ref in REFS if ref != "CIPI-2026-0003"]
    for found in (
        store.due(NOW, 10),
        store.all_open(0, 10),
        store.open_deadlines(FAR, NOW.date()),
        store.to_come(NOW.date() - timedelta(days=1), FAR),
        cases.open_deadlines(),
    ):
        assert refs(found) == others
    (told,) = store.unreadable()
    assert told.startswith("Dossier CIPI-2026-0003")
    assert store.unreadable() == ()
    assert store.look_through() == (told,)
    assert refs(cases.find(CaseQuery()).lines) == REFS


@pytest.mark.parametrize("limit", [1, 2])
def test_a_page_of_odd_rows_hides_nothing(
    case_store: SqlCaseStore, notification_store: SqlNotificationStore, engine: Engine, limit: int
) -> None:
    """The first rows of a page make no sense: those after them are due all the same."""
    open_cases(case_store, 5)
    with writing(engine) as connection:
        connection.execute(text("UPDATE deadline SET explanation = '{}' WHERE case_id <= 3"))
    assert notification_store.due(NOW, limit)[0].ref == REFS[3]
    assert notification_store.all_open(0, limit)[0].ref == REFS[3]


def test_a_mended_row_is_due_again(
    case_store: SqlCaseStore, notification_store: SqlNotificationStore, engine: Engine
) -> None:
    """Nothing was written about a row put aside: corrected, it is due like the others."""
    open_cases(case_store, 5)
    known = notification_store.due(NOW, 10)
    with writing(engine) as connection:
        kept = connection.execute(text("SELECT explanation FROM deadline WHERE case_id = 3"))
        content = kept.scalar_one()
    spoil(engine, "deadline", "explanation", "{}")
    assert len(notification_store.due(NOW, 10)) == 4
    spoil(
        engine,
        "deadline",
        "explanation",
        content if isinstance(content, str) else json.dumps(content),
    )
    assert notification_store.due(NOW, 10) == known


def test_a_case_does_without_a_deadline_that_makes_no_sense(
    engine: Engine,
) -> None:
    """Its case is read, the deadline told of; the next act writes it anew."""
    aside = Aside()
    case_store = SqlCaseStore(engine, MorningsBefore(), is_final, aside)
    open_cases(case_store, 5)
    before = case_store.load("CIPI-2026-0003").deadlines
    spoil(engine, "deadline", "explanation", "{}")
    case = case_store.load("CIPI-2026-0003")
    assert case.deadlines == {}
    (told,) = aside.take()
    assert told.startswith("Dossier CIPI-2026-0003, échéance « drf »")
    case_store.save(step(case, deadlines=before))
    assert case_store.load("CIPI-2026-0003").deadlines == before


@pytest.mark.parametrize("column", ["alerts", "stake"])
def test_what_a_case_cannot_do_without_is_told_in_a_sentence(
    case_store: SqlCaseStore, engine: Engine, column: str
) -> None:
    """Asked for that very case, the program says which and what to do."""
    open_cases(case_store, 5)
    spoil(engine, "case_file", column, "7" if column == "alerts" else "beaucoup")
    with pytest.raises(Unreadable, match=r"Dossier CIPI-2026-0003 : illisible dans la base"):
        case_store.load("CIPI-2026-0003")
    assert case_store.load("CIPI-2026-0004").ref == "CIPI-2026-0004"


ODD_MAILS = [
    *(f"UPDATE outbox SET {name} = '' WHERE id = 2" for name in ("created_at", "next_attempt_at")),
    "UPDATE outbox SET leased_until = 'hier' WHERE id = 2",
    "UPDATE outbox SET attempts = 'beaucoup', claims = 0 WHERE id = 2",
    "UPDATE letter SET content = 'du texte' WHERE outbox_id = 2",
]


@pytest.mark.parametrize("limit", [1, 10])
def test_a_mail_without_its_text_stops_no_other(
    notification_store: SqlNotificationStore, engine: Engine, limit: int
) -> None:
    """Of three mails that wait, one has lost its bytes: the others leave, even one at a time."""
    for number in (1, 2, 3):
        notification_store.enqueue(a_message(f"rappel/{number}"))
    with writing(engine) as connection:
        connection.execute(text("DELETE FROM letter WHERE outbox_id = 2"))
    assert _claimed(notification_store, limit) == [1, 3]
    assert [told.partition(" :")[0] for told in notification_store.unreadable()] == ["Courriel 2"]


@pytest.mark.parametrize("odd", ODD_MAILS)
def test_a_mail_that_makes_no_sense_stops_no_other(sqlite_url: str, odd: str) -> None:
    """SQLite takes anything for an instant or a number: the others leave, are listed and counted."""
    engine = open_engine(sqlite_url)
    store = SqlNotificationStore(engine)
    for number in (1, 2, 3):
        store.enqueue(a_message(f"rappel/{number}"))
    with writing(engine) as connection:
        connection.execute(text(odd))
    assert {1, 3} <= set(_claimed(store, 2))
    assert store.counts().waiting == 3
    assert {1, 3} <= {one.id for one in store.messages(MessageQuery())}
    assert "Courriel 2 : illisible" in " ".join([*store.unreadable(), *store.look_through()])
    engine.dispose()


def _claimed(store: SqlNotificationStore, limit: int) -> list[int]:
    """Return which mails a relay takes until there is none left."""
    found: list[int] = []
    while some := store.claim(NOW, limit, LEASE, "hote:1"):
        found += [one.id for one in some]
    return sorted(found)


def test_dates_that_make_no_sense_stop_no_round(
    case_store: SqlCaseStore, notification_store: SqlNotificationStore, engine: Engine
) -> None:
    """A deadline, a mail, an absence, a sign of life, the news: those that make sense are read."""
    store, day = notification_store, timedelta(days=1)
    instant, late = ("hier", "plus tard") if engine.name == "sqlite" else 2 * ("infinity",)
    open_cases(case_store, 2)
    for number, person in enumerate(("ines", "malik")):
        first = NOW.date() + number * day
        store.add_absence(Absence(person, first, first + day), "ines", NOW)
        store.beat(Heartbeat(f"hote:{number}", NOW, ""))
        store.enqueue(a_message(f"rappel/{number}"))
    with writing(engine) as connection:
        for odd in (
            f"UPDATE absence SET last_day = '{late}' WHERE person = 'ines'",
            f"UPDATE heartbeat SET beat_at = '{instant}' WHERE service = 'hote:0'",
            f"UPDATE journal SET recorded_at = '{instant}' WHERE case_id = 1",
            f"UPDATE deadline SET reminded_until = '{instant}' WHERE case_id = 1",
            f"UPDATE outbox SET created_at = '{instant}' WHERE id = 1",
        ):
            connection.execute(text(odd))
    assert [one.person for one in store.absences()] == ["malik"]
    assert [one.service for one in store.beats()] == ["hote:1"]
    assert refs(store.due(NOW, 10)) == REFS[1:2]
    assert refs(store.happenings(LONG_AGO)) == refs(store.dated(closed_since=FAR)) == REFS[1:2]
    assert _claimed(store, 10) == [2]
    assert store.counts().waiting == 2
    told = " ".join(store.unreadable())
    for name in (
        "Absence 1 de « ines »", "service « hote:0 »", "Dossier CIPI-2026-0001", "Courriel 1",
    ):  # fmt: skip
        assert name in told


def test_choices_that_make_no_sense_are_those_of_the_agency(
    notification_store: SqlNotificationStore, engine: Engine
) -> None:
    """Somebody's choices cannot be read: theirs alone are left out."""
    odd = {"ines": {"days": [1]}, "zoe": {"opening": 3}, "max": []}
    rows = [
        {"person": person, "data": data, "noted_by": "x", "noted_at": NOW}
        for person, data in odd.items()
    ]
    with writing(engine) as connection:
        connection.execute(habits.insert(), rows)
    assert [one.person for one in notification_store.habits()] == ["ines"]
    assert len(notification_store.unreadable()) == 2


@pytest.mark.parametrize(("table", "column", "value"), ODD)
def test_the_lists_of_the_interface_keep_every_file(
    case_store: SqlCaseStore, engine: Engine, database_url: str, table: str, column: str, value: str
) -> None:
    """A file keeps its place in the list, without what cannot be read of it."""
    open_cases(case_store, 5)
    spoil(engine, table, column, value)
    worklist = SqlWorklist(engine)
    query = WorkQuery(DAY, limit=10)
    try:
        assert refs(worklist.page(query)) == REFS
        assert len(worklist.on_days(query, NOW.date(), FAR)) >= 4
    finally:
        worklist.close()
    seen = first_page(database_url, query.day, 10)
    assert seen is not None
    assert refs(seen.rows) == REFS


def test_the_nearest_deadlines_are_looked_through_first(
    case_store: SqlCaseStore, notification_store: SqlNotificationStore, engine: Engine
) -> None:
    """Of a base too large to be read while somebody waits, what is to be done first is read."""
    open_cases(case_store, 3)
    spoil(engine, "deadline", "explanation", "{}")
    with writing(engine) as connection:
        connection.execute(text("UPDATE deadline SET act_on = '2031-01-02' WHERE case_id = 1"))
        connection.execute(text("UPDATE deadline SET act_on = '2026-01-02' WHERE case_id = 3"))
    assert len(notification_store.look_through(1)) == 1
    with writing(engine) as connection:
        connection.execute(text("UPDATE deadline SET act_on = '2031-01-02' WHERE case_id = 3"))
    assert notification_store.look_through(1) == ()
    assert len(notification_store.look_through()) == 1
