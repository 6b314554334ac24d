"""The instants at which each deadline is spoken of, computed from the deadline alone.

Called by the store when a deadline is written (`next_after`), by the round to know what is due (`between`,
`hold_until`) and by the service when the policy changes (`fingerprint`). Pure: every present instant is an
argument, and nothing here knows who is told or whether a mail has left. One rule of when to speak, in all
its cases: hence its length.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime, time, timedelta
from enum import Enum, auto
from functools import lru_cache
from hashlib import sha256
from zoneinfo import ZoneInfo

from msgspec import Struct

from notifications.model.announcement import Reminder
from notifications.model.policy import ReminderPolicy
from notifications.model.preferences import Delivery, Habits, Topic
from workflow.calendar.calendars import WorkingCalendar
from workflow.case.case import Dates, Deadline, Moment
from workflow.errors import one_named
from workflow.ports.stores import OpenDeadline
from workflow.rules.deadline_rules import Kind
from workflow.text.day_ends import day_of_end

OPENING = "ouverture"
CHASE = "relance"
SNOOZED = "report"
ESCALATION = "escalade"
MISSED = "manque"


class Audience(Enum):
    """Who a reminder is for."""

    OWNER = auto()
    MANAGER = auto()
    BOTH = auto()


_AUDIENCES = {ESCALATION: Audience.MANAGER, MISSED: Audience.BOTH}


class Planned(Struct, frozen=True, order=True):
    """A reminder that a deadline calls for.

    Ordered by instant, so that the reminders of a deadline read as a timetable.
    """

    at: datetime
    """When it should leave (aware, UTC)."""
    offset: str
    """`prudent-7`, `strict-1`, `ouverture`, `relance`, `report`, `escalade` or `manque`."""
    value: str
    """The date it announces, ISO 8601; with hour and offset when the limit is an instant."""

    @property
    def audience(self) -> Audience:
        """Return who it is for."""
        return _AUDIENCES.get(self.offset, Audience.OWNER)


class Due(Struct, frozen=True):
    """What must be said of one deadline now."""

    row: OpenDeadline
    planned: tuple[Planned, ...]
    """The reminders that have come, earliest first; never empty."""
    late: bool = False
    """True when the first of them should have left well before."""
    opening: datetime | None = None
    """The agency's next opening, when the mail leaves outside working hours because the deadline
    would fall before it."""

    def reminders(
        self, recipient: str, channel: Delivery = Delivery.AT_ONCE
    ) -> tuple[Reminder, ...]:
        """Return the identity of each of these reminders, once told to a recipient."""
        row = self.row
        return tuple(
            Reminder(row.id, row.ref, row.deadline.id, p.value, p.offset, recipient, p.at, channel)
            for p in self.planned
        )


def topic(deadline: Deadline, offset: str) -> Topic:
    """Return what a reminder is about, as people choose how to be told of it."""
    named = {OPENING: Topic.OPENING, CHASE: Topic.CHASE}
    if deadline.dates.awaited:
        return Topic.CHASE
    ours = Topic.TARGET if deadline.kind is Kind.INTERNAL else Topic.LIMIT
    return named.get(offset, ours)


class Planner:
    """Places reminders in the working days and hours of each agency.

    Implements `workflow.ports.stores.ReminderSchedule`.

    Args:
        policy: how long before, and between which hours.
        calendars: working days of each agency, by its id.
        zones: time zone of each agency, by its id.
    """

    def __init__(
        self,
        policy: ReminderPolicy,
        calendars: Mapping[str, WorkingCalendar],
        zones: Mapping[str, ZoneInfo],
    ) -> None:
        self.policy = policy
        self._calendars = calendars
        self._zones = zones
        # The same dates come back from file to file, and from question to question.
        self._kept = lru_cache(maxsize=1024)(self._worked_out)

    def calendar(self, agency: str) -> WorkingCalendar:
        """Return the working days of an agency.

        Raises:
            NotFound: when the configuration has no such agency.
        """
        return one_named("Agence", agency, self._calendars)

    def zone(self, agency: str) -> ZoneInfo:
        """Return the time zone of an agency.

        Raises:
            NotFound: when the configuration has no such agency.
        """
        return one_named("Agence", agency, self._zones)

    def planned(self, deadline: Deadline, agency: str) -> tuple[Planned, ...]:
        """Return every reminder a deadline calls for, earliest first.

        None is planned after the deadline has passed (after an hour rule's instant, or after the
        last day for a civil date), but the one that says so. When the reminders of two dates fall
        together, both are there. A snooze puts one reminder in the place of all those before it;
        it silences nothing that a manager must know.
        """
        return self._kept(deadline.kind, deadline.dates, deadline.snoozed_until, agency)

    def _worked_out(
        self, kind: Kind, dates: Dates, until: date | None, agency: str
    ) -> tuple[Planned, ...]:
        limit = self.limit(dates, agency)
        found = [
            planned
            for planned in self._candidates(dates, agency)
            if limit is None or planned.at < limit
        ]
        if (snoozed := self._snoozed(until, agency)) is not None:
            found = [p for p in found if p.at > snoozed.at or p.audience is not Audience.OWNER]
            found.append(snoozed)
        if limit is not None and self._escalates(kind):
            found.extend(self._escalated(dates, limit, agency))
        return tuple(sorted(found))

    def next_after(self, deadline: Deadline, agency: str, instant: datetime) -> datetime | None:
        """Return the first reminder planned strictly after an instant, or None."""
        return next((p.at for p in self.planned(deadline, agency) if p.at > instant), None)

    def next_escalation(
        self, deadline: Deadline, agency: str, instant: datetime
    ) -> datetime | None:
        """Return when a manager must next be told, strictly after an instant, or None."""
        planned = self.planned(deadline, agency)
        told = (p for p in planned if p.audience is not Audience.OWNER)
        return next((p.at for p in told if p.at > instant), None)

    def last_call(self, dates: Dates, agency: str) -> date | None:
        """Return the last working day that opens before a deadline is missed; None for a reply."""
        limit = self.limit(dates, agency)
        if limit is None:
            return None
        careful = self.calendar(agency).careful
        day = careful.on_or_before(limit.astimezone(self.zone(agency)).date())
        if self._at(day, self.policy.opening, agency) < limit:
            return day
        return careful.back(day, 1)

    def between(
        self, deadline: Deadline, agency: str, after: datetime, until: datetime
    ) -> tuple[Planned, ...]:
        """Return the reminders planned after an instant (excluded), up to another (included)."""
        return tuple(p for p in self.planned(deadline, agency) if after < p.at <= until)

    def limit(self, dates: Dates, agency: str) -> datetime | None:
        """Return the instant from which a deadline is missed, or None for a reply awaited.

        The strict instant of an hour rule; otherwise the end of the strict day, or of the prudent
        day when no strict date exists (an internal target).
        """
        last = dates.strict or dates.prudent
        if last is None:
            return None
        if isinstance(last, datetime):
            return last.astimezone(UTC)
        return self._at(last + timedelta(days=1), time.min, agency)

    def is_open(self, instant: datetime, agency: str, habits: Habits | None = None) -> bool:
        """Tell whether an instant falls in the working hours of an agency, or of one of its people."""
        local = instant.astimezone(self.zone(agency))
        day, (opening, closing) = local.date(), self._hours(habits)
        works = habits is None or habits.works_on(day)
        return works and opening <= local.time() < closing and self.calendar(agency).is_working(day)

    def next_opening(
        self, instant: datetime, agency: str, habits: Habits | None = None
    ) -> datetime:
        """Return the first opening strictly after an instant (aware, UTC)."""
        local, opening = instant.astimezone(self.zone(agency)), self._hours(habits)[0]
        calendar = self.calendar(agency)
        day = calendar.on_or_after(local.date() + timedelta(days=local.time() >= opening))
        while habits is not None and not habits.works_on(day):
            day = calendar.forward(day, 1)
        return self._at(day, opening, agency)

    def hold_until(
        self, now: datetime, dates: Dates, agency: str, habits: Habits | None = None
    ) -> datetime | None:
        """Return the opening a reminder must wait for, or None when it leaves at once.

        It leaves at once in working hours, and also outside them when the deadline falls before
        the next opening: a mail at night is better than a lost funding.
        """
        if self.is_open(now, agency, habits):
            return None
        opening = self.next_opening(now, agency, habits)
        limit = self.limit(dates, agency)
        # A deadline already missed gains nothing from a mail in the night.
        return None if limit is not None and now < limit <= opening else opening

    def _hours(self, habits: Habits | None) -> tuple[time, time]:
        """Return between which hours somebody may be disturbed: never before the agency, nor after."""
        first, last = self.policy.opening, self.policy.closing
        if habits is None:
            return first, last
        opening = max(first, habits.opening or first)
        closing = min(last, habits.closing or last)
        # Hours that the agency's day does not know: the agency's, rather than none at all.
        return (opening, closing) if opening < closing else (first, last)

    def fingerprint(self) -> str:
        """Return a short text that differs whenever a stored plan could be out of date."""
        parts = [self.policy.fingerprint()]
        for agency in sorted(self._calendars):
            calendar = self._calendars[agency]
            closures = ",".join(f"{c.first}/{c.last}" for c in calendar.closures)
            place = calendar.territory
            days = "+".join((place.code, *sorted(place.customary)))
            parts.append(f"{agency}|{days}|{self.zone(agency).key}|{closures}")
        return sha256("\n".join(parts).encode()).hexdigest()[:16]

    def _candidates(self, dates: Dates, agency: str) -> Iterator[Planned]:
        calendar = self.calendar(agency)
        if dates.opens_on is not None:
            day = calendar.on_or_after(dates.opens_on)
            yield self._planned(day, OPENING, dates.opens_on.isoformat(), agency)
        if dates.prudent is not None:
            yield from self._before("prudent", dates.prudent, agency)
        if dates.strict is not None:
            yield from self._before("strict", dates.strict, agency)
        if dates.awaited:
            chase = self.chase_day(dates, agency)
            yield self._planned(calendar.on_or_after(chase), CHASE, chase.isoformat(), agency)

    def _snoozed(self, day: date | None, agency: str) -> Planned | None:
        if day is None:
            return None
        return self._planned(
            self.calendar(agency).on_or_after(day), SNOOZED, day.isoformat(), agency
        )

    def _escalates(self, kind: Kind) -> bool:
        """Tell whether missing a deadline loses a funding: then the manager is told."""
        return self.policy.escalation is not None and kind is Kind.REGULATORY

    def _escalated(self, dates: Dates, limit: datetime, agency: str) -> Iterator[Planned]:
        """Yield what the manager is told: shortly before the limit, then once it is missed."""
        last = dates.strict or dates.prudent
        if last is None or self.policy.escalation is None:
            return
        value, day = self._ends(last, agency)
        before = self.calendar(agency).careful.back(day, self.policy.escalation)
        yield self._planned(before, ESCALATION, value, agency)
        after = limit if self.is_open(limit, agency) else self.next_opening(limit, agency)
        yield Planned(after, MISSED, value)

    def _before(self, name: str, last: Moment, agency: str) -> Iterator[Planned]:
        # A customary holiday moves what is said beforehand earlier, and nothing later.
        careful = self.calendar(agency).careful
        value, day = self._ends(last, agency)
        for n in self.policy.offsets:
            reminded = careful.back(day, n) if n else careful.on_or_before(day)
            yield self._planned(reminded, f"{name}-{n}", value, agency)

    def chase_day(self, dates: Dates, agency: str) -> date:
        """Return the day to chase a reply: the rule's, or the working day after it was expected."""
        if dates.chase_on is not None:
            return dates.chase_on
        assert dates.expected_at is not None, "only a reply awaited is chased"  # noqa: S101
        return self.calendar(agency).forward(self._ends(dates.expected_at, agency)[1], 1)

    def _ends(self, end: Moment, agency: str) -> tuple[str, date]:
        """Return an end as the text that identifies it, and the day it falls on in the agency."""
        if isinstance(end, datetime):
            local = end.astimezone(self.zone(agency))
            return local.isoformat(timespec="minutes"), day_of_end(local)
        return end.isoformat(), end

    def _planned(self, day: date, offset: str, value: str, agency: str) -> Planned:
        return Planned(self._at(day, self.policy.opening, agency), offset, value)

    def _at(self, day: date, hour: time, agency: str) -> datetime:
        return datetime.combine(day, hour, self.zone(agency)).astimezone(UTC)
