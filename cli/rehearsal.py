"""A notification store that only reads: the service and the digests can be rehearsed on it.

Used by `cli.wiring` for `--essai`. Everything that would be written is answered as if it had been, so
that the real parts run unchanged and their reports tell what they would do; nothing leaves.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta

from notifications.ports import (
    Announcement,
    FailedMessage,
    Heartbeat,
    NotificationStore,
    OutboxCounts,
    OutgoingMessage,
    QueuedMessage,
)
from workflow.ports import OpenDeadline


class Rehearsal:
    """Reads a store, and pretends to write to it.

    Implements `notifications.ports.NotificationStore`.

    Args:
        store: the real store; only its reading methods are called.
    """

    def __init__(self, store: NotificationStore) -> None:
        self._store = store

    def due(self, now: datetime, limit: int) -> list[OpenDeadline]:
        """Return what is due, all of it: nothing moves on, so a second page would be the first."""
        return self._store.due(now, max(limit, _EVERYTHING))

    def announce(self, announcements: Sequence[Announcement], now: datetime) -> int:  # noqa: ARG002
        """Return how many messages would enter the outbox."""
        return sum(announcement.message is not None for announcement in announcements)

    def enqueue(self, message: OutgoingMessage) -> bool:
        """Tell whether the message would be put."""
        return not self._store.has_message(message.key)

    def has_message(self, key: str) -> bool:
        """Tell whether the outbox has a message under this key."""
        return self._store.has_message(key)

    def claim(
        self,
        now: datetime,  # noqa: ARG002 - the port's
        limit: int,  # noqa: ARG002
        lease: timedelta,  # noqa: ARG002
        worker: str,  # noqa: ARG002
    ) -> list[QueuedMessage]:
        """Claim nothing: nothing is sent."""
        return []

    def mark_sent(self, message_id: int, worker: str, now: datetime, answer: str) -> None:
        """Write nothing."""

    def mark_deferred(
        self, message_id: int, worker: str, now: datetime, next_attempt_at: datetime, error: str
    ) -> None:
        """Write nothing."""

    def mark_failed(self, message_id: int, worker: str, now: datetime, error: str) -> None:
        """Write nothing."""

    def release(self, message_ids: Sequence[int], worker: str) -> None:
        """Write nothing."""

    def failures(self, limit: int) -> list[FailedMessage]:
        """Return failed messages, latest first."""
        return self._store.failures(limit)

    def counts(self) -> OutboxCounts:
        """Count the outbox."""
        return self._store.counts()

    def open_deadlines(self, until: date) -> Iterator[OpenDeadline]:
        """Yield open deadlines to act on, or windows that open, up to a day included."""
        return self._store.open_deadlines(until)

    def beat(self, beat: Heartbeat) -> None:
        """Write nothing."""

    def last_beat(self) -> Heartbeat | None:
        """Return the most recent sign of life."""
        return self._store.last_beat()

    def reset_schedule(self, deadline_ids: Sequence[tuple[int, datetime | None]]) -> None:
        """Write nothing."""

    def all_open(self, after_id: int, limit: int) -> list[OpenDeadline]:
        """Return a page of every open deadline by row id."""
        return self._store.all_open(after_id, limit)


_EVERYTHING = 100_000
