"""What a case holds beside its facts: documents, hours, restricted part, alerts; on both databases."""

from __future__ import annotations

import json
import logging
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any

import pytest
from msgspec.structs import replace
from sqlalchemy import Engine, event, text
from sqlalchemy.pool import QueuePool
from sqlmodel import SQLModel

from db.cases.store import SqlCaseStore
from db.connection.engine import reading, writing
from db.mail.store import SqlNotificationStore
from db.schema import tables
from tests.support.cases import (
    DAWN,
    START,
    a_case,
    a_deadline,
    a_paper,
    an_eligibility,
    at_once,
    opened,
    opening,
    some_hours,
    step,
)
from tests.support.databases import rows, said, sizes
from workflow.case.case import (
    Alert,
    Case,
    EntryKind,
    FactValue,
    HoursLine,
    Paper,
    PaperStatus,
    WorkKind,
)
from workflow.case.kept_file import KeptFile
from workflow.errors import NotFound, OutOfReach
from workflow.ports.stores import CaseFacts, CaseQuery, Consultation, HeldFile

QUOTES = 'L’Atelier d\'Hélène, "Cœur" ; -- 100% _ \\ | 東京'

FILE = KeptFile("0" * 64, f"{QUOTES}.pdf", 2**40)

PAPERS = {
    status.value: Paper(status, START + timedelta(days=rank), "z.petit", QUOTES)
    for rank, status in enumerate(PaperStatus)
} | {"bail": Paper(PaperStatus.SENT, START, "z.petit", file=FILE, expires_on=date(9999, 12, 31))}

LEDGER = (
    some_hours(),
    HoursLine(2, WorkKind.MISSION, START, START, None, Decimal("0.1") + Decimal("0.2"), QUOTES),
    HoursLine(3, WorkKind.ASSESSMENT, START, START, Decimal("73.50"), Decimal(0)),
    HoursLine(11, WorkKind.MISSION, date(2026, 12, 31), date(2027, 1, 1), Decimal("1234567.89")),
)

ANSWERS: dict[str, FactValue] = {
    "une_date": date(2025, 1, 31),
    "un_instant": datetime(2026, 9, 8, 9, 30, tzinfo=timezone(timedelta(hours=4))),
    "un_entier": 1,
    "vrai": True,
    "un_nombre": Decimal("12.50"),
    "un_texte": QUOTES,
}

SECRETS = ("secret", "secrète", "2025-01-31")
"""What `an_eligibility` is made of, and no other part of these cases."""


def noted(store: SqlCaseStore, case: Case, **attributes: Any) -> Case:
    """Save an act that only changes some fields of a case, and read it back."""
    store.save(step(case, kind=EntryKind.DOCUMENT, **attributes))
    return store.load(case.ref)


def exact(case: Case) -> list[tuple[str, str]]:
    """Return the hours of a case letter for letter: 70 and 70.00 are equal, and differ here."""
    return [(str(line.planned), str(line.done)) for line in case.hours]


def test_every_part_comes_back(case_store: SqlCaseStore) -> None:
    """A case is read back equal to what was saved, whatever its parts hold."""
    case = a_case(
        documents=PAPERS,
        hours=LEDGER,
        eligibility=an_eligibility(answers=ANSWERS, kept_at=QUOTES),
        alerts=(Alert("Durée", "40 h, il en faut 70."), Alert("Mots", QUOTES)),
    )
    case_store.save(opening(case))
    found = case_store.load(case.ref)
    assert found == case
    assert [*case_store.held_files()] == [HeldFile(case.ref, "bail", FILE)]
    assert exact(found) == exact(case)
    assert found.eligibility is not None
    answers = {name: (type(value), value) for name, value in found.eligibility.answers.items()}
    assert answers == {name: (type(value), value) for name, value in ANSWERS.items()}


