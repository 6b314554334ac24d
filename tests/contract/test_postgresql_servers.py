"""Servers set up otherwise than ours, and servers that say no: what holds all the same, what is read."""

from __future__ import annotations

import ssl
import struct
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

import psycopg
import pytest
import trustme
from sqlalchemy import Engine, make_url, text

from db.cases.store import SqlCaseStore
from db.connection.engine import noting, open_engine, reading
from db.connection.trust import Trust
from db.schema.version import SchemaState, require_current, schema_state, upgrade
from db.worklist.first_page import first_page
from tests.support.cases import MorningsBefore, a_case, is_final, opening
from tests.support.postgres import Server
from tests.support.wire import answering, refusal, refusing
from workflow.calendar.calendars import calendar
from workflow.errors import InvalidDefinition, OutOfReach
from workflow.ports.stores import CaseQuery
from workflow.worklist.worklist import WorkDay

ELSEWHERE = "0.0.0.0"  # noqa: S104 - called, never bound: it leads here, and is not known to
PASSWORD_IN_CLEAR = b"R" + struct.pack("!II", 8, 3)
DAY = WorkDay.of(date(2026, 9, 14), calendar())


def name_of(url: str) -> str:
    """Return the name of the base of a URL."""
    return str(make_url(url).database)


def message(use: Callable[[], object]) -> str:
    """Return the one French sentence that something is refused with."""
    with pytest.raises(OutOfReach) as refusal:
        use()
    said = refusal.value.message
    assert said.endswith(".")
    assert "\n" not in said
    return said


def asked(url: str) -> str:
    """Return what a person reads who uses a base that lets nobody in."""
    engine = open_engine(url)
    try:
        return message(lambda: require_current(engine))
    finally:
        engine.dispose()


@pytest.mark.parametrize("encoding", ["LATIN1", "LATIN9", "SQL_ASCII"])
def test_a_base_without_all_characters_is_refused(postgres_server: Server, encoding: str) -> None:
    """A base in another encoding than UTF-8 is neither created nor used, and the sentence names it."""
    name = postgres_server.create_with(f"ENCODING '{encoding}' LC_COLLATE 'C' LC_CTYPE 'C'")
    engine = open_engine(postgres_server.url(name))
    for use in (upgrade, schema_state, require_current):
        said = message(lambda use=use: use(engine))  # type: ignore[misc]
        assert f"codée en {encoding}" in said
        assert "UTF8" in said
    engine.dispose()
    postgres_server.drop(name)


@pytest.mark.parametrize(
    "setting",
    [
        "datestyle TO 'SQL, DMY'",
        "datestyle TO 'German, DMY'",
        "client_encoding TO 'LATIN1'",
        "search_path TO 'nowhere'",
        "default_transaction_isolation TO 'serializable'",
    ],
)
def test_what_a_base_is_set_to_changes_nothing(
    postgres_server: Server, postgres_url: str, setting: str
) -> None:
    """Encoding, dates, schema and limits are those of the program, whatever the base says."""
    name = name_of(postgres_url)
    postgres_server.tell("postgres", f"ALTER DATABASE {name} SET {setting}")
    engine = open_engine(postgres_url)
    store = SqlCaseStore(engine, MorningsBefore(), is_final)
    case = a_case(title="Nguyễn Œuvre", facts={"note": "ł"})
    store.save(opening(case))
    assert store.load(case.ref) == case
    first = first_page(postgres_url, DAY, 10)
    assert first is not None
    assert [row.title for row in first.rows] == ["Nguyễn Œuvre"]
    engine.dispose()


