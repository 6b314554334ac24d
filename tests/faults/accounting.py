"""What a database holds, read behind the program's back, and what two of them have in common.

Used by `tests.faults.runs` to tell « everything », « nothing » and « half » apart, and to compare where a
killed run ended with where the same run ends when nothing dies.
"""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Iterable
from contextlib import closing
from email import message_from_bytes
from typing import Any

import psycopg
from sqlalchemy import URL, make_url

Dump = dict[str, list[dict[str, Any]]]

# Numbers that the database gives by itself: a transaction that was undone uses some up.
_NUMBERS = frozenset({"id", "case_id", "outbox_id", "deadline_id", "number"})
_SIGNS_OF_LIFE = frozenset({"heartbeat", "outbox_event", "alembic_version"})
# What depends on when, or at which attempt, the same thing was done in the end.
_CIRCUMSTANCES = {
    "outbox": frozenset({
        "subject", "attempts", "claims", "leased_until", "lease_owner", "answer",
        "last_error", "created_at", "next_attempt_at", "doubts",
    }),
    "letter": frozenset({"content"}),
    "reminder": frozenset({"created_at"}),
    "deadline": frozenset({"reminded_until"}),
    "mail_return": frozenset({"noted_by"}),
    "return_mailbox": frozenset({"tried_at"}),
}  # fmt: skip
_INSTANTS_AS_FACTS = frozenset({"outbox", "mail_return"})
"""Tables of which it matters that something happened, not when."""


def dump(url: str) -> Dump:
    """Return every row of every table, in an order of its own."""
    parsed = make_url(url)
    if parsed.get_backend_name() == "sqlite":
        with closing(sqlite3.connect(str(parsed.database))) as base:
            return _dump(
                base,
                "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'",
            )
    with psycopg.connect(_target(parsed), autocommit=True) as server:
        return _dump(
            server, "SELECT table_name FROM information_schema.tables WHERE table_schema = 'public'"
        )


def let_leases_end(url: str) -> None:
    """Let the time of every lease pass: a server counts it on its own clock, not on the one that is told."""
    parsed = make_url(url)
    if parsed.get_backend_name() != "sqlite":
        with psycopg.connect(_target(parsed), autocommit=True) as server:
            server.execute(
                "UPDATE outbox SET leased_until = created_at WHERE leased_until IS NOT NULL"
            )


def _target(url: URL) -> str:
    return f"host={url.query['host']} user={url.username} dbname={url.database}"


def _dump(base: Any, tables: str) -> Dump:
    found: Dump = {}
    for (name,) in base.execute(tables).fetchall():
        cursor = base.execute(f'SELECT * FROM "{name}"')
        columns = [column[0] for column in cursor.description]
        rows = [dict(zip(columns, row, strict=True)) for row in cursor.fetchall()]
        found[name] = sorted(rows, key=repr)
    return found


def settled(found: Dump) -> dict[str, Counter[str]]:
    """Return what is left of a dump once the circumstances are forgotten."""
    return {
        table: Counter(repr(_settled(table, row)) for row in rows)
        for table, rows in found.items()
        if table not in _SIGNS_OF_LIFE
    }


def _settled(table: str, row: dict[str, Any]) -> dict[str, Any]:
    dropped = _NUMBERS | _CIRCUMSTANCES.get(table, frozenset())
    facts = table in _INSTANTS_AS_FACTS
    return {
        name: value is not None if facts and name.endswith("_at") else value
        for name, value in row.items()
        if name not in dropped
    }


def differing(one: Dump, other: Dump) -> list[str]:
    """Return the tables in which two databases say different things."""
    first, second = settled(one), settled(other)
    return sorted(name for name in first | second if first.get(name) != second.get(name))


def received(messages: Iterable[bytes]) -> Counter[str]:
    """Return how many times each message was received, by its Message-ID."""
    return Counter(str(message_from_bytes(content)["Message-ID"]) for content in messages)