def test_a_part_that_is_empty_comes_back_empty(case_store: SqlCaseStore) -> None:
    """Nothing noted is read back as nothing noted."""
    case = opened(case_store)
    assert (case.documents, case.hours, case.eligibility, case.alerts) == ({}, (), None, ())


@pytest.mark.parametrize(
    "change",
    [
        {"status": PaperStatus.CHECKED},
        {"on": date(2026, 10, 1)},
        {"kept_at": QUOTES},
        {"file": FILE},
        {"expires_on": date(2027, 1, 1)},
    ],
)
def test_a_document_changes_in_any_respect(
    case_store: SqlCaseStore, engine: Engine, change: dict[str, Any]
) -> None:
    """Status, day, place, file or end alone: the document that changed is rewritten, the other is not."""
    case = opened(case_store, documents={"cerfa": a_paper(), "bulletin": a_paper(by="z.petit")})
    documents = {**case.documents, "cerfa": replace(case.documents["cerfa"], **change)}
    assert noted(case_store, case, documents=documents).documents == documents
    assert sizes(engine)["document_check"] == 2


def test_lines_of_hours_are_added_changed_and_taken_back(case_store: SqlCaseStore) -> None:
    """The ledger after an act is what the outcome says, in order of number."""
    case = opened(case_store, hours=LEDGER)
    changed = replace(LEDGER[1], done=Decimal("0.30"), place="")
    ledger = (LEDGER[0], changed, LEDGER[3], some_hours(12))
    found = noted(case_store, case, hours=ledger)
    assert found.hours == ledger
    assert exact(found) == [
        ("35", "None"),
        ("None", "0.30"),
        ("1234567.89", "None"),
        ("35", "None"),
    ]
    assert noted(case_store, found, hours=()).hours == ()


def test_only_what_changed_is_written(case_store: SqlCaseStore, engine: Engine) -> None:
    """An act that leaves documents, hours, restricted part and alerts alone writes none of them."""
    case = opened(
        case_store,
        documents=PAPERS,
        hours=LEDGER,
        eligibility=an_eligibility(),
        alerts=(Alert("Durée", "non."),),
    )
    with said(engine) as statements:
        noted(case_store, case, owner="z.petit")
    written = " ".join(one for one in statements if not one.lstrip().startswith("SELECT"))
    for name in ("document_check", "hours_line", "eligibility", "alerts"):
        assert name not in written


def test_the_history_of_the_restricted_part_is_kept(
    case_store: SqlCaseStore, engine: Engine
) -> None:
    """Each change adds a row, with who and when; the latest is the one that is read."""
    first = opened(case_store, eligibility=an_eligibility())
    same = noted(case_store, first, by="z.petit", owner=None)
    other = an_eligibility("autre", answers={"prioritaire": 1})
    second = noted(case_store, same, by="z.petit", eligibility=other)
    # 1 and True are equal in Python, and two answers for the store.
    truth = replace(other, answers={"prioritaire": True})
    third = noted(case_store, second, eligibility=truth)
    assert third.eligibility is not None
    assert third.eligibility.answers["prioritaire"] is True
    found = [
        (row.seq, row.noted_by, row.data["ground"]) for row in rows(engine, tables.eligibility)
    ]
    assert found == [
        (1, "m.durand", "motif_secret"),
        (3, "z.petit", "autre"),
        (4, "m.durand", "autre"),
    ]
    instants = [row.recorded_at for row in rows(engine, tables.eligibility)]
    assert instants == [DAWN, DAWN + timedelta(hours=3), DAWN + timedelta(hours=4)]


def test_a_restricted_part_taken_back_stays_in_its_history(
    case_store: SqlCaseStore, engine: Engine
) -> None:
    """Without a restricted part any more, a case reads as such, and what was noted is still there."""
    case = opened(case_store, eligibility=an_eligibility())
    case = noted(case_store, case, eligibility=None)
    assert case.eligibility is None
    assert [row.data is None for row in rows(engine, tables.eligibility)] == [False, True]
    assert noted(case_store, case, eligibility=an_eligibility()).eligibility == an_eligibility()


