"""What notifications ask of the outside: rows that are due, an outbox, a heartbeat, a way to send.

Implemented by `db.mail.store`, `notifications.smtp.transports` and `notifications.mail.files`; joined in
`cli.wiring.container`. Each question with what it promises, hence its length.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Generator, Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import ClassVar, Protocol

from msgspec import Struct

from notifications.model.announcement import Announcement, Carried
from notifications.model.happenings import DayLoad, Figures, Happening, Portfolio
from notifications.model.looks import MailboxLook, MailboxState
from notifications.model.messages import (
    DayOfMails,
    Departure,
    FailedMessage,
    Lease,
    MessageEvent,
    MessageQuery,
    OutboxCounts,
    OutgoingMessage,
    QueuedMessage,
    StoredMessage,
)
from notifications.model.preferences import Absence, Habits
from notifications.model.returns import (
    Fate,
    KeptReturn,
    Notice,
    Returned,
    ReturnEffect,
    ToldNotice,
    UnreachableAddress,
)
from notifications.model.sending import Next, SendingEvent, Untold
from workflow.errors import OutOfReach
from workflow.ports.stores import OpenDeadline


class Heartbeat(Struct, frozen=True):
    """The last sign of life of the service."""

    service: str
    """Name of the service, which no other bears: `HOST:PID:…`."""
    at: datetime
    policy: str
    """Fingerprint of the reminder policy the stored plan was made with."""


class NotificationStore(Protocol):
    """The rows behind reminders and mails. Every method is one transaction."""

    def unreadable(self) -> tuple[str, ...]:
        """Return what could not be read since the last call, one French sentence each.

        Such a row is left out of everything that is returned here, until it is mended.
        """

    def due(self, now: datetime, limit: int) -> list[OpenDeadline]:
        """Return open deadlines whose next reminder has come (≤ now), earliest first."""

    def announce(self, announcements: Sequence[Announcement], now: datetime) -> int:
        """Write announcements in one transaction; return how many messages entered the outbox."""

    def day_of_mails(self, recipient: str, since: datetime) -> DayOfMails:
        """Return what a recipient has to read of a day, digests apart: what left since, and what waits."""

    def enqueue(self, message: OutgoingMessage, figures: Figures | None = None) -> bool:
        """Put a message in the outbox unless its key is there already; tell whether it was put.

        The figures of a digest are kept with it, in the same transaction.
        """

    def has_message(self, key: str) -> bool:
        """Tell whether the outbox has a message under this key, sent or not."""

    def claim(
        self, now: datetime, limit: int, lease: timedelta, worker: str
    ) -> list[QueuedMessage]:
        """Lease messages whose turn has come and whose lease, if any, has expired; oldest first.

        Those that a relay died with come last, and one at a time: a message that kills whoever
        sends it never takes others with it.
        """

    def hold(
        self, lease: Lease, now: datetime, lasting: timedelta, accepted: Mapping[Lease, str]
    ) -> bool:
        """Take a lease anew, and tell whether it still was ours; mark what was accepted before.

        Args:
            lease: of the message that may be accepted next.
            now: the present (aware).
            lasting: how long it is held from now on.
            accepted: the server's answer to messages that it took, each marked like `mark_sent`.
        """

    def mark_sent(self, lease: Lease, now: datetime, answer: str) -> None:
        """Record the server's acceptance; without effect, like what follows, once the lease is lost."""

    def mark_deferred(
        self,
        lease: Lease,
        now: datetime,
        next_attempt_at: datetime,
        error: str,
        *,
        in_doubt: bool = False,
    ) -> None:
        """Record a transient failure and when to try again.

        Args:
            lease: who tried.
            now: when (aware).
            next_attempt_at: when it is tried again (aware).
            error: why it did not leave.
            in_doubt: True when the server may have taken it without saying so.
        """

    def mark_failed(self, lease: Lease, now: datetime, error: str) -> None:
        """Record a permanent failure: nothing is sent again without a person."""

    def mark_superseded(self, lease: Lease, now: datetime, reason: str) -> None:
        """Record that a message has no reason left to be sent."""

    def rewrite(self, lease: Lease, subject: str, content: bytes) -> None:
        """Replace the text of a claimed message, which keeps its Message-ID."""

    def carried(self, *message_ids: int) -> list[Carried]:
        """Return the reminders of messages and of those that they tell of, with their deadlines by now.

        Raises:
            Unreadable: when one of these deadlines makes no sense.
        """

    def release(self, leases: Sequence[Lease]) -> None:
        """Give back claimed messages that were not attempted."""

    def failures(self, limit: int) -> list[FailedMessage]:
        """Return the messages that failed or came back, latest first."""

    def counts(self) -> OutboxCounts:
        """Count the outbox."""

    def open_deadlines(self, until: date, opened_after: date) -> Iterator[OpenDeadline]:
        """Yield open deadlines to act on, or windows that open, up to a day included.

        Of the windows open since a day (included) or longer, only those of files that do not conform; then
        what waits to be proved (`Deadline.missing`).
        """

    def to_come(self, after: date, until: date) -> Generator[OpenDeadline]:
        """Yield what is to act on after a day (excluded), up to another, in order of that day.

        The replies that others owe are left out.
        """

    def happenings(self, since: datetime) -> Iterator[Happening]:
        """Yield what is news in the journals since an instant (excluded), oldest first.

        An act among `notifications.digest.changes.NEWS`, or any entry that moved a date.
        """

    def loads(self, first: date, last: date) -> Iterator[DayLoad]:
        """Yield how many open deadlines there are to act on, by owner, agency and day."""

    def portfolios(self) -> Iterator[Portfolio]:
        """Yield how many open cases there are, by owner and agency."""

    def replies(self, after: date) -> Iterator[OpenDeadline]:
        """Yield the replies that others owe and that are to be chased after a day (excluded)."""

    def figures(self, recipient: str, first: date, last: date) -> list[Figures]:
        """Return what the digests of a recipient counted between two days, oldest first."""

    def habits(self) -> list[Habits]:
        """Return what people chose, those who chose anything."""

    def absences(self, since: date | None = None) -> list[Absence]:
        """Return the absences that last until a day at least, by first day; all when it is None."""

    def sending(self) -> SendingEvent | None:
        """Return what was last decided about sending, None when nothing ever was."""

    def decide(self, event: SendingEvent) -> None:
        """Keep what is decided about sending."""

    def server_time(self) -> datetime | None:
        """Return the present of the database's server, None when the database is a file."""

    def era(self) -> int:
        """Return how many times what was told was taken back: mails of another era are other mails."""

    def beat(self, beat: Heartbeat, *, forget: bool = True) -> None:
        """Record a sign of life: one row for each service.

        Args:
            beat: the sign.
            forget: True to forget those silent for a week, and those of a clock that was ahead.
        """

    def last_beat(self) -> Heartbeat | None:
        """Return the most recent sign of life."""

    def beats(self) -> list[Heartbeat]:
        """Return the last sign of life of each service, latest first."""

    def delays(self, since: datetime) -> list[timedelta]:
        """Return how long after its time each reminder told by mail left, since an instant (excluded)."""

    def arm(self, deadlines: Sequence[tuple[int, datetime]]) -> None:
        """Set `next_reminder_at` of open deadlines that had none, after the policy changed."""

    def all_open(self, after_id: int, limit: int) -> list[OpenDeadline]:
        """Return a page of every open deadline by row id, for a change of policy."""

    # --- What comes back.

    def returned(self, message_id: str) -> Returned | None:
        """Return the message that bears a Message-ID, None when none of ours does.

        Raises:
            Unreadable: when its row makes no sense.
        """

    def note_return(self, effect: ReturnEffect, by: str, now: datetime) -> Fate | None:
        """Note a return with all that it changes, in one transaction.

        Returns `NOTED`, `KNOWN` when it was noted already, None when the message, or what a reader is told
        meanwhile, has moved since it was read: nothing is written then.
        """

    def notices(self, recipient: str, since: datetime) -> list[ToldNotice]:
        """Return the notices that wait for a recipient, or left since an instant and did not come back."""

    def returns(self, limit: int) -> list[KeptReturn]:
        """Return what came back, as it was noted, latest first, but what was to be looked at and has been."""

    def put_away(self, numbers: Sequence[int], by: str, now: datetime) -> None:
        """Note that somebody has looked at returns, or raise `NotFound` when one is not to be looked at."""

    def mailbox(self, name: str | None = None) -> MailboxState | None:
        """Return how far a return mailbox was read, None when it never was.

        Args:
            name: of the mailbox; None is the one that is read.
        """

    def note_look(self, name: str, look: MailboxLook, now: datetime) -> None:
        """Record how far a look came, and what stopped it; another mailbox is forgotten."""

    def stop(
        self,
        message: StoredMessage,
        reason: str,
        by: str,
        now: datetime,
        notices: Sequence[Notice],
    ) -> bool:
        """Record that a message that waits will not leave by itself, and put what tells of it.

        Returns False when it, or what a reader is told, has moved since it was read, or when it is in a
        relay's hands: nothing is written then.
        """

    def unreachable(self) -> list[UnreachableAddress]:
        """Return the addresses that are put aside: two messages or more came back from each."""

    def restore_address(self, address: str, by: str, now: datetime) -> None:
        """Note that an address was verified: what came back from it before counts no more."""

    # --- What people decide about mails, and about themselves.

    def messages(self, query: MessageQuery) -> list[StoredMessage]:
        """Return a page of the outbox, latest first."""

    def message(self, message_id: int) -> tuple[StoredMessage, bytes, tuple[MessageEvent, ...]]:
        """Return a message, its bytes and what happened to it, or raise `NotFound`."""

    def retry(self, message_id: int, by: str, now: datetime) -> None:
        """Put a message that failed, came back or was dropped back in the queue, or raise `Refused`."""

    def redirect(
        self, message_id: int, by: str, now: datetime, recipient: str, address: str, content: bytes
    ) -> None:
        """Put a message that has not left, or came back, in the queue for another address.

        Raises:
            Refused: when it has left already, or is being sent.
        """

    def drop(self, message_id: int, by: str, now: datetime, reason: str) -> None:
        """Record that a message will not leave, or raise `Refused` when it already has."""

    def last_message(self) -> int:
        """Return the number of the message put last, 0 when there is none."""

    def departures(self, after: int) -> list[Departure]:
        """Return the messages put after one, each with when the first of what it says was planned."""

    def save_habits(self, habits: Habits, by: str, now: datetime) -> None:
        """Record what a person chose, in place of what was known."""

    def add_absence(self, absence: Absence, by: str, now: datetime) -> int:
        """Record an absence and return its number.

        Raises:
            Conflict: when the person is already away on one of these days.
        """

    def cancel_absence(self, number: int, by: str, now: datetime) -> Absence:
        """Take an absence back and return it, or raise `NotFound`."""

    def untell(self, by: str, now: datetime, reason: str, following: Next) -> Untold:
        """Take back what was told after an instant, whole or not at all.

        Args:
            by: id of the person who decides it.
            now: the present (aware).
            reason: why messages that wait will not leave.
            following: plans a deadline again.
        """


class DeliveryError(OutOfReach):
    """A message did not leave.

    Args:
        message: what the server, or the network, said.
        permanent: True when trying again cannot help (5xx for this recipient or content).
    """

    in_doubt: ClassVar[bool] = False
    """True when the message may have been taken all the same."""

    def __init__(self, message: str, *, permanent: bool) -> None:
        super().__init__(message)
        self.permanent = permanent


Ready = Callable[[], Awaitable[None]]
"""Waits until a message may be accepted."""


async def at_once() -> None:
    """Let a message leave, whatever became of the one before."""


class Transport(Protocol):
    """A way for messages to leave. Opened once for many messages."""

    async def __aenter__(self) -> Transport:
        """Connect; raises `DeliveryError` when nobody answers."""

    async def __aexit__(self, *exc: object) -> None:
        """Say goodbye."""

    async def send(self, address: str, content: bytes, ready: Ready = at_once) -> str:
        """Hand one message over and return the server's answer, or raise `DeliveryError`.

        Says what it can beforehand, but awaits `ready` before anything that could be accepted: what
        it raises goes through, and the message has not left.
        """
