"""What a person reads when the database cannot be used: each failure is provoked for real."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import psycopg
import pytest
from msgspec.structs import replace
from sqlalchemy import Engine, event, make_url, text

from db.cases.store import SqlCaseStore
from db.connection.engine import noting, open_engine, reading, writing
from db.connection.failures import mark_damaged
from db.mail.store import SqlNotificationStore
from db.schema.version import refuse_incomplete, require_current, upgrade, verify
from db.worklist.pages import SqlWorklist
from notifications.model.messages import Lease
from tests.support.cases import MorningsBefore, a_case, is_final, opening, step
from tests.support.postgres import Server
from tests.support.programs import run
from workflow.calendar.calendars import calendar
from workflow.errors import InvalidDefinition, OutOfReach
from workflow.ports.stores import CaseQuery
from workflow.worklist.worklist import WorkDay, WorkQuery

OpenStore = Callable[[str], SqlCaseStore]


@pytest.fixture
def store_at() -> Iterator[OpenStore]:
    """Open stores on any URL, impatient, and close them all at the end."""
    engines: list[Engine] = []

    def open_store(url: str) -> SqlCaseStore:
        engines.append(open_engine(url, busy_seconds=0.1))
        return SqlCaseStore(engines[-1], MorningsBefore(), is_final)

    yield open_store
    for engine in engines:
        engine.dispose()


@contextmanager
def refused(*words: str) -> Iterator[None]:
    """Expect one French sentence that holds all these words and no line break."""
    with pytest.raises(OutOfReach) as refusal:
        yield
    message = refusal.value.message
    assert [word for word in words if word not in message] == []
    assert message.endswith(".")
    assert "\n" not in message


def path_of(url: str) -> Path:
    """Return the file of a SQLite URL."""
    return Path(str(make_url(url).database))


def test_a_missing_file_is_not_created(store_at: OpenStore, tmp_path: Path) -> None:
    """A mistyped path is reported, with the command that creates a database, and stays absent."""
    path = tmp_path / "absente.db"
    with refused(str(path), "echeancier init"):
        store_at(f"sqlite:///{path}").load("CIPI-2026-0001")
    assert list(tmp_path.iterdir()) == []


def test_nothing_is_saved_in_a_file_that_was_moved(
    store_at: OpenStore, sqlite_url: str, tmp_path: Path
) -> None:
    """A base moved away while it is open refuses acts, is not made anew, and serves once put back."""
    store, path, aside = store_at(sqlite_url), path_of(sqlite_url), tmp_path / "ailleurs.db"
    case = a_case()
    store.save(opening(case))
    path.rename(aside)
    for _ in range(2):
        with refused("n’est plus à sa place", str(path), "rien n’a été enregistré"):
            store.save(step(case, "drf_deposee"))
        with refused("n’est plus à sa place"):
            store.load(case.ref)
    assert not path.exists()
    shutil.copy(aside, path)
    store.save(step(case, "drf_deposee"))
    assert store.load(case.ref).state == "drf_deposee"
    assert store_at(sqlite_url).load(case.ref).state == "drf_deposee"


def test_a_base_put_in_place_of_another_is_the_one_that_is_used(
    store_at: OpenStore, sqlite_url: str, tmp_path: Path
) -> None:
    """A restored backup is read and written at once by who had the base open, watching or not."""
    engine = open_engine(sqlite_url)
    store, worklist = SqlCaseStore(engine, MorningsBefore(), is_final), SqlWorklist(engine)
    query = WorkQuery(WorkDay.of(date(2026, 9, 14), calendar()))
    first = worklist.mark()
    shutil.copy(path_of(sqlite_url), tmp_path / "sauvegarde.db")
    store.save(opening(a_case("CIPI-2026-0001")))
    assert len(worklist.page(query)) == 1
    for beside in path_of(sqlite_url).parent.glob("echeancier.db*"):
        beside.rename(tmp_path / f"ancienne{beside.suffix}")
    shutil.copy(tmp_path / "sauvegarde.db", path_of(sqlite_url))
    assert worklist.page(query) == ()
    assert worklist.mark() != first
    store.save(opening(a_case("CIPI-2026-0002")))
    assert [row.ref for row in worklist.page(query)] == ["CIPI-2026-0002"]
    assert store_at(sqlite_url).find(CaseQuery()).total == 1
    worklist.close()
    engine.dispose()


def take_the_log_away(url: str) -> None:
    """Remove the two files that SQLite keeps beside a base that is open."""
    for beside in path_of(url).parent.glob("echeancier.db-*"):
        beside.unlink()


def test_what_others_save_after_the_log_was_taken_away_stays(
    store_at: OpenStore, sqlite_url: str
) -> None:
    """Whoever had the base open refuses the next act, says why, and takes nothing away when it closes."""
    engine = open_engine(sqlite_url)
    store = SqlCaseStore(engine, MorningsBefore(), is_final)
    case = a_case()
    store.save(opening(case))
    take_the_log_away(sqlite_url)
    assert run("-c", SAVE_MORE, sqlite_url).returncode == 0
    with refused("Le journal de", "a été retiré", "rien n’a été enregistré"):
        store.save(opening(a_case("CIPI-2026-0003")))
    # Once told, it goes on with what is there.
    assert [one.ref for one in store.find(CaseQuery()).lines] == ["CIPI-2026-0002"]
    store.save(opening(a_case("CIPI-2026-0003")))
    engine.dispose()
    assert store_at(sqlite_url).find(CaseQuery()).total == 2


SAVE_MORE = """
import sys
from db.connection.engine import open_engine
from db.cases.store import SqlCaseStore
from tests.support.cases import MorningsBefore, a_case, is_final, opening
engine = open_engine(sys.argv[1])
SqlCaseStore(engine, MorningsBefore(), is_final).save(opening(a_case("CIPI-2026-0002")))
engine.dispose()
"""


def test_closing_takes_away_no_log_of_others(store_at: OpenStore, sqlite_url: str) -> None:
    """A program that ends without another act leaves what others have saved meanwhile."""
    engine = open_engine(sqlite_url)
    store = SqlCaseStore(engine, MorningsBefore(), is_final)
    store.save(opening(a_case()))
    take_the_log_away(sqlite_url)
    assert run("-c", SAVE_MORE, sqlite_url).returncode == 0
    engine.dispose()
    assert store_at(sqlite_url).load("CIPI-2026-0002").ref == "CIPI-2026-0002"


def test_nothing_is_lost_of_a_log_that_was_taken_away(store_at: OpenStore, sqlite_url: str) -> None:
    """Where nobody has written since, what was confirmed comes back into the base."""
    engine = open_engine(sqlite_url)
    store = SqlCaseStore(engine, MorningsBefore(), is_final)
    case = a_case()
    store.save(opening(case))
    assert store.load(case.ref) == case
    take_the_log_away(sqlite_url)
    with refused("Le journal de"):
        store.save(step(case, "drf_deposee"))
    assert store.load(case.ref) == case
    engine.dispose()
    assert store_at(sqlite_url).load(case.ref) == case


def test_a_log_taken_away_within_an_act_confirms_nothing(
    store_at: OpenStore, sqlite_url: str
) -> None:
    """What would be confirmed into a log that is gone is refused before it is."""
    engine = open_engine(sqlite_url)
    with refused("Le journal de", "rien n’a été enregistré"), writing(engine) as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = 'x'"))
        take_the_log_away(sqlite_url)
    engine.dispose()
    require_current(open_engine(sqlite_url))


def test_a_folder_is_no_database(store_at: OpenStore, tmp_path: Path) -> None:
    """A path that leads to a folder cannot be opened."""
    with refused("ne peut pas être ouverte"):
        store_at(f"sqlite:///{tmp_path}").find(CaseQuery())


def test_any_other_file_is_no_database(store_at: OpenStore, tmp_path: Path) -> None:
    """A file that is not a database is left as it is."""
    path = tmp_path / "lettre.txt"
    path.write_text("Madame, Monsieur,\n" * 100, encoding="utf-8")
    with refused("n’est pas une base d’Échéancier", str(path)):
        store_at(f"sqlite:///{path}").find(CaseQuery())
    assert path.read_text(encoding="utf-8").startswith("Madame")


def test_a_damaged_file_asks_for_the_backup(store_at: OpenStore, sqlite_url: str) -> None:
    """A file whose pages make no sense is not written any more."""
    with closing(sqlite3.connect(path_of(sqlite_url))) as connection:
        page: int = connection.execute("PRAGMA page_size").fetchone()[0]
    with path_of(sqlite_url).open("r+b") as file:
        file.seek(page)
        file.write(b"\xff" * page * 20)
    with refused("abîmée", "sauvegarde"):
        store_at(sqlite_url).save(opening(a_case()))


def flipped(path: Path, title: str) -> None:
    """Damage a text within a base, where no page shows it."""
    content = path.read_bytes()
    wanted = title.encode()
    assert wanted in content
    path.write_bytes(content.replace(wanted, b"\xff" * len(wanted)))


def test_a_text_that_is_none_is_a_damage(store_at: OpenStore, sqlite_url: str) -> None:
    """A text that cannot be decoded is told as a damaged file, and nothing is written any more."""
    engine = open_engine(sqlite_url)
    store = SqlCaseStore(engine, MorningsBefore(), is_final)
    store.save(opening(a_case(title="Sacha Morvan")))
    store.save(opening(a_case("CIPI-2026-0002")))
    engine.dispose()
    flipped(path_of(sqlite_url), "Sacha Morvan")
    with refused("abîmée", "sauvegarde", str(path_of(sqlite_url))):
        store.load("CIPI-2026-0001")
    with refused("abîmée"):
        store.save(step(a_case("CIPI-2026-0002"), "drf_deposee"))
    with refused("abîmée"), noting(engine) as connection:
        connection.execute(text("DELETE FROM heartbeat"))
    engine.dispose()


@pytest.fixture
def damaged_url(sqlite_url: str) -> str:
    """Return the URL of a base with a damaged page that no list shows."""
    with closing(sqlite3.connect(path_of(sqlite_url))) as connection:
        page, where = connection.execute(
            "SELECT (SELECT page_size FROM pragma_page_size), rootpage FROM sqlite_master "
            "WHERE name = 'absence'"
        ).fetchone()
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    with path_of(sqlite_url).open("r+b") as file:
        file.seek(page * (where - 1))
        file.write(b"\xff" * page)
    return sqlite_url


def test_a_damage_is_found_where_nobody_reads(damaged_url: str) -> None:
    """Looking through a base finds what no list shows, and ends the writing."""
    engine = open_engine(damaged_url)
    store = SqlCaseStore(engine, MorningsBefore(), is_final)
    assert store.find(CaseQuery()).total == 0
    with refused("abîmée", str(path_of(damaged_url))):
        verify(engine)
    with refused("abîmée"):
        store.save(opening(a_case()))
    engine.dispose()


def test_nothing_is_written_beside_a_damage(store_at: OpenStore, damaged_url: str) -> None:
    """The first act on a base looks through it, and is refused."""
    with refused("abîmée", str(path_of(damaged_url))):
        store_at(damaged_url).save(opening(a_case()))


def test_a_base_restored_in_place_of_a_damaged_one_is_written(
    sqlite_url: str, tmp_path: Path
) -> None:
    """What was found damaged is forgotten with its file."""
    engine, path = open_engine(sqlite_url), path_of(sqlite_url)
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    shutil.copy(path, tmp_path / "sauvegarde.db")
    mark_damaged(engine)
    store = SqlCaseStore(engine, MorningsBefore(), is_final)
    with refused("abîmée"):
        store.save(opening(a_case()))
    for beside in path.parent.glob("echeancier.db*"):
        beside.rename(tmp_path / f"ancienne{beside.suffix}")
    (tmp_path / "sauvegarde.db").rename(path)
    assert store.find(CaseQuery()).total == 0
    store.save(opening(a_case()))
    engine.dispose()


@pytest.mark.parametrize("database_url", ["sqlite", "postgresql"], indirect=True)
def test_nobody_writes_into_a_schema_that_changed_meanwhile(
    engine: Engine, database_url: str
) -> None:
    """Who has had the base open since before it was upgraded is refused each act, and the service too."""
    store = SqlCaseStore(engine, MorningsBefore(), is_final)
    notifications = SqlNotificationStore(engine)
    store.save(opening(a_case()))
    with engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '0099'"))
    newer = "a été créée par une version plus récente"
    with refused(newer):
        store.save(step(a_case(), "drf_deposee"))
    with refused(newer):
        notifications.last_beat()


SMALL_FILES = """
import resource, signal, sys
from db.connection.engine import open_engine, reading
from workflow.errors import OutOfReach
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
# What is imported meanwhile would be cut short too.
sys.dont_write_bytecode = True
# Files that may not grow are what a disk without room is: the file beside the base does not fit.
resource.setrlimit(resource.RLIMIT_FSIZE, (4096, 4096))
try:
    with reading(open_engine(sys.argv[1])) as connection:
        connection.exec_driver_sql("SELECT count(*) FROM case_file")
