"""The file of a SQLite base and its log, looked at each time a connection is lent and before each commit.

Used by `db.connection.engine`, and by `db.worklist.freshness`, which keeps a connection for itself. A
connection goes on writing into a file that was moved or replaced, where nobody will look for what was
saved; one whose log was taken away goes on too, and puts its own log in place of the others' when it is
closed. Creates no file.
"""

from __future__ import annotations

import os
import sqlite3
import struct
import sys
from enum import Enum, auto
from pathlib import Path
from typing import Any, Final

from sqlalchemy import Connection, Engine, event
from sqlalchemy.exc import DisconnectionError
from sqlalchemy.pool import ConnectionPoolEntry

from db.connection.failures import sentence
from workflow.errors import OutOfReach

_GONE: Final = (
    "{place} n’est plus à sa place, rien n’a été enregistré : remettez le fichier où il était, "
    "puis recommencez."
)
_LOG_TAKEN: Final = (
    "Le journal de {place} (le fichier en « -wal ») a été retiré pendant qu’elle était ouverte, rien n’a "
    "été enregistré : regardez ce qui y est, puis recommencez ; ne retirez ce fichier qu’une fois tout fermé."
)

_Identity = tuple[int, int]

# Where SQLite locks a base that somebody reads, whoever it is.
_SHARED: Final = (0x4000_0002, 510)
_FLOCK: Final = struct.Struct("hhqqi")
_kept_open: dict[_Identity, int] = {}


class FileState(Enum):
    """How what a connection holds open stands to what is there."""

    IN_PLACE = auto()
    MOVED = auto()
    """The file that it holds is no longer the base."""
    LOG_TAKEN = auto()
    """The log that it writes is no longer beside the base."""


class FileConnection(sqlite3.Connection):
    """A connection that remembers its file and its log: where they were, their device and number there."""

    path: str | None = None
    identity: _Identity | None = None
    log: _Identity | None = None
    seen: tuple[int, int] | None = None
    """Length and last change of the base, while the log was still there."""

    def remember(self, path: Path, identity: _Identity | None) -> None:
        """Note what is held, from now on."""
        self.path, self.identity = str(path), identity
        # Once something was read the log is open, and nobody else takes it away by closing.
        self.execute("SELECT 1 FROM sqlite_master LIMIT 1").fetchone()
        ((mode,),) = self.execute("PRAGMA journal_mode").fetchall()
        # A base that others are turning to the log at this moment is not there yet.
        self.log = _identity(_log_of(self.path)) if mode == "wal" else None

    def state(self) -> FileState:
        """Look at the base and its log; asked at each act."""
        if self.path is None:
            return FileState.IN_PLACE
        try:
            found = os.stat(self.path)  # noqa: PTH116 - of a text, in a third of the time
        except OSError:
            return FileState.MOVED
        # No other file is given the number of one that is still open.
        if self.identity != (found.st_dev, found.st_ino):
            return FileState.MOVED
        if self.log is not None and self.log != _identity(_log_of(self.path)):
            return FileState.LOG_TAKEN
        self.seen = found.st_size, found.st_mtime_ns
        return FileState.IN_PLACE

    def close(self) -> None:
        """Close the file; a log that was taken away is put back only where nobody has written since.

        SQLite closes the last connection by writing its log into the base and removing the log in place,
        which may be the one of others by then. Of a base that was moved, it leaves the log alone by itself.
        """
        path = self.path
        if path is not None and self.state() is FileState.LOG_TAKEN and not self._alone(path):
            _pretend_to_read(path)
        super().close()

    def _alone(self, path: str) -> bool:
        """Tell whether nothing has come in the place of what this connection knows."""
        try:
            found = Path(path).stat()
        except OSError:
            return False
        return _identity(_log_of(path)) is None and self.seen == (found.st_size, found.st_mtime_ns)


_REFUSALS: Final = {FileState.MOVED: _GONE, FileState.LOG_TAKEN: _LOG_TAKEN}


