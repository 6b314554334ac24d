"""Whether somebody has written to the database since one last looked, without reading any table.

Used by `db.worklist`, which keeps what it counted for as long as nobody writes.
"""

from __future__ import annotations

from threading import Lock
from typing import Protocol

from sqlalchemy import Connection, Engine, text

from db.engine import reading
from db.failures import translated

_SNAPSHOT = text("SELECT CAST(pg_current_snapshot() AS text)")


class Watch(Protocol):
    """A look at the state of a database; safe to share between threads."""

    def mark(self) -> str:
        """Return a mark: the same as long as nothing is written. May raise `OutOfReach`."""

    def close(self) -> None:
        """Let go of what it holds."""


def watch(engine: Engine) -> Watch:
    """Return what watches a database; nothing is connected yet."""
    return _SqliteWatch(engine) if engine.dialect.name == "sqlite" else _PostgresWatch(engine)


class _SqliteWatch:
    """SQLite tells a connection that others have written: one that never writes hears of everybody."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._connection: Connection | None = None
        self._lock = Lock()

    def mark(self) -> str:
        with self._lock, translated(self._engine):
            if self._connection is None:
                self._connection = self._engine.connect()
            driver = self._connection.connection.driver_connection
            assert driver is not None, "the connection is open"  # noqa: S101 - for the type checker
            return str(driver.execute("PRAGMA data_version").fetchone()[0])

    def close(self) -> None:
        with self._lock:
            if self._connection is not None:
                self._connection.close()
                self._connection = None


class _PostgresWatch:
    """PostgreSQL numbers its transactions: one more that wrote shows in the snapshot."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def mark(self) -> str:
        with reading(self._engine) as connection:
            return str(connection.scalar(_SNAPSHOT))

    def close(self) -> None:
        """Nothing is held between two looks."""
