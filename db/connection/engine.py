"""A database from its URL, and the kinds of transaction that the stores use.

`cli.wiring.database` opens the engine; the stores and `db.schema.version` borrow transactions from it with
`reading`, `writing`, `noting` and `undone`. SQLite is told here, once for each connection, what the promises
ask of it: nothing is confirmed before it is on the disk, two writers wait for each other, foreign keys hold.
A SQLite file is never created here: only `db.schema.version.upgrade` does that.
"""

from __future__ import annotations

import json
import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import partial
from typing import Any

from sqlalchemy import URL, Connection, Engine, Executable, Row, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError
from sqlalchemy.pool import ConnectionPoolEntry

from db.connection.failures import UNSURE, sentence, sqlite_path, translated
from db.connection.fitness import refuse_damaged, refuse_unfit
from db.connection.sqlite_file import FileConnection, keep_to_file, refuse_taken
from db.connection.trust import VERIFIED, Trust
from workflow.errors import InvalidDefinition, OutOfReach

Database = Engine | Connection
"""Where a store reads and writes: a database, or a transaction that is going on (see `undone`)."""

CACHE_KIB = 16_384
"""Pages that a SQLite connection keeps: the upper levels of every index of 100,000 cases."""

_PAGE = 500
"""Rows that a stream holds at a time."""

_TRY_AGAIN = 0.01
"""Seconds between two tries at what SQLite refuses without waiting."""

_compact_json = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode

_UNREADABLE = (
    "L’adresse de la base ne peut pas être lue : écrivez-la « sqlite:///CHEMIN » "
    "ou « postgresql://UTILISATEUR:MOT_DE_PASSE@HÔTE/BASE »."
)
_NO_DRIVER = (
    "Le pilote de la base manque ({name}) : installez Échéancier avec l’option « postgres »."
)
_OTHER_KIND = "Base « {name} » : Échéancier parle à SQLite (sqlite:///CHEMIN) et à PostgreSQL (postgresql://…)."


def open_engine(
    url: str,
    *,
    busy_seconds: float = 5.0,
    cache_kib: int = CACHE_KIB,
    trust: Trust = VERIFIED,
) -> Engine:
    """Return the engine for a URL; nothing is connected yet.

    Args:
        url: `sqlite:///PATH`, `postgresql://…` or `postgresql+psycopg://…`.
        busy_seconds: how long a writer waits for another one before giving up.
        cache_kib: pages that each SQLite connection keeps.
        trust: whom to believe of the servers of other machines.

    Raises:
        InvalidDefinition: when the URL cannot be read or trusts anybody, or its driver is not installed.
    """
    try:
        parsed = make_url(url)
        if parsed.get_backend_name() == "sqlite":
            return _open_sqlite(parsed, busy_seconds, cache_kib)
        if parsed.drivername in {"postgresql", "postgres", "postgresql+psycopg"}:
            from db.connection.servers import open_server  # noqa: PLC0415 - needed by those who have a server

            return open_server(parsed, busy_seconds, trust, _compact_json)
    except (ArgumentError, ValueError):
        # The URL is not repeated, nor the cause kept: either may hold a password.
        raise InvalidDefinition(_UNREADABLE) from None
    except ModuleNotFoundError as error:
        raise InvalidDefinition(_NO_DRIVER.format(name=error.name)) from error
    raise InvalidDefinition(_OTHER_KIND.format(name=parsed.drivername))


@contextmanager
def reading(database: Database) -> Iterator[Connection]:
    """Lend a transaction that sees one state of the database and writes nothing.

    Raises:
        OutOfReach: when the database cannot be read.
    """
    engine = database.engine
    if isinstance(database, Connection):
        with translated(engine):
            yield database
        return
    with translated(engine), engine.connect() as connection:
        if engine.dialect.name == "sqlite":
            with connection.begin():
                _begin_sqlite(connection, "BEGIN")
                yield connection
        else:
            from db.connection.servers import snapshot  # noqa: PLC0415 - loaded already

            with snapshot(connection), connection.begin():
                yield connection


def streamed(database: Database, *statements: Executable) -> Iterator[Row[Any]]:
    """Yield the rows of each statement in turn, a page of them in memory, in one transaction.

    Raises:
        OutOfReach: when the database cannot be read.
    """
    # Given with the call, not set on the statement, which would then no longer be found in the cache.
    paged = {"yield_per": _PAGE}
    with reading(database) as connection:
        for statement in statements:
            # Closed even when the reader stops half-way: PostgreSQL holds the rest for it.
            with connection.execute(statement, execution_options=paged) as found:
                yield from found