except OutOfReach as refusal:
    print(refusal.message)
"""


def test_no_room_for_the_files_beside_the_base_is_no_failing_disk(sqlite_url: str) -> None:
    """Where not a byte is free even a reading fails, and says that there is no room."""
    done = run("-X", "utf8", "-c", SMALL_FILES, sqlite_url)
    assert done.stderr == ""
    assert "Il n’y a plus de place" in done.stdout


def test_a_read_only_file_can_be_read(store_at: OpenStore, sqlite_url: str) -> None:
    """Reading a read-only database works; writing says that nothing was recorded."""
    store_at(sqlite_url).save(opening(a_case()))
    store = store_at(f"sqlite:///file:{path_of(sqlite_url)}?mode=ro&uri=true")
    case = store.load("CIPI-2026-0001")
    with refused("lecture seule", "rien n’a été enregistré"):
        store.save(step(case, "drf_deposee"))
    assert store.load(case.ref) == case


READ_THEN_WRITE = """
import os, sys
from db.connection.engine import open_engine
from db.cases.store import SqlCaseStore
from tests.support.cases import MorningsBefore, is_final, step
from workflow.errors import OutOfReach
store = SqlCaseStore(open_engine(sys.argv[1]), MorningsBefore(), is_final)
if os.getuid() == 0:
    # Rights do not stop root: the rest is done as somebody else, everything being imported.
    os.setgid(65534)
    os.setuid(65534)
