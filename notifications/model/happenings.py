"""What the digest and the calendars read of the files: what happened, what comes, what was counted.

Values, read from the store.
"""

from __future__ import annotations

from datetime import date, datetime

from msgspec import Struct

from workflow.case.case import Deadline, EntryKind


class Happening(Struct, frozen=True):
    """An entry of the journal of an open or closed case, for what changed since yesterday."""

    ref: str
    title: str
    procedure: str
    agency: str
    owner: str | None
    at: datetime
    by: str
    kind: EntryKind
    action: str | None
    state_to: str
    is_open: bool
    moved: tuple[str, ...]
    """Ids of the deadlines whose dates changed."""


class DayLoad(Struct, frozen=True):
    """How many open deadlines a person or an agency has to act on, on a day."""

    owner: str | None
    agency: str
    day: date
    count: int


class Portfolio(Struct, frozen=True):
    """How many open cases a person follows, or an agency when nobody owns them."""

    owner: str | None
    agency: str
    cases: int


class Figures(Struct, frozen=True):
    """What a digest counted on its day, kept to be compared with later ones."""

    recipient: str
    day: date
    late: int
    due: int
    """To do today or within seven days."""
    awaited: int
    open_files: int


class DatedRow(Struct, frozen=True):
    """A deadline for a calendar, open or closed not long ago."""

    ref: str
    procedure: str
    agency: str
    owner: str | None
    deadline: Deadline
    version: int
    """Version of the case: grows with every change, so that calendars take the latest."""
    changed_at: datetime
    """When the case was last written."""
    awaited: bool
    """False once it is met or dropped: calendars must take it away."""
    met: bool = False
    """True once it is met; False for one that is awaited, or no longer is."""
