"""How time is counted: months, days, hours, working days, working hours. Pure arithmetic.

Used by `workflow.deadlines.compute`. Day and month rules take and return civil dates; hour rules take and
return aware instants. Nothing here knows a procedure, and nothing rounds silently.

The readings are those of the project's register: K1–K9 (conventions) and AMB-1–AMB-14 (choices).
"""

from __future__ import annotations

from calendar import monthrange
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from fractions import Fraction
from math import ceil

from workflow.calendar.calendars import WorkingCalendar

_MONTHS = 12
_SHORTEST_MONTH = 28
HOURS_A_DAY = 24
_ONE_DAY = timedelta(days=1)


def add_months(day: date, months: int) -> date:
    """Return the same day of the month, months later (or earlier if negative).

    When that month has no such day, its last day (K2; art. 641 al. 2 CPC by analogy).
    """
    year, month = divmod(day.year * _MONTHS + day.month - 1 + months, _MONTHS)
    if day.day <= _SHORTEST_MONTH:
        return date(year, month + 1, day.day)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def earliest_within_months(day: date, months: int) -> date:
    """Return the first day from which `day` is not more than `months` months away (K3).

    It is the smallest X with X + months ≥ day: `day` − months, or the first of the next month when
    the clamp of a short month would open the window too early.
    """
    candidate = add_months(day, -months)
    if add_months(candidate, months) < day:
        return candidate + timedelta(days=1)
    return candidate


def readings_before(instant: datetime, hours: int) -> tuple[datetime, datetime]:
    """Return what `hours` before an instant is in elapsed hours, then on the wall clock.

    The two part when the clocks change in between.

    Args:
        instant: aware, in the zone whose wall clock is read.
        hours: number of hours.
    """
    span = timedelta(hours=hours)
    return (instant.astimezone(UTC) - span).astimezone(instant.tzinfo), instant - span


def hours_before(instant: datetime, hours: int) -> datetime:
    """Return the earlier of `hours` elapsed hours and `hours` of wall clock before (AMB-1)."""
    return min(readings_before(instant, hours), key=lambda reading: reading.astimezone(UTC))


def working_hours_after(instant: datetime, hours: int, calendar: WorkingCalendar) -> datetime:
    """Return when `hours` have run on a clock that runs 24 h a day on working days only (AMB-2).

    The result is the first instant at which they have run: midnight at the end of a working day is
    given as 00:00 of the day after, even if that one is not worked.

    Args:
        instant: start of the count, aware.
        hours: number of hours on that clock.
        calendar: working days of whoever must answer.
    """
    days, rest = divmod(hours, HOURS_A_DAY)
    hour = instant.hour + rest
    if hour >= HOURS_A_DAY:
        days, rest, hour = days + 1, rest - HOURS_A_DAY, hour - HOURS_A_DAY
    day = instant.date()
    # At midnight they have run when a working day ends, not when the next one begins.
    at_midnight = bool(hours) and not (
        hour or instant.minute or instant.second or instant.microsecond
    )
    reached = calendar.from_working(day, days - at_midnight)
    if reached is None:
        opening = datetime.combine(calendar.on_or_after(day), time.min, instant.tzinfo)
        return working_hours_after(opening, hours, calendar)
    if at_midnight:
        return datetime.combine(reached + _ONE_DAY, time.min, instant.tzinfo)
    end = instant + (reached - day)
    return end + timedelta(hours=rest) if rest else end


def reply_day(start: date, hours: int, funder: WorkingCalendar) -> date:
    """Return the hours/24th working day after a day, which does not count (AMB-2, reading B)."""
    return funder.forward(start, -(-hours // HOURS_A_DAY))


def chase_day(start: date, hours: int, funder: WorkingCalendar, staff: WorkingCalendar) -> date:
    """Return the day to chase a reply due in `hours` working hours (AMB-2).

    It is the working day after the end of the last of the hours/24 working days that follow the
    start, which does not count; the funder's days are the funder's, the day to act is the staff's.
    """
    return staff.on_or_after(reply_day(start, hours, funder) + _ONE_DAY)


def last_start(
    end: date, hours: Decimal | int, hours_per_day: int, calendar: WorkingCalendar
) -> date:
    """Return the last working day on which work of `hours` can begin and still end by `end`.

    Args:
        end: last day of the period, counted.
        hours: hours to work; for none, the answer is the last working day of the period.
        hours_per_day: hours worked in a day, at least 1.
        calendar: days worked.
    """
    days = ceil(Fraction(hours) / hours_per_day)
    return calendar.back(end + _ONE_DAY, max(days, 1))


def whole_months(start: date, end: date) -> int:
    """Return how many whole months lie between two days (K2); negative when `end` comes first.

    Twelve months after 29 February 2024 are reached on 28 February 2025.
    """
    if end < start:
        return -whole_months(end, start)
    months = (end.year - start.year) * _MONTHS + end.month - start.month
    return months if add_months(start, months) <= end else months - 1
