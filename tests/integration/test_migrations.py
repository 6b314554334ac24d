"""That migrations build the schema the program was written for, whole or not at all."""

from __future__ import annotations

import json
import sqlite3
import stat
import threading
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine, select, text
from sqlalchemy.exc import IntegrityError
from sqlmodel import SQLModel

from db.cases.store import SqlCaseStore
from db.connection.engine import open_engine, reading, transaction
from db.connection.failures import sqlite_path
from db.mail.store import SqlNotificationStore
from db.migrations import revisions
from db.parties.store import SqlPartyStore
from db.schema import deadline_tables, version
from db.schema.version import SchemaState, require_current, schema_state, upgrade
from notifications.model.messages import MessageKind
from tests.support.cases import (
    START,
    MorningsBefore,
    a_case,
    a_contract,
    a_session,
    is_final,
    opening,
    some_money,
    step,
)
from tests.support.core import PARIS, rulebook
from tests.support.databases import sizes
from tests.support.notifications import make_directory
from tests.support.programs import PATIENCE, begun
from workflow.case.case import (
    Alert,
    Eligibility,
    EntryKind,
    HoursLine,
    Paper,
    PaperStatus,
    WorkKind,
)
from workflow.case.parties import Party, PartyKind
from workflow.errors import OutOfReach
from workflow.ports.stores import CalendarChange, CaseQuery, PartyQuery
from workflow.rules.seniority import Contract
from workflow.text.french import NBSP
from workflow.wording.journal_text import change_text, entry_lines

# Where SQLAlchemy cannot read an index back, the words of the database are compared instead
# (test_migrations_build_every_constraint_and_index): a table rebuilt without it would be seen.
UNREAD_INDEX = pytest.mark.filterwarnings("ignore:.*expression-based index")

ROOT = Path(version.__file__).parents[2]
MIGRATIONS = ROOT / "db" / "migrations"

NewEngine = Callable[[], Engine]


@pytest.fixture
def new_engine(new_database_url: Callable[[], str]) -> Iterator[NewEngine]:
    """Return what opens one more database that no migration has seen."""
    engines: list[Engine] = []

    def create() -> Engine:
        engines.append(open_engine(new_database_url()))
        return engines[-1]

    yield create
    for engine in engines:
        engine.dispose()


def definitions(engine: Engine) -> dict[str, str]:
    """Return every column, constraint and index as the database itself words it.

    PostgreSQL adds a column after all the others, and takes none the longer to read it for that.
    """
    words = {
        "sqlite": "SELECT name, sql FROM sqlite_master WHERE sql IS NOT NULL",
        "postgresql": """
            SELECT conname, pg_get_constraintdef(oid) FROM pg_constraint
            WHERE connamespace = 'public'::regnamespace
            UNION ALL SELECT indexname, indexdef FROM pg_indexes WHERE schemaname = 'public'
            UNION ALL SELECT table_name || '.' || column_name,
                concat_ws(' ', data_type, is_nullable, collation_name)
            FROM information_schema.columns WHERE table_schema = 'public'
        """,
    }
    with reading(engine) as connection:
        found = connection.execute(text(words[engine.dialect.name])).all()
    ours = {name: " ".join(said.split()) for name, said in found}
    return {name: said for name, said in ours.items() if not name.startswith("alembic_version")}


def old_base(new_engine: NewEngine, revision: str) -> Engine:
    """Return a new database as an earlier program left it."""
    engine = new_engine()
    if path := sqlite_path(engine.url):
        path.parent.mkdir()
        path.touch()
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    with engine.connect() as connection, transaction(connection):
        config.attributes["connection"] = connection
        command.upgrade(config, revision)
    return engine


# What a case was in the first two schemas, said in SQL: no code of today knows it.
OLD_TABLES = {
    "case_file": "ref, series, number, title, version, opened_at",
    "fact": "case_id, name, type, value",
    "document_check": "case_id, document, noted_by",
    "journal": "case_id, seq, kind, recorded_at, author, state_to, forced",
}
OLD_CASE = """
    INSERT INTO case_file (ref, series, number, procedure, edition, territory, agency, title,
        folded, state, is_open, version, opened_at)
    VALUES (:ref, :series, :number, 'cipi', '2026-01', 'FR', 'lyon', 'Durand', 'durand',
        'preparation', true, 2, '2026-03-02 08:00:00')
    RETURNING id
"""
OLD_ROWS = (
    """
    INSERT INTO fact (case_id, name, type, value)
    VALUES (:id, 'demarrage_formation', 'date', '2026-09-08'),
        (:id, 'note', 'texte', 'L’été « œuvre »')
    """,
    """
    INSERT INTO document_check (case_id, document, received_on, noted_by)
    VALUES (:id, 'cerfa', '2026-03-01', 'm.durand'), (:id, 'l’annexe', '2026-03-02', 'z.petit')
    """,
    """
    INSERT INTO journal (case_id, seq, kind, recorded_at, author, state_to, forced, comment,
        changes, dates)
    VALUES (:id, 1, 'ouverture', '2026-03-02 08:00:00', 'm.durand', 'preparation', false, '',
            '[["note",null,"L’été « œuvre »"]]', '[]'),
        (:id, 2, 'piece', '2026-03-02 09:00:00', 'z.petit', 'preparation', false, '«é»', '[]', '[]')
    """,
)


JOURNAL_KEPT = (
    "case_id, seq, kind, recorded_at, author, state_from, state_to, action, happened, forced, undoes, "
    "comment"
)
"""What stays of an entry; what it noted is read anew: see `test_old_journals_tell_what_they_told`."""


def old_case(
    engine: Engine, *refs: str, series: str | None = None, number: int | None = None
) -> None:
    """Write cases as an earlier program did, each with facts, documents and a journal."""
    with engine.begin() as connection:
        for ref in refs:
            row = {"ref": ref, "series": series, "number": number}
            known = {"id": connection.scalar(text(OLD_CASE), row)}
            for statement in OLD_ROWS:
                connection.execute(text(statement), known)


def contents(engine: Engine, table: str) -> list[tuple[str, ...]]:
    """Return the rows of a table of the first schemas, in the columns that last."""
    with reading(engine) as connection:
        found = connection.execute(text(f"SELECT {OLD_TABLES[table]} FROM {table}"))
        return sorted(tuple(map(str, row)) for row in found)


