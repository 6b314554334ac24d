"""Dates as people type them: in full, as the program shows them, in a hurry (« 8/9 », « +61j », « lundi »).

The one reader of dates and hours, for commands and forms alike, through `workflow.wording.fact_text` and
`workflow.wording.ledger_text`. A date that does not exist is refused, never adjusted; so is a weekday that
is not that of its date. Pure: the present day is an argument, and without it only a date in full means
anything. Every way to type a date, hence its length.
"""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Callable
from datetime import date, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from msgspec import Struct

from workflow.calendar.calendars import FIRST_YEAR, LAST_YEAR, WorkingCalendar
from workflow.calendar.counting import add_months
from workflow.errors import InvalidInput
from workflow.text import french
from workflow.text.folding import cleaned, fold, plain_spaces
from workflow.wording.instants import LAST_HOUR, NotAValue, TypedHour, instant

_NEAR = {
    "avant hier": -2,
    "hier": -1,
    "aujourd hui": 0,
    "aujourdhui": 0,
    "auj": 0,
    "demain": 1,
    "apres demain": 2,
}
_WHICH = {"": 0, "ce": 0, "prochain": 1, "dernier": -1}
_LOOSE = str.maketrans("-'", "  ")
_LETTERS_ENOUGH = 3
_CENTURY = 100
_MONTHS_A_YEAR = 12
_LEAP_YEARS_APART = 8

WRITE_A_DATE = "écrivez une date comme 08/09/2026 ou 2026-09-08, avec ou sans heure (09:00)"
_WRITE_AN_HOUR = "écrivez l’heure comme 09:00, après une espace"
_NO_SUCH_DAY = "cette date n’existe pas ; vérifiez le jour et le mois"
_YEARS = f"l’année doit être entre {FIRST_YEAR} et {LAST_YEAR}"
_MIDNIGHT = "écrivez 00:00 pour le début de ce jour, 24:00 pour sa fin"


class Today(Struct, frozen=True):
    """The day from which « demain » and « +3j » are counted.

    Args:
        day: the reader's day.
        calendar: the days that « +10jo » counts; without it, that is no date.
    """

    day: date
    calendar: WorkingCalendar | None = None


class TypedMoment(Struct, frozen=True):
    """A day, and the hour beside it if there was one.

    Args:
        day: the day as it was typed.
        clock: the hour, its offset too where one was given; « 24:00 » ends the day.
        full: True for a date in the international order, which nothing needs to write out.
    """

    day: date
    clock: TypedHour | None = None
    full: bool = False


_Reader = Callable[[re.Match[str], Today | None], date | None]


def typed_moment(typed: str, today: Today | None = None) -> TypedMoment:
    """Return the day and the hour that somebody typed.

    A day and month without a year is the one nearest to today, the earlier of two as near; of two
    centuries, the nearer. « lundi » is the next one, never today; « lundi prochain » is the one of
    next week, « lundi dernier » the last one. « fin du mois » is a last day, worked or not.

    Args:
        typed: what was typed.
        today: the day from which days are counted; without it, only a date in full is read.

    Raises:
        Unreadable: for anything that is no day, or one that does not exist.
    """
    words = " ".join(fold(plain_spaces(cleaned(typed))).split())
    if (evening := _EVENING.match(words)) is not None:
        return TypedMoment(typed_moment(words[evening.end() :], today).day, TypedHour(LAST_HOUR))
    for pattern, read in _FORMS:
        found = pattern.fullmatch(words)
        day = _within_reach(read, found, today) if found else None
        if found is None or day is None:
            continue
        _refuse_other_year(day)
        _refuse_other_weekday(found.groupdict().get("weekday"), day)
        return TypedMoment(day, _clock(found), read is _international)
    raise NotAValue(_WRITE_AN_HOUR if _IN_FULL.match(words) else WRITE_A_DATE)


def moment_typed(typed: str, zone: ZoneInfo, today: Today | None = None) -> date:
    """Return the instant that somebody typed on a clock, or the day when no hour was given.

    Raises:
        Unreadable: like `typed_moment`; an hour that does not exist that day.
    """
    found = typed_moment(typed, today)
    return found.day if found.clock is None else _instant(found.day, found.clock, zone)


def civil_day(typed: str, zone: ZoneInfo, today: Today | None = None) -> date:
    """Return the day that somebody typed, whatever the hour beside it; « 24:00 » still is that day.

    Raises:
        Unreadable: like `moment_typed`.
    """
    found = typed_moment(typed, today)
    if found.clock is None or found.clock.ends_day:
        return found.day
    return _instant(found.day, found.clock, zone).date()


