"""What a person sees of the open files: one line each, in groups, the most consequential first.

The values and the port behind the first screen, the calendar and the search of the terminal
interface; implemented by `db.worklist.pages`, joined in `cli.wiring.container`. A line says where a file
stands and holds no explanation: the case itself, loaded when it is selected, explains its dates. Nothing
restricted is ever here. Pure: the present day is an argument.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from enum import StrEnum
from typing import Final, NamedTuple, Protocol

from msgspec import Struct

from workflow.calendar.calendars import WorkingCalendar
from workflow.case.case import Dates
from workflow.rules.deadline_rules import Kind

NEVER: Final = date.max
"""The day of what is not awaited: dates are compared without a thought for those that are missing."""

DAYS_AHEAD = 7
"""Days that « cette semaine » looks ahead, weekends included, like the digest."""


class WorkGroup(StrEnum):
    """Why a file is on the list; a file stands in the first group that fits, in this order."""

    LATE = "en_retard"
    """The day to act has passed, or is the last that the law leaves. In the order of
    `workflow.worklist.ranking`: what can be saved, what is lost, what the law sets no limit to."""
    TODAY = "aujourdhui"
    CHASE = "relances"
    """A reply that somebody owes should have come."""
    WEEK = "semaine"
    """To do within `DAYS_AHEAD` days."""
    OPENING = "ouvertures"
    """The window of the next act has just opened, or opens within `DAYS_AHEAD` days."""
    WAITING = "attente"
    """Nothing to do soon: a reply is awaited, and not overdue."""
    LATER = "plus_tard"
    IDLE = "sans_echeance"
    """Open, with no date that is awaited."""


class WorkDay(Struct, frozen=True):
    """The days that tell groups apart.

    Args:
        today: the reader's day.
        opened_after: windows opened after that day are news.
        horizon: last day of « cette semaine ».
    """

    today: date
    opened_after: date
    horizon: date

    @classmethod
    def of(cls, today: date, calendar: WorkingCalendar) -> WorkDay:
        """Return the days of a reader: windows that opened over the weekend are today's news."""
        return cls(today, calendar.back(today, 1), today + timedelta(days=DAYS_AHEAD))


def group_of(
    day: WorkDay, *, act_on: date, strict_on: date, opens_on: date, chase_on: date
) -> WorkGroup:
    """Return the group of a file; a day that never comes is `NEVER`.

    Args:
        day: the reader's days.
        act_on: day of the next act that is the agency's own.
        strict_on: first day that is the last one for an act of its own.
        opens_on: first day on which this act may be done.
        chase_on: day on which to chase the next reply that somebody else owes.
    """
    opening = day.opened_after < opens_on <= day.horizon and act_on < NEVER
    for group, fits in (
        (WorkGroup.LATE, act_on < day.today or strict_on == day.today),
        (WorkGroup.TODAY, act_on == day.today),
        (WorkGroup.CHASE, chase_on <= day.today),
        (WorkGroup.WEEK, act_on <= day.horizon),
        (WorkGroup.OPENING, opening),
        (WorkGroup.WAITING, chase_on < NEVER),
        (WorkGroup.LATER, act_on < NEVER),
    ):
        if fits:
            return group
    return WorkGroup.IDLE


class WorkQuery(Struct, frozen=True):
    """Which open files, and which part of the list. Empty fields do not filter."""

    day: WorkDay
    group: WorkGroup | None = None
    """One group; None reads all of them, one after the other."""
    agency: str | None = None
    owner: str | None = None
    """Id of a person; the empty string asks for files that nobody owns."""
    procedure: str | None = None
    funder: str | None = None
    state: str | None = None
    text: str = ""
    """Words that the reference or title must contain, whatever their case or accents."""
    flagged: bool = False
    """True for the files with something to correct, whatever the dates."""
    limit: int = 50
    offset: int = 0


class WorkRow(Struct, frozen=True):
    """A line of the list: a file, and the most pressing of its dates."""

    id: int
    """Key of the file in the database, the same as in `SearchEntry`."""
    ref: str
    title: str
    procedure: str
    funder: str | None
    state: str
    agency: str
    owner: str | None
    version: int
    group: WorkGroup
    alerts: int
    """How many things are to be corrected, whatever the dates."""
    deadline: str | None = None
    """Id of the rule; None, like all that follows, for a file without a date."""
    label: str = ""
    kind: Kind | None = None
    dates: Dates | None = None

    @property
    def internal(self) -> bool:
        """True for a target that the agency sets itself."""
        return self.kind is Kind.INTERNAL


class FirstPage(NamedTuple):
    """What the first screen shows before anything else is read: the whole list counted, and its top."""

    counts: Mapping[WorkGroup, int]
    """How many files each group has, zeros included."""
    debtors: Mapping[tuple[str, str | None], int]
    """How many files of `WAITING` await each funder, by procedure and funder."""
    rows: tuple[WorkRow, ...]
    """The first lines, in order."""


class SearchEntry(NamedTuple):
    """What an open file is searched by."""

    id: int
    folded: str
    """Reference and title without case or accents (`workflow.text.folding.fold`)."""
    procedure: str
    funder: str | None
    state: str
    agency: str
    owner: str | None
    deadlines: tuple[str, ...] = ()
    """Ids of the rules of the next act, and of the next reply."""
    days: tuple[date, ...] = ()
    """Day to act, strict limit and day to chase of these, each once."""


class Worklist(Protocol):
    """The open files as staff work through them. Every method may raise `OutOfReach`.

    Safe to call from several threads.
    """

    def counts(self, query: WorkQuery) -> Mapping[WorkGroup, int]:
        """Return how many files each group has, zeros included, whatever the query's group and page."""

    def debtors(self, query: WorkQuery) -> Mapping[tuple[str, str | None], int]:
        """Return how many files of `WAITING` await each funder, by procedure and funder."""

    def page(self, query: WorkQuery) -> tuple[WorkRow, ...]:
        """Return `limit` lines from `offset` on; any place of the list costs about the same."""

    def refs(self, query: WorkQuery) -> tuple[str, ...]:
        """Return the references of all the files of a query, in the order of the list."""

    def rows(self, ids: Sequence[int], query: WorkQuery) -> tuple[WorkRow, ...]:
        """Return the lines of known files in the order given, without those the query leaves out.

        Group, text and page of the query do not count: the search has ranked and cut already.
        """

    def finished(self, query: WorkQuery) -> tuple[WorkRow, ...]:
        """Return `limit` finished files that a query asks for, the one opened last first; none has a date.

        Group and offset of the query do not count.
        """

    def entries(self, after: int = 0) -> Iterator[SearchEntry]:
        """Yield what every open file is searched by, in order of key, from a key on (excluded)."""

    def on_days(self, query: WorkQuery, first: date, last: date) -> tuple[WorkRow, ...]:
        """Return the dates to act on in [first, last], by day; one line a date, not one a file."""

    def load(self, query: WorkQuery, first: date, last: date) -> Mapping[date, int]:
        """Return how many dates are to be acted on each day of [first, last]; no day has zero."""

    def limits(self, query: WorkQuery, first: date, last: date) -> Mapping[date, int]:
        """Return how many files lose something on each day of [first, last]; no day has zero.

        That day is the first strict limit of its acts, where it comes after the day to act: a limit that
        falls on that very day is counted by `load` already.
        """

    def on_limits(self, query: WorkQuery, first: date, last: date) -> tuple[WorkRow, ...]:
        """Return the files that `limits` counts, by limit; each line shows the act that has it."""

    def mark(self) -> str:
        """Return a mark of the state of the database: the same as long as nothing is written."""
