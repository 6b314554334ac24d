"""Looks into the return mailbox: what one has found, how far they came, and what keeps them from being made.

Values, made by `notifications.inbox`, kept by the store. Hold no message, only what was read of it.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Final

from msgspec import Struct, field

from notifications.model.returns import Return


class MailboxPlace(Struct, frozen=True):
    """How far the return mailbox was read."""

    validity: int
    """UIDVALIDITY of the folder: another means that its numbers start anew."""
    uid: int
    """Number of the last message that was read; 0 before any."""


class Heard(Struct, frozen=True):
    """A message of the return mailbox, read."""

    before: MailboxPlace
    """How far the mailbox was read before it."""
    returns: tuple[Return, ...]


class MailboxLook(Struct):
    """What one look into the return mailbox has found."""

    place: MailboxPlace | None
    """How far it came; None when nothing could be read of a mailbox never read before."""
    heard: list[Heard] = field(default_factory=list)
    """The messages that were read, in their order."""
    more: bool = False
    """True when the next look has something to read already."""
    failure: str = ""
    """Why it went no further, one French sentence; empty when it came to the end."""

    def hear(self, uid: int, returns: Iterable[Return]) -> None:
        """Note what the next message says."""
        assert self.place is not None, "a folder is examined before a message is read"  # noqa: S101
        self.heard.append(Heard(self.place, tuple(returns)))
        self.place = MailboxPlace(self.place.validity, uid)


TRIED_WITHIN: Final = timedelta(hours=2)
"""Age beyond which the last look tells nothing: no service reads the mailbox any more."""
UNREAD_AFTER: Final = timedelta(minutes=15)
"""How long a mailbox may fail before somebody is told: servers restart."""


BLOCKED_AFTER: Final = timedelta(days=1)
"""How long looks may fail before the message that they stop at is left for a person to look at."""


class MailboxState(Struct, frozen=True):
    """How far the return mailbox was read, and what keeps it from being read."""

    place: MailboxPlace | None
    """None when it never was."""
    tried_at: datetime
    """When it was last looked into."""
    failing_since: datetime | None = None
    """The first of the looks that failed, until one succeeds."""
    failure: str = ""

    def is_stuck(self, now: datetime) -> bool:
        """Tell whether looks have failed for so long that a message may be the reason."""
        return self.failing_since is not None and now - self.failing_since >= BLOCKED_AFTER

    def is_unread(self, now: datetime) -> bool:
        """Tell whether somebody must see to it."""
        failing = self.failing_since is not None and now - self.failing_since >= UNREAD_AFTER
        return failing and now - self.tried_at <= TRIED_WITHIN
