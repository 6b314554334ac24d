"""The statements of the outbox: put, claim with a lease, settle, count.

Used by `db.notifications`. A message leaves at least once: it is claimed for a time, sent, and only
then settled, by whoever still holds the lease.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import cache
from typing import Any, Final

from sqlalchemy import Connection, bindparam, func, select, text

from db.statements import insert
from db.tables import outbox
from notifications.ports import (
    FailedMessage,
    MessageKind,
    OutboxCounts,
    OutgoingMessage,
    QueuedMessage,
)

# Written out like the partial indexes that serve them.
_WAITING: Final = text("outbox.sent_at IS NULL AND outbox.failed_at IS NULL")
_FAILED: Final = text("outbox.failed_at IS NOT NULL")

_instant = outbox.c.created_at.type
_now = bindparam("now", type_=_instant)

HAS_KEY: Final = select(outbox.c.id).where(outbox.c.key == bindparam("known_key"))

# Those whose turn came first. A row that another relay is claiming at this instant is passed over.
_claimable = (
    select(outbox.c.id)
    .where(
        _WAITING,
        outbox.c.next_attempt_at <= _now,
        outbox.c.leased_until.is_(None) | (outbox.c.leased_until <= _now),
    )
    .order_by(outbox.c.next_attempt_at, outbox.c.id)
    .limit(bindparam("claim_limit"))
    .with_for_update(skip_locked=True)
    .cte("claimable")
)
CLAIM: Final = (
    outbox.update()
    .where(outbox.c.id.in_(select(_claimable.c.id)))
    .values(leased_until=bindparam("lease_end", type_=_instant), lease_owner=bindparam("worker"))
    .returning(
        outbox.c.id,
        outbox.c.key,
        outbox.c.kind,
        outbox.c.address,
        outbox.c.message_id,
        outbox.c.content,
        outbox.c.attempts,
        outbox.c.created_at,
    )
)

_held = outbox.update().where(
    outbox.c.id == bindparam("known_id"), outbox.c.lease_owner == bindparam("worker"), _WAITING
)
RELEASE: Final = _held.values(leased_until=None, lease_owner=None)
SETTLE: Final = RELEASE.values(attempts=outbox.c.attempts + 1)

_FAILURES: Final = (
    select(
        outbox.c.id,
        outbox.c.kind,
        outbox.c.ref,
        outbox.c.recipient,
        outbox.c.address,
        outbox.c.subject,
        outbox.c.failed_at,
        outbox.c.last_error,
    )
    .where(_FAILED)
    .order_by(outbox.c.failed_at.desc(), outbox.c.id.desc())
    .limit(bindparam("failure_limit"))
)
# Those sent are what remains: counting them one by one would read years of messages.
_COUNTS: Final = (
    select(func.count(), func.min(outbox.c.created_at)).where(_WAITING),
    select(func.count()).select_from(outbox).where(_FAILED),
    select(func.count()).select_from(outbox),
)


def put(connection: Connection, message: OutgoingMessage) -> int | None:
    """Put a message in the outbox; return its row, or None when its key is there already."""
    row = {
        "key": message.key,
        "kind": message.kind.value,
        "recipient": message.recipient,
        "address": message.address,
        "subject": message.subject,
        "message_id": message.message_id,
        "content": message.content,
        "ref": message.ref,
        "created_at": message.created_at,
        "next_attempt_at": message.created_at,
        "attempts": 0,
    }
    found: int | None = connection.execute(_put(connection.dialect.name), row).scalar()
    return found


@cache
def _put(dialect: str) -> Any:
    statement = insert(dialect, outbox).on_conflict_do_nothing(index_elements=["key"])
    return statement.returning(outbox.c.id)


def claim(
    connection: Connection, now: datetime, limit: int, lease: timedelta, worker: str
) -> list[QueuedMessage]:
    """Lease the messages whose turn has come, oldest first."""
    bounds = {"now": now, "claim_limit": limit, "lease_end": now + lease, "worker": worker}
    messages = [
        QueuedMessage(
            id=row.id,
            key=row.key,
            kind=MessageKind(row.kind),
            address=row.address,
            message_id=row.message_id,
            content=row.content,
            attempts=row.attempts,
            created_at=row.created_at,
        )
        for row in connection.execute(CLAIM, bounds)
    ]
    return sorted(messages, key=lambda message: (message.created_at, message.id))


def settle(connection: Connection, message_id: int, worker: str, **columns: Any) -> None:
    """End an attempt; without effect when the lease has passed to another, or all is over."""
    connection.execute(SETTLE, {"known_id": message_id, "worker": worker, **columns})


def failures(connection: Connection, limit: int) -> list[FailedMessage]:
    """Return failed messages, latest first."""
    return [
        FailedMessage(
            id=row.id,
            kind=MessageKind(row.kind),
            ref=row.ref,
            recipient=row.recipient,
            address=row.address,
            subject=row.subject,
            failed_at=row.failed_at,
            error=row.last_error or "",
        )
        for row in connection.execute(_FAILURES, {"failure_limit": limit})
    ]


def counts(connection: Connection) -> OutboxCounts:
    """Count the messages that wait, were sent, and failed."""
    in_waiting, in_failure, in_all = _COUNTS
    waiting, oldest = connection.execute(in_waiting).one()
    failed = connection.scalar(in_failure) or 0
    total = connection.scalar(in_all) or 0
    return OutboxCounts(
        waiting=waiting, sent=total - waiting - failed, failed=failed, oldest_waiting=oldest
    )