def test_an_environment_changes_nothing(postgres_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """What libpq reads in the environment does not reach the dates nor the texts."""
    monkeypatch.setenv("PGCLIENTENCODING", "LATIN1")
    monkeypatch.setenv("PGDATESTYLE", "German")
    monkeypatch.setenv("PGOPTIONS", "-c search_path=nowhere")
    engine = open_engine(postgres_url)
    store = SqlCaseStore(engine, MorningsBefore(), is_final)
    store.save(opening(a_case(title="Nguyễn")))
    assert store.find(CaseQuery()).total == 1
    engine.dispose()


@pytest.fixture
def role(postgres_server: Server, postgres_url: str) -> Iterator[str]:
    """Return the URL of a base for somebody who may only read it."""
    name = name_of(postgres_url)
    for statement in (
        "CREATE ROLE lecteur LOGIN",
        "GRANT SELECT ON ALL TABLES IN SCHEMA public TO lecteur",
    ):
        postgres_server.tell(name, statement)
    yield postgres_url.replace("postgres@", "lecteur@")
    postgres_server.tell(name, "DROP OWNED BY lecteur")
    postgres_server.tell(name, "DROP ROLE lecteur")


def test_a_missing_right_is_named(role: str) -> None:
    """Who may not write is told so in the server's own words, not that the connection is refused."""
    engine = open_engine(role)
    store = SqlCaseStore(engine, MorningsBefore(), is_final)
    assert store.find(CaseQuery()).total == 0
    said = message(lambda: store.save(opening(a_case())))
    assert "ne donne pas tous les droits" in said
    assert "permission denied for table case_file" in said
    engine.dispose()


def test_who_may_create_nothing_is_told_by_init(postgres_server: Server, role: str) -> None:
    """Where nothing may be created in the schema « public », creating says which right is missing."""
    name = postgres_server.create()
    engine = open_engine(role.replace(name_of(role), name))
    assert schema_state(engine) is SchemaState.ABSENT
    assert "permission denied for schema public" in message(lambda: upgrade(engine))
    engine.dispose()
    postgres_server.drop(name)


def test_a_role_that_reads_by_default_never_writes(
    postgres_server: Server, postgres_url: str
) -> None:
    """A role or base set to read only refuses acts after a reading as before it."""
    name = name_of(postgres_url)
    postgres_server.tell(
        "postgres", f"ALTER DATABASE {name} SET default_transaction_read_only TO on"
    )
    engine = open_engine(postgres_url)
    store = SqlCaseStore(engine, MorningsBefore(), is_final)
    for _ in range(2):
        assert store.find(CaseQuery()).total == 0
        assert "lecture seule" in message(lambda: store.save(opening(a_case())))
    engine.dispose()


def test_a_standby_is_read_and_never_written(postgres_server: Server, postgres_url: str) -> None:
    """A server that only follows another one serves lists, and says that it is read only."""
    with postgres_server.standby() as port:
        engine = open_engine(postgres_url + port)
        require_current(engine)
        store = SqlCaseStore(engine, MorningsBefore(), is_final)
        for _ in range(2):
            assert store.find(CaseQuery()).total == 0
            assert "lecture seule" in message(lambda: store.save(opening(a_case())))
            assert "lecture seule" in message(lambda: note(engine))
        upgrade(engine)
        assert first_page(postgres_url + port, DAY, 10) is not None
        engine.dispose()


def note(engine: Engine) -> None:
    """Write what could be found out again."""
    with noting(engine) as connection:
        connection.execute(text("DELETE FROM heartbeat"))


def test_tables_in_another_schema_are_not_made_twice(postgres_server: Server) -> None:
    """Where our tables lie in another schema, nothing is created beside them; its name can be given."""
    name = postgres_server.create()
    postgres_server.tell(name, "CREATE SCHEMA agence")
    there = postgres_server.url(name) + "&options=-csearch_path%3Dagence"
    first = open_engine(there)
    upgrade(first)
    require_current(first)
    first.dispose()
    engine = open_engine(postgres_server.url(name))
    for use in (schema_state, upgrade):
        said = message(lambda use=use: use(engine))  # type: ignore[misc]
        assert "« agence »" in said
        assert "search_path" in said
    with reading(engine) as connection:
        found = connection.scalars(
            text("SELECT schemaname FROM pg_tables WHERE tablename = 'case_file'")
        )
        assert list(found) == ["agence"]
    engine.dispose()
    postgres_server.drop(name)


def test_a_base_without_its_schema_says_so(postgres_server: Server) -> None:
    """A base whose schema « public » was dropped is told from one that must only be created."""
    name = postgres_server.create()
    postgres_server.tell(name, "DROP SCHEMA public")
    engine = open_engine(postgres_server.url(name))
    assert "n’a pas de schéma où ranger les tables" in message(lambda: upgrade(engine))
    engine.dispose()
    postgres_server.drop(name)


FRENCH = "la base de données « echeancier » n’existe pas"


@pytest.mark.parametrize(
    ("words", "state", "expected"),
    [
        (FRENCH, "3D000", "n’existe pas sur ce serveur"),
        ("désolé, trop de clients sont déjà connectés", "53300", "n’accepte plus de connexions"),
        ("le système de bases de données se lance", "57P03", "démarre ou s’arrête"),
        ("Passwort-Authentifizierung fehlgeschlagen", "28P01", "vérifiez l’utilisateur"),
        ('no hay "database" en pg_hba.conf', "28000", "vérifiez l’utilisateur"),
        ('database "x" is not currently accepting connections', "55000", "pour l’instant"),
        ('too many connections for role "x"', "53300", "n’accepte plus de connexions"),
        ("permission denied for database", "42501", "vérifiez l’utilisateur"),
        ("unsupported startup parameter", "08P01", "lisez ce que répond le serveur"),
        ('database "x" was eaten', "ZZ123", "lisez ce que répond le serveur"),
    ],
)
def test_a_code_decides_and_the_server_is_quoted(words: str, state: str, expected: str) -> None:
    """Why a server says no is known by its code, in any language; its own first line is quoted."""
    with refusing(f"{words}\nDETAIL: Dupont".encode(), state) as port:
        said = asked(f"postgresql://app@127.0.0.1:{port}/echeancier")
    assert expected in said
    assert f"« {words} »" in said
    assert "Dupont" not in said


def test_what_the_server_says_gives_no_order(postgres_server: Server) -> None:
    """Control signs and bytes that are no UTF-8 in an answer are shown as signs."""
    with refusing(b"\x1b]52;c;eA==\x07 d\xe9sol\xe9", "53300") as port:
        said = asked(f"postgresql://app@127.0.0.1:{port}/echeancier")
    assert "␛]52;c;eA==␇ d�sol�" in said


def test_no_password_is_asked_of_nobody(postgres_server: Server) -> None:
    """A server that wants a password when there is none is told from one that refuses it."""
    scram = b"R" + struct.pack("!II", 23, 10) + b"SCRAM-SHA-256\0\0"
    with answering(scram) as port:
        said = asked(f"postgresql://app@127.0.0.1:{port}/echeancier")
    assert "ECHEANCIER_DATABASE_PASSWORD" in said


def test_a_password_never_leaves_in_clear(tmp_path: Path) -> None:
    """Whoever listens in place of the server, and asks for the password in clear, is not given it."""
    with answering(PASSWORD_IN_CLEAR) as port:
        said = asked(f"postgresql://app:s3cret@127.0.0.1:{port}/echeancier")
    assert "n’accepte pas la connexion" in said
    assert "s3cret" not in said


def test_a_server_elsewhere_must_prove_who_it_is() -> None:
    """Off this machine nothing is said to a server that does not encrypt, unless the risk is taken."""
    with refusing(b"too late", "28000") as port:
        # An address that leads here, under a name that is not known to.
        url = f"postgresql://app:s3cret@ailleurs.example:{port}/b?hostaddr=127.0.0.1"
        assert "refuse la connexion" in asked(url)
        url = f"postgresql://app:s3cret@{ELSEWHERE}:{port}/b"
        said = asked(url)
        assert "ne prouve pas qui il est ou ne chiffre pas" in said
        assert 'security = "none"' in said
        engine = open_engine(url, trust=Trust(verified=False))
        assert "too late" in message(lambda: require_current(engine))
        engine.dispose()


@pytest.mark.parametrize(
    ("name", "known", "answer", "expected"),
    [
        (ELSEWHERE, True, refusal(b"es wird gestartet", "57P03"), "démarre ou s’arrête"),
        ("ailleurs.example", True, b"", "ne prouve pas qui il est"),
        (ELSEWHERE, False, b"", "ne prouve pas qui il est"),
        (ELSEWHERE, True, PASSWORD_IN_CLEAR, "n’accepte pas la connexion"),
    ],
)
def test_a_certificate_is_verified(
    tmp_path: Path, name: str, known: bool, answer: bytes, expected: str
) -> None:
    """Only a server that somebody we believe vouches for, under its name, is spoken to; and by SCRAM."""
    authority, other = trustme.CA(), trustme.CA()
    server = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    authority.issue_cert(name).configure_cert(server)
    believed = tmp_path / "autorite.pem"
    (authority if known else other).cert_pem.write_to_path(str(believed))
    with answering(answer, server) as port:
        trust = Trust(authorities=str(believed))
        engine = open_engine(f"postgresql://app:s3cret@{ELSEWHERE}:{port}/b", trust=trust)
        assert expected in message(lambda: require_current(engine))
        engine.dispose()


@pytest.mark.parametrize(
    ("query", "named"),
    [
        ("bogus=1", "« bogus »"),
        ("sslmode=verify_full", "« verify_full »"),
        ("target_session_attrs=readwrite", "« readwrite »"),
        ("sslmode=require", "sslmode=require"),
    ],
)
def test_an_option_that_cannot_be_is_a_fault_of_the_address(query: str, named: str) -> None:
    """An unknown option, a mistyped choice and one that trusts anybody are told before connecting."""
    with pytest.raises(InvalidDefinition) as refusal:
        open_engine(f"postgresql://app:s3cret@exemple.fr/b?{query}")
    assert named in refusal.value.message
    assert "s3cret" not in refusal.value.message


def test_a_server_that_cuts_transactions_short_lets_ours_end(
    postgres_server: Server, postgres_url: str
) -> None:
    """A limit that the base or the role sets for whole transactions would cut a migration in two."""
    name = make_url(postgres_url).database
    postgres_server.tell("postgres", f"ALTER DATABASE {name} SET transaction_timeout TO '1h'")
    engine = open_engine(postgres_url)
    with reading(engine) as connection:
        assert connection.scalar(text("SHOW transaction_timeout")) == "0"
    engine.dispose()


def test_a_limit_of_its_own_can_be_given_in_the_address(postgres_url: str) -> None:
    """Who names a limit or a schema in the address is heard; the dates stay readable."""
    url = f"{postgres_url}&options=-c%20statement_timeout%3D42s%20-c%20datestyle%3DGerman"
    engine = open_engine(url)
    with reading(engine) as connection:
        driver = connection.connection.driver_connection
        assert isinstance(driver, psycopg.Connection)
        found = driver.execute("SELECT current_setting('statement_timeout'), current_date")
        assert found.fetchone() is not None
        assert driver.execute("SHOW statement_timeout").fetchall() == [("42s",)]
    engine.dispose()
