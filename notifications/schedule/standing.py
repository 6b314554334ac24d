"""Where a deadline stands on a given instant: ahead, today, margin used up, missed, reply overdue.

Used by the digest to sort its lines and by the mails for their headline, so that both always say
the same thing. Pure: the present is an argument. Says nothing about rules: labels and explanations
belong to the deadline.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from enum import StrEnum
from functools import lru_cache

from msgspec import Struct
from msgspec.structs import replace

from notifications.schedule.planning import Planner
from workflow.calendar.calendars import WorkingCalendar
from workflow.case.case import Dates, Moment
from workflow.rules.deadline_rules import Kind
from workflow.text import french
from workflow.text.day_ends import day_of_end
from workflow.wording.date_names import DATE_NAMES, TARGET

INTERNAL_NOTE = "objectif interne, aucune date légale"
_SOON_WORKING_DAYS = 2


class Status(StrEnum):
    """How a deadline stands, most pressing last act first."""

    MARGIN = "marge"
    """The prudent date has passed; the strict one has not: it can still be saved."""
    LATE = "retard"
    """The last date has passed."""
    TODAY = "aujourdhui"
    SOON = "proche"
    """At most two working days are left."""
    AHEAD = "a_venir"
    CHASE = "relance"
    """A reply is overdue."""
    AWAITED = "attente"
    """A reply is awaited and not overdue."""
    OPENING = "ouverture"
    """A window with no end known here."""


_SIGNS = {
    Status.MARGIN: "!",
    Status.LATE: "!!",
    Status.TODAY: "!",
    Status.SOON: "!",
    Status.CHASE: "?",
    Status.AWAITED: "…",
}
"""Read without colours: !! missed, ! act now, ? chase, … wait."""


class Standing(Struct, frozen=True):
    """Where a deadline stands.

    Attributes:
        status: the case it falls in.
        name: what the decisive date is (« limite prudente »).
        on: the decisive date, an end: in the agency's zone when it has an hour.
        left: working days from today to that date, negative once it has passed.
        phrase: the time left or gone by (« dans 3 jours ouvrés »).
        note: a second thing to know (« limite prudente dépassée depuis 2 jours ouvrés »), or "".
        internal: True for a target of the agency, which is never a lost funding.
    """

    status: Status
    name: str
    on: Moment
    left: int
    phrase: str
    note: str = ""
    internal: bool = False

    @property
    def headline(self) -> str:
        """Return the standing in a few words, as a title."""
        match self.status:
            case Status.LATE:
                text = f"{self.name} {_passed(self.name)} {self.phrase}"
            case Status.MARGIN:
                text = self.note
            case Status.CHASE:
                text = f"à relancer {self.phrase}"
            case _:
                text = self.phrase
        return text[:1].upper() + text[1:]

    @property
    def words(self) -> str:
        """Return « Limite stricte dépassée depuis hier »: the same words in every list and sheet.

        Once the margin is used up two dates matter, and each is named.
        """
        if self.status is Status.MARGIN:
            return f"{self.headline}, {self.name} {self.phrase}"
        return self.headline

    @property
    def sign(self) -> str:
        """Return what says without colour what the colour says; a target is never a lost funding."""
        mark = _SIGNS.get(self.status, "")
        return "!" if self.internal and mark == "!!" else mark


def local(moment: Moment, agency: str, planner: Planner) -> Moment:
    """Return a moment as the agency's clocks show it."""
    return moment.astimezone(planner.zone(agency)) if isinstance(moment, datetime) else moment


def standing(dates: Dates, kind: Kind, now: datetime, agency: str, planner: Planner) -> Standing:
    """Return where a deadline stands at an instant, counted in the agency's working days."""
    internal = kind is Kind.INTERNAL
    found = _standing(dates, now, agency, planner, internal=internal)
    return replace(found, internal=True) if internal else found


