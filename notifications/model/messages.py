"""What goes through the outbox: messages as they are written, claimed, looked at and counted.

Values, made by the rounds of reminders and of digests, kept by the store, sent by the relay, shown to people.
"""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from msgspec import Struct


class MessageKind(StrEnum):
    """What an outgoing message is."""

    REMINDER = "rappel"
    DIGEST = "synthese"
    NOTICE = "avis"
    """Tells somebody else of a mail that did not arrive."""


class OutgoingMessage(Struct, frozen=True):
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
    """Case it speaks of, for a reminder about one case."""
    on_behalf_of: str | None = None
    """Id of the `Recipient` who is away, when a substitute is written to."""
    due_at: datetime | None = None
    """When it may leave; None at once."""


class Lease(Struct, frozen=True):
    """Who holds a message, by which claim: whoever lost it can no longer write anything of the message."""

    message_id: int
    worker: str
    claims: int
    """Which claim of the message it is: a fencing token, that no later holder bears."""


class QueuedMessage(Struct, frozen=True):
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
    claims: int = 1
    """Times it was claimed, this one included; more than `attempts + 1` when a relay died with it."""
    recipient: str = ""
    """Id of the `Recipient`."""
    on_behalf_of: str | None = None
    """Id of the `Recipient` who is away, when a substitute is written to."""
    doubts: int = 0
    """Attempts after which nobody could say whether the server had taken it."""
    worker: str = ""
    """Who claimed it."""

    @property
    def lease(self) -> Lease:
        """Return what says that it is ours."""
        return Lease(self.id, self.worker, self.claims)


class FailedMessage(Struct, frozen=True):
    """A message that will not leave by itself, or came back, for the digest and for `diagnostic`."""

    id: int
    kind: MessageKind
    ref: str | None
    recipient: str
    address: str
    subject: str
    failed_at: datetime
    error: str
    on_behalf_of: str | None = None
    undelivered: bool = False
    """True when it left, and came back for good."""


class MessageState(StrEnum):
    """Where a message of the outbox stands."""

    WAITING = "en_attente"
    SENT = "envoye"
    UNDELIVERED = "non_remis"
    """Left, and came back for good: a person retries, redirects or drops it."""
    FAILED = "echec"
    """Stopped: a person retries, redirects or drops it."""
    SUPERSEDED = "remplace"
    """Never left: what it announced had changed, or was done, before it could."""
    DROPPED = "abandonne"
    """A person decided that it would not leave."""


class StoredMessage(Struct, frozen=True):
    """A message of the outbox as people look at it."""

    id: int
    kind: MessageKind
    state: MessageState
    ref: str | None
    recipient: str
    address: str
    subject: str
    message_id: str
    created_at: datetime
    attempts: int
    next_attempt_at: datetime | None
    """When it will be tried again; None once it has come to its end."""
    ended_at: datetime | None
    """When it was sent, came back, failed, was superseded or dropped; None while it waits."""
    answer: str
    """What the server last said, or why it came to its end; empty before any attempt."""
    on_behalf_of: str | None = None


class MessageEvent(Struct, frozen=True):
    """Something that happened to a message, other than leaving at the first attempt; append-only."""

    at: datetime
    by: str
    """Id of the person, or name of the service."""
    what: str
    """`essai`, `envoi`, `echec`, `relance`, `redirection`, `abandon`, `remplacement` or a `ReturnKind`."""
    detail: str


class MessageQuery(Struct, frozen=True):
    """Which messages of the outbox a list shows, latest first; empty fields do not filter."""

    state: MessageState | None = None
    ref: str | None = None
    recipient: str | None = None
    limit: int = 50
    before: int | None = None
    """Id under which the page starts."""
    offset: int = 0
    """How many messages to leave out before the page."""


class DayOfMails(Struct, frozen=True):
    """What somebody has to read of a day, digests apart: what left in it, and what waits.

    Attributes:
        since: when the day began where they are.
        count: mails.
        latest: when the last of them left, or was written; None when there is none but those due later.
    """

    since: datetime
    count: int
    latest: datetime | None = None


class OutboxCounts(Struct, frozen=True):
    """How many messages wait, were sent and did not come back, and failed."""

    waiting: int
    sent: int
    failed: int
    oldest_waiting: datetime | None
    superseded: int = 0
    dropped: int = 0
    undelivered: int = 0


class Departure(Struct, frozen=True):
    """A mail that would leave."""

    kind: MessageKind
    recipient: str
    """Id of the `Recipient`."""
    planned_for: datetime
    """When the first of what it says was planned."""