@contextmanager
def writing(database: Database) -> Iterator[Connection]:
    """Lend a transaction, committed at the end; an error that goes through leaves nothing of it.

    Raises:
        OutOfReach: when the database cannot be written.
    """
    engine = database.engine
    if isinstance(database, Connection):
        with translated(engine), database.begin_nested():
            yield database
        return
    with translated(engine), engine.connect() as connection, transaction(connection):
        refuse_unfit(connection)
        yield connection


@contextmanager
def undone(engine: Engine) -> Iterator[Connection]:
    """Lend a transaction that is undone at its end: what the stores do in it, nobody else ever sees.

    A store made with it reads what it has written; other writers of a SQLite base wait meanwhile.

    Raises:
        OutOfReach: when the database cannot be written.
    """
    with suppress(_Undone), writing(engine) as connection:
        yield connection
        raise _Undone


class _Undone(Exception):
    """Ends a transaction that keeps nothing."""


@contextmanager
def noting(database: Database) -> Iterator[Connection]:
    """Lend a transaction that does not wait for the disk: what it notes could be found out again.

    A killed program loses nothing of it. A power cut may take back the last of these, but never what
    `writing` has confirmed since: each of its commits puts everything before it on the disk.

    Raises:
        OutOfReach: when the database cannot be written.
    """
    if isinstance(database, Connection):
        with writing(database):
            yield database
        return
    engine = database
    with translated(engine), engine.connect() as connection:
        refuse_damaged(engine)
        if engine.dialect.name == "postgresql":
            with connection.begin():
                connection.exec_driver_sql("SET LOCAL synchronous_commit = off")
                yield connection
            return
        driver = connection.connection.driver_connection
        assert driver is not None, "the connection is open"  # noqa: S101 - for the type checker
        driver.execute("PRAGMA synchronous = NORMAL")
        try:
            with transaction(connection):
                yield connection
        finally:
            driver.execute("PRAGMA synchronous = FULL")


@contextmanager
def transaction(connection: Connection) -> Iterator[None]:
    """Hold a transaction that writes, on a connection that has none."""
    with connection.begin() as begun:
        if connection.dialect.name == "sqlite":
            # A writer takes its turn at once: a transaction that reads first and writes later would
            # be refused without waiting if somebody wrote in between.
            _begin_sqlite(connection, "BEGIN IMMEDIATE")
        yield
        if connection.dialect.name == "sqlite":
            refuse_taken(connection)
        try:
            begun.commit()
        except DBAPIError as error:
            if error.connection_invalidated:
                # Nobody knows whether the server has heard it.
                raise OutOfReach(sentence(UNSURE, connection.engine.url)) from error
            raise


def _begin_sqlite(connection: Connection, statement: str) -> None:
    # Said to the driver itself, which begins by itself only at the first INSERT, UPDATE or DELETE:
    # too late for a snapshot, and never for DDL. An event of the engine would do it too, at the
    # price of several calls for every statement.
    driver = connection.connection.driver_connection
    assert driver is not None, "the connection is open"  # noqa: S101 - for the type checker
    driver.execute(statement)


def _open_sqlite(url: URL, busy_seconds: float, cache_kib: int) -> Engine:
    engine = create_engine(
        url,
        connect_args={
            "isolation_level": "IMMEDIATE",
            "timeout": busy_seconds,
            "factory": FileConnection,
        },
        hide_parameters=True,
        json_serializer=_compact_json,
    )
    event.listen(engine, "connect", partial(_prepare_sqlite, cache_kib, busy_seconds))
    path = sqlite_path(url)
    if path is not None:
        keep_to_file(engine, path)
    return engine


def _prepare_sqlite(
    cache_kib: int, busy_seconds: float, connection: Any, _entry: ConnectionPoolEntry
) -> None:
    cursor = connection.cursor()
    # Readers never wait for a writer, nor a writer for readers.
    _keep_a_log(cursor, busy_seconds)
    # A commit is on the disk when it returns: a power cut loses nothing that was confirmed.
    cursor.execute("PRAGMA synchronous = FULL")
    cursor.execute("PRAGMA foreign_keys = ON")
    cursor.execute(f"PRAGMA cache_size = -{cache_kib}")
    cursor.close()


def _keep_a_log(cursor: sqlite3.Cursor, busy_seconds: float) -> None:
    """Turn a base to its log; of a new one, another program may be doing the same.

    SQLite waits for who writes, but not for who is about to: two that wait for each other would never end.
    """
    last_try = time.monotonic() + busy_seconds
    while True:
        try:
            cursor.execute("PRAGMA journal_mode = WAL")
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode != sqlite3.SQLITE_BUSY or time.monotonic() > last_try:
                raise
            time.sleep(_TRY_AGAIN)
        else:
            return


def hurry(engine: Engine) -> None:
    """Have the connections of an engine wait no longer for a silent server than one who leaves does."""
    if engine.dialect.name == "postgresql":
        from db.connection.servers import patience  # noqa: PLC0415 - loaded already

        patience(engine).hurry()
