"""What comes back to the return mailbox, read: what a report says of which of our mails.

Values, made by what reads the mailbox, kept and acted upon by the store; nothing here guesses.
"""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Final

from msgspec import Struct

from notifications.model.messages import DayOfMails, OutgoingMessage, StoredMessage


class ReturnKind(StrEnum):
    """What a mail of the return mailbox says."""

    UNDELIVERED = "non_remis"
    """The mail did not arrive and will not: whoever should read it was not told."""
    DELAYED = "retarde"
    """A server still tries."""
    RELAYED = "transmis"
    """It arrived, or was handed to a server that reports no more."""
    COMPLAINT = "plainte"
    """Its reader called it unwanted."""
    ABSENCE = "absence"
    """The automatic answer of somebody who is away."""
    UNCLEAR = "a_regarder"
    """Nothing that can be said without a guess: a person looks."""


class Return(Struct, frozen=True):
    """One thing said of one mail to one address; a report on two addresses makes two."""

    kind: ReturnKind
    message_id: str | None
    """Message-ID of ours that the report names, angle brackets included; None when it names none."""
    address: str | None
    """Where the mail should have arrived, as the report writes it; None when it does not say."""
    status: str
    """Enhanced code, « 5.1.1 »; empty when none is given."""
    words: str
    """What the server said, on one line, cleaned of what no screen could show; empty when nothing."""
    fingerprint: str
    """SHA-256 of the report and of the address: what is read twice is noted once."""
    reported_at: datetime | None = None
    """When the report says that it was written; never trusted to order anything."""


TO_LOOK_AT: Final = frozenset({ReturnKind.COMPLAINT, ReturnKind.UNCLEAR})
"""What a person looks at."""


class KeptReturn(Struct, frozen=True):
    """Something that came back, as it was noted."""

    number: int
    said: Return
    mail: int | None
    """Number of the message; None when it names none of ours."""
    ref: str | None
    recipient: str | None
    noted_at: datetime
    noted_by: str
    """Id of the person, or name of the service."""


class Returned(Struct, frozen=True):
    """A message of ours that something came back of, as it stands."""

    message: StoredMessage
    in_doubt: bool
    """True when a server may have taken it without our knowing."""
    tried: frozenset[str]
    """Where it was sent, and what it tells of before it, as `mailbox_key` writes them."""
    bounced_at: frozenset[str]
    """The addresses it has come back from already, as `mailbox_key` writes them."""


class UnreachableAddress(Struct, frozen=True):
    """An address that mails came back from, so that no more is sent there."""

    address: str
    """As `workflow.text.addresses.mailbox_key` writes it."""
    messages: int
    """How many came back."""
    since: datetime
    """When the last of them did."""


class Missed(Struct, frozen=True):
    """A message that did not arrive, as a notice tells of it."""

    message: StoredMessage
    why: str
    """What became of it, « est revenu… », for people."""


class ToldNotice(Struct, frozen=True):
    """A notice that a reader has had, or that waits for them."""

    number: int
    message_id: str
    address: str
    on_behalf_of: str | None
    due_at: datetime
    waits: bool
    """True until a relay takes it: one that tells of more may take its place."""
    count: int
    """Messages that it tells of, those that cannot be read included."""
    missed: tuple[Missed, ...]


class Notice(Struct, frozen=True):
    """What tells a reader of messages that did not arrive."""

    message: OutgoingMessage
    missed: tuple[Missed, ...]
    day: DayOfMails
    """The most that the reader may have to read today when it is put."""
    waiting: ToldNotice | None = None
    """The notice that waits for the same reader, as it was read."""
    replaces: bool = False
    """True to take its place."""


class ReturnEffect(Struct, frozen=True):
    """What noting a return changes: written whole, or not at all."""

    said: Return
    returned: Returned | None = None
    """The message it is about, as it was read; None when the report does not say which."""
    undelivered: str = ""
    """Why the message becomes « non remis », for people; empty when it does not."""
    notices: tuple[Notice, ...] = ()
    """What tells others, put with it."""


class Fate(StrEnum):
    """What became of a return."""

    NOTED = "note"
    KNOWN = "deja_note"
    FOREIGN = "etranger"
    """It names no mail that we sent: nothing is kept of it."""
    UNCLEAR = "a_regarder"
    """Kept for a person to look at."""
    EARLY = "en_cours"
    """Its mail is in a relay's hands, and may not have come to its end: to be read again, nothing is kept."""