case = store.load("CIPI-2026-0001")
try:
    store.save(step(case, "drf_deposee"))
except OutOfReach as refusal:
    print(refusal.message)
assert store.load(case.ref) == case
"""


def test_a_read_only_folder_can_be_read(store_at: OpenStore) -> None:
    """Where nothing can be written, not even beside the base, reading works and writing is refused."""
    with TemporaryDirectory() as name:
        path = Path(name) / "echeancier.db"
        engine = open_engine(f"sqlite:///{path}")
        upgrade(engine)
        store_at(f"sqlite:///{path}").save(opening(a_case()))
        engine.dispose()
        with closing(sqlite3.connect(path)) as last:
            last.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        for beside in Path(name).glob("*-*"):
            beside.unlink()
        path.chmod(0o444)
        Path(name).chmod(0o555)
        done = run("-c", READ_THEN_WRITE, f"sqlite:///{path}")
        assert (done.returncode, done.stderr) == (0, "")
        assert "lecture seule, rien n’a été enregistré" in done.stdout
        assert [file.name for file in Path(name).iterdir()] == [path.name]


def test_a_full_disk_loses_nothing(sqlite_url: str) -> None:
    """When there is no room left, the write is refused whole and everything before it stands."""
    engine = open_engine(sqlite_url)
    with engine.connect() as connection:
        most = connection.exec_driver_sql("PRAGMA page_count").scalar_one() + 24
    engine.dispose()

    def small(connection: Any, _entry: Any) -> None:
        connection.execute(f"PRAGMA max_page_count = {most}").close()

    event.listen(engine, "connect", small)
    store = SqlCaseStore(engine, MorningsBefore(), is_final)
    saved = 0
    with refused("plus de place", "rien n’a été enregistré"):
        for number in range(1, 1000):
            long = "x" * 900
            store.save(opening(a_case(f"CIPI-2026-{number:04}", facts={"note": long})))
            saved = number
    assert saved > 5
    assert store.find(CaseQuery(limit=1)).total == saved
    assert store.load(f"CIPI-2026-{saved:04}").facts["note"] == "x" * 900
    engine.dispose()


def test_a_busy_file_says_to_try_again(store_at: OpenStore, sqlite_url: str) -> None:
    """A writer that holds the database too long is named as the cause; reading still works."""
    store = store_at(sqlite_url)
    case = a_case()
    store.save(opening(case))
    with closing(sqlite3.connect(path_of(sqlite_url), isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with refused("occupée", "réessayez"):
            store.save(step(case, "drf_deposee"))
        assert store.load(case.ref) == case
        other.execute("ROLLBACK")
    store.save(step(case, "drf_deposee"))


@pytest.mark.parametrize(
    ("damage", "missing"),
    [
        ("DROP TABLE heartbeat", "la table « heartbeat »"),
        ("ALTER TABLE outbox DROP COLUMN answer", "la colonne « answer » de la table « outbox »"),
    ],
)
def test_a_database_that_is_not_whole_names_what_is_missing(
    engine: Engine, damage: str, missing: str
) -> None:
    """It has the version of the program, so that nothing would make the table again: a backup does."""
    refuse_incomplete(engine)
    with writing(engine) as connection:
        connection.execute(text(damage))
    require_current(engine)
    with refused(missing, "restaurez la dernière sauvegarde"):
        refuse_incomplete(engine)


def test_a_database_without_schema_says_what_to_run(
    store_at: OpenStore, postgres_server: Server, tmp_path: Path
) -> None:
    """An empty database, of either kind, is told apart from a broken one."""
    empty = tmp_path / "vide.db"
    empty.touch()
    name = postgres_server.create()
    for url in (f"sqlite:///{empty}", postgres_server.url(name)):
        with refused("n’est pas prête", "echeancier init"):
            store_at(url).find(CaseQuery())
    with refused("n’existe pas encore", "echeancier init"):
        require_current(open_engine(f"sqlite:///{tmp_path / 'absente.db'}"))


@pytest.mark.parametrize("database_url", ["sqlite", "postgresql"], indirect=True)
def test_a_newer_database_is_left_alone(engine: Engine) -> None:
    """A database that a newer program made is neither used nor migrated."""
    with writing(engine) as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    for use in (require_current, upgrade):
        with refused("a été créée par une version plus récente d’Échéancier"):
            use(engine)


def test_a_server_that_is_not_there(store_at: OpenStore, tmp_path: Path) -> None:
    """No server: the place is named, the password never."""
    url = f"postgresql://m.durand:s3cret@/dossiers?host={tmp_path}"
    with pytest.raises(OutOfReach) as refusal:
        store_at(url).find(CaseQuery())
    assert "« dossiers »" in refusal.value.message
    assert "ne répond pas" in refusal.value.message
    assert "s3cret" not in refusal.value.message + str(refusal.value.__cause__)


def test_a_database_that_is_not_on_the_server(store_at: OpenStore, postgres_server: Server) -> None:
    """A wrong name is told apart from a server that does not answer."""
    with refused("n’existe pas sur ce serveur"):
        store_at(postgres_server.url("ailleurs")).find(CaseQuery())


def test_a_user_whom_the_server_does_not_know(store_at: OpenStore, postgres_server: Server) -> None:
    """A wrong user is told apart from a server that does not answer."""
    url = postgres_server.url("postgres").replace("postgres@", "inconnu@")
    with refused("refuse la connexion"):
        store_at(url).find(CaseQuery())


def test_a_read_only_server_can_be_read(store_at: OpenStore, postgres_url: str) -> None:
    """A standby or a server under maintenance serves lists and refuses writes."""
    store = store_at(f"{postgres_url}&options=-c%20default_transaction_read_only%3Don")
    with refused("lecture seule"):
        store.save(opening(a_case()))
    assert store.find(CaseQuery()).total == 0


def test_a_busy_row_says_to_try_again(store_at: OpenStore, postgres_url: str) -> None:
    """A transaction that holds the case too long is reported, and the act can be done again."""
    store = store_at(postgres_url)
    case = a_case()
    store.save(opening(case))
    with psycopg.connect(postgres_url.replace("+psycopg", "")) as other:
        other.execute("SELECT 1 FROM case_file FOR UPDATE")
        with refused("occupée"):
            store.save(step(case, "drf_deposee"))
    store.save(step(case, "drf_deposee"))


def test_a_connection_that_the_server_dropped_is_replaced(
    store_at: OpenStore, postgres_url: str
) -> None:
    """After the server restarted, the next request works: nobody has to restart the service."""
    store = store_at(postgres_url)
    store.save(opening(a_case()))
    with psycopg.connect(postgres_url.replace("+psycopg", ""), autocommit=True) as other:
        other.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
            "WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
    assert store.find(CaseQuery()).total == 1


@pytest.mark.parametrize(
    "url", ["mysql://u:s3cret@h/b", "pas une adresse s3cret", "postgresql://u:s3cret@h:port/b"]
)
def test_an_address_that_cannot_be_used(url: str) -> None:
    """An unknown or unreadable address is a fault of the configuration; its password stays hidden."""
    with pytest.raises(InvalidDefinition) as refusal:
        open_engine(url)
    assert "sqlite:///CHEMIN" in refusal.value.message
    assert "s3cret" not in refusal.value.message


@pytest.mark.parametrize("scheme", ["postgresql", "postgres", "postgresql+psycopg"])
def test_a_postgresql_address_needs_no_driver_name(scheme: str) -> None:
    """The address that every tool prints is accepted as it is."""
    engine = open_engine(f"{scheme}://u@h/b")
    assert engine.url.drivername == "postgresql+psycopg"
    engine.dispose()


def test_sqlite_confirms_what_is_on_the_disk(sqlite_url: str) -> None:
    """Write-ahead log, full synchronisation and foreign keys hold on every connection."""
    engine = open_engine(sqlite_url)
    with reading(engine) as one, reading(engine) as two:
        for connection in (one, two):
            found = [
                connection.exec_driver_sql(f"PRAGMA {name}").scalar()
                for name in ("journal_mode", "synchronous", "foreign_keys")
            ]
            assert found == ["wal", 2, 1]
    engine.dispose()


def test_what_is_noted_is_on_the_disk_with_the_next_act(sqlite_url: str) -> None:
    """What can be found out again waits for no disk; the same connection confirms acts as before."""
    engine = open_engine(sqlite_url)
    asked = "PRAGMA synchronous"
    with noting(engine) as connection:
        assert connection.exec_driver_sql(asked).scalar() == 1
    with pytest.raises(ZeroDivisionError), noting(engine):
        raise ZeroDivisionError
    with writing(engine) as connection:
        assert connection.exec_driver_sql(asked).scalar() == 2
    engine.dispose()


def test_data_never_shows_in_an_error(store_at: OpenStore, sqlite_url: str) -> None:
    """An unforeseen error of the database quotes no value: logs stay free of personal data."""
    store = store_at(sqlite_url)
    case = a_case(title="Madame Secrète")
    store.save(opening(case))
    outcome = step(case, title="Madame Secrète-Martin")
    with pytest.raises(Exception, match="journal") as failure:
        store.save(replace(outcome, entry=replace(outcome.entry, seq=1)))
    assert "Secrète" not in str(failure.value)


def test_the_relay_reports_the_same_failures(store_at: OpenStore, sqlite_url: str) -> None:
    """The notification store speaks of a busy database in the same words."""
    engine = open_engine(sqlite_url, busy_seconds=0.1)
    with closing(sqlite3.connect(path_of(sqlite_url), isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with refused("occupée"):
            SqlNotificationStore(engine).release([Lease(1, "relais", 1)])
    engine.dispose()