def test_of_two_savers_at_once_one_restricted_part_is_kept(
    case_store: SqlCaseStore, engine: Engine
) -> None:
    """Two persons who note the same case: one wins whole, and nothing of the other is written."""
    case = opened(case_store)
    for turn in range(10):
        case = case_store.load(case.ref)
        acts = [
            step(
                case,
                by=by,
                eligibility=an_eligibility(f"{by}-{turn}"),
                hours=(some_hours(place=by),),
                documents={"cerfa": a_paper(kept_at=f"{by}-{turn}")},
                alerts=(Alert(by, str(turn)),),
            )
            for by in ("a.martin", "z.petit")
        ]
        results = at_once(*(lambda act=act: case_store.save(act) for act in acts))
        assert sorted(type(result).__name__ for result in results) == ["NoneType", "StaleCase"]
        assert case_store.load(case.ref) == acts[results.index(None)].after
    assert sizes(engine)["eligibility"] == 10


def test_the_restricted_part_stands_in_its_table_alone(
    case_store: SqlCaseStore, engine: Engine
) -> None:
    """No list, search, journal or deadline holds a word of why a person is eligible."""
    case = opened(case_store, eligibility=an_eligibility("secret_un"))
    noted(case_store, case, eligibility=an_eligibility())
    for table in SQLModel.metadata.sorted_tables:
        held = " ".join(map(str, rows(engine, table)))
        assert [word for word in SECRETS if word in held] == [
            word for word in SECRETS if table.name == "eligibility"
        ]
    for word in SECRETS:
        assert case_store.find(CaseQuery(text=word, closed=True)).total == 0
    lines = [*case_store.open_deadlines(), *case_store.find(CaseQuery()).lines]
    assert "secret" not in repr((lines, case_store.journal(case.ref), case_store.load(case.ref)))


def _refuse(engine: Engine) -> None:
    """Make the database refuse any restricted part, as a fault of ours would."""
    refusal = {
        "sqlite": "CREATE TRIGGER panne BEFORE INSERT ON eligibility "
        "BEGIN SELECT RAISE(ABORT, 'panne'); END",
        "postgresql": "ALTER TABLE eligibility ADD CONSTRAINT panne CHECK (seq < 0)",
    }
    with writing(engine) as connection:
        connection.execute(text(refusal[engine.dialect.name]))


def _everything_said(error: BaseException | None) -> str:
    """Return an error and its causes, as a log or a traceback shows them."""
    lines = []
    while error is not None:
        lines += [str(error), repr(error), *getattr(error, "__notes__", ())]
        error = error.__cause__ or error.__context__
    return "\n".join(lines)


def test_a_failure_shows_nothing_of_the_restricted_part(
    case_store: SqlCaseStore, engine: Engine, caplog: pytest.LogCaptureFixture
) -> None:
    """A database that refuses the restricted part is told of without a word of it."""
    caplog.set_level(logging.DEBUG)
    case = opened(case_store)
    _refuse(engine)
    with pytest.raises(Exception, match="panne") as failure:
        case_store.save(step(case, eligibility=an_eligibility()))
    shown = _everything_said(failure.value) + caplog.text
    assert [word for word in (*SECRETS, "Failing row") if word in shown] == []
    assert case_store.load(case.ref) == case


def test_a_statement_that_fails_quotes_no_row(case_store: SqlCaseStore, engine: Engine) -> None:
    """What SQLAlchemy itself runs hides its parameters, and the row that PostgreSQL quotes."""
    case = opened(case_store)
    _refuse(engine)
    row: dict[str, Any] = {
        "seq": 7,
        "noted_by": "secret",
        "recorded_at": DAWN,
        "data": {"ground": "secret"},
    }
    with reading(engine) as connection:
        row["case_id"] = connection.scalar(text("SELECT id FROM case_file"))
    with pytest.raises(Exception, match="panne") as failure, writing(engine) as connection:
        connection.execute(tables.eligibility.insert(), row)
    assert "secret" not in _everything_said(failure.value)
    assert case_store.load(case.ref) == case