@UNREAD_INDEX
def test_migrations_build_what_the_tables_say(engine: Engine) -> None:
    """Alembic sees no difference between the migrated database and the table classes."""
    with reading(engine) as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, SQLModel.metadata) == []


def test_migrations_build_every_constraint_and_index(new_engine: NewEngine) -> None:
    """Checks, foreign keys and partial indexes are, word for word, those of the table classes."""
    migrated, declared = new_engine(), new_engine()
    upgrade(migrated)
    if path := sqlite_path(declared.url):
        path.parent.mkdir()
        path.touch()
    with declared.begin() as connection:
        SQLModel.metadata.create_all(connection)
    found = definitions(migrated)
    assert found == definitions(declared)
    assert {"ck_deadline_silent", "ix_deadline_due"} <= set(found) | _checks(found)


def _checks(found: dict[str, str]) -> set[str]:
    """Return the constraints that SQLite words inside their table."""
    return {word for said in found.values() for word in said.split() if word.startswith("ck_")}


def test_a_new_database_goes_from_absent_to_current(new_engine: NewEngine) -> None:
    """Before the first migration a database is absent; after it, current; again changes nothing."""
    engine = new_engine()
    assert (schema_state(engine), version.current(engine)) == (SchemaState.ABSENT, None)
    upgrade(engine)
    before = definitions(engine)
    upgrade(engine)
    require_current(engine)
    assert (schema_state(engine), version.current(engine)) == (SchemaState.CURRENT, revisions.HEAD)
    assert definitions(engine) == before


def test_asking_for_the_state_creates_nothing(tmp_path: Path) -> None:
    """Looking at a SQLite database that is not there leaves it so."""
    engine = open_engine(f"sqlite:///{tmp_path / 'absente.db'}")
    assert schema_state(engine) is SchemaState.ABSENT
    assert list(tmp_path.iterdir()) == []


def test_a_new_file_is_its_owners_alone(tmp_path: Path) -> None:
    """Nobody else on the machine reads the cases, whatever the usual rights of new files."""
    engine = open_engine(f"sqlite:///{tmp_path / 'dossiers' / 'e.db'}")
    upgrade(engine)
    SqlCaseStore(engine, MorningsBefore(), is_final).save(opening(a_case()))
    modes = {stat.S_IMODE(path.stat().st_mode) for path in (tmp_path / "dossiers").iterdir()}
    assert modes == {0o600}
    engine.dispose()


def test_a_folder_that_cannot_be_made_is_reported(tmp_path: Path) -> None:
    """A file in the way of the folder gives a sentence, not a traceback."""
    (tmp_path / "dossiers").write_text("occupé", encoding="utf-8")
    engine = open_engine(f"sqlite:///{tmp_path / 'dossiers' / 'e.db'}")
    with pytest.raises(OutOfReach, match="ne peut pas être créé"):
        upgrade(engine)


UPGRADE = """
import sys
from db.connection.engine import open_engine
from db.schema.version import upgrade
engine = open_engine(sys.argv[1])
upgrade(engine)
engine.dispose()
"""


def test_two_programs_may_upgrade_at_once(new_database_url: Callable[[], str]) -> None:
    """Whoever comes second waits, then finds nothing to do."""
    url = new_database_url()
    programs = [begun("-c", UPGRADE, url) for _ in range(2)]
    assert [program.communicate(timeout=PATIENCE)[1] for program in programs] == ["", ""]
    engine = open_engine(url)
    assert schema_state(engine) is SchemaState.CURRENT
    engine.dispose()


def test_a_new_file_that_another_program_begins_is_waited_for(tmp_path: Path) -> None:
    """Who opens it while somebody is about to write into it waits, where SQLite itself would not."""
    path = tmp_path / "e.db"
    path.touch()
    other = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
    other.execute("BEGIN IMMEDIATE")
    engine = open_engine(f"sqlite:///{path}", busy_seconds=PATIENCE)
    soon = threading.Timer(0.1, other.rollback)
    soon.start()
    upgrade(engine)
    soon.join()
    other.close()
    assert schema_state(engine) is SchemaState.CURRENT
    engine.dispose()


@pytest.mark.parametrize("lost", ["DELETE FROM alembic_version", "DROP TABLE alembic_version"])
def test_tables_without_a_version_are_left_alone(engine: Engine, lost: str) -> None:
    """A base that lost the mark of its version is neither taken for a new one nor written."""
    with engine.begin() as connection:
        connection.execute(text(lost))
    before = definitions(engine)
    for use in (schema_state, require_current, upgrade):
        with pytest.raises(OutOfReach, match="restaurez une sauvegarde, ou choisissez un autre"):
            use(engine)
    assert definitions(engine) == before


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE alembic_version SET version_num = '0003'",
        "INSERT INTO alembic_version VALUES ('0003')",
    ],
)
def test_a_version_written_by_hand_changes_nothing(engine: Engine, change: str) -> None:
    """A version that the tables do not have is told in a sentence, and the base stays as it was."""
    with engine.begin() as connection:
        connection.execute(text(change))
    before = sizes(engine)
    with pytest.raises(OutOfReach, match="n’a pas les tables de la version qu’elle dit être"):
        upgrade(engine)
    assert sizes(engine) == before


def test_older_references_lose_their_capitals(new_engine: NewEngine) -> None:
    """A database of the first schema is brought to the one where capitals do not tell cases apart."""
    older, new = old_base(new_engine, "0001"), new_engine()
    old_case(older, "cipi-2026-0004", series="cipi-2026", number=4)
    for base in (older, new):
        upgrade(base)
    assert definitions(older) == definitions(new)
    store = SqlCaseStore(older, MorningsBefore(), is_final)
    assert store.next_ref("CIPI", 2026) == "CIPI-2026-0005"


def test_twin_references_stop_the_migration(new_engine: NewEngine) -> None:
    """Two cases that only capitals tell apart are named, and the database stays as it was."""
    older = old_base(new_engine, "0001")
    for ref in ("HTML-1", "html-1"):
        old_case(older, ref)
    before = definitions(older)
    with pytest.raises(OutOfReach, match="« HTML-1 » et « html-1 »"):
        upgrade(older)
    assert (version.current(older), definitions(older)) == ("0001", before)


