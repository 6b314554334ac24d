"""The fault points of a process: before and after every write, every COMMIT, every SMTP and IMAP step.

Installed by `tests.faults.victim` underneath the program, at the lowest place that everything goes
through: the driver's connection and cursor (so that no statement escapes, whichever way it was made),
the socket on which SMTP is spoken, what is said by IMAP, the call that asks for a token, and the renaming
that makes a file appear. The program knows nothing of it.
"""

from __future__ import annotations

import asyncio
import asyncio.selector_events
import json
import os
import re
import signal
import sqlite3
import sqlite3.dbapi2
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any
from urllib.request import OpenerDirector
from weakref import WeakKeyDictionary

from msgspec import Struct, field

BEFORE, AFTER = "avant", "après"

_WRITE = re.compile(r'(?<!FOR )\b(INSERT INTO|UPDATE|DELETE FROM)\s+"?(\w+)')
_NESTED = re.compile(r"(ROLLBACK TO SAVEPOINT|RELEASE SAVEPOINT|SAVEPOINT)\b")
_COMMAND = re.compile(rb"^([A-Z]{4,8})\b", re.MULTILINE)
_ASKED = re.compile(rb"^\w+ (?:UID )?([A-Z]+)")
_ANSWER = re.compile(rb"^(\d{3}) ", re.MULTILINE)


class Points:
    """The points that a process passes: written down, or deadly at one of them."""

    def __init__(self) -> None:
        self._seen: Counter[str] = Counter()
        self._trace: list[str] | None = None
        self._deadly: str | None = None

    def start(self, *, deadly: str | None, record: bool) -> None:
        """Count from here on.

        Args:
            deadly: the point to die at, written as the trace gives it; None lives on.
            record: note every point.
        """
        self._seen.clear()
        self._deadly = deadly
        self._trace = [] if record else None

    def save(self, path: Path) -> None:
        """Write the points that were noted, in their order, if they were."""
        if self._trace is not None:
            path.write_text(json.dumps(self._trace, ensure_ascii=False), encoding="utf-8")

    def pass_by(self, moment: str, step: str) -> None:
        """Pass a point; nothing comes after it when it is the deadly one."""
        name = f"{moment} {step}"
        self._seen[name] += 1
        point = f"{name}#{self._seen[name]}"
        if self._trace is not None:
            self._trace.append(point)
        if point == self._deadly:
            os.kill(os.getpid(), signal.SIGKILL)

    def around(self, step: str | None, act: Callable[[], Any]) -> Any:
        """Do something between two points, or without any when it has no name."""
        if step is None:
            return act()
        self.pass_by(BEFORE, step)
        result = act()
        self.pass_by(AFTER, step)
        return result

    def before_each(self, step: str, rows: Iterable[Any]) -> Iterator[Any]:
        """Yield the rows of a repeated statement: each is a write of its own."""
        for row in rows:
            self.pass_by(BEFORE, step)
            yield row


def step_of(statement: str) -> str | None:
    """Return what a statement writes, or None when it only reads."""
    if nested := _NESTED.match(statement):
        return nested[1]
    found = _WRITE.search(statement)
    return f"{found[1].split()[0]} {found[2]}" if found else None


def _run(points: Points, cursor: Any, statement: Any, act: Callable[[], Any]) -> Any:
    """Run a statement on a driver's cursor; its connection remembers that it wrote."""
    step = step_of(str(statement))
    if step is not None:
        cursor.connection.has_written = True
    return points.around(step, act)


def _run_many(points: Points, cursor: Any, statement: Any, rows: Any, act: Any) -> Any:
    step = step_of(str(statement))
    if step is None:
        return act(rows)
    cursor.connection.has_written = True
    result = act(points.before_each(step, rows))
    points.pass_by(AFTER, step)
    return result


def _commit(points: Points, connection: Any, act: Callable[[], Any]) -> None:
    """Commit; a transaction that only read has nothing to lose."""
    wrote = getattr(connection, "has_written", False)
    connection.has_written = False
    points.around("COMMIT" if wrote else None, act)


def install_sqlite(points: Points) -> None:
    """Put the points around what SQLite's driver does."""

    class Cursor(sqlite3.Cursor):
        def execute(self, statement: str, *values: Any) -> Any:
            act = super().execute
            return _run(points, self, statement, lambda: act(statement, *values))

        def executemany(self, statement: str, rows: Any) -> Any:
            act = super().executemany
            return _run_many(points, self, statement, rows, lambda given: act(statement, given))

    class Observed(sqlite3.Connection):
        has_written = False

        def cursor(self, factory: Any = Cursor) -> Any:
            return super().cursor(factory)

        def execute(self, statement: str, *values: Any) -> Any:
            return self.cursor().execute(statement, *values)

        def executemany(self, statement: str, rows: Any) -> Any:
            return self.cursor().executemany(statement, rows)

        def commit(self) -> None:
            _commit(points, self, super().commit)

    connect = sqlite3.dbapi2.connect

    def connected(*places: Any, factory: Any = sqlite3.Connection, **options: Any) -> Any:
        # The program has a class of its own: it stays what it is.
        observed: Any = type("Connection", (Observed, factory), {})
        return connect(*places, factory=observed, **options)

    sqlite3.connect = sqlite3.dbapi2.connect = connected


