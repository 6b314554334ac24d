"""Each way of counting a limit, as a function in a table: what a rule's `opens`, `closes`, `expects` mean.

Used by `workflow.deadlines.compute`, which finds the anchor and tells the story, and by
`workflow.consistency.whole`, which refuses a rule whose way of counting is not in the tables. A
function gets the anchor and the number, and returns the dates with the stretch of days that explains them.
One function a way, hence its length.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from enum import IntEnum
from zoneinfo import ZoneInfo

from msgspec import Struct, field
from msgspec.structs import replace

from workflow.calendar import counting
from workflow.calendar.calendars import WorkingCalendar
from workflow.case.case import FactValue, Moment, civil
from workflow.rules.counts import Count, Direction, Unit
from workflow.text.day_ends import day_of_end
from workflow.wording.date_text import Today

_ONE_DAY = timedelta(days=1)


class Sitting(Struct, frozen=True):
    """A meeting of a funder's commission; the earlier one comes first.

    Args:
        day: when it meets.
        cutoff: last day on which it takes files, when the funder publishes one.
    """

    day: date
    cutoff: date | None = None

    def __lt__(self, other: Sitting) -> bool:
        return self.day < other.day


class Detail(IntEnum):
    """How much an act has to tell of a file; each tells what those before it do."""

    STATE = 0
    """Where it stands: more follows at once."""
    DATES = 1
    """Its dates."""
    WRITTEN = 2
    """How they were obtained, and what became of those that it awaits no more: what a journal keeps."""
    JUDGED = 3
    """What is wrong with it, and what is at stake."""
    SAID = 4
    """What a person is warned of, and what else would do."""


class Context(Struct, frozen=True):
    """What a computation needs besides the rule and the facts.

    Args:
        staff: working days of the agency, for what its staff must do; prudent dates count on its
            `careful` days.
        funder: working days of the funder, for what it must answer.
        zone: the agency's clock.
        settings: delays of the agency, by name.
        company: what the configuration says of the company, for facts that a case leaves out.
        sessions: known sessions of the funder's commission, in any order.
        detail: how much is worked out: nobody reads the rest.
    """

    staff: WorkingCalendar
    funder: WorkingCalendar
    zone: ZoneInfo
    settings: Mapping[str, int]
    company: Mapping[str, FactValue] = field(default_factory=dict)
    sessions: tuple[Sitting, ...] = ()
    detail: Detail = Detail.SAID

    def instant(self, moment: Moment) -> datetime:
        """Return a moment as an aware instant of the agency's clock; a bare date is its 00:00 (K9)."""
        if isinstance(moment, datetime):
            return moment.astimezone(self.zone)
        return datetime.combine(moment, time.min, self.zone)

    def day(self, moment: Moment) -> date:
        """Return the civil date of a moment on the agency's clock."""
        return civil(moment.astimezone(self.zone) if isinstance(moment, datetime) else moment)

    def day_of_end(self, end: Moment) -> date:
        """Return the day on which something ends on the agency's clock: midnight ends the day before."""
        return day_of_end(end.astimezone(self.zone) if isinstance(end, datetime) else end)

    def latest(
        self, names: Iterable[str], facts: Mapping[str, FactValue], or_later: Iterable[str] = ()
    ) -> tuple[str, Moment] | None:
        """Return the latest of some dates, all of which must be known, and of others that may not be."""
        moments = [(name, facts.get(name)) for name in names]
        known = [(name, value) for name, value in moments if isinstance(value, date)]
        if len(known) < len(moments):
            return None
        later = ((name, facts.get(name)) for name in or_later)
        known += [(name, value) for name, value in later if isinstance(value, date)]
        name, moment = max(known, key=lambda pair: self.instant(pair[1]))
        return name, self.instant(moment) if isinstance(moment, datetime) else moment

    def today(self, now: datetime) -> Today:
        """Return what « demain » and « +10jo » are counted from at an instant."""
        return Today(self.day(now), self.staff)

    def number(self, count: Count) -> int:
        """Return the number of a count: the rule's own, or the one chosen in the configuration."""
        if count.setting is not None:
            return self.settings[count.setting]
        return count.number or 0