def test_a_received_document_stays_received(new_engine: NewEngine) -> None:
    """A case of the second schema is read as it was: papers received, nothing that is not known."""
    older = old_base(new_engine, "0002")
    old_case(older, "CIPI-2026-0001")
    upgrade(older)
    store = SqlCaseStore(older, MorningsBefore(), is_final)
    case = store.load("CIPI-2026-0001")
    assert case.documents == {
        "cerfa": Paper(PaperStatus.RECEIVED, date(2026, 3, 1), "m.durand"),
        "l’annexe": Paper(PaperStatus.RECEIVED, date(2026, 3, 2), "z.petit"),
    }
    assert case.facts == {"demarrage_formation": START, "note": "L’été « œuvre »"}
    assert (case.hours, case.eligibility, case.alerts) == ((), None, ())
    assert [entry.seq for entry in store.journal(case.ref)] == [1, 2]
    store.save(step(case, "drf_deposee", facts={"cout": Decimal("73.50")}))
    assert store.load(case.ref).facts["cout"] == Decimal("73.50")


def test_what_files_are_searched_by_is_noted_anew(new_engine: NewEngine) -> None:
    """Files of an earlier schema are found by every letter of their title, thousands of them too."""
    older = old_base(new_engine, "0007")
    with older.begin() as connection:
        for number in range(1, 1_501):
            row = {"ref": f"CIPI-2026-{number:04}", "series": "CIPI-2026", "number": number}
            connection.execute(text(OLD_CASE), row)
        change = "UPDATE case_file SET title = 'Ayşe Yıldız' WHERE ref = 'CIPI-2026-1400'"
        connection.execute(text(change))
    upgrade(older)
    store = SqlCaseStore(older, MorningsBefore(), is_final)
    assert [line.ref for line in store.find(CaseQuery(text="yildiz")).lines] == ["CIPI-2026-1400"]
    assert store.find(CaseQuery(text="durand")).total == 1_499


def test_no_row_is_lost_when_tables_are_copied(new_engine: NewEngine) -> None:
    """Thousands of facts, documents and journal entries are the same after the third migration."""
    older = old_base(new_engine, "0002")
    old_case(older, *(f"CIPI-2026-{number:04}" for number in range(1, 1_001)))
    before = {name: contents(older, name) for name in OLD_TABLES}
    upgrade(older)
    after = {name: contents(older, name) for name in OLD_TABLES}
    found = {name: len(lines) for name, lines in after.items()}
    assert found == {"case_file": 1_000, "fact": 2_000, "document_check": 2_000, "journal": 2_000}
    assert after == before
    with reading(older) as connection:
        assert connection.scalar(text("SELECT count(*) FROM case_file WHERE alerts IS NULL")) == 0
        if older.dialect.name == "sqlite":
            assert connection.scalar(text("PRAGMA integrity_check")) == "ok"
            assert connection.execute(text("PRAGMA foreign_key_check")).all() == []


# What the third schema added to a case, said in SQL too.
FOLLOW_UP_ROWS = (
    "UPDATE case_file SET alerts = '[\"Durée : trop courte.\"]'",
    """
    INSERT INTO journal (case_id, seq, kind, recorded_at, author, state_to, forced, comment,
        changes, dates)
    SELECT id, 3, 'heures', '2026-03-02 10:00:00', 'm.durand', 'preparation', false, '', '[]', '[]'
    FROM case_file
    """,
    """
    INSERT INTO hours_line (case_id, number, kind, first_day, last_day, planned, place)
    SELECT id, 1, 'formation', '2026-09-07', '2026-09-11', '35.50', 'L’Atelier' FROM case_file
    """,
    """
    INSERT INTO eligibility (case_id, seq, noted_by, recorded_at, data)
    SELECT id, 2, 'm.durand', '2026-03-02 09:00:00',
        '{"ground":"motif","answers":{},"proof":"","kept_at":""}' FROM case_file
    """,
    """
    INSERT INTO consultation (case_id, read_at, read_by)
    SELECT id, '2026-03-02 11:00:00', 'z.petit' FROM case_file
    """,
    "UPDATE case_file SET version = 3",
)


def test_a_followed_case_gets_contracts_and_a_calendar(new_engine: NewEngine) -> None:
    """Cases of the third schema are read as they were, and take what the fourth one brings."""
    older, new = old_base(new_engine, "0003"), new_engine()
    with older.begin() as connection:
        for number in range(1, 1_001):
            row = {"ref": f"CIPI-2026-{number:04}", "series": "CIPI-2026", "number": number}
            known = {"id": connection.scalar(text(OLD_CASE), row)}
            connection.execute(text(OLD_ROWS[2]), known)
        for statement in FOLLOW_UP_ROWS:
            connection.execute(text(statement))
    tables_then = ("hours_line", "eligibility", "consultation")

    def everything() -> list[list[str]]:
        with reading(older) as connection:
            words = [f"SELECT {JOURNAL_KEPT} FROM journal"]
            words += [f"SELECT * FROM {table}" for table in tables_then]
            return [sorted(map(str, connection.execute(text(one)))) for one in words]

    before = everything()
    for base in (older, new):
        upgrade(base)
    assert definitions(older) == definitions(new)
    assert everything() == before
    assert list(map(len, before)) == [3_000, 1_000, 1_000, 1_000]
    store = SqlCaseStore(older, MorningsBefore(), is_final)
    case = store.load("CIPI-2026-1000")
    assert (case.contracts, case.alerts) == ((), (Alert("Durée", "trop courte."),))
    assert (case.hours[0].planned, case.eligibility) == (Decimal("35.50"), Eligibility("motif"))
    noted = step(case, kind=EntryKind.CONTRACTS, contracts=(a_contract(),))
    moved = step(noted.after, kind=EntryKind.RECALCULATION)
    paid = step(moved.after, kind=EntryKind.MONEY, money=(some_money(),))
    entry = a_session()
    store.save_all(
        (noted, moved, paid), CalendarChange(entry.procedure, entry.funder, added=(entry,))
    )
    assert store.load(case.ref) == paid.after
    assert store.sessions(entry.procedure, entry.funder) == (entry,)


