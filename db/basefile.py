"""The file of a SQLite base, looked at each time one of its connections is lent.

Used by `db.engine`, and by `db.changes`, which keeps a connection for itself. A connection goes on writing
into a file that was moved or replaced, where nobody will look for what was saved: it is closed before
that, and the file that is there now is opened. Creates no file.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any, Final, NamedTuple

from sqlalchemy import Connection, Engine, event
from sqlalchemy.exc import DisconnectionError
from sqlalchemy.pool import ConnectionPoolEntry

from db.failures import sentence
from workflow.errors import OutOfReach

_GONE: Final = (
    "{place} n’est plus à sa place, rien n’a été enregistré : remettez le fichier où il était, "
    "puis recommencez."
)
_HELD: Final = "held"


class _Held(NamedTuple):
    """What a connection remembers of its file: where it was, its device and its number there."""

    path: Path
    identity: tuple[int, int] | None


def keep_to_file(engine: Engine, path: Path) -> None:
    """Have the connections of an engine open a file that exists, and leave it once it has moved."""
    path, known = path.absolute(), False

    def open_existing(
        _dialect: Any, entry: ConnectionPoolEntry, names: list[Any], options: Any
    ) -> None:
        # Looked at before it is opened: a file that takes its place in between is told apart.
        held = _Held(path, _identity(path))
        if known and held.identity is None:
            raise OutOfReach(sentence(_GONE, engine.url))
        entry.info[_HELD] = held
        if "uri" in engine.url.query:
            return
        # A mistyped path must not become a new, empty base.
        names[:] = [f"{path.as_uri()}?{_mode(path)}"]
        options["uri"] = True

    def lend(_connection: Any, entry: ConnectionPoolEntry, _lent: Any) -> None:
        nonlocal known
        known = True
        if _moved(entry.info):
            # Those that wait are closed as well, before another is opened: closed later, they would
            # take along the locks that it has on the files beside the base.
            engine.dispose()
            raise DisconnectionError

    event.listen(engine, "do_connect", open_existing)
    event.listen(engine, "checkout", lend)


def moved(connection: Connection) -> bool:
    """Tell whether the file that a connection holds open is no longer the base."""
    return _moved(connection.info)


def _moved(info: Any) -> bool:
    held: _Held | None = info.get(_HELD)
    if held is None:
        return False
    # No other file is given the number of one that is still open.
    return held.identity is None or held.identity != _identity(held.path)


def _identity(path: Path) -> tuple[int, int] | None:
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino


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