def written_out(typed: str, today: date, calendar: WorkingCalendar | None = None) -> str:
    """Return a date in full for a shorthand, and anything else as it was typed.

    Args:
        typed: what was typed; an hour may follow, and is kept.
        today: the day from which days are counted.
        calendar: the days that « +10jo » counts.

    Raises:
        InvalidInput: for a weekday that is not that of the date beside it.
    """
    try:
        found = typed_moment(typed, Today(today, calendar))
    except WrongWeekday as wrong:
        raise InvalidInput(f"« {typed} » : {wrong.advice}.") from None
    except NotAValue:
        return typed
    if found.full or (found.clock and found.clock.offset):
        return typed
    hour = f" {found.clock.hour:02}:{found.clock.minute:02}" if found.clock else ""
    return french.short_day(found.day) + hour


def day_typed(typed: str, today: date, calendar: WorkingCalendar | None = None) -> date:
    """Return the day that somebody typed, in full or by a shorthand.

    Args:
        typed: what was typed.
        today: the day from which days are counted.
        calendar: the days that « +10jo » counts.

    Raises:
        InvalidInput: for anything that is no day.
    """
    try:
        return typed_moment(typed, Today(today, calendar)).day
    except NotAValue as unreadable:
        raise InvalidInput(f"« {typed} » : {unreadable.advice}.") from None


class WrongWeekday(NotAValue):
    """A weekday that is not that of the date beside it."""


def _within_reach(read: _Reader, found: re.Match[str], today: Today | None) -> date | None:
    try:
        return read(found, today)
    except OverflowError:
        raise NotAValue(_YEARS) from None
    except ValueError:
        raise NotAValue(_NO_SUCH_DAY) from None


def _clock(found: re.Match[str]) -> TypedHour | None:
    if found["midnight"]:
        raise NotAValue(_MIDNIGHT)
    if not found["hour"]:
        return None
    minute = found["minute"] or found["minute_h"]
    return TypedHour(
        int(found["hour"]), int(minute or 0), int(found["second"] or 0), found["offset"] or ""
    )


def _instant(day: date, clock: TypedHour, zone: ZoneInfo) -> datetime:
    found = instant(day, clock, zone)
    # « 24:00 » and another offset may lead to the day beside.
    _refuse_other_year(found.date())
    return found


def _refuse_other_year(day: date) -> None:
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        raise NotAValue(_YEARS)


def _refuse_other_weekday(weekday: str | None, day: date) -> None:
    if weekday and not french.WEEKDAYS[day.weekday()].startswith(weekday):
        meant = next(name for name in french.WEEKDAYS if name.startswith(weekday))
        raise WrongWeekday(
            f"le {french.long_day(day)} n’est pas un {meant} ; corrigez le jour ou la date"
        )


def _international(found: re.Match[str], _: Today | None) -> date:
    return date(int(found["y"]), int(found["m"]), int(found["d"]))


def _shifted(found: re.Match[str], today: Today | None) -> date | None:
    if today is None:
        return None
    number, unit = int(found["n"]), (found["unit"] or "j").replace(" ", "")
    back = found["sign"] in {"-", "il y a"}
    signed = -number if back else number
    if unit == "jo" or "ouvre" in unit:
        if today.calendar is None:
            return None
        count = today.calendar.back if back else today.calendar.forward
        return count(today.day, number)
    if unit.startswith("m"):
        return add_months(today.day, signed)
    if unit.startswith("a"):
        return add_months(today.day, _MONTHS_A_YEAR * signed)
    return today.day + timedelta(days=signed * (7 if unit.startswith("s") else 1))


def _day_of_month(found: re.Match[str], today: Today | None) -> date | None:
    month = int(found["m"]) if found["m"].isdecimal() else _month(found["m"])
    if month is None:
        return None
    day, year = int(found["d"]), found["y"]
    if year and len(year) > 2:  # noqa: PLR2004 - a year in full
        return date(int(year), month, day)
    if today is None:
        return None
    if year:
        return date(_year(int(year), today.day), month, day)
    days = [
        date(year, month, day)
        # A 29 February is far from today, but it comes.
        for year in range(
            today.day.year - _LEAP_YEARS_APART, today.day.year + _LEAP_YEARS_APART + 1
        )
        if 1 <= day <= monthrange(year, month)[1]
    ]
    return min(days, key=lambda one: (abs((one - today.day).days), one))