# Deadlines, reminders, mails and signs of life as the fourth schema had them.
OLD_DEADLINE = """
    INSERT INTO deadline (case_id, rule, status, act_on, late, reminded_until, next_reminder_at,
        explanation)
    SELECT id, '{rule}', 'ouverte', '2026-09-03', false, '2026-03-02 08:00:00',
        '2026-08-27 08:00:00', '{"expected_at":{expected}}' FROM case_file
"""
OLD_MESSAGE = """
    INSERT INTO outbox (key, kind, recipient, address, subject, message_id, ref, created_at,
        next_attempt_at, attempts, sent_at, answer, failed_at, last_error, content)
    SELECT '{key}/' || ref, 'rappel', 'personne:zoe', 'zoe@example.org', 'Été', '<{key}/' || ref || '>',
        ref, '2026-03-02 08:00:00', '2026-03-02 09:00:00', 2, {end}, {bytes}
    FROM case_file
"""
AT = "'2026-03-02 08:01:00'"
MAIL_ROWS = (
    OLD_DEADLINE.replace("{rule}", "drf").replace("{expected}", "null"),
    OLD_DEADLINE.replace("{rule}", "reponse").replace("{expected}", '"2026-09-04T12:00:00+02:00"'),
    OLD_MESSAGE.replace("{key}", "w").replace("{end}", "NULL, NULL, NULL, '450'"),
    OLD_MESSAGE.replace("{key}", "s").replace("{end}", f"{AT}, '250', NULL, NULL"),
    OLD_MESSAGE.replace("{key}", "f").replace("{end}", f"NULL, NULL, {AT}, '550'"),
    """
    INSERT INTO reminder (case_id, rule, value, "offset", recipient, planned_for, created_at,
        outbox_id)
    SELECT case_file.id, 'drf', '2026-09-03', 'prudent-14', 'personne:zoe', '2026-03-02 08:00:00',
        '2026-03-02 08:00:00', outbox.id
    FROM case_file JOIN outbox ON outbox.key = 's/' || case_file.ref
    """,
    """
    INSERT INTO heartbeat (host, service, beat_at, policy)
    VALUES ('poste-1', 'poste-1:4', '2026-03-02 08:00:00', 'abc'),
        ('poste-2', 'poste-2:7', '2026-03-02 08:05:00', 'abc')
    """,
)
MAIL_TABLES = {
    "journal": JOURNAL_KEPT,
    "reminder": 'id, case_id, rule, value, "offset", recipient, planned_for, outbox_id',
    "outbox": "id, key, kind, recipient, address, subject, message_id, ref, created_at, "
    "next_attempt_at, attempts, sent_at, answer, failed_at, last_error",
    "heartbeat": "service, beat_at, policy",
}


def test_mails_and_reminders_survive_the_fifth_schema(new_engine: NewEngine) -> None:
    """No mail, reminder or sign of life of the fourth schema is lost, and each can be acted on."""
    older, new = old_base(new_engine, "0004"), new_engine()
    content = {"sqlite": "CAST('Objet' AS BLOB)", "postgresql": "CAST('Objet' AS BYTEA)"}
    with older.begin() as connection:
        for number in range(1, 501):
            row = {"ref": f"CIPI-2026-{number:04}", "series": "CIPI-2026", "number": number}
            known = {"id": connection.scalar(text(OLD_CASE), row)}
            connection.execute(text(OLD_ROWS[2]), known)
        for statement in MAIL_ROWS:
            words = statement.replace("{bytes}", content[older.dialect.name])
            connection.exec_driver_sql(words)

    def everything() -> dict[str, list[str]]:
        with reading(older) as connection:
            words = {name: f"SELECT {said} FROM {name}" for name, said in MAIL_TABLES.items()}
            return {
                name: sorted(str(tuple(row)) for row in connection.execute(text(one)))
                for name, one in words.items()
            }

    before = everything()
    for base in (older, new):
        upgrade(base)
    assert definitions(older) == definitions(new)
    assert everything() == before
    with reading(older) as connection:
        # Each mail has its own bytes, set apart.
        bytes_of = (
            "SELECT count(*) FROM letter JOIN outbox ON outbox.id = outbox_id WHERE content = "
        )
        own = connection.scalar(text(bytes_of + content[older.dialect.name]))
        assert own == 1_500
    counted = {name: len(lines) for name, lines in before.items()}
    assert counted == {"journal": 1_000, "reminder": 500, "outbox": 1_500, "heartbeat": 2}
    store = SqlNotificationStore(older)
    counts = store.counts()
    assert (counts.waiting, counts.sent, counts.failed) == (500, 500, 500)
    assert [beat.service for beat in store.beats()] == ["poste-2:7", "poste-1:4"]
    with reading(older) as connection:
        channels = connection.scalars(text("SELECT DISTINCT channel FROM reminder")).all()
        replies = text("SELECT DISTINCT rule FROM deadline WHERE awaited")
        assert (channels, connection.scalars(replies).all()) == (["aussitot"], ["reponse"])
    now = datetime(2026, 3, 2, 12, tzinfo=UTC)
    assert {one.claims for one in store.claim(now, 600, timedelta(minutes=5), "relais")} == {1}
    failed = store.failures(1)[0].id
    store.retry(failed, "zoe", now)
    assert store.message(failed)[2][0].what == "relance"


# A limit at midnight, told and ranked as the sixth schema did.
MIDNIGHT = {
    "kind": "reglementaire",
    "strict": "2027-02-06T00:00:00+01:00",
    "expected_at": None,
    "steps": [
        "Point de départ : lundi 8 février 2027.",
        "Limite : samedi\xa06\xa0février\xa02027 à\xa000:00.",
    ],
    "options": ["au plus tard le 06/02/2027 à\xa000:00, prudemment le 03/02/2027"],
}


OldChange = tuple[str, str | None, str | None]

CIF = rulebook().procedures["cif-cdd"]
LIMIT, LATEST = "demarrage_max", CIF.deadlines["demarrage_max"].label
BIAF, PAY_SLIPS = (CIF.documents[name].label for name in ("biaf", "bulletins_quatre_mois"))
FULL = "formation du 02/03/2026 au 06/03/2026, 1 035,5 h prévues, 7,25 h faites, Greta, Lyon"
OLD_ENTRY = """
    INSERT INTO journal (case_id, seq, kind, recorded_at, author, state_to, forced, comment, changes, dates)
    VALUES (:id, :seq, :kind, '2026-03-02 08:00:00', :by, 'preparation', false, '', :changes, :dates)
"""

PAPER = '[["biaf", null, "recu 2026-03-01"]]'

