"""The way of a message through the outbox: put, claimed with a lease, settled, given back.

Used by `db.mail.store` and `db.mail.announcing`. A message leaves at least once: it is claimed for a time,
sent, and only then settled, by whoever still holds the lease. What people do with messages is in
`db.mail.admin`.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import cache, partial
from typing import Any, Final

from msgspec import convert
from sqlalchemy import (
    ColumnElement,
    Connection,
    Integer,
    Interval,
    String,
    Text,
    bindparam,
    func,
    select,
    text,
)

from db.cases.aside import Aside, message_name
from db.cases.statements import insert
from db.connection.prepared import PreparedStatements
from db.schema import mail_tables
from db.schema.columns import as_read
from db.schema.mail_tables import letter, outbox, outbox_event
from notifications.model.messages import Lease, OutgoingMessage, QueuedMessage

WAITING: Final = text(mail_tables.WAITING)

INSTANT: Final = outbox.c.created_at.type
_now = bindparam("now", type_=INSTANT)
_known_id = bindparam("known_id", type_=Integer)
_worker = bindparam("worker", type_=String)

_content = (
    select(letter.c.content)
    .where(letter.c.outbox_id == outbox.c.id)
    .scalar_subquery()
    .label("content")
)
HAS_KEY: Final = select(outbox.c.id).where(outbox.c.key == bindparam("known_key", type_=String))


def leases_now(dialect: str) -> ColumnElement[datetime]:
    """Return the present by which leases end: the server's, where several machines share a base.

    Their clocks differ, and one that is ahead must not take what another is sending. A SQLite base is on
    one machine, whose clock is given.
    """
    return func.clock_timestamp() if dialect == "postgresql" else _now


def _lease_end(dialect: str) -> ColumnElement[datetime]:
    if dialect == "postgresql":
        return leases_now(dialect) + bindparam("lasting", type_=Interval)
    return bindparam("lease_end", type_=INSTANT)


@cache
def _claim(dialect: str, *, suspect: bool) -> Any:
    """Return the statement that leases messages whose turn came first, among those of a kind."""
    # A claim more than attempts: a relay died with the message in its hands, perhaps because of it.
    died = outbox.c.claims > outbox.c.attempts
    claimable = (
        select(outbox.c.id)
        .where(
            WAITING,
            outbox.c.next_attempt_at <= _now,
            outbox.c.leased_until.is_(None) | (outbox.c.leased_until <= leases_now(dialect)),
            died if suspect else ~died,
        )
        .order_by(outbox.c.next_attempt_at, outbox.c.id)
        .limit(bindparam("claim_limit", type_=Integer))
        # A row that another relay is claiming at this instant is passed over.
        .with_for_update(skip_locked=True)
        .cte("claimable")
    )
    return (
        outbox.update()
        .where(outbox.c.id.in_(select(claimable.c.id)))
        .values(leased_until=_lease_end(dialect), lease_owner=_worker, claims=outbox.c.claims + 1)
        .returning(
            outbox.c.id,
            outbox.c.key,
            outbox.c.kind,
            outbox.c.address,
            outbox.c.message_id,
            _content,
            outbox.c.attempts,
            outbox.c.claims,
            *as_read([outbox.c.created_at]),
            outbox.c.recipient,
            outbox.c.on_behalf_of,
            outbox.c.doubts,
        )
    )


# Whoever holds a message proves it by its claim: a name alone may come back, a number does not.
_held = outbox.update().where(
    outbox.c.id == _known_id,
    outbox.c.lease_owner == _worker,
    outbox.c.claims == bindparam("known_claims", type_=Integer),
    WAITING,
)
_free: dict[str, Any] = {"leased_until": None, "lease_owner": None}
_RENAME: Final = _held.values(subject=bindparam("new_subject", type_=String))
_INSERT_LETTER: Final = letter.insert().inline()
REWRITE: Final = (
    letter.update()
    .where(letter.c.outbox_id == _known_id)
    .values(content=bindparam("new_content", type_=letter.c.content.type))
)
_RELEASE: Final = _held.values(**_free, claims=outbox.c.claims - 1)
_END: Final = _held.values(**_free).returning(outbox.c.attempts, outbox.c.claims)
_SETTLE: Final = _END.values(attempts=outbox.c.attempts + 1)
_DOUBT: Final = _SETTLE.values(doubts=outbox.c.doubts + 1)

_NOTE: Final = outbox_event.insert().from_select(
    ["outbox_id", "seq", "at", "by", "what", "detail"],
    select(
        _known_id,
        func.coalesce(func.max(outbox_event.c.seq), 0) + 1,
        bindparam("at", type_=INSTANT),
        bindparam("by", type_=String),
        bindparam("what", type_=String),
        bindparam("detail", type_=Text),
    ).where(outbox_event.c.outbox_id == _known_id),
)


def put(
    prepared: PreparedStatements, connection: Connection, message: OutgoingMessage
) -> int | None:
    """Put a message in the outbox; return its row, or None when its key is there already."""
    row = {
        "key": message.key,
        "kind": message.kind.value,
        "recipient": message.recipient,
        "on_behalf_of": message.on_behalf_of,
        "address": message.address,
        "subject": message.subject,
        "message_id": message.message_id,
        "ref": message.ref,
        "created_at": message.created_at,
        "next_attempt_at": message.created_at,
        "attempts": 0,
        "claims": 0,
        "doubts": 0,
    }
    found = prepared.read(connection, _put(connection.dialect.name), row)
    if not found:
        return None
    id_ = int(found[0].id)
    bytes_ = {"outbox_id": id_, "content": message.content}
    prepared.write(connection, _INSERT_LETTER, [bytes_])
    return id_


@cache
def _put(dialect: str) -> Any:
    statement = insert(dialect, outbox).on_conflict_do_nothing(index_elements=["key"])
    return statement.returning(outbox.c.id)


@cache
def _hold(dialect: str) -> Any:
    return _held.values(leased_until=_lease_end(dialect)).returning(outbox.c.id)


def _known(lease: Lease) -> dict[str, Any]:
    return {
        "known_id": lease.message_id,
        "worker": lease.worker,
        "known_claims": lease.claims,
    }


def claim(
    prepared: PreparedStatements,
    connection: Connection,
    aside: Aside,
    now: datetime,
    limit: int,
    lease: timedelta,
    worker: str,
) -> list[QueuedMessage]:
    """Lease the messages whose turn has come, oldest first; empty only when there is none to send.

    Those that a relay died with wait until nothing else can be claimed, then come one at a time; so do
    those that cannot be read, once somebody has mended them.
    """
    bounds = {"now": now, "claim_limit": limit, "worker": worker, **_until(now, lease)}
    dialect = connection.dialect.name
    claimed: list[QueuedMessage] = []
    for suspect in (False, True) if limit > 0 else ():
        wanted = bounds | {"claim_limit": 1} if suspect else bounds
        statement = _claim(dialect, suspect=suspect)
        while not claimed and (found := prepared.read(connection, statement, wanted)):
            claimed = list(aside.readable(found, partial(_queued, worker), message_name))
    return sorted(claimed, key=lambda message: (message.created_at, message.id))


def _queued(worker: str, row: Any) -> QueuedMessage:
    # A row that a person has written may hold anything where SQLite expects a number or bytes.
    return convert({**row._asdict(), "worker": worker}, QueuedMessage)


def hold(
    prepared: PreparedStatements,
    connection: Connection,
    lease: Lease,
    now: datetime,
    lasting: timedelta,
) -> bool:
    """Take a lease anew; tell whether it still was its holder's."""
    statement = _hold(connection.dialect.name)
    return bool(prepared.read(connection, statement, _known(lease) | _until(now, lasting)))