def _year(of_century: int, today: date) -> int:
    century = today.year - today.year % _CENTURY
    return min(
        (century + offset + of_century for offset in (-_CENTURY, 0, _CENTURY)),
        key=lambda known: abs(known - today.year),
    )


def _named(found: re.Match[str], today: Today | None) -> date | None:
    name = found["name"].translate(_LOOSE)
    if today is None:
        return None
    if name in _NEAR:
        return today.day + timedelta(days=_NEAR[name])
    ranks = [rank for rank, one in enumerate(french.WEEKDAYS) if one.startswith(name)]
    if len(name) < _LETTERS_ENOUGH or len(ranks) != 1:
        return None
    rank, which = ranks[0] - today.day.weekday(), _WHICH[found["which"] or ""]
    if which < 0:
        return today.day - timedelta(days=(-rank - 1) % 7 + 1)
    return today.day + timedelta(days=7 + rank if which else (rank - 1) % 7 + 1)


def _edge_of_month(found: re.Match[str], today: Today | None) -> date | None:
    if today is None:
        return None
    first = add_months(today.day.replace(day=1), _WHICH[found["which"] or ""])
    last = first.replace(day=monthrange(first.year, first.month)[1])
    return last if found["edge"] == "fin" else first


def _month(name: str) -> int | None:
    """Return the month that a name or its first letters mean, when they mean one only."""
    known = [
        number for number, month in _months().items() if month.startswith(name.removesuffix("."))
    ]
    return known[0] if len(known) == 1 else None


@lru_cache(maxsize=1)
def _months() -> dict[int, str]:
    return {number: fold(french.month(number)) for number in range(1, 13)}


_HOUR = (
    r"(?:(?:\s*[,t]?\s+|t)(?:a\s+)?(?:(?P<midnight>minuit)|(?P<hour>\d{1,2})"
    r"(?:\s*h(?:eures?)?(?:\s*(?P<minute_h>\d{2})(?:\s*min)?)?|\s*:\s*(?P<minute>\d{2})(?::(?P<second>\d{2}))?)"
    r"\s*(?P<offset>z|[+-]\d{2}:?\d{2})?))?"
)
_WEEKDAY = r"(?:le\s+)?(?:(?P<weekday>lun|mar|mer|jeu|ven|sam|dim)[a-z]*\.?,?\s+(?:le\s+)?)?"
_INTERNATIONAL = r"(?P<y>\d{4})-(?P<m>\d{1,2})-(?P<d>\d{1,2})"
_SHIFT = (
    r"(?P<sign>[+-]|dans|il y a)\s*(?P<n>\d{1,4})\s*"
    r"(?P<unit>jo|jours? ouvres?|j|jours?|s|sem|semaines?|m|mois|a|ans?)?"
)
_DAY_AND_MONTH = (
    _WEEKDAY + r"(?P<d>\d{1,2})\s?[/.]\s?(?P<m>\d{1,2})(?:\s?[/.]\s?(?P<y>\d{2}|\d{4}))?"
)
_WITH_HYPHENS = _WEEKDAY + r"(?P<d>\d{1,2})-(?P<m>\d{1,2})-(?P<y>\d{4})"
_MONTH_BY_NAME = _WEEKDAY + r"(?P<d>\d{1,2})(?:er)?\s*(?P<m>[a-z]{3,9}\.?)(?:\s*(?P<y>\d{4}))?"
_EDGE = r"(?P<edge>fin|debut) (?:du |de )?mois(?: (?P<which>prochain|dernier))?"
_NAME = (
    r"(?:ce )?(?P<name>[a-z]+(?:[-' ]hui|[- ]hier|[- ]demain)?)\.?"
    r"(?: (?P<which>prochain|dernier))?"
)
_EVENING = re.compile("minuit,? au soir du ")
"""As the program tells a start without an hour."""
_IN_FULL = re.compile(rf"{_INTERNATIONAL}|\d{{1,2}}[/.]\d{{1,2}}[/.]\d{{4}}", re.ASCII)
"""A date in full, whatever follows: what is wrong then is the hour."""

_FORMS: tuple[tuple[re.Pattern[str], _Reader], ...] = tuple(
    (re.compile(form + _HOUR, re.ASCII), read)
    for form, read in (
        (_INTERNATIONAL, _international),
        (_SHIFT, _shifted),
        (_DAY_AND_MONTH, _day_of_month),
        (_WITH_HYPHENS, _day_of_month),
        (_MONTH_BY_NAME, _day_of_month),
        (_EDGE, _edge_of_month),
        (_NAME, _named),
    )
)
"""Every way of writing a date, the hour after it aside; the first one that fits reads it."""
