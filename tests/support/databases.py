"""The databases of the tests: every test that asks for one runs on SQLite and on PostgreSQL.

A pytest plugin, registered in `tests/conftest.py`. Each test has a database of its own, copied from
one that the migrations built once; PostgreSQL starts only when a test needs it, once for each
worker.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, event, func, select
from sqlmodel import SQLModel

from db.cases.store import SqlCaseStore
from db.connection.engine import open_engine, reading
from db.mail.store import SqlNotificationStore
from db.schema.version import upgrade
from tests.support import postgres
from tests.support.cases import MorningsBefore, is_final
from tests.support.programs import PATIENCE

BUSY_SECONDS = PATIENCE
"""How long a test waits for a lock; one that tests the refusal waits less."""


def rows(engine: Engine, table: Any) -> list[Any]:
    """Return every row of a table."""
    with reading(engine) as connection:
        return list(connection.execute(select(table)))


def sizes(engine: Engine) -> dict[str, int]:
    """Return how many rows each table has."""
    with reading(engine) as connection:
        return {
            table.name: connection.scalar(select(func.count()).select_from(table)) or 0
            for table in SQLModel.metadata.sorted_tables
        }


@contextmanager
def said(engine: Engine) -> Iterator[list[str]]:
    """Lend the list of the statements that an engine runs meanwhile."""
    heard: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        heard.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    try:
        yield heard
    finally:
        event.remove(engine, "before_cursor_execute", note)


def _migrated(url: str) -> None:
    engine = open_engine(url)
    upgrade(engine)
    engine.dispose()


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a SQLite database with the current schema and nothing in it."""
    path = tmp_path_factory.mktemp("sqlite") / "modele.db"
    _migrated(f"sqlite:///{path}")
    return path


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[postgres.Server]:
    """Return a PostgreSQL server with no database of ours."""
    with postgres.running() as server:
        yield server


@pytest.fixture(scope="session")
def postgres_template(postgres_server: postgres.Server) -> str:
    """Return the name of a PostgreSQL database with the current schema and nothing in it."""
    name = postgres_server.create()
    _migrated(postgres_server.url(name))
    return name


@pytest.fixture
def sqlite_url(sqlite_template: Path, tmp_path: Path) -> str:
    """Return the URL of a SQLite database of the test's own."""
    path = tmp_path / "echeancier.db"
    shutil.copy(sqlite_template, path)
    return f"sqlite:///{path}"


@pytest.fixture
def postgres_url(postgres_server: postgres.Server, postgres_template: str) -> Iterator[str]:
    """Return the URL of a PostgreSQL database of the test's own."""
    name = postgres_server.create(postgres_template)
    yield postgres_server.url(name)
    postgres_server.drop(name)


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest) -> str:
    """Return the URL of a database with the current schema: one test on each kind."""
    kind = {"sqlite": "sqlite_url", "postgresql": "postgres_url"}[request.param]
    url: str = request.getfixturevalue(kind)
    return url


@pytest.fixture(params=["sqlite", "postgresql"])
def new_database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Callable[[], str]]:
    """Return what gives the URL of one more database that no migration has seen.

    A SQLite file, and its folder, are not there yet.
    """
    if request.param == "sqlite":
        numbers = count(1)
        yield lambda: f"sqlite:///{tmp_path / f'nouveau-{next(numbers)}' / 'echeancier.db'}"
        return
    server: postgres.Server = request.getfixturevalue("postgres_server")
    made: list[str] = []

    def create() -> str:
        made.append(server.create())
        return server.url(made[-1])

    yield create
    for name in made:
        server.drop(name)


@pytest.fixture
def engine(database_url: str) -> Iterator[Engine]:
    """Return an engine on the test's database, closed at the end."""
    engine = open_engine(database_url, busy_seconds=BUSY_SECONDS)
    yield engine
    engine.dispose()


@pytest.fixture
def case_store(engine: Engine) -> SqlCaseStore:
    """Return a case store whose reminders come seven days and one day before the day to act."""
    return SqlCaseStore(engine, MorningsBefore(), is_final)


@pytest.fixture
def notification_store(engine: Engine) -> SqlNotificationStore:
    """Return a notification store on the same database as `case_store`."""
    return SqlNotificationStore(engine)
