"""Reminders and mails in a SQL database: what is due, what was said, what waits to leave.

Implements `notifications.ports.NotificationStore`; built by `cli.wiring`, called by the sweep, the
relay, the digest and `diagnostic`. Every method is one transaction; whoever comes second finds the
work done and writes nothing. Composes no message and sends none.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from typing import Any, Final

from sqlalchemy import Engine, bindparam, select

from db import agenda, announcing, outbox
from db.engine import reading, writing
from db.rows import open_deadline
from db.statements import DEADLINE_IS_OPEN, insert
from db.tables import deadline, heartbeat
from notifications.ports import (
    Announcement,
    FailedMessage,
    Heartbeat,
    OutboxCounts,
    OutgoingMessage,
    QueuedMessage,
)
from workflow.ports import OpenDeadline

_instant = deadline.c.next_reminder_at.type

_DUE: Final = (
    agenda.OPEN.where(deadline.c.next_reminder_at <= bindparam("now", type_=_instant))
    .order_by(deadline.c.next_reminder_at, deadline.c.id)
    .limit(bindparam("due_limit"))
)
_PAGE_BY_ID: Final = (
    agenda.OPEN.where(deadline.c.id > bindparam("after_id"))
    .order_by(deadline.c.id)
    .limit(bindparam("page_limit"))
)

_RESET: Final = (
    deadline.update()
    .where(deadline.c.id == bindparam("known_id"), DEADLINE_IS_OPEN)
    .values(next_reminder_at=bindparam("new_next_reminder_at", type_=_instant))
)
_LAST_BEAT: Final = select(heartbeat).order_by(heartbeat.c.beat_at.desc()).limit(1)


class SqlNotificationStore:
    """The reminders, the outbox and the heartbeat of one database.

    Args:
        engine: from `db.engine.open_engine`, on a schema that is current.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._upsert_beat = _upsert_beat(engine.dialect.name)

    def due(self, now: datetime, limit: int) -> list[OpenDeadline]:
        """Return open deadlines whose next reminder has come (≤ now), earliest first."""
        with reading(self._engine) as connection:
            found = connection.execute(_DUE, {"now": now, "due_limit": limit}).all()
        return [open_deadline(row) for row in found]

    def announce(self, announcements: Sequence[Announcement], now: datetime) -> int:
        """Write announcements in one transaction; return how many messages entered the outbox."""
        with writing(self._engine) as connection:
            return announcing.write(connection, announcements, now)

    def enqueue(self, message: OutgoingMessage) -> bool:
        """Put a message in the outbox unless its key is there already; tell whether it was put."""
        with writing(self._engine) as connection:
            return outbox.put(connection, message) is not None

    def has_message(self, key: str) -> bool:
        """Tell whether the outbox has a message under this key, sent or not."""
        with reading(self._engine) as connection:
            return connection.scalar(outbox.HAS_KEY, {"known_key": key}) is not None

    def claim(
        self, now: datetime, limit: int, lease: timedelta, worker: str
    ) -> list[QueuedMessage]:
        """Lease messages whose turn has come and whose lease, if any, has expired; oldest first."""
        with writing(self._engine) as connection:
            return outbox.claim(connection, now, limit, lease, worker)

    def mark_sent(self, message_id: int, worker: str, now: datetime, answer: str) -> None:
        """Record the server's acceptance."""
        with writing(self._engine) as connection:
            outbox.settle(connection, message_id, worker, sent_at=now, answer=answer)

    def mark_deferred(
        self,
        message_id: int,
        worker: str,
        now: datetime,  # noqa: ARG002 - the port's
        next_attempt_at: datetime,
        error: str,
    ) -> None:
        """Record a transient failure and when to try again."""
        with writing(self._engine) as connection:
            outbox.settle(
                connection, message_id, worker, next_attempt_at=next_attempt_at, last_error=error
            )

    def mark_failed(self, message_id: int, worker: str, now: datetime, error: str) -> None:
        """Record a permanent failure: nothing is sent again without a person."""
        with writing(self._engine) as connection:
            outbox.settle(connection, message_id, worker, failed_at=now, last_error=error)

    def release(self, message_ids: Sequence[int], worker: str) -> None:
        """Give back claimed messages that were not attempted."""
        if message_ids:
            with writing(self._engine) as connection:
                held = [{"known_id": id_, "worker": worker} for id_ in message_ids]
                connection.execute(outbox.RELEASE, held)

    def failures(self, limit: int) -> list[FailedMessage]:
        """Return failed messages, latest first."""
        with reading(self._engine) as connection:
            return outbox.failures(connection, limit)

    def counts(self) -> OutboxCounts:
        """Count the outbox."""
        with reading(self._engine) as connection:
            return outbox.counts(connection)

    def open_deadlines(self, until: date) -> Iterator[OpenDeadline]:
        """Yield open deadlines to act on up to a day, then windows that open by then.

        Each part is in order of its own day; no deadline comes twice.
        """
        return agenda.stream(self._engine, *agenda.to_mention(until))

    def beat(self, beat: Heartbeat) -> None:
        """Record a sign of life (one row for each host)."""
        row = {
            "host": beat.service.rpartition(":")[0] or beat.service,
            "service": beat.service,
            "beat_at": beat.at,
            "policy": beat.policy,
        }
        with writing(self._engine) as connection:
            connection.execute(self._upsert_beat, row)

    def last_beat(self) -> Heartbeat | None:
        """Return the most recent sign of life."""
        with reading(self._engine) as connection:
            row = connection.execute(_LAST_BEAT).first()
        return None if row is None else Heartbeat(row.service, row.beat_at, row.policy)

    def reset_schedule(self, deadline_ids: Sequence[tuple[int, datetime | None]]) -> None:
        """Set `next_reminder_at` of open deadlines after the policy changed."""
        if deadline_ids:
            changes = [
                {"known_id": id_, "new_next_reminder_at": instant} for id_, instant in deadline_ids
            ]
            with writing(self._engine) as connection:
                connection.execute(_RESET, changes)

    def all_open(self, after_id: int, limit: int) -> list[OpenDeadline]:
        """Return a page of every open deadline by row id, for a change of policy."""
        with reading(self._engine) as connection:
            found = connection.execute(_PAGE_BY_ID, {"after_id": after_id, "page_limit": limit})
            return [open_deadline(row) for row in found]


def _upsert_beat(dialect: str) -> Any:
    statement = insert(dialect, heartbeat)
    names = ("service", "beat_at", "policy")
    return statement.on_conflict_do_update(
        index_elements=["host"], set_={name: statement.excluded[name] for name in names}
    )
