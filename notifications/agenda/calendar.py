"""Deadlines as a calendar: RFC 5545 bytes that any agenda can subscribe to or take in.

Called by `echeancier agenda`, and by the digest for the dates of the day. Each date keeps its UID
whatever becomes of it: moved, it is the same event with a higher SEQUENCE; met or dropped, the same
event CANCELLED. Says what to do, for which file and until when: never the title of a file nor what it
holds. Pure: rows and the present are arguments, and the same ones give the same bytes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from typing import Any
from zoneinfo import ZoneInfo

from icalendar import Alarm, Calendar, Event
from msgspec import Struct

from notifications.agenda.observances import timezone
from notifications.model.happenings import DatedRow
from notifications.model.procedure_names import Labels, Typed, named
from notifications.schedule.planning import CHASE, OPENING, SNOOZED, Planned, Planner
from workflow.case.case import Dates, Moment
from workflow.operations import operations
from workflow.operations.requests import Request
from workflow.rules.deadline_rules import Kind
from workflow.text import french
from workflow.text.day_ends import day_of_end

CANCELLED_FOR = timedelta(days=30)
"""How long a date that is no longer awaited is still told, so that calendars take it away."""
_PRODID = "-//Echeancier//Agenda//FR"
_REFRESH = timedelta(hours=1)
_NOWHERE = ZoneInfo("UTC")


class Which(StrEnum):
    """Which of the dates of a deadline an event stands for; part of its UID."""

    OPENING = "ouverture"
    ACT = "prudent"
    LIMIT = "strict"
    CHASE = "relance"


_TITLES = {
    Which.OPENING: "Ouverture",
    Which.ACT: "À faire",
    Which.LIMIT: "Limite",
    Which.CHASE: "À relancer",
}
_TARGET = "Objectif"
_MET, _UNPROVED, _DROPPED = "Fait", "À prouver", "N’est plus attendu"


class CalendarDate(Struct, frozen=True):
    """One date of a deadline, ready to be written as an event."""

    uid: str
    ref: str
    rule: str
    which: Which
    at: Moment
    """A civil date, or the instant of an hour rule in the agency's zone."""
    zone: ZoneInfo
    summary: str
    description: tuple[str, ...]
    categories: tuple[str, ...]
    sequence: int
    changed_at: datetime
    cancelled: bool
    alarms: tuple[datetime, ...]
    """When it rings (aware, UTC): the reminders of the policy that are still to come."""

    def as_json(self) -> dict[str, Any]:
        """Return the entry as JSON values."""
        return {
            "uid": self.uid,
            "ref": self.ref,
            "deadline": self.rule,
            "which": self.which.value,
            "at": self.at,
            "summary": self.summary,
            "cancelled": self.cancelled,
            "sequence": self.sequence,
            "alarms": self.alarms,
        }


class Agenda:
    """Writes calendars.

    Args:
        planner_for: gives the plan of reminders of an agency, by its id.
        labels: what things are called.
        domain: right-hand side of the UIDs; kept for good, or every event comes twice.
        typed: gives the line to type for a request.
    """

    def __init__(
        self, planner_for: Callable[[str], Planner], labels: Labels, domain: str, typed: Typed
    ) -> None:
        self._planner_for = planner_for
        self._labels = labels
        self._domain = domain
        self._typed = typed

    def entries(self, rows: Iterable[DatedRow], now: datetime) -> list[CalendarDate]:
        """Return every date of some deadlines, in order of day; those no longer awaited as well."""
        found = [entry for row in rows for entry in self._entries(row, now)]
        return sorted(found, key=lambda entry: (day_of_end(entry.at), entry.uid))

    def calendar(self, rows: Iterable[DatedRow], name: str, now: datetime) -> bytes:
        """Return the calendar of some deadlines.

        Args:
            rows: the deadlines, open or closed not long ago.
            name: what the calendar is called.
            now: the present (aware).
        """
        return write(self.entries(rows, now), name, now)

    def day_calendar(
        self, rows: Iterable[DatedRow], day: date, name: str, now: datetime
    ) -> bytes | None:
        """Return the dates of one day as a calendar, under the same UIDs; None when there is none."""
        entries = self.entries((row for row in rows if row.awaited), now)
        of_day = [entry for entry in entries if day_of_end(entry.at) == day]
        return write(of_day, name, now) if of_day else None

    def _entries(self, row: DatedRow, now: datetime) -> Iterator[CalendarDate]:
        planner = self._planner_for(row.agency)
        zone = planner.zone(row.agency)
        names = named(self._labels, row.procedure)
        description = tuple(self._description(row, zone))
        dates = dict(_dates(row.deadline.dates, row.agency, planner))
        planned = planner.planned(row.deadline, row.agency) if row.awaited else ()
        for which, at in dates.items():
            alarms = [p.at for p in planned if p.at > now and _stands_for(p, dates) is which]
            title = _title(which, row)
            yield CalendarDate(
                uid=f"{row.ref}.{row.deadline.id}.{which}@{self._domain}",
                ref=row.ref,
                rule=row.deadline.id,
                which=which,
                at=_local(at, zone),
                zone=zone,
                summary=f"{title} : {row.deadline.label} – {row.ref}",
                description=description,
                categories=(names.name, title),
                sequence=row.version,
                changed_at=row.changed_at,
                cancelled=not row.awaited,
                alarms=tuple(sorted(set(alarms))),
            )

    def _description(self, row: DatedRow, zone: ZoneInfo) -> Iterator[str]:
        """Yield the dates, the rule they come from and what to type: no fact of the file."""
        deadline, names = row.deadline, named(self._labels, row.procedure)
        dates, explanation = deadline.dates, deadline.explanation
        yield f"{names.name}, dossier {row.ref} : {deadline.label}."
        told = (
            ("Ouverture", dates.opens_on),
            ("Objectif" if deadline.kind is Kind.INTERNAL else "Limite prudente", dates.prudent),
            ("Limite stricte", dates.strict),
            ("Réponse attendue", dates.expected_at),
        )
        for name, at in told:
            if at is not None:
                yield f"{name} : {french.end(_local(at, zone))}"
        internal = (
            "Objectif interne, aucune date légale" if deadline.kind is Kind.INTERNAL else None
        )
        yield f"{internal or 'Règle'} : {explanation.source}"
        if explanation.portal:
            yield f"Portail : {explanation.portal}"
        acts = names.acts.get(deadline.id, ())
        for act in acts:
            yield f"{act.label} : {self._typed(act.on(row.ref))}"
        if not acts:
            yield self._typed(Request(operations.SHOW, (row.ref,)))