# Every kind of entry as the programs before the thirteenth schema wrote it, and the sentences they showed.
OLD_ENTRIES: list[tuple[str, list[OldChange], list[OldChange], list[str]]] = [
    (
        "ouverture",
        [("demarrage_formation", None, "2026-09-08"), ("biaf", None, "2026-03-01")],
        [(LIMIT, None, "ouvre 08/07/2026, prudente 03/09/2026, stricte 06/09/2026 à 24:00")],
        [
            "Début de la formation : 08/09/2026",
            f"{BIAF} : reçue le 01/03/2026",
            f"Échéance : {LATEST}, ouvre 08/07/2026, prudente 03/09/2026, stricte 06/09/2026 à 24:00",
        ],
    ),
    (
        "action",
        [("depose_le", None, "2026-03-02"), ("bulletins_quatre_mois", None, "recu 2026-03-02")],
        [
            (LIMIT, "prudente 03/09/2026, stricte 06/09/2026", None),
            ("reponse", None, "attendue 04/09/2026 à 12:00, relance 07/09/2026"),
        ],
        [
            "Dépôt du dossier : 02/03/2026",
            f"{PAY_SLIPS} : reçue le 02/03/2026",
            f"Échéance levée : {LATEST}",
            "Échéance : reponse, attendue 04/09/2026 à 12:00, relance 07/09/2026",
        ],
    ),
    (
        "piece",
        [
            ("biaf", "recu 2026-03-01", "verifie 2026-03-03, classeur 3, étagère « été »"),
            ("bulletins_quatre_mois", "recu 2026-03-02", None),
        ],
        [],
        [
            f"{BIAF} : reçue le 01/03/2026 → vérifiée le 03/03/2026, classeur 3, étagère « été »",
            f"{PAY_SLIPS} : reçue le 02/03/2026 → retiré",
        ],
    ),
    (
        "heures",
        [
            ("heures.1", None, FULL),
            ("heures.2", None, "mission le 02/03/2026, 7 h faites"),
            ("heures.3", "bilan le 02/03/2026, 3 h prévues", None),
        ],
        [],
        [
            f"Heures, ligne 1 : {FULL}",
            "Heures, ligne 2 : mission le 02/03/2026, 7 h faites",
            "Heures, ligne 3 : bilan le 02/03/2026, 3 h prévues → retiré",
        ],
    ),
    (
        "contrats",
        [
            ("contrat.1", None, "cdd du 01/02/2017 au 31/05/2017, 607,5 h, prive, Lycée, Dijon"),
            ("contrat.2", "ancien du 01/02/2017 au 31/05/2017, ailleurs", None),
        ],
        [],
        [
            "Contrat, ligne 1 : CDD du 01/02/2017 au 31/05/2017, 607,5 h, Employeur privé, Lycée, Dijon",
            "Contrat, ligne 2 : ancien du 01/02/2017 au 31/05/2017, ailleurs → retiré",
        ],
    ),
    (
        "correction",
        [("demarrage_formation", "autrefois", "2026-09-15"), ("title", "Été", "Hiver")],
        [(LIMIT, "prudente 03/09/2026", "prudente 10/09/2026")],
        [
            "Début de la formation : autrefois → 15/09/2026",
            "Libellé : Été → Hiver",
            f"Échéance déplacée : {LATEST}, prudente 03/09/2026 → prudente 10/09/2026",
        ],
    ),
    (
        "attribution",
        [("owner", "zoe", None), ("agency", "dijon", "ailleurs"), ("territory", "FR", "FR-57")],
        [],
        [
            "Personne : Zoé Müller → personne (l’agence suit)",
            "Agence : Agence de Dijon → ailleurs",
            "Jours fériés : France métropolitaine → Moselle",
        ],
    ),
    ("report", [(LIMIT, None, "2026-08-20")], [], [f"{LATEST} : rappel reporté au 20/08/2026"]),
    ("report", [(LIMIT, "2026-08-20", None)], [], [f"{LATEST} : rappel repris"]),
    ("eligibilite", [("preuve", None, "2026-01-07")], [], ["preuve : 2026-01-07"]),
    (
        "piece",
        [("biaf", "écrit à la main", "recu hier")],
        [(LIMIT, "un jour", "un autre"), ("reponse", None, "prudente 10/09/2026")],
        [
            f"{BIAF} : écrit à la main → recu hier",
            f"Échéance déplacée : {LATEST}, un jour → un autre",
            "Échéance : reponse, prudente 10/09/2026",
        ],
    ),
    (
        "heures",
        [("heures.4", None, "mission du 31/02/2026 au 06/03/2026, 3 h prévues")],
        [],
        ["Heures, ligne 4 : mission du 31/02/2026 au 06/03/2026, 3 h prévues"],
    ),
]


def test_old_journals_tell_what_they_told(new_engine: NewEngine) -> None:
    """Entries of every kind show the same sentences, and tell other programs the same words.

    What an older program wrote in words is a value; a paper of the first schemas, which has no status, says
    that it was received, as it always showed. What nobody can read stays as it is.
    """
    older = old_base(new_engine, "0012")
    with older.begin() as connection:
        known = connection.scalar(text(OLD_CASE), {"ref": "CIF", "series": None, "number": None})
        alerts = '["Durée : 3 h : il en faut 20.", "Sans étiquette."]'
        change = "UPDATE case_file SET version = :version, alerts = :alerts"
        connection.execute(text(change), {"version": len(OLD_ENTRIES), "alerts": alerts})
        for seq, (kind, changes, dates, _) in enumerate(OLD_ENTRIES, start=1):
            noted = {"changes": _stored(changes), "dates": _stored(dates)}
            connection.execute(
                text(OLD_ENTRY), {"id": known, "seq": seq, "kind": kind, "by": f"p{seq}", **noted}
            )
    upgrade(older)
    store = SqlCaseStore(older, MorningsBefore(), is_final)
    assert store.load("CIF").alerts == (
        Alert("Durée", "3 h : il en faut 20."),
        Alert("", "Sans étiquette."),
    )
    entries = store.journal("CIF")
    for entry, (_, changes, dates, sentences) in zip(entries, OLD_ENTRIES, strict=True):
        found = entry_lines(entry, CIF, make_directory(), PARIS)
        assert [line.replace(NBSP, " ") for line in found] == sentences
        told = [_plain(change_text(change)) for change in (*entry.changes, *entry.dates)]
        assert told == [*map(_with_status, changes), *dates]
    values = {
        change.name: change.new for entry in entries for change in entry.changes if change.new
    }
    lines = "1", "2"
    assert [type(values[name]) for name in lines] == [Contract, HoursLine]
    paper, again = (entries[index].changes[-1] for index in (0, 2))
    assert paper.new == Paper(PaperStatus.RECEIVED, date(2026, 3, 1), "p1")
    assert again.old == Paper(PaperStatus.RECEIVED, date(2026, 3, 2), "p2")
    store.save(step(store.load("CIF"), kind=EntryKind.TRANSFER, owner=None))