class Work(Struct, frozen=True):
    """Hours to do before the end of a period.

    Args:
        hours: what the rule asks.
        done: what is done already.
    """

    hours: Decimal
    done: Decimal = Decimal(0)

    @property
    def left(self) -> Decimal:
        """Hours still to do, never less than none."""
        return max(self.hours - self.done, Decimal(0))


class ComputedLimit(Struct, frozen=True):
    """The dates a count gives, and how they were reached."""

    strict: Moment | None = None
    prudent: date | None = None
    expected_at: Moment | None = None
    chase_on: date | None = None
    passed: tuple[date, date] | None = None
    """First and last day of the stretch over which days not worked were skipped, customary holidays
    included: a prudent date went back over it. For a reply, that of the funder."""
    put_off: tuple[date, date] | None = None
    """First and last day of the stretch over which a date moved on, past the days that the law or the
    agency takes away: after a reply, before it can be chased; or between an event and a target."""
    ends_on: date | None = None
    """For a last start: strict end of the period in which the work must fit."""
    work: Work | None = None
    """For a last start: the hours that must still fit."""
    clocks: tuple[datetime, datetime] | None = None
    """Elapsed and wall-clock readings, when a change of the clocks parts them."""


Closer = Callable[[Moment, Count, Context], ComputedLimit]


def _limit_before(strict: date, context: Context) -> ComputedLimit:
    # K4: neither the day of the event nor the last day counts backwards, hence the day before.
    prudent = context.staff.careful.on_or_before(strict - _ONE_DAY)
    return ComputedLimit(strict, prudent, passed=(prudent + _ONE_DAY, strict - _ONE_DAY))


def _limit_after(strict: date, context: Context) -> ComputedLimit:
    # K5: no extension to the next working day is relied on.
    prudent = context.staff.careful.on_or_before(strict)
    return ComputedLimit(strict, prudent, passed=(prudent + _ONE_DAY, strict))


def _months_or_days_before(anchor: Moment, count: Count, context: Context) -> ComputedLimit:
    return _limit_before(strictly_before(context.day(anchor), count, context), context)


def strictly_before(day: date, count: Count, context: Context) -> date:
    """Return the day that lies months or days before another, step by step."""
    number = context.number(count)
    back = (
        counting.add_months(day, -number)
        if count.unit is Unit.MONTHS
        else day - timedelta(days=number)
    )
    return strictly_before(back, count.then, context) if count.then else back


def _hours_before(anchor: Moment, count: Count, context: Context) -> ComputedLimit:
    start, hours = context.instant(anchor), context.number(count)
    strict = counting.hours_before(start, hours)
    margin = count.prudent_working_days
    prudent = (
        context.staff.careful.on_or_before(strict.date() - _ONE_DAY)
        if margin is None
        else context.staff.careful.back(start.date(), margin)
    )
    elapsed, wall = counting.readings_before(start, hours)
    return ComputedLimit(
        strict,
        prudent,
        passed=(prudent + _ONE_DAY, start.date() - _ONE_DAY),
        clocks=(elapsed, wall) if elapsed.utcoffset() != start.utcoffset() else None,
    )


def _months_after(anchor: Moment, count: Count, context: Context) -> ComputedLimit:
    return _limit_after(counting.add_months(context.day(anchor), context.number(count)), context)


def _month_ends_after(anchor: Moment, count: Count, context: Context) -> ComputedLimit:
    # The day of the event is not counted: from the last of a month, the first end is that of the next.
    month = (context.day(anchor) + _ONE_DAY).replace(day=1)
    return _limit_after(counting.add_months(month, context.number(count)) - _ONE_DAY, context)


def _days_after(anchor: Moment, count: Count, context: Context) -> ComputedLimit:
    return _limit_after(context.day(anchor) + timedelta(days=context.number(count)), context)


def _months_within(anchor: Moment, count: Count, context: Context) -> ComputedLimit:
    end = counting.add_months(context.day(anchor), context.number(count))
    return _limit_before(strictly_before(end, count.then, context) if count.then else end, context)


def _working_days_after(anchor: Moment, count: Count, context: Context) -> ComputedLimit:
    # Only internal targets count this way: there is no date of law, hence no strict limit.
    # A customary holiday on the way is counted, and a target that falls on one comes earlier.
    start = context.day(anchor)
    counted = context.staff.forward(start, context.number(count))
    prudent = context.staff.careful.on_or_before(counted)
    if prudent <= start:
        prudent = counted
    return ComputedLimit(
        prudent=prudent, passed=(prudent + _ONE_DAY, counted), put_off=(start + _ONE_DAY, prudent)
    )


