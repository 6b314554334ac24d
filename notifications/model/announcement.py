"""What is told of open deadlines: the identity of a reminder, and announcements that hold as a whole.

Values, made by the round of reminders and the change of policy, written by the store.
"""

from __future__ import annotations

from datetime import datetime

from msgspec import Struct

from notifications.model.messages import DayOfMails, OutgoingMessage
from notifications.model.preferences import Delivery
from workflow.ports.stores import OpenDeadline


class Reminder(Struct, frozen=True):
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
    """`ouverture`, `prudent-7`, `strict-1`, `relance`, `report`, `escalade`, `manque`…"""
    recipient: str
    planned_for: datetime
    channel: Delivery = Delivery.AT_ONCE
    """How the recipient wanted it told: only `aussitot` makes a mail."""


class Reschedule(Struct, frozen=True):
    """What becomes of an open deadline after a round has looked at it."""

    deadline_id: int
    seen: datetime
    """`next_reminder_at` as read: the row is left alone when another round has moved it since."""
    reminded_until: datetime
    next_reminder_at: datetime | None


class Telling(Struct, frozen=True):
    """Reminders for one recipient, with the one mail that carries those to be told at once.

    The mail is put only when at least one of its reminders was not known yet.
    """

    reminders: tuple[Reminder, ...]
    message: OutgoingMessage | None = None
    """None when the recipient wants all of them in the digest, or not at all."""
    day: DayOfMails | None = None
    """The most that the recipient may have to read today when this is put; None where nothing limits it."""


class Announcement(Struct, frozen=True):
    """What becomes of some open deadlines, and what is said of them.

    Written whole or not at all: when one of its deadlines has moved since it was read, nothing of it
    is written, and the next round reads it again. So it is when one of its readers has more mails than it
    was written for.
    """

    reschedules: tuple[Reschedule, ...]
    tellings: tuple[Telling, ...] = ()


class Carried(Struct, frozen=True):
    """A reminder that a message carries, and its deadline as it stands now."""

    rule: str
    value: str
    offset: str
    planned_for: datetime
    row: OpenDeadline | None
    """None once the deadline is no longer awaited."""
