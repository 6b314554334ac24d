"""The way of a message through the outbox: put, claimed with a lease, settled, given back.

Used by `db.notifications` and `db.announcing`. A message leaves at least once: it is claimed for a time,
sent, and only then settled, by whoever still holds the lease. What people do with messages is in
`db.mailroom`.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import cache
from typing import Any, Final

from sqlalchemy import (
    ColumnElement,
    Connection,
    Integer,
    String,
    Text,
    bindparam,
    func,
    select,
    text,
)

from db import messages
from db.messages import letter, outbox, outbox_event
from db.prepared import Prepared
from db.statements import insert
from notifications.messages import MessageKind, OutgoingMessage, QueuedMessage

WAITING: Final = text(messages.WAITING)

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


def _claim(condition: ColumnElement[bool]) -> Any:
    """Return the statement that leases messages whose turn came first, among those of a kind."""
    claimable = (
        select(outbox.c.id)
        .where(
            WAITING,
            outbox.c.next_attempt_at <= _now,
            outbox.c.leased_until.is_(None) | (outbox.c.leased_until <= _now),
            condition,
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
        .values(
            leased_until=bindparam("lease_end", type_=INSTANT),
            lease_owner=_worker,
            claims=outbox.c.claims + 1,
        )
        .returning(
            outbox.c.id,
            outbox.c.key,
            outbox.c.kind,
            outbox.c.address,
            outbox.c.message_id,
            _content,
            outbox.c.attempts,
            outbox.c.claims,
            outbox.c.created_at,
            outbox.c.recipient,
            outbox.c.on_behalf_of,
        )
    )


_CLAIM: Final = _claim(outbox.c.claims <= outbox.c.attempts)
# A claim more than attempts: a relay died with the message in its hands, perhaps because of it.
_CLAIM_SUSPECT: Final = _claim(outbox.c.claims > outbox.c.attempts)

_held = outbox.update().where(outbox.c.id == _known_id, outbox.c.lease_owner == _worker, WAITING)
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


def put(prepared: Prepared, connection: Connection, message: OutgoingMessage) -> int | None:
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


def claim(
    prepared: Prepared,
    connection: Connection,
    now: datetime,
    limit: int,
    lease: timedelta,
    worker: str,
) -> list[QueuedMessage]:
    """Lease the messages whose turn has come, oldest first.

    Those that a relay died with wait until nothing else can be claimed, then come one at a time.
    """
    bounds = {"now": now, "claim_limit": limit, "lease_end": now + lease, "worker": worker}
    found = prepared.read(connection, _CLAIM, bounds)
    if not found and limit > 0:
        found = prepared.read(connection, _CLAIM_SUSPECT, bounds | {"claim_limit": 1})
    claimed = [
        QueuedMessage(
            id=row.id,
            key=row.key,
            kind=MessageKind(row.kind),
            address=row.address,
            message_id=row.message_id,
            content=row.content,
            attempts=row.attempts,
            created_at=row.created_at,
            claims=row.claims,
            recipient=row.recipient,
            on_behalf_of=row.on_behalf_of,
        )
        for row in found
    ]
    return sorted(claimed, key=lambda message: (message.created_at, message.id))


def settle(
    prepared: Prepared,
    connection: Connection,
    message_id: int,
    worker: str,
    event: tuple[datetime, str, str],
    **columns: Any,
) -> None:
    """End an attempt; without effect when the lease has passed to another, or all is over.

    Args:
        event: when, what and how it ended; not kept of a message that left at its first attempt.
        columns: what the row becomes.
    """
    known = {"known_id": message_id, "worker": worker}
    found = prepared.read(connection, _SETTLE, known | columns)
    smoothly = "sent_at" in columns and found and found[0].attempts == found[0].claims == 1
    if found and not smoothly:
        note(prepared, connection, message_id, worker, event)


def supersede(
    prepared: Prepared,
    connection: Connection,
    message_id: int,
    worker: str,
    event: tuple[datetime, str, str],
) -> None:
    """End a message that nobody tried to send; without effect as `settle`."""
    now, _, reason = event
    known = {"known_id": message_id, "worker": worker, "superseded_at": now, "last_error": reason}
    if prepared.read(connection, _END, known):
        note(prepared, connection, message_id, worker, event)


def note(
    prepared: Prepared,
    connection: Connection,
    message_id: int,
    by: str,
    event: tuple[datetime, str, str],
) -> None:
    """Add an event to the trail of a message that this transaction has written."""
    at, what, detail = event
    row = {"known_id": message_id, "at": at, "by": by, "what": what, "detail": detail}
    prepared.write(connection, _NOTE, [row])


def rewrite(
    connection: Connection, message_id: int, worker: str, subject: str, content: bytes
) -> None:
    """Replace the text of a message that a relay holds."""
    known = {"known_id": message_id, "worker": worker, "new_subject": subject}
    if connection.execute(_RENAME, known).rowcount:
        connection.execute(REWRITE, {"known_id": message_id, "new_content": content})


def release(
    prepared: Prepared, connection: Connection, message_ids: Sequence[int], worker: str
) -> None:
    """Give back messages that were not attempted: as if they had never been claimed."""
    held = [{"known_id": id_, "worker": worker} for id_ in message_ids]
    prepared.write(connection, _RELEASE, held)