def _working_days_before(anchor: Moment, count: Count, context: Context) -> ComputedLimit:
    # An internal target too: what has to be done that long before a date.
    end = context.day(anchor)
    prudent = context.staff.careful.back(end, context.number(count))
    return ComputedLimit(prudent=prudent, passed=(prudent + _ONE_DAY, end - _ONE_DAY))


def _reply_in_working_hours(anchor: Moment, count: Count, context: Context) -> ComputedLimit:
    start, hours = context.instant(anchor), context.number(count)
    expected = counting.working_hours_after(start, hours, context.funder)
    chase = counting.chase_day(start.date(), hours, context.funder, context.staff)
    last = counting.reply_day(start.date(), hours, context.funder)
    return ComputedLimit(
        expected_at=expected,
        chase_on=chase,
        passed=(start.date(), last),
        put_off=(last + _ONE_DAY, chase - _ONE_DAY),
    )


def _reply_in_working_days(anchor: Moment, count: Count, context: Context) -> ComputedLimit:
    start = context.day(anchor)
    last = context.funder.forward(start, context.number(count))
    return replace(_reply_on(last, context), passed=(start, last))


def _reply_in_months(anchor: Moment, count: Count, context: Context) -> ComputedLimit:
    return _reply_on(counting.add_months(context.day(anchor), context.number(count)), context)


def _reply_in_days(anchor: Moment, count: Count, context: Context) -> ComputedLimit:
    return _reply_on(context.day(anchor) + timedelta(days=context.number(count)), context)


def _reply_on(expected: date, context: Context) -> ComputedLimit:
    chase = context.staff.on_or_after(expected + _ONE_DAY)
    return ComputedLimit(
        expected_at=expected, chase_on=chase, put_off=(expected + _ONE_DAY, chase - _ONE_DAY)
    )


def opening(anchor: Moment, count: Count, context: Context) -> date:
    """Return the first day on which an act is possible."""
    return OPENERS[count.unit, count.direction](context.day(anchor), context.number(count))


CLOSERS: Mapping[tuple[Unit, Direction], Closer] = {
    (Unit.MONTHS, Direction.BEFORE): _months_or_days_before,
    (Unit.DAYS, Direction.BEFORE): _months_or_days_before,
    (Unit.HOURS, Direction.BEFORE): _hours_before,
    (Unit.MONTHS, Direction.AFTER): _months_after,
    (Unit.MONTH_ENDS, Direction.AFTER): _month_ends_after,
    (Unit.DAYS, Direction.AFTER): _days_after,
    (Unit.MONTHS, Direction.WITHIN): _months_within,
    (Unit.WORKING_DAYS, Direction.AFTER): _working_days_after,
    (Unit.WORKING_DAYS, Direction.BEFORE): _working_days_before,
}
"""Ways to count the end of a window, a limit or a target."""

EXPECTERS: Mapping[tuple[Unit, Direction], Closer] = {
    (Unit.WORKING_HOURS, Direction.AFTER): _reply_in_working_hours,
    (Unit.MONTHS, Direction.AFTER): _reply_in_months,
    (Unit.DAYS, Direction.AFTER): _reply_in_days,
    (Unit.WORKING_DAYS, Direction.AFTER): _reply_in_working_days,
}
"""Ways to count the reply that somebody else owes."""

PERIODS = frozenset({(Unit.MONTHS, Direction.WITHIN), (Unit.MONTHS, Direction.AFTER)})
"""Ways to count a period in which work must fit."""

OPENERS: Mapping[tuple[Unit, Direction], Callable[[date, int], date]] = {
    (Unit.MONTHS, Direction.BEFORE): counting.earliest_within_months,
    (Unit.MONTHS, Direction.SAME_DAY): lambda day, months: counting.add_months(day, -months),
    (Unit.DAYS, Direction.BEFORE): lambda day, days: day - timedelta(days=days),
}
"""Ways to count the opening of a window; in months, the first day from which they suffice (K3), or the same
day of the month (K2)."""

SHIFTS = frozenset({(Unit.MONTHS, Direction.BEFORE), (Unit.DAYS, Direction.BEFORE)})
"""Ways to count back from one civil date to another, step by step."""
