"""A month as a grid of days: what each day is for the agency, for a window, and for a funder.

Made by the screens that draw a calendar, from the working days of an agency, the deadlines that
`workflow.deadlines.compute` computed, the sessions of a funder and what `Worklist` counted. Values
only: colours and widths belong to the widgets; no date is computed here.
"""

from __future__ import annotations

from calendar import Calendar
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from enum import Flag, auto
from typing import Final

from msgspec import Struct, field

from workflow.calendar.calendars import WorkingCalendar
from workflow.case.case import Dates, Deadline
from workflow.counting.ways_of_counting import Sitting
from workflow.text.day_ends import day_of_end

_WEEKEND = 5


class DayMark(Flag):
    """What a day is; one day may be several things."""

    NOTHING = 0
    TODAY = auto()
    WEEKEND = auto()
    HOLIDAY = auto()
    """A public holiday, of the law or of custom, or a day on which the agency is closed."""
    WINDOW = auto()
    """The act may be done on that day, and be on the safe side."""
    MARGIN = auto()
    """After the prudent limit, up to the strict one."""
    OPENS = auto()
    PRUDENT = auto()
    STRICT = auto()
    EXPECTED = auto()
    """A reply is due."""
    CHASE = auto()
    SESSION = auto()
    """The commission meets."""
    CUTOFF = auto()
    """Last day on which a session takes files."""


class Day(Struct, frozen=True):
    """A day of the grid.

    Args:
        on: which day.
        inside: False for the days of the neighbouring months that fill the first and last weeks.
        marks: what the day is.
        said: what to say of it: why it is not worked, which limit falls on it.
        load: dates to act on that day.
        limits: acts that the law no longer allows after that day.
        late: on the present day, files that are late.
    """

    on: date
    inside: bool
    marks: DayMark
    said: tuple[str, ...] = ()
    load: int = 0
    limits: int = 0
    late: int = 0

    @property
    def worked(self) -> bool:
        """True when the agency works on that day."""
        return not self.marks & (DayMark.WEEKEND | DayMark.HOLIDAY)


class Month(Struct, frozen=True):
    """A month, by weeks of seven days from Monday on."""

    first: date
    weeks: tuple[tuple[Day, ...], ...]

    @property
    def days(self) -> Iterable[Day]:
        """Every day of the grid, those of the neighbouring months included."""
        return (day for week in self.weeks for day in week)


class Shown(Struct, frozen=True):
    """What a calendar shows beside its days.

    Args:
        deadlines: their windows and limits; of several, a day bears the marks of all.
        sessions: of a funder's commission.
        load: dates to act on, by day.
        limits: strict limits that come after the day to act, by day.
        late: files that are late on the present day.
    """

    deadlines: Sequence[Deadline] = ()
    sessions: Sequence[Sitting] = ()
    load: Mapping[date, int] = field(default_factory=dict)
    limits: Mapping[date, int] = field(default_factory=dict)
    late: int = 0


_NOTHING: Final = Shown()


def span(year: int, month: int) -> tuple[date, date]:
    """Return the first and last day of the grid of a month, for whoever counts a load."""
    days = list(Calendar().itermonthdates(year, month))
    return days[0], days[-1]


def month(
    year: int, number: int, today: date, working: WorkingCalendar, shown: Shown = _NOTHING
) -> Month:
    """Return the grid of a month.

    Args:
        year: its year, 1950 to 2099.
        number: 1 for January.
        today: the present day.
        working: the days that the agency works.
        shown: what else its days are.

    Raises:
        InvalidInput: outside the years whose public holidays are known.
    """
    said = _said(shown)
    windows = [window for deadline in shown.deadlines if (window := _window(deadline.dates))]

    def day(on: date) -> Day:
        marks, words = said.get(on, (DayMark.NOTHING, ()))
        for opens, prudent, last in windows:
            if opens <= on <= last:
                marks |= DayMark.WINDOW if on <= prudent else DayMark.MARGIN
        off = working.careful.reason_off(on)
        if off is not None and on.weekday() >= _WEEKEND:
            marks |= DayMark.WEEKEND
        elif off is not None:
            marks, words = marks | DayMark.HOLIDAY, (off, *words)
        late, load, limits = 0, shown.load.get(on, 0), shown.limits.get(on, 0)
        if on == today:
            marks, late = marks | DayMark.TODAY, shown.late
        return Day(on, (on.year, on.month) == (year, number), marks, words, load, limits, late)

    weeks = Calendar().monthdatescalendar(year, number)
    return Month(date(year, number, 1), tuple(tuple(map(day, week)) for week in weeks))


def year(
    number: int, today: date, working: WorkingCalendar, shown: Shown = _NOTHING
) -> tuple[Month, ...]:
    """Return the twelve months of a year; raises like `month`."""
    return tuple(month(number, one, today, working, shown) for one in range(1, 13))


def _window(dates: Dates) -> tuple[date, date, date] | None:
    """Return when a window opens, until when it is safe, and when it closes; None without one."""
    if dates.opens_on is None or dates.impossible:
        return None
    limits = [day_of_end(limit) for limit in (dates.prudent, dates.strict) if limit is not None]
    if not limits:
        return None
    return dates.opens_on, limits[0], max(limits)


def _said(shown: Shown) -> dict[date, tuple[DayMark, tuple[str, ...]]]:
    """Return the days that mean something by themselves, with what they mean."""
    said: dict[date, tuple[DayMark, tuple[str, ...]]] = {}

    def note(on: date, mark: DayMark, words: str) -> None:
        marks, known = said.get(on, (DayMark.NOTHING, ()))
        said[on] = marks | mark, known if words in known else (*known, words)

    for deadline in shown.deadlines:
        for moment, mark, words in (
            (deadline.dates.opens_on, DayMark.OPENS, "ouverture"),
            (deadline.dates.prudent, DayMark.PRUDENT, "limite prudente"),
            (deadline.dates.strict, DayMark.STRICT, "limite stricte"),
            (deadline.dates.expected_at, DayMark.EXPECTED, "réponse attendue"),
            (deadline.dates.chase_on, DayMark.CHASE, "relance"),
        ):
            if moment is not None:
                note(day_of_end(moment), mark, f"{deadline.label} : {words}")
    for session in shown.sessions:
        note(session.day, DayMark.SESSION, "commission")
        if session.cutoff is not None:
            note(session.cutoff, DayMark.CUTOFF, "clôture des dépôts de la commission")
    return said