def test_a_damaged_entry_stops_no_migration(new_engine: NewEngine) -> None:
    """What no program wrote is left as it was, and every other entry is read."""
    older = old_base(new_engine, "0012")
    damaged = "[1]" if older.dialect.name == "postgresql" else "[[1"
    with older.begin() as connection:
        known = connection.scalar(text(OLD_CASE), {"ref": "CIF", "series": None, "number": None})
        connection.execute(text("UPDATE case_file SET alerts = :alerts"), {"alerts": damaged})
        for seq, changes in enumerate(
            (damaged, '[["biaf", "a"]]', '[["biaf", null, 3]]', PAPER), 1
        ):
            noted = {"id": known, "seq": seq, "kind": "piece", "by": "p1", "changes": changes}
            connection.execute(text(OLD_ENTRY), {**noted, "dates": "[]"})
    upgrade(older)
    entries = "SELECT CAST(changes AS TEXT) FROM journal ORDER BY seq"
    with reading(older) as connection:
        found = list(connection.scalars(text(entries)))
        alerts = connection.scalar(text("SELECT CAST(alerts AS TEXT) FROM case_file"))
    assert (found[:3], alerts) == ([damaged, '[["biaf", "a"]]', '[["biaf", null, 3]]'], damaged)
    assert json.loads(found[3]) == [
        ["piece", "biaf", None, {"status": "recu", "on": "2026-03-01", "by": "p1", "kept_at": ""}]
    ]


def _stored(changes: list[OldChange]) -> str:
    """Return changes as they were stored: numbers and hours had spaces that do not break."""
    written = json.dumps(changes, ensure_ascii=False)
    for short in (" h prévues", " h faites", " h,", "1 035", " 24:00", " 12:00"):
        written = written.replace(short, short.replace(" ", NBSP, 1))
    return written


def _plain(change: OldChange) -> OldChange:
    name, old, new = change
    return name, old and old.replace(NBSP, " "), new and new.replace(NBSP, " ")


def _with_status(change: OldChange) -> OldChange:
    return ("biaf", None, "recu 2026-03-01") if change == ("biaf", None, "2026-03-01") else change


def test_limits_at_midnight_are_told_on_the_day_that_they_end(new_engine: NewEngine) -> None:
    """A limit at midnight is 24:00 of the day before in what was explained, and ranks its case there.

    Later on, its stake ranks it too.
    """
    older = old_base(new_engine, "0006")
    morning = MIDNIGHT | {"strict": "2027-02-06T09:00:00+01:00"}
    with older.begin() as connection:
        for number, explanation in enumerate((MIDNIGHT, morning), 1):
            row = {"ref": f"CIPI-2026-{number:04}", "series": "CIPI-2026", "number": number}
            known = {"id": connection.scalar(text(OLD_CASE), row)}
            statement = """
                INSERT INTO deadline (case_id, rule, status, act_on, late, reminded_until, awaited,
                    explanation)
                VALUES (:id, 'drf', 'ouverte', '2027-02-03', false, '2026-03-02 08:00:00', false,
                    :told)
            """
            connection.execute(text(statement), known | {"told": json.dumps(explanation)})
            ranked = """
                UPDATE case_file SET strict_on = '2027-02-06', act_on = '2027-02-03', stake = '2835.60'
                WHERE id = :id
            """
            connection.execute(text(ranked), known)
    upgrade(older)
    with reading(older) as connection:
        rows = connection.execute(
            text(
                "SELECT strict_on, explanation FROM case_file "
                "JOIN deadline ON case_id = case_file.id ORDER BY ref"
            )
        ).all()
        ranks = connection.execute(text("SELECT law_on, worth, estimated FROM case_file")).all()
    assert [(str(law), worth, bool(usual)) for law, worth, usual in ranks] == [
        ("2027-02-03", 2835, False)
    ] * 2
    (first, told), (second, kept) = (
        (str(day), json.loads(said) if isinstance(said, str) else said) for day, said in rows
    )
    assert (first, second) == ("2027-02-05", "2027-02-06")
    assert told["steps"][1] == "Limite : vendredi\xa05\xa0février\xa02027 à\xa024:00."
    assert told["options"] == ["au plus tard le 05/02/2027 à\xa024:00, prudemment le 03/02/2027"]
    assert (told["strict"], kept) == (MIDNIGHT["strict"], morning)


OLD_VERDICT = """
    INSERT INTO deadline (case_id, rule, status, act_on, closed_on, late, reminded_until, explanation)
    VALUES (:id, :rule, 'tenue', '2026-09-03', '2026-12-09', false, '2026-12-09 08:00:00', :said)
"""
JUDGED: dict[str, tuple[str, dict[str, str], str | None, tuple[str, bool, str | None]]] = {
    # What a case holds, the strict limit, and what its deadline becomes.
    "realisation without its end": (
        "realisation", {}, "2027-03-07", ("non_verifiee", False, None)),
    "realisation without enough hours": (
        "realisation", {"fin_parcours": "2026-11-16", "heures_formation_realisees": "175"},
        "2027-03-07", ("non_verifiee", False, None)),
    "realisation in time": (
        "realisation",
        {"fin_parcours": "2026-11-16", "heures_formation_realisees": "175",
         "heures_mission_realisees": "70"},
        "2027-03-07", ("tenue", False, "2026-11-16")),
    "realisation too late": (
        "realisation",
        {"fin_parcours": "2027-03-08", "heures_formation_realisees": "175",
         "heures_mission_realisees": "70"},
        "2027-03-07", ("tenue", True, "2027-03-08")),
    "mission without hours": (
        "mission", {"debut_mission": "2026-11-02"}, "2027-02-15", ("non_verifiee", False, None)),
    "mission done": (
        "mission", {"heures_mission_realisees": "70"}, "2027-02-15", ("tenue", False, "2026-12-09")),
    "deposit on the last day, hour unknown": (
        "drf", {"drf_deposee_le": "2026-09-06"}, "2026-09-06T09:00:00+02:00",
        ("non_verifiee", False, None)),
    "deposit before the last day": (
        "drf", {"drf_deposee_le": "2026-09-05"}, "2026-09-06T09:00:00+02:00",
        ("tenue", False, "2026-09-05")),
    "deposit after the hour": (
        "drf", {"drf_deposee_le": "2026-09-06T09:01:00+02:00"}, "2026-09-06T09:00:00+02:00",
        ("tenue", True, "2026-09-06")),
    "a reply": ("reponse_akto", {}, None, ("tenue", False, "2026-12-09")),
}  # fmt: skip