@pytest.mark.parametrize(
    "data",
    ['{"ground": "secret"}', '["secret"]', '{"ground": "g", "answers": {"a": ["date", "secret"]}}'],
)
def test_a_restricted_part_that_makes_no_sense_is_not_repeated(
    case_store: SqlCaseStore, engine: Engine, data: str
) -> None:
    """A damaged restricted part asks for the backup in one sentence, without a word of it."""
    case = opened(case_store, eligibility=an_eligibility())
    with writing(engine) as connection:
        connection.execute(tables.eligibility.update().values(data=json.loads(data)))
    with pytest.raises(OutOfReach, match="sauvegarde") as failure:
        case_store.load(case.ref)
    assert "secret" not in str(failure.value)
    assert failure.value.__suppress_context__


def test_open_deadlines_carry_the_alerts(
    case_store: SqlCaseStore, notification_store: SqlNotificationStore
) -> None:
    """Agenda, reminders and digest know what does not conform in the file, and when it no longer is."""
    case = opened(
        case_store,
        deadlines={"drf": a_deadline()},
        alerts=(Alert("Durée", "trop courte."), Alert("Mots", QUOTES)),
    )
    later = datetime(2026, 9, 2, 8, tzinfo=UTC)

    def found() -> list[tuple[str, ...]]:
        lines = [
            *case_store.open_deadlines(),
            *notification_store.due(later, 10),
            *notification_store.open_deadlines(START, START),
            *notification_store.all_open(0, 10),
        ]
        return [line.alerts for line in lines]

    assert found() == [("Durée : trop courte.", f"Mots : {QUOTES}")] * 4
    assert noted(case_store, case, alerts=()).alerts == ()
    assert found() == [()] * 4


def test_consultations_are_kept_oldest_first(case_store: SqlCaseStore, engine: Engine) -> None:
    """Who read the restricted part comes back in order of instant, case by case, twice if twice."""
    case, other = opened(case_store), opened(case_store, "CIPI-2026-0002")
    assert case_store.consultations(case.ref) == ()
    hours = ((2, "z.petit"), (1, "m.durand"), (2, "m.durand"), (2, "z.petit"))
    read = [Consultation(DAWN + timedelta(hours=hour), by) for hour, by in hours]
    for one in read:
        case_store.note_consultation(case.ref, one)
    case_store.note_consultation(other.ref, read[0])
    assert case_store.consultations(case.ref) == (read[1], read[0], read[2], read[3])
    assert case_store.consultations(other.ref) == (read[0],)
    elsewhere = Consultation(datetime(2026, 3, 2, 12, tzinfo=timezone(timedelta(hours=4))), "a.b")
    case_store.note_consultation(other.ref, elsewhere)
    assert case_store.consultations(other.ref)[0].at.tzinfo is UTC
    # Reading is no act: the case stays at its version.
    assert case_store.load(case.ref) == case
    assert sizes(engine)["consultation"] == 6


def test_nobody_consults_a_case_that_does_not_exist(
    case_store: SqlCaseStore, engine: Engine
) -> None:
    """A mistyped reference is not found, its neighbour is named, and nothing is recorded."""
    opened(case_store)
    acts = (
        lambda: case_store.note_consultation("CIPI-2026-00O1", Consultation(DAWN, "m.durand")),
        lambda: case_store.consultations("CIPI-2026-00O1"),
    )
    for act in acts:
        with pytest.raises(NotFound, match="le plus proche : « CIPI-2026-0001 »"):
            act()
    assert sizes(engine)["consultation"] == 0


def test_readers_at_once_are_all_recorded(case_store: SqlCaseStore) -> None:
    """Several persons who read at the same instant are all recorded."""
    case = opened(case_store)
    reader = Consultation(DAWN, "m.durand")
    results = at_once(*[lambda: case_store.note_consultation(case.ref, reader)] * 4)
    assert results == [None] * 4
    assert case_store.consultations(case.ref) == (reader,) * 4


