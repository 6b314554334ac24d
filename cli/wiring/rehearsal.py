"""A notification store that only reads: the service and the digests can be rehearsed on it.

Used by `cli.wiring.container` for `--essai`. Everything that would be written is answered as if it had
been, so that the real parts run unchanged and their reports tell what they would do; nothing leaves.
"""

from __future__ import annotations

from collections.abc import Generator, Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta

from msgspec import Struct

from notifications.model.announcement import Announcement, Carried
from notifications.model.happenings import DayLoad, Figures, Happening, Portfolio
from notifications.model.messages import (
    FailedMessage,
    Lease,
    MessageKind,
    OutboxCounts,
    OutgoingMessage,
    QueuedMessage,
)
from notifications.model.ports import Heartbeat, NotificationStore
from notifications.model.preferences import Absence, Habits
from notifications.model.sending import SendingEvent
from workflow.usecases.ports import OpenDeadline


class Departure(Struct, frozen=True):
    """A mail that would leave."""

    kind: MessageKind
    recipient: str
    """Id of the `Recipient`."""
    planned_for: datetime
    """When the first of what it says was planned."""


class Rehearsal:
    """Reads a store, and pretends to write to it.

    Implements `notifications.model.ports.NotificationStore`.

    Args:
        store: the real store; only its reading methods are called.
    """

    def __init__(self, store: NotificationStore) -> None:
        self._store = store
        self.departures: list[Departure] = []
        """What would leave, as far as it was announced."""

    def unreadable(self) -> tuple[str, ...]:
        """Return what could not be read since the last call."""
        return self._store.unreadable()

    def due(self, now: datetime, limit: int) -> list[OpenDeadline]:
        """Return what is due, all of it: nothing moves on, so a second page would be the first."""
        return self._store.due(now, max(limit, _EVERYTHING))

    def announce(self, announcements: Sequence[Announcement], now: datetime) -> int:  # noqa: ARG002
        """Return how many messages would enter the outbox."""
        tellings = [telling for said in announcements for telling in said.tellings]
        leaving = [
            Departure(
                telling.message.kind,
                telling.message.recipient,
                min(reminder.planned_for for reminder in telling.reminders),
            )
            for telling in tellings
            if telling.message is not None
        ]
        self.departures += leaving
        return len(leaving)

    def enqueue(self, message: OutgoingMessage, figures: Figures | None = None) -> bool:  # noqa: ARG002
        """Tell whether the message would be put."""
        if self._store.has_message(message.key):
            return False
        self.departures.append(Departure(message.kind, message.recipient, message.created_at))
        return True

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

    def hold(
        self,
        lease: Lease,  # noqa: ARG002 - the port's
        now: datetime,  # noqa: ARG002
        lasting: timedelta,  # noqa: ARG002
        accepted: Mapping[Lease, str],  # noqa: ARG002
    ) -> bool:
        """Hold nothing: nothing was claimed."""
        return False

    def mark_sent(self, lease: Lease, now: datetime, answer: str) -> None:
        """Write nothing."""

    def mark_deferred(
        self,
        lease: Lease,
        now: datetime,
        next_attempt_at: datetime,
        error: str,
        *,
        in_doubt: bool = False,
    ) -> None:
        """Write nothing."""

    def mark_failed(self, lease: Lease, now: datetime, error: str) -> None:
        """Write nothing."""

    def mark_superseded(self, lease: Lease, now: datetime, reason: str) -> None:
        """Write nothing."""

    def rewrite(self, lease: Lease, subject: str, content: bytes) -> None:
        """Write nothing."""

    def carried(self, message_id: int) -> list[Carried]:
        """Return the reminders of a message, each with its deadline as it stands now."""
        return self._store.carried(message_id)

    def release(self, leases: Sequence[Lease]) -> None:
        """Write nothing."""

    def failures(self, limit: int) -> list[FailedMessage]:
        """Return failed messages, latest first."""
        return self._store.failures(limit)

    def counts(self) -> OutboxCounts:
        """Count the outbox."""
        return self._store.counts()

    def open_deadlines(self, until: date, opened_after: date) -> Iterator[OpenDeadline]:
        """Yield open deadlines to act on, or windows that open, up to a day included."""
        return self._store.open_deadlines(until, opened_after)

    def to_come(self, after: date, until: date) -> Generator[OpenDeadline]:
        """Yield what is to act on after a day (excluded), up to another, in order of that day."""
        return self._store.to_come(after, until)

    def happenings(self, since: datetime) -> Iterator[Happening]:
        """Yield what is news in the journals since an instant (excluded), oldest first."""
        return self._store.happenings(since)

    def loads(self, first: date, last: date) -> Iterator[DayLoad]:
        """Yield how many open deadlines there are to act on, by owner, agency and day."""
        return self._store.loads(first, last)

    def portfolios(self) -> Iterator[Portfolio]:
        """Yield how many open cases there are, by owner and agency."""
        return self._store.portfolios()

    def replies(self, after: date) -> Iterator[OpenDeadline]:
        """Yield the replies that others owe and that are to be chased after a day (excluded)."""
        return self._store.replies(after)

    def figures(self, recipient: str, first: date, last: date) -> list[Figures]:
        """Return what the digests of a recipient counted between two days, oldest first."""
        return self._store.figures(recipient, first, last)

    def habits(self) -> list[Habits]:
        """Return what people chose, those who chose anything."""
        return self._store.habits()

    def absences(self, until: date | None = None, since: date | None = None) -> list[Absence]:
        """Return the absences that touch a period, by first day."""
        return self._store.absences(until, since)

    def sending(self) -> SendingEvent | None:
        """Return nothing that holds: a rehearsal tells what would leave all the same."""
        return None

    def decide(self, event: SendingEvent) -> None:
        """Write nothing."""

    def server_time(self) -> datetime | None:
        """Return the present of the database's server, None when the database is a file."""
        return self._store.server_time()

    def era(self) -> int:
        """Return how many times what was told was taken back."""
        return self._store.era()

    def beat(self, beat: Heartbeat, *, forget: bool = True) -> None:
        """Write nothing."""

    def last_beat(self) -> Heartbeat | None:
        """Return the most recent sign of life."""
        return self._store.last_beat()

    def beats(self) -> list[Heartbeat]:
        """Return the last sign of life of each service, latest first."""
        return self._store.beats()

    def delays(self, since: datetime) -> list[timedelta]:
        """Return how long after its time each reminder told by mail left, since an instant (excluded)."""
        return self._store.delays(since)

    def arm(self, deadlines: Sequence[tuple[int, datetime]]) -> None:
        """Write nothing."""

    def all_open(self, after_id: int, limit: int) -> list[OpenDeadline]:
        """Return a page of every open deadline by row id."""
        return self._store.all_open(after_id, limit)


_EVERYTHING = 100_000