def test_old_deadlines_are_judged_anew(new_engine: NewEngine) -> None:
    """What was held for met without proof waits for it and says what is missing; the count is told."""
    older, new = old_base(new_engine, "0009"), new_engine()
    with older.begin() as connection:
        for number, (rule, facts, strict, _) in enumerate(JUDGED.values(), 1):
            row = {"ref": f"CIPI-2026-{number:04}", "series": "CIPI-2026", "number": number}
            known = {"id": connection.scalar(text(OLD_CASE), row)}
            said = json.dumps({"strict": strict, "label": rule})
            connection.execute(text(OLD_VERDICT), {**known, "rule": rule, "said": said})
            for name, value in facts.items():
                fact = "INSERT INTO fact (case_id, name, type, value) VALUES (:id, :name, :type, :value)"
                kind = "nombre" if name.startswith("heures") else "date"
                connection.execute(
                    text(fact), {**known, "name": name, "type": kind, "value": value}
                )
        connection.execute(text("UPDATE case_file SET state = 'presences_saisies'"))
    upgrade(new)
    assert upgrade(older) == 8
    assert upgrade(older) == 0
    assert definitions(older) == definitions(new)
    found = select(deadline_tables.deadline).order_by(deadline_tables.deadline.c.case_id)
    with reading(older) as connection:
        rows = connection.execute(found).all()
    ends = [(one.status, one.late, one.closed_on and one.closed_on.isoformat()) for one in rows]
    assert dict(zip(JUDGED, ends, strict=True)) == {name: one[-1] for name, one in JUDGED.items()}
    missing = [one.explanation.get("missing", []) for one in rows]
    assert [bool(one) for one in missing] == [status == "non_verifiee" for status, _, _ in ends]
    assert missing[4] == [
        "« Heures de mission réalisées » (heures_mission_realisees) : 0 h sur 70 h"
    ]


ROUNDS: dict[str, tuple[str, dict[str, str], str | None]] = {
    # The rule, the facts, and what is missing; each row was met on 10 December 2026.
    "filed in its window": ("drf", {"opens_on": "2026-12-10"}, None),
    "filed before its window": (
        "drf", {"opens_on": "2026-12-11"},
        "« Saisie de la DRF » (drf_deposee_le) : une date à partir du 11/12/2026, jour de l’ouverture"),
    "a path that ends with its training": ("realisation", {"fin_formation": "2026-12-10"}, None),
    "a path that ends before its training": (
        "realisation", {"fin_formation": "2026-12-11"}, "Fin de la formation"),
    "hours done until its last day": ("realisation", {"mission": "2026-12-10"}, None),
    "hours done after its last day": (
        "realisation", {"mission": "2026-12-11"}, "Dernier jour des heures de mission réalisées"),
}  # fmt: skip
MET_ROW = """
    INSERT INTO deadline (case_id, rule, status, opens_on, act_on, closed_on, late, reminded_until,
        explanation)
    VALUES (:id, :rule, 'tenue', :opens_on, '2026-12-10', '2026-12-10', false,
        '2026-12-01 08:00:00', '{}')
"""


def test_steps_of_another_round_are_judged_anew(new_engine: NewEngine) -> None:
    """What was met before its window opened, or by a path shorter than its parts, waits for its proof."""
    older = old_base(new_engine, "0011")
    with older.begin() as connection:
        for number, (rule, facts, _) in enumerate(ROUNDS.values(), 1):
            row = {"ref": f"CIPI-2026-{number:04}", "series": "CIPI-2026", "number": number}
            known = {"id": connection.scalar(text(OLD_CASE), row)}
            opens_on = facts.get("opens_on")
            connection.execute(text(MET_ROW), {**known, "rule": rule, "opens_on": opens_on})
            if ended := facts.get("fin_formation"):
                fact = "INSERT INTO fact VALUES (:id, 'fin_formation', 'date', :value)"
                connection.execute(text(fact), {**known, "value": ended})
            if last := facts.get("mission"):
                hours = (
                    "INSERT INTO hours_line (case_id, number, kind, first_day, last_day, done, place)"
                    " VALUES (:id, 1, 'mission', '2026-11-02', :last, '70', '')"
                )
                connection.execute(text(hours), {**known, "last": last})
    assert (upgrade(older), upgrade(older)) == (3, 0)
    found = select(deadline_tables.deadline).order_by(deadline_tables.deadline.c.case_id)
    with reading(older) as connection:
        rows = connection.execute(found).all()
    for one, (_, _, missing) in zip(rows, ROUNDS.values(), strict=True):
        assert one.status == ("tenue" if missing is None else "non_verifiee")
        assert (missing or "") in " ".join(one.explanation.get("missing", []))
        assert (one.closed_on is None) is (missing is not None)


BROKEN_MIGRATION = '''
"""A migration that changes much, then fails."""
import sqlalchemy as sa
from alembic import op

revision = "later"
down_revision = "{head}"


def upgrade():
    op.create_table("nouvelle", sa.Column("id", sa.Integer, primary_key=True))
    op.add_column("case_file", sa.Column("nouveau", sa.String()))
    op.execute("UPDATE case_file SET title = 'perdu'")
    op.execute("DELETE FROM fact")
    op.execute("SELECT * FROM absente")
'''


def _later_program(monkeypatch: pytest.MonkeyPatch, folder: Path, migration: str) -> None:
    """Make this program one that knows one more migration."""
    later = folder / "migrations"
    (later / "versions").mkdir(parents=True)
    for path in MIGRATIONS.rglob("*.py"):
        copy = later / path.relative_to(MIGRATIONS)
        copy.write_text(path.read_text(encoding="utf-8"), encoding="utf-8")
    (later / "versions" / "later.py").write_text(
        migration.replace("{head}", revisions.HEAD), encoding="utf-8"
    )
    monkeypatch.setattr(version, "__file__", str(folder / "schema" / "version.py"))
    monkeypatch.setattr(version, "REVISIONS", (*revisions.REVISIONS, "later"))
    monkeypatch.setattr(version, "HEAD", "later")