def accounts(store: SqlCaseStore) -> None:
    """Open six cases, written in no order, some with amounts."""
    for number in (4, 1, 6, 3, 2, 5):
        paid: dict[str, FactValue] = {"paye": Decimal(f"{number}.10"), "paye_le": START}
        opened(
            store,
            f"CIPI-2026-{number:04}",
            agency="lyon" if number % 2 else "metz",
            state="clos" if number > 4 else "preparation",
            facts={"demarrage_formation": START} | (paid if number != 3 else {}),
        )


def numbers(found: Any) -> list[int]:
    """Return the numbers of the cases found, in the order given."""
    return [int(one.ref[-1]) for one in found]


def test_facts_of_many_cases_come_by_reference(case_store: SqlCaseStore) -> None:
    """Each case that has some of the facts comes once, by reference, with those facts and types."""
    accounts(case_store)
    names = {"paye", "paye_le", "jamais_saisi"}
    found = list(case_store.facts_of(names))
    assert numbers(found) == [1, 2, 4, 5, 6]
    case = case_store.load("CIPI-2026-0001")
    assert found[0] == CaseFacts(
        ref=case.ref,
        title=case.title,
        procedure="cipi",
        state="preparation",
        agency="lyon",
        owner="m.durand",
        facts={"paye": Decimal("1.10"), "paye_le": START},
    )
    assert type(found[0].facts["paye"]) is Decimal


@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        ({}, [1, 2, 4, 5, 6]),
        ({"closed": False}, [1, 2, 4]),
        ({"agency": "lyon"}, [1, 5]),
        ({"agency": "metz", "closed": False}, [2, 4]),
        ({"agency": "' OR 1=1"}, []),
    ],
)
def test_facts_of_many_cases_filter(
    case_store: SqlCaseStore, filters: dict[str, Any], expected: list[int]
) -> None:
    """An agency, or the open cases alone, narrow the view; nothing asked gives nothing."""
    accounts(case_store)
    assert numbers(case_store.facts_of(["paye"], **filters)) == expected
    assert list(case_store.facts_of([], **filters)) == []


def test_facts_of_many_cases_are_a_stream(
    case_store: SqlCaseStore, engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever reads a few cases has a page in memory, not the base, and keeps nothing open."""
    monkeypatch.setattr("db.connection.engine._PAGE", 2)
    accounts(case_store)
    lines = case_store.facts_of(["paye", "paye_le"])
    assert numbers([next(lines), next(lines)]) == [1, 2]
    # One state of the base from end to end: what is written meanwhile does not show.
    case = case_store.load("CIPI-2026-0006")
    case_store.save(step(case, facts={"paye": None, "paye_le": None}))
    assert numbers(lines) == [4, 5, 6]
    half_read = case_store.facts_of(["paye"])
    next(half_read)
    del half_read
    assert isinstance(engine.pool, QueuePool)
    assert engine.pool.checkedout() == 0


def test_a_stream_asks_for_a_page_at_a_time(case_store: SqlCaseStore, engine: Engine) -> None:
    """A base of any size is read some rows at a time; PostgreSQL keeps the rest on its side."""
    accounts(case_store)
    heard: list[tuple[str, int]] = []

    def note(*given: Any) -> None:
        _connection, cursor, _statement, _parameters, context, _many = given
        heard.append((type(cursor).__name__, context.execution_options["yield_per"]))

    event.listen(engine, "before_cursor_execute", note)
    found = list(case_store.facts_of(["paye"]))
    event.remove(engine, "before_cursor_execute", note)
    cursors = {"sqlite": "Cursor", "postgresql": "ServerCursor"}
    assert heard == [(cursors[engine.dialect.name], 500)]
    assert len(found) == 5