def _until(now: datetime, lasting: timedelta) -> dict[str, Any]:
    """Return the end of a lease, as either database counts it."""
    return {"lasting": lasting, "lease_end": now + lasting}


def settle(
    prepared: PreparedStatements,
    connection: Connection,
    lease: Lease,
    event: tuple[datetime, str, str],
    *,
    in_doubt: bool = False,
    **columns: Any,
) -> None:
    """End an attempt; without effect when the lease has passed to another, or all is over.

    Args:
        event: when, what and how it ended; not kept of a message that left at its first attempt.
        in_doubt: True when the server may have taken it without saying so.
        columns: what the row becomes.
    """
    found = prepared.read(connection, _DOUBT if in_doubt else _SETTLE, _known(lease) | columns)
    smoothly = "sent_at" in columns and found and found[0].attempts == found[0].claims == 1
    if found and not smoothly:
        note(prepared, connection, lease.message_id, lease.worker, event)


def supersede(
    prepared: PreparedStatements,
    connection: Connection,
    lease: Lease,
    event: tuple[datetime, str, str],
) -> None:
    """End a message that nobody tried to send; without effect as `settle`."""
    now, _, reason = event
    ended = {"superseded_at": now, "last_error": reason}
    if prepared.read(connection, _END, _known(lease) | ended):
        note(prepared, connection, lease.message_id, lease.worker, event)


def note(
    prepared: PreparedStatements,
    connection: Connection,
    message_id: int,
    by: str,
    event: tuple[datetime, str, str],
) -> None:
    """Add an event to the trail of a message that this transaction has written."""
    at, what, detail = event
    row = {"known_id": message_id, "at": at, "by": by, "what": what, "detail": detail}
    prepared.write(connection, _NOTE, [row])


def rewrite(connection: Connection, lease: Lease, subject: str, content: bytes) -> None:
    """Replace the text of a message that a relay holds."""
    if connection.execute(_RENAME, _known(lease) | {"new_subject": subject}).rowcount:
        rewritten = {"known_id": lease.message_id, "new_content": content}
        connection.execute(REWRITE, rewritten)


def release(prepared: PreparedStatements, connection: Connection, leases: Sequence[Lease]) -> None:
    """Give back messages that were not attempted: as if they had never been claimed."""
    prepared.write(connection, _RELEASE, list(map(_known, leases)))