def install_postgresql(points: Points) -> None:
    """Put the points around what PostgreSQL's driver does."""
    import psycopg

    execute, executemany = psycopg.Cursor.execute, psycopg.Cursor.executemany
    commit = psycopg.Connection.commit

    def executed(self: Any, statement: Any, *values: Any, **options: Any) -> Any:
        return _run(points, self, statement, lambda: execute(self, statement, *values, **options))

    def executed_many(self: Any, statement: Any, rows: Any, **options: Any) -> None:
        def act(given: Any) -> None:
            executemany(self, statement, given, **options)

        _run_many(points, self, statement, rows, act)

    def committed(self: Any) -> None:
        _commit(points, self, lambda: commit(self))

    changed: Any = psycopg.Cursor
    changed.execute, changed.executemany = executed, executed_many
    changed = psycopg.Connection
    changed.commit = committed


class _Line(Struct):
    """What was said on a connection and is not answered yet, in its order."""

    awaited: list[str] = field(default_factory=lambda: ["la connexion"])
    takes_text: bool = False


def _transport(protocol: Any) -> Any:
    """Return what a protocol hears: the library's and asyncio's name it each in their way."""
    return getattr(protocol, "transport", None) or protocol._transport


def install_smtp(points: Points) -> None:
    """Put the points around what is said to a mail server, and before each answer is heard."""
    import aiosmtplib.protocol

    lines: WeakKeyDictionary[Any, _Line] = WeakKeyDictionary()
    """Each connection has its own: a service that has several hears their answers in any order."""

    def names(line: _Line, data: bytes) -> list[str]:
        if line.takes_text:
            return ["point final" if data == b".\r\n" else "message"]
        return [found.decode() for found in _COMMAND.findall(data)] or ["AUTH (suite)"]

    transport: Any = asyncio.selector_events._SelectorSocketTransport  # type: ignore[attr-defined]
    write = transport.write

    def written(self: Any, data: Any) -> None:
        line = lines.setdefault(self, _Line())
        said = names(line, bytes(data))
        line.awaited.extend(one for one in said if one != "message")
        points.around(f"SMTP {'+'.join(said)}", lambda: write(self, data))

    def hearing(protocol: Any) -> None:
        received = protocol.data_received

        def heard(self: Any, data: bytes) -> None:
            line = lines.setdefault(_transport(self), _Line())
            # Of an answer of several lines, which may come in pieces, the last one counts.
            codes = [found.decode() for found in _ANSWER.findall(data)]
            steps = [f"SMTP réponse {code} à {line.awaited.pop(0)}" for code in codes]
            line.takes_text = "354" in codes
            for step in steps:
                points.pass_by(BEFORE, step)
            received(self, data)
            for step in steps:
                points.pass_by(AFTER, step)

        protocol.data_received = heard

    transport.write = written
    hearing(aiosmtplib.protocol.SMTPProtocol)
    # What reads the line while several answers are awaited.
    hearing(asyncio.StreamReaderProtocol)

    loop: Any = asyncio.BaseEventLoop
    connect = loop.create_connection

    async def connected(self: Any, *arguments: Any, **options: Any) -> Any:
        points.pass_by(BEFORE, "SMTP connexion")
        result = await connect(self, *arguments, **options)
        points.pass_by(AFTER, "SMTP connexion")
        return result

    loop.create_connection = connected


def install_imap(points: Points) -> None:
    """Put the points around what is said to the server of the return mailbox."""
    import imaplib

    send = imaplib.IMAP4.send

    def sent(self: Any, data: Any) -> None:
        found = _ASKED.match(data)
        step = found[1].decode() if found else "AUTHENTICATE (suite)"
        points.around(f"IMAP {step}", lambda: send(self, data))

    changed: Any = imaplib.IMAP4
    changed.send = sent


def install_tokens(points: Points) -> None:
    """Put the points around the call that asks for a token."""
    opener: Any = OpenerDirector
    opened = opener.open

    def called(self: Any, *arguments: Any, **options: Any) -> Any:
        return points.around("HTTP jeton", lambda: opened(self, *arguments, **options))

    opener.open = called


def install_files(points: Points) -> None:
    """Put the points around the renaming that makes a file appear whole."""
    replace: Any = os.replace

    def replaced(source: Any, target: Any, **options: Any) -> Any:
        step = f"fichier {Path(target).suffix or Path(target).name}"
        return points.around(step, lambda: replace(source, target, **options))

    changed: Any = os
    changed.replace = replaced


def install(points: Points) -> None:
    """Put the points under everything that this process will do."""
    install_sqlite(points)
    install_postgresql(points)
    install_smtp(points)
    install_imap(points)
    install_tokens(points)
    install_files(points)