def write(entries: Sequence[CalendarDate], name: str, now: datetime) -> bytes:
    """Return entries as an iCalendar file: CRLF, lines of 75 octets at most, UTF-8."""
    calendar = Calendar()
    calendar.add("prodid", _PRODID)
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", "PUBLISH")
    calendar.add("name", name)
    calendar.add("x-wr-calname", name)
    calendar.add("refresh-interval", _REFRESH, parameters={"VALUE": "DURATION"})
    calendar.add("x-published-ttl", "PT1H")
    days = [day_of_end(entry.at) for entry in entries] or [now.date()]
    zones = {
        entry.zone.key: entry.zone for entry in entries if isinstance(_stands(entry.at), datetime)
    }
    if not entries:
        # A calendar has at least one component (RFC 5545, 3.6): this one says nothing.
        zones = {_NOWHERE.key: _NOWHERE}
    for key in sorted(zones):
        calendar.add_component(timezone(zones[key], min(days), max(days)))
    for entry in entries:
        calendar.add_component(_event(entry, now))
    content: bytes = calendar.to_ical()
    return content


def _event(entry: CalendarDate, now: datetime) -> Event:
    event = Event()
    event.add("uid", entry.uid)
    event.add("dtstamp", now.astimezone(UTC))
    event.add("last-modified", entry.changed_at.astimezone(UTC))
    event.add("sequence", entry.sequence)
    stands = _stands(entry.at)
    event.add("dtstart", _start(stands))
    if not isinstance(stands, datetime):
        event.add("dtend", stands + timedelta(days=1))
    event.add("summary", _plain(entry.summary))
    event.add("description", "\n".join(_plain(line) for line in entry.description))
    event.add("categories", list(entry.categories))
    # A limit is no appointment: whoever has one is free all the same.
    event.add("transp", "TRANSPARENT")
    event.add("status", "CANCELLED" if entry.cancelled else "CONFIRMED")
    for instant in entry.alarms:
        event.add_component(_alarm(instant, entry))
    return event


def _alarm(instant: datetime, entry: CalendarDate) -> Alarm:
    alarm = Alarm()
    alarm.add("action", "DISPLAY")
    # An instant, not a number of days: the policy counts working days, at the agency's opening.
    alarm.add("trigger", instant.astimezone(UTC), parameters={"VALUE": "DATE-TIME"})
    alarm.add("description", _plain(entry.summary))
    return alarm


def _local(at: Moment, zone: ZoneInfo) -> Moment:
    # Through UTC: an hour that the spring skips is told as the clocks show it that day.
    return at.astimezone(UTC).astimezone(zone) if isinstance(at, datetime) else at


def _stands(end: Moment) -> Moment:
    """Return where a date stands: one that ends at midnight takes the whole of the day it closes."""
    day = day_of_end(end)
    return end if isinstance(end, datetime) and end.date() == day else day


def _start(at: Moment) -> Moment:
    # In the autumn an hour is lived twice, and a local time means the first of them (RFC 5545,
    # 3.3.5): the second can only be told in UTC.
    return at.astimezone(UTC) if isinstance(at, datetime) and at.fold else at


def _dates(dates: Dates, agency: str, planner: Planner) -> Iterator[tuple[Which, Moment]]:
    if dates.opens_on is not None:
        yield Which.OPENING, dates.opens_on
    if dates.prudent is not None:
        yield Which.ACT, dates.prudent
    if dates.strict is not None:
        yield Which.LIMIT, dates.strict
    if dates.awaited:
        yield Which.CHASE, planner.chase_day(dates, agency)


def _stands_for(planned: Planned, dates: dict[Which, Moment]) -> Which | None:
    """Return the date that a reminder rings for; None for what only a manager is told."""
    named_by = {OPENING: Which.OPENING, CHASE: Which.CHASE}
    if planned.offset == SNOOZED:
        # It speaks for all those it put off: of the date to act on.
        return next((one for one in (Which.ACT, Which.CHASE, Which.LIMIT) if one in dates), None)
    if planned.offset in named_by:
        return named_by[planned.offset]
    name = planned.offset.partition("-")[0]
    return Which(name) if name in {Which.ACT, Which.LIMIT} else None


def _title(which: Which, row: DatedRow) -> str:
    """Return what a date is; of one that is over, that it is: some agendas show no other sign of it."""
    if row.deadline.missing:
        return _UNPROVED
    if not row.awaited:
        return _MET if row.met else _DROPPED
    if which is Which.ACT and row.deadline.kind is Kind.INTERNAL:
        return _TARGET
    return _TITLES[which]


def _plain(text: str) -> str:
    """Return a text whose no-break spaces are plain: many agendas show them as signs."""
    return text.replace(french.NBSP, " ").replace("\u202f", " ")