def keep_to_file(engine: Engine, path: Path) -> None:
    """Have the connections of an engine open a file that exists, and leave it once it has moved.

    To be called once the engine knows how its connections are prepared.
    """
    path, known = path.absolute(), False

    def open_existing(
        _dialect: Any, entry: ConnectionPoolEntry, names: list[Any], options: Any
    ) -> None:
        # Looked at before it is opened: a file that takes its place in between is told apart.
        entry.info["identity"] = _identity(str(path))
        if known and entry.info["identity"] is None:
            raise OutOfReach(sentence(_GONE, engine.url))
        if "uri" in engine.url.query:
            return
        # A mistyped path must not become a new, empty base.
        names[:] = [f"{path.as_uri()}?{_mode(path)}"]
        options["uri"] = True

    def remember(connection: FileConnection, entry: ConnectionPoolEntry) -> None:
        connection.remember(path, entry.info["identity"])

    def lend(connection: FileConnection, _entry: ConnectionPoolEntry, _lent: Any) -> None:
        nonlocal known
        known = True
        state = connection.state()
        if state is FileState.MOVED:
            # Those that wait are closed as well, before another is opened: closed later, they would
            # take along the locks that it has on the files beside the base.
            engine.dispose()
            raise DisconnectionError
        if state is FileState.LOG_TAKEN:
            engine.dispose()
            raise OutOfReach(sentence(_LOG_TAKEN, engine.url))

    event.listen(engine, "do_connect", open_existing)
    event.listen(engine, "connect", remember)
    event.listen(engine, "checkout", lend)


def moved(connection: Connection) -> bool:
    """Tell whether the file that a connection holds open is no longer the base."""
    return _driver(connection).state() is FileState.MOVED


def refuse_taken(connection: Connection) -> None:
    """Refuse to confirm what would be written where nobody will look for it.

    Raises:
        OutOfReach: the base, or its log, was taken away since the transaction began.
    """
    state = _driver(connection).state()
    if state is not FileState.IN_PLACE:
        raise OutOfReach(sentence(_REFUSALS[state], connection.engine.url))


def _driver(connection: Connection) -> FileConnection:
    # Of one that no pool has any more, nothing else is known.
    driver: Any = connection.connection.dbapi_connection
    assert isinstance(driver, FileConnection), "the connections of SQLite are ours"  # noqa: S101
    return driver


def _identity(path: str) -> _Identity | None:
    try:
        found = os.stat(path)  # noqa: PTH116 - of a text, in a third of the time
    except OSError:
        return None
    return found.st_dev, found.st_ino


def _log_of(path: str) -> str:
    return f"{path}-wal"


def _pretend_to_read(path: str) -> None:
    """Have SQLite believe, until this program ends, that somebody else reads the base.

    A lock of another owner, at the place where readers have theirs. Never let go: closing the file would
    take along the locks that this program's other connections have on it.
    """
    identity = _identity(path)
    # There, no file that is open can be taken away.
    if sys.platform == "win32" or identity is None or identity in _kept_open:
        return
    import fcntl  # noqa: PLC0415 - not on every system

    descriptor = _kept_open[identity] = os.open(path, os.O_RDONLY)
    fcntl.fcntl(descriptor, fcntl.F_OFD_SETLK, _FLOCK.pack(fcntl.F_RDLCK, os.SEEK_SET, *_SHARED, 0))


def _mode(path: Path) -> str:
    """Return how to open a SQLite file that must exist.

    Readers of a write-ahead log share a file beside the base. Where none can be created and no log
    waits to be read, the base cannot change under us: SQLite is told so, and needs no such file.
    """
    frozen = not os.access(path, os.W_OK) and not os.access(path.parent, os.W_OK)
    if not path.exists() or not frozen:
        return "mode=rw"
    log = path.with_name(f"{path.name}-wal")
    return "mode=ro" if log.exists() and log.stat().st_size else "mode=ro&immutable=1"