def _standing(
    dates: Dates, now: datetime, agency: str, planner: Planner, *, internal: bool
) -> Standing:
    calendar = planner.calendar(agency)
    today = now.astimezone(planner.zone(agency)).date()
    if dates.awaited:
        return _awaited(planner.chase_day(dates, agency), today, calendar)
    limit = planner.limit(dates, agency)
    strict = local(dates.strict, agency, planner) if dates.strict is not None else None
    prudent = dates.prudent
    last = strict if strict is not None else prudent
    if last is None or limit is None:
        opens = opening(dates, now, agency, planner)
        assert opens is not None, "a deadline has at least one date"  # noqa: S101
        return opens
    name = DATE_NAMES["strict"] if strict is not None else DATE_NAMES["prudent"]
    if internal and strict is None:
        name = TARGET
    if limit <= now:
        left, phrase = _gone_by(today, last, calendar)
        return Standing(Status.LATE, name, last, left, phrase)
    if prudent is not None and prudent < today:
        left, phrase = time_left(today, last, calendar)
        gone = _gone_by(today, prudent, calendar)[1]
        note = f"{DATE_NAMES['prudent']} dépassée {gone}"
        return Standing(Status.MARGIN, name, last, left, phrase, note)
    return _ahead(name, last, prudent, today, calendar)


def opening(dates: Dates, now: datetime, agency: str, planner: Planner) -> Standing | None:
    """Return a deadline seen from the day its window opens, or None when it has no such day."""
    if dates.opens_on is None:
        return None
    calendar = planner.calendar(agency)
    today = now.astimezone(planner.zone(agency)).date()
    if dates.opens_on < today:
        left = _gone_by(today, dates.opens_on, calendar)[0]
        phrase = f"fenêtre ouverte depuis le {french.short_day(dates.opens_on)}"
    else:
        left = time_left(today, dates.opens_on, calendar)[0]
        phrase = f"la fenêtre s’ouvre {_calendar_days(today, dates.opens_on)}"
    return Standing(Status.OPENING, "ouverture", dates.opens_on, left, phrase)


def _ahead(
    name: str, last: Moment, prudent: date | None, today: date, calendar: WorkingCalendar
) -> Standing:
    on = prudent if prudent is not None else last
    if prudent is not None and name == DATE_NAMES["strict"]:
        name = DATE_NAMES["prudent"]
    left, phrase = time_left(today, on, calendar)
    status = Status.AHEAD
    if day_of_end(on) == today:
        status = Status.TODAY
    elif left <= _SOON_WORKING_DAYS:
        status = Status.SOON
    return Standing(status, name, on, left, phrase)


def _awaited(chase: date, today: date, calendar: WorkingCalendar) -> Standing:
    if chase > today:
        left, phrase = time_left(today, chase, calendar)
        return Standing(Status.AWAITED, "relance", chase, left, phrase)
    left, phrase = _gone_by(today, chase, calendar)
    return Standing(Status.CHASE, "relance", chase, left, phrase)


def time_left(today: date, end: Moment, calendar: WorkingCalendar) -> tuple[int, str]:
    """Return the working days up to an end not yet past, and how to say it."""
    return _left(today, day_of_end(end), french.hour_ending(end), calendar)


# The same days come back in every file of a round.
@lru_cache(maxsize=4096)
def _left(today: date, day: date, hour: str, calendar: WorkingCalendar) -> tuple[int, str]:
    working = calendar.count(today + timedelta(days=1), day)
    if day > today + timedelta(days=1) and working:
        return working, f"dans {french.count(working, 'jour ouvré', 'jours ouvrés')}"
    near = day <= today + timedelta(days=1)
    return working, _calendar_days(today, day) + (hour if near else "")


def _calendar_days(today: date, day: date) -> str:
    match (day - today).days:
        case 0:
            return "aujourd’hui"
        case 1:
            return "demain"
        case days:
            return f"dans {french.count(days, 'jour', 'jours')}"


def _gone_by(today: date, end: Moment, calendar: WorkingCalendar) -> tuple[int, str]:
    """Return the working days since an end that has passed (negative), and how to say it."""
    return _gone(today, day_of_end(end), french.hour_ending(end), calendar)


@lru_cache(maxsize=4096)
def _gone(today: date, day: date, hour: str, calendar: WorkingCalendar) -> tuple[int, str]:
    if day >= today:
        return 0, f"aujourd’hui{hour}"
    working = calendar.count(day + timedelta(days=1), today)
    if day == today - timedelta(days=1):
        return -working, "depuis hier"
    if not working:
        return 0, f"depuis {french.count((today - day).days, 'jour', 'jours')}"
    return -working, f"depuis {french.count(working, 'jour ouvré', 'jours ouvrés')}"


def _passed(name: str) -> str:
    return "dépassé" if name.startswith("objectif") else "dépassée"
