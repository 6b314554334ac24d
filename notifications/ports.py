"""What notifications ask of the outside: rows that are due, an outbox, a heartbeat, a way to send.

Implemented by `db.notifications` and `notifications.transports`; joined in `cli.wiring`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Protocol

from workflow.errors import OutOfReach
from workflow.ports import OpenDeadline


class MessageKind(StrEnum):
    """What an outgoing message is."""

    REMINDER = "rappel"
    DIGEST = "synthese"


@dataclass(frozen=True, slots=True)
class Reminder:
    """The identity of a reminder, unique in the database, and when it was planned.

    A deadline that moves gets another `value`, so its reminders are armed anew and those already
    sent for the old value never come back.
    """

    deadline_id: int
    ref: str
    rule: str
    value: str
    """ISO date the reminder announces (prudent, strict, opening or chase day)."""
    offset: str
    """`ouverture`, `prudent-7`, `strict-1`, `relance`…"""
    recipient: str
    planned_for: datetime


@dataclass(frozen=True, slots=True)
class OutgoingMessage:
    """A rendered message, ready to leave; its Message-ID is fixed here, before any attempt."""

    key: str
    """Unique: the same thing is never put twice in the outbox."""
    kind: MessageKind
    recipient: str
    """Id of the `Recipient`."""
    address: str
    subject: str
    message_id: str
    content: bytes
    """The whole RFC 5322 message."""
    created_at: datetime
    ref: str | None = None
    """Case it speaks of, for a reminder."""


@dataclass(frozen=True, slots=True)
class Reschedule:
    """What becomes of an open deadline after a sweep has looked at it."""

    deadline_id: int
    seen: datetime
    """`next_reminder_at` as read: the row is left alone when another sweep has moved it since."""
    reminded_until: datetime
    next_reminder_at: datetime | None


@dataclass(frozen=True, slots=True)
class Announcement:
    """One message and the reminders it carries, or (without a message) rows to look at later.

    Written whole or not at all. When no reschedule matches, or every reminder is already known,
    the message is not written.
    """

    reschedules: tuple[Reschedule, ...]
    reminders: tuple[Reminder, ...] = ()
    message: OutgoingMessage | None = None


@dataclass(frozen=True, slots=True)
class QueuedMessage:
    """An outbox row claimed by this relay."""

    id: int
    key: str
    kind: MessageKind
    address: str
    message_id: str
    content: bytes
    attempts: int
    """Attempts already made, 0 the first time."""
    created_at: datetime


@dataclass(frozen=True, slots=True)
class FailedMessage:
    """A message that will not leave by itself, for the digest and for `diagnostic`."""

    id: int
    kind: MessageKind
    ref: str | None
    recipient: str
    address: str
    subject: str
    failed_at: datetime
    error: str


@dataclass(frozen=True, slots=True)
class Heartbeat:
    """The last sign of life of the service."""

    service: str
    """`HOST:PID` of the service."""
    at: datetime
    policy: str
    """Fingerprint of the reminder policy the stored plan was made with."""


@dataclass(frozen=True, slots=True)
class OutboxCounts:
    """How many messages wait, were sent, and failed."""

    waiting: int
    sent: int
    failed: int
    oldest_waiting: datetime | None


class NotificationStore(Protocol):
    """The rows behind reminders and mails. Every method is one transaction."""

    def due(self, now: datetime, limit: int) -> list[OpenDeadline]:
        """Return open deadlines whose next reminder has come (≤ now), earliest first."""

    def announce(self, announcements: Sequence[Announcement], now: datetime) -> int:
        """Write announcements in one transaction; return how many messages entered the outbox."""

    def enqueue(self, message: OutgoingMessage) -> bool:
        """Put a message in the outbox unless its key is there already; tell whether it was put."""

    def has_message(self, key: str) -> bool:
        """Tell whether the outbox has a message under this key, sent or not."""

    def claim(
        self, now: datetime, limit: int, lease: timedelta, worker: str
    ) -> list[QueuedMessage]:
        """Lease messages whose turn has come and whose lease, if any, has expired; oldest first."""

    def mark_sent(self, message_id: int, worker: str, now: datetime, answer: str) -> None:
        """Record the server's acceptance."""

    def mark_deferred(
        self, message_id: int, worker: str, now: datetime, next_attempt_at: datetime, error: str
    ) -> None:
        """Record a transient failure and when to try again."""

    def mark_failed(self, message_id: int, worker: str, now: datetime, error: str) -> None:
        """Record a permanent failure: nothing is sent again without a person."""

    def release(self, message_ids: Sequence[int], worker: str) -> None:
        """Give back claimed messages that were not attempted."""

    def failures(self, limit: int) -> list[FailedMessage]:
        """Return failed messages, latest first."""

    def counts(self) -> OutboxCounts:
        """Count the outbox."""

    def open_deadlines(self, until: date) -> Iterator[OpenDeadline]:
        """Yield open deadlines to act on, or windows that open, up to a day included."""

    def beat(self, beat: Heartbeat) -> None:
        """Record a sign of life (one row for each service host)."""

    def last_beat(self) -> Heartbeat | None:
        """Return the most recent sign of life."""

    def reset_schedule(self, deadline_ids: Sequence[tuple[int, datetime | None]]) -> None:
        """Set `next_reminder_at` of open deadlines after the policy changed."""

    def all_open(self, after_id: int, limit: int) -> list[OpenDeadline]:
        """Return a page of every open deadline by row id, for a change of policy."""


class DeliveryError(OutOfReach):
    """A message did not leave.

    Args:
        message: what the server, or the network, said.
        permanent: True when trying again cannot help (5xx for this recipient or content).
    """

    def __init__(self, message: str, *, permanent: bool) -> None:
        super().__init__(message)
        self.permanent = permanent


class Transport(Protocol):
    """A way for messages to leave. Opened once for many messages."""

    async def __aenter__(self) -> Transport:
        """Connect; raises `DeliveryError` when nobody answers."""

    async def __aexit__(self, *exc: object) -> None:
        """Say goodbye."""

    async def send(self, address: str, content: bytes) -> str:
        """Hand one message over and return the server's answer, or raise `DeliveryError`."""
