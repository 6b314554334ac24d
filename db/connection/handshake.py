"""Why a PostgreSQL server lets nobody in, found out by asking once more and listening.

Called by `db.connection.engine` when a connection fails. The driver keeps of such a failure a text alone,
in whatever
language: here the states that libpq goes through say how far it came, and what it heard gives the code of
the server. Sends what the first try sent; keeps nothing.
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from contextlib import closing, suppress
from enum import Enum, auto
from selectors import EVENT_READ, EVENT_WRITE, DefaultSelector
from time import monotonic
from typing import Any, Final

import psycopg
from msgspec import Struct
from psycopg import pq
from psycopg.conninfo import make_conninfo
from psycopg.pq.abc import PGconn

_SECONDS: Final = 3.0
_ERROR: Final = re.compile(
    r'ErrorResponse\t.*? C "(?P<state>\w{5})" M "(?P<words>.*?)"(?= [A-Za-z] "| \\x00|$)', re.DOTALL
)
_EVENTS: Final = {
    pq.PollingStatus.READING: EVENT_READ,
    pq.PollingStatus.WRITING: EVENT_WRITE,
}


class HandshakeStage(Enum):
    """How far a connection came."""

    NETWORK = auto()
    """Nobody answers there."""
    ENCRYPTION = auto()
    """Somebody answers who does not encrypt, or does not prove who it is."""
    PASSWORD = auto()
    """The server wants a password, and there is none."""
    ANSWER = auto()
    """The server answers, and one of the two does not want."""


class Obstacle(Struct, frozen=True):
    """Why nobody was let in.

    Args:
        stage: how far it came.
        state: SQLSTATE, when the server gave one.
        words: what the server said, or libpq, as it was said.
    """

    stage: HandshakeStage
    state: str | None
    words: str


class NotLetIn(psycopg.OperationalError):
    """A connection failed, for a reason that is known.

    Args:
        obstacle: why.
    """

    def __init__(self, obstacle: Obstacle) -> None:
        super().__init__(obstacle.words)
        self.obstacle = obstacle
        self.sqlstate = obstacle.state


def obstacle(parameters: Mapping[str, Any]) -> Obstacle | None:
    """Return why these parameters lead to no connection; None when this time they do.

    Args:
        parameters: as `db.connection.postgresql.checked` returns them.
    """
    connection = pq.PGconn.connect_start(make_conninfo(**parameters).encode())
    with closing(_Ear()) as ear:
        ear.listen(connection)
        stage = _advance(connection)
        if stage is not None and connection.needs_password:
            stage = HandshakeStage.PASSWORD
        told = connection.error_message.decode("utf-8", "replace")
        found = _ERROR.search(ear.heard(connection))
        connection.finish()
    if stage is None:
        return None
    if found is not None:
        return Obstacle(HandshakeStage.ANSWER, found["state"], found["words"])
    # « connection to server at … failed: » is said better, and in French.
    return Obstacle(stage, None, told.partition("failed: ")[2] or told)


class _Ear:
    """What libpq hears from the server, kept in memory; nothing where the system has no such file."""

    def __init__(self) -> None:
        self._file = os.memfd_create("echeancier") if hasattr(os, "memfd_create") else None

    def listen(self, connection: PGconn) -> None:
        if self._file is not None and connection.status != pq.ConnStatus.BAD:
            with suppress(psycopg.Error):
                connection.trace(self._file)

    def heard(self, connection: PGconn) -> str:
        if self._file is None:
            return ""
        with suppress(psycopg.Error):
            # What libpq holds back is written out.
            connection.untrace()
        size = os.fstat(self._file).st_size
        return os.pread(self._file, size, 0).decode("utf-8", "replace")

    def close(self) -> None:
        if self._file is not None:
            os.close(self._file)


def _advance(connection: PGconn) -> HandshakeStage | None:
    """Go as far as the server lets; return where it ended, None when it let us in."""
    stage, begun = HandshakeStage.NETWORK, monotonic()
    while connection.status != pq.ConnStatus.BAD and monotonic() - begun < _SECONDS:
        stage = _stage(connection.status, stage)
        progress = connection.connect_poll()
        if progress == pq.PollingStatus.OK:
            return None
        if progress == pq.PollingStatus.FAILED:
            break
        with DefaultSelector() as selector:
            selector.register(connection.socket, _EVENTS[pq.PollingStatus(progress)])
            selector.select(_SECONDS)
    return stage


def _stage(status: int, before: HandshakeStage) -> HandshakeStage:
    """Return how far a connection in this state has come."""
    if status == pq.ConnStatus.SSL_STARTUP:
        return HandshakeStage.ENCRYPTION
    if status in {pq.ConnStatus.STARTED, pq.ConnStatus.MADE}:
        return before
    return HandshakeStage.ANSWER
