"""The version of a database's schema, and the migrations that bring it to this program's.

`cli` asks `require_current` before it uses a database; `echeancier init` calls `upgrade`. Alembic is loaded
by `upgrade` alone, so that everyday commands start without it. There is no way back to an older schema: one
restores a backup. Both databases, each with its way to take a turn: hence its length.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from enum import StrEnum
from pathlib import Path
from typing import Any, Final

from sqlalchemy import Connection, Engine, inspect, text
from sqlalchemy.exc import DBAPIError
from sqlmodel import SQLModel

from db.connection.engine import reading, transaction
from db.connection.failures import mark_damaged, sentence, sqlite_path, translated
from db.connection.fitness import NEWER, OLDER, QUICK_CHECK, WHOLE, refuse_damaged
from db.migrations.revisions import HEAD, REVISIONS
from workflow.errors import OutOfReach
from workflow.text.os_errors import cause

_ABSENT = "{place} n’existe pas encore : créez-la avec {init}."
_BROKEN = (
    "{place} n’a pas pu être mise à jour, des lignes y renvoient à d’autres qui n’existent pas : "
    "elle reste comme elle était, gardez-en une copie et demandez de l’aide."
)

_UNVERSIONED = (
    "{place} contient déjà des tables d’Échéancier mais ne dit pas de quelle version, rien n’y a été "
    "écrit : restaurez une sauvegarde, ou choisissez un autre fichier ou une autre base."
)

_MISNUMBERED = (
    "{place} n’a pas les tables de la version qu’elle dit être : elle reste comme elle était, restaurez une "
    "sauvegarde ou demandez de l’aide."
)

_INCOMPLETE = (
    "{place} n’est plus entière, il y manque {missing} : n’écrivez plus dedans et restaurez la dernière "
    "sauvegarde."
)

_ELSEWHERE = (
    "{place} garde ses tables dans le schéma « {schema} », que cette connexion ne lit pas : nommez-le dans "
    "l’adresse (?options=-csearch_path%3D{schema}). Rien n’a été créé à côté."
)

# SQLSTATE of a table, column, index or constraint that is there already, or is not.
_DEFINITIONS: Final = frozenset({"42P01", "42P07", "42701", "42703", "42704", "42710"})

# How long to wait for another program that upgrades the same database.
_TURN_SECONDS = 60

# How long a server may change a large table without a word.
_CHANGE_SECONDS = 600

# The first table that a migration creates, and the one that matters most.
_MAIN_TABLE: Final = "case_file"

# Read from the catalogue, where a table is seen without any right on it.
_COLUMNS: Final = {
    "sqlite": text(
        "SELECT m.name, p.name FROM sqlite_master AS m JOIN pragma_table_info(m.name) AS p"
    ),
    "postgresql": text(
        "SELECT c.relname, a.attname FROM pg_class AS c JOIN pg_attribute AS a ON a.attrelid = c.oid "
        "WHERE c.relnamespace = to_regnamespace(current_schema()) AND NOT a.attisdropped"
    ),
}

_SCHEMA_OF_OURS: Final = text("SELECT schemaname FROM pg_tables WHERE tablename = :table LIMIT 1")

_READ_ONLY: Final = text(
    "SELECT pg_is_in_recovery() OR current_setting('default_transaction_read_only') = 'on'"
)

# Any number will do, so long as nobody else on the server uses it.
_ADVISORY_LOCK = 6_120_419_755


class SchemaState(StrEnum):
    """How a database stands to this program."""

    ABSENT = "absent"
    CURRENT = "current"
    OLDER = "older"
    NEWER = "newer"


def current(engine: Engine) -> str | None:
    """Return the revision of a database, or None when it holds no schema of ours.

    Raises:
        OutOfReach: when the database exists and cannot be read, or holds tables without a version.
    """
    path = sqlite_path(engine.url)
    if path is not None and not path.exists():
        return None
    with reading(engine) as connection:
        return _revision(connection)


def schema_state(engine: Engine) -> SchemaState:
    """Compare the schema of a database with the one this program was written for.

    Raises:
        OutOfReach: when the database exists and cannot be read.
    """
    revision = current(engine)
    if revision is None:
        return SchemaState.ABSENT
    if revision == HEAD:
        return SchemaState.CURRENT
    return SchemaState.OLDER if revision in REVISIONS else SchemaState.NEWER


def require_current(engine: Engine) -> None:
    """Refuse a database that this program cannot use as it is.

    Raises:
        OutOfReach: with what to do, when the schema is absent, older or newer.
    """
    match schema_state(engine):
        case SchemaState.ABSENT:
            raise OutOfReach(sentence(_ABSENT, engine.url))
        case SchemaState.OLDER:
            raise OutOfReach(sentence(OLDER, engine.url))
        case SchemaState.NEWER:
            raise OutOfReach(sentence(NEWER, engine.url))
        case SchemaState.CURRENT:
            return


def verify(engine: Engine) -> None:
    """Look through the whole of a SQLite file; a server does that itself.

    Raises:
        OutOfReach: when it is damaged; nothing is written into it any more.
    """
    if engine.dialect.name == "sqlite":
        with reading(engine) as connection:
            if connection.exec_driver_sql(QUICK_CHECK).one() != WHOLE:
                mark_damaged(engine)
        refuse_damaged(engine)


def refuse_incomplete(engine: Engine) -> None:
    """Refuse a database that has the version of this program, and not all of its tables and columns.

    Raises:
        OutOfReach: with the first that is missing.
    """
    # Whoever asks is about to load them all.
    from db.schema import (  # noqa: PLC0415
        deadline_tables,  # noqa: F401
        house_tables,  # noqa: F401
        import_tables,  # noqa: F401
        party_tables,  # noqa: F401
        tables,  # noqa: F401
    )

    with reading(engine) as connection:
        found = {(table, column) for table, column in connection.execute(_COLUMNS[engine.name])}
    known = {table for table, _ in found}
    for table in SQLModel.metadata.sorted_tables:
        if table.name not in known:
            missing = f"la table « {table.name} »"
        elif lost := next(
            (one.name for one in table.c if (table.name, one.name) not in found), None
        ):
            missing = f"la colonne « {lost} » de la table « {table.name} »"
        else:
            continue
        raise OutOfReach(sentence(_INCOMPLETE, engine.url, missing=missing))


def read_only(engine: Engine) -> bool:
    """Tell whether a base may be read and not written: a standby, a role, a disk, a file.

    Raises:
        OutOfReach: when it cannot be read.
    """
    if engine.dialect.name == "postgresql":
        with reading(engine) as connection:
            return bool(connection.scalar(_READ_ONLY))
    path = sqlite_path(engine.url)
    if path is None or engine.url.query.get("mode") == "ro":
        return path is not None
    return not (os.access(path, os.W_OK) and os.access(path.parent, os.W_OK))


def upgrade(engine: Engine) -> int:
    """Create the database, or bring it to this program's schema; whole or not at all.

    Returns how many deadlines of old rows were judged anew and changed.

    A SQLite file is created with its folder, readable by its owner alone. Two programs that upgrade
    at once take turns, and the second finds nothing to do.

    Raises:
        OutOfReach: when the database cannot be written, or is newer than this program.
    """
    if schema_state(engine) is SchemaState.NEWER:
        raise OutOfReach(sentence(NEWER, engine.url))
    with translated(engine):
        _create_file(engine)
        with engine.connect() as connection:
            return _migrate(connection)


def _revision(connection: Connection) -> str | None:
    tables, found = set(inspect(connection).get_table_names()), None
    if "alembic_version" in tables:
        found = connection.scalar(text("SELECT version_num FROM alembic_version"))
    if found is None and _MAIN_TABLE in tables:
        raise OutOfReach(sentence(_UNVERSIONED, connection.engine.url))
    if found is None and connection.dialect.name == "postgresql":
        _refuse_elsewhere(connection)
    return found


def _refuse_elsewhere(connection: Connection) -> None:
    """Refuse to make a second set of tables beside one in another schema."""
    schema = connection.scalar(_SCHEMA_OF_OURS, {"table": _MAIN_TABLE})
    if schema is not None:
        raise OutOfReach(sentence(_ELSEWHERE, connection.engine.url, schema=schema))


def _create_file(engine: Engine) -> None:
    path = sqlite_path(engine.url)
    if path is None or engine.url.query.get("mode") == "ro":
        return
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        # Files of named persons: nobody else on the machine reads them, whatever the umask. One that is
        # there is left alone: closing it would let go of the locks that its connections have on it.
        if not path.exists():
            with suppress(FileExistsError):
                os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600))
    except OSError as error:
        raise OutOfReach(
            f"Le fichier « {path} » ne peut pas être créé : vérifiez le chemin et les "
            f"droits d’accès ({cause(error)})."
        ) from error


def _migrate(connection: Connection) -> int:
    from alembic import command  # noqa: PLC0415 - Alembic is needed here alone
    from alembic.config import Config  # noqa: PLC0415
    from alembic.util.exc import CommandError  # noqa: PLC0415

    config = Config()
    folder = str(Path(__file__).parents[1] / "migrations")
    config.set_main_option("script_location", folder.replace("%", "%%"))
    config.attributes["connection"] = connection
    around = _sqlite_turn if connection.dialect.name == "sqlite" else _postgresql_turn
    try:
        with around(connection):
            command.upgrade(config, "head")
    except (CommandError, DBAPIError) as error:
        if not isinstance(error, CommandError) and not _is_definition(error.orig):
            raise
        raise OutOfReach(sentence(_MISNUMBERED, connection.engine.url)) from error
    return int(config.attributes.get("judged_anew", 0))


def _is_definition(error: Any) -> bool:
    """Tell whether a statement asked for a table or a column that is there, or is not."""
    state = getattr(error, "sqlstate", None)
    return getattr(error, "sqlite_errorcode", None) == sqlite3.SQLITE_ERROR or (
        state is not None and state in _DEFINITIONS
    )


@contextmanager
def _sqlite_turn(connection: Connection) -> Iterator[None]:
    """Hold the one transaction that may change a SQLite schema."""
    driver: Any = connection.connection.driver_connection
    (patience,) = driver.execute("PRAGMA busy_timeout").fetchone()
    # SQLite changes a table by copying it; the references to it must not stop that. The setting has
    # no effect inside a transaction, and every reference is checked again before the end.
    driver.execute("PRAGMA foreign_keys = OFF")
    driver.execute(f"PRAGMA busy_timeout = {_TURN_SECONDS * 1000}")
    try:
        with transaction(connection):
            yield
            if connection.exec_driver_sql("PRAGMA foreign_key_check").first():
                raise OutOfReach(sentence(_BROKEN, connection.engine.url))
    finally:
        driver.execute("PRAGMA foreign_keys = ON")
        driver.execute(f"PRAGMA busy_timeout = {patience}")


@contextmanager
def _postgresql_turn(connection: Connection) -> Iterator[None]:
    """Hold the one transaction that may change a PostgreSQL schema."""
    from db.connection.postgresql import Patience  # noqa: PLC0415 - loaded already

    driver: Any = connection.connection.driver_connection
    usual, driver.patience = driver.patience, Patience(_TURN_SECONDS, _CHANGE_SECONDS)
    try:
        with transaction(connection):
            for setting in (f"lock_timeout = '{_TURN_SECONDS}s'", "statement_timeout = 0"):
                connection.execute(text(f"SET LOCAL {setting}"))
            connection.execute(text(f"SELECT pg_advisory_xact_lock({_ADVISORY_LOCK})"))
            yield
    finally:
        driver.patience = usual