def test_parties_are_made_of_what_files_say(new_engine: NewEngine) -> None:
    """Files that say one SIRET, or one name however it is written, have one party; each has its journal."""
    engine, said = (
        old_base(new_engine, "0026"),
        {
            "A-1": ("Sacha Morvan, soudeur", "Greta Métiers", "12345678200010", "Usine Bêta"),
            "A-2": ("MORVAN SACHA", "Gréta", "12345678200010", "usine beta"),
            "A-3": ("Zoé Petit", "GRETA METIERS", None, None),
            "A-4": ("", None, None, None),
        },
    )
    with engine.begin() as connection:
        for ref, (title, school, siret, client) in said.items():
            row = {"ref": ref, "series": None, "number": None}
            id_ = connection.scalar(text(OLD_CASE.replace("'Durand'", f"'{title}'")), row)
            facts = {"organisme_formation": school, "siret_organisme": siret}
            for name, value in facts.items():
                told = text("INSERT INTO fact VALUES (:id, :name, 'texte', :value)")
                if value:
                    connection.execute(told, {"id": id_, "name": name, "value": value})
            if client:
                hours = """
                    INSERT INTO hours_line (case_id, number, kind, first_day, last_day, place)
                    VALUES (:id, 1, 'mission', '2026-03-02', '2026-03-02', :place)
                """
                connection.execute(text(hours), {"id": id_, "place": client})
    upgrade(engine)
    store, cases = SqlPartyStore(engine), SqlCaseStore(engine, MorningsBefore(), is_final)
    names = {
        kind: [one.title for one in store.page(PartyQuery(kind)).parties] for kind in PartyKind
    }
    assert names == {
        PartyKind.ORGANISATION: ["Greta Métiers"],
        PartyKind.CLIENT: ["Usine Bêta"],
        PartyKind.BENEFICIARY: ["Sacha Morvan", "Zoé Petit"],
    }
    pointed = [[kind.of(cases.load(ref)) for kind in PartyKind] for ref in said]
    assert pointed == [[1, 2, 3], [1, 2, 3], [1, None, 4], [None, None, None]]
    (entry,) = store.journal(1)
    assert ("siret", None, "12345678200010") in {(c.name, c.old, c.new) for c in entry.changes}
    assert store.page(PartyQuery(PartyKind.ORGANISATION, "123 456 782 00010")).files == {1: 3}
    # The next number is free.
    assert store.write((Party(PartyKind.CLIENT, "Alpha"), entry))[0].number == 5


def test_a_failed_migration_leaves_the_database_as_it_was(
    engine: Engine, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Tables, rows and version are untouched when a migration fails half-way."""
    store = SqlCaseStore(engine, MorningsBefore(), is_final)
    case = a_case()
    store.save(opening(case))
    before, known = definitions(engine), revisions.HEAD
    _later_program(monkeypatch, tmp_path, BROKEN_MIGRATION)
    assert schema_state(engine) is SchemaState.OLDER
    with pytest.raises(OutOfReach, match="date d’une version précédente"):
        require_current(engine)
    with pytest.raises(Exception, match="n’a pas les tables de la version qu’elle dit"):
        upgrade(engine)
    assert definitions(engine) == before
    assert version.current(engine) == known
    assert store.load(case.ref) == case


REBUILDING_MIGRATION = '''
"""A migration that SQLite can only do by copying a table that others refer to."""
import sqlalchemy as sa
from alembic import op

revision = "later"
down_revision = "{head}"


def upgrade():
    with op.batch_alter_table("case_file") as batch:
        batch.alter_column("title", new_column_name="libelle", existing_type=sa.String())
'''


@UNREAD_INDEX
def test_a_table_that_others_refer_to_can_be_rebuilt(
    engine: Engine, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """A later migration may change the table of cases: nothing refers to a row that is lost."""
    SqlCaseStore(engine, MorningsBefore(), is_final).save(opening(a_case()))
    _later_program(monkeypatch, tmp_path, REBUILDING_MIGRATION)
    upgrade(engine)
    with reading(engine) as connection:
        found = connection.execute(
            text("SELECT libelle FROM case_file JOIN deadline ON case_id = case_file.id")
        )
        assert found.scalars().all() == [a_case().title] * 2
    with pytest.raises(IntegrityError), engine.begin() as connection:
        connection.execute(text("DELETE FROM case_file"))


def test_the_program_knows_its_migrations() -> None:
    """The list that is read at start without Alembic is the list of the scripts."""
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    scripts = ScriptDirectory.from_config(config)
    found = [script.revision for script in scripts.walk_revisions()]
    assert tuple(reversed(found)) == revisions.REVISIONS
    assert scripts.get_heads() == [revisions.HEAD]


def test_there_is_no_way_back() -> None:
    """A migration refuses to be undone, and says what to do instead."""
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    scripts = ScriptDirectory.from_config(config)
    for script in scripts.walk_revisions():
        with pytest.raises(OutOfReach, match="sauvegarde"):
            script.module.downgrade()


@pytest.mark.parametrize(
    ("constraint", "values"),
    [
        # Every other type of fact is stored under that of its Python value.
        ("ck_fact_type", ["date", "instant", "entier", "booleen", "texte", "nombre", "choix"]),
        ("ck_journal_kind", EntryKind),
        ("ck_outbox_kind", MessageKind),
        ("ck_deadline_status", deadline_tables.DeadlineStatus),
        ("ck_document_check_status", PaperStatus),
        ("ck_hours_line_kind", WorkKind),
    ],
)
def test_enumerations_are_those_of_the_core(constraint: str, values: Iterable[str]) -> None:
    """A kind added to the core and not to the tables would be refused only in production."""
    found = next(
        str(check.sqltext)  # type: ignore[attr-defined]
        for table in SQLModel.metadata.sorted_tables
        for check in table.constraints
        if check.name == constraint
    )
    expected = ", ".join(f"'{value}'" for value in values)
    assert found.endswith(f" IN ({expected})")


def test_upgrading_writes_nothing_to_the_terminal(
    new_engine: NewEngine, capfd: pytest.CaptureFixture[str]
) -> None:
    """Alembic keeps silent: what a person reads is the command's to say."""
    upgrade(new_engine())
    assert capfd.readouterr() == ("", "")
