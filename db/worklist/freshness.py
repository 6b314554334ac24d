"""Whether somebody has written to the database since one last looked, without reading any table.

Used by `db.worklist.pages`, which keeps what it counted for as long as nobody writes.
"""

from __future__ import annotations

from contextlib import closing
from threading import RLock
from typing import Protocol

from sqlalchemy import Connection, Engine, event, text

from db.connection.engine import reading
from db.connection.failures import translated
from db.connection.sqlite_file import moved

_SNAPSHOT = text("SELECT CAST(pg_current_snapshot() AS text)")


class ChangeWatch(Protocol):
    """A look at the state of a database; safe to share between threads."""

    def mark(self) -> str:
        """Return a mark: the same as long as nothing is written. May raise `OutOfReach`."""

    def close(self) -> None:
        """Let go of what it holds."""


def watch(engine: Engine) -> ChangeWatch:
    """Return what watches a database; nothing is connected yet."""
    return _SqliteWatch(engine) if engine.dialect.name == "sqlite" else _PostgresWatch(engine)


class _SqliteWatch:
    """SQLite tells a connection that others have written: one that never writes hears of everybody."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._connection: Connection | None = None
        self._opened = 0
        # Held again by the same thread when connecting finds that everything must be closed.
        self._lock = RLock()
        event.listen(engine, "engine_disposed", lambda _: self.close())

    def mark(self) -> str:
        with self._lock, translated(self._engine):
            if self._connection is not None and moved(self._connection):
                self._engine.dispose()
            if self._connection is None:
                self._connection = self._engine.connect()
                # Not the pool's any more: closing it closes the file.
                self._connection.detach()
                self._opened += 1
            with closing(self._connection.connection.cursor()) as cursor:
                cursor.execute("PRAGMA data_version")
                [(version,)] = cursor.fetchall()
            # Each connection counts by itself.
            return f"{self._opened}-{version}"

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
