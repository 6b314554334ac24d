"""Dates as people type them in a hurry: « 8/9 », « +61j », « lundi », « hier 9h », written out in full.

Used by the forms of the terminal interface before a value is read (`workflow.facts`), which alone judges
whether the result is a date. Pure: the present day is an argument.
"""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Callable
from datetime import date, datetime, timedelta
from functools import lru_cache

from workflow import french
from workflow.calendars import WorkingCalendar
from workflow.counting import add_months
from workflow.errors import InvalidInput
from workflow.texts import fold, plain_spaces

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

_HOUR = r"(?:(?:\s*[,t]?\s+|t)(?:a\s+)?(?P<hour>\d{1,2})\s*(?:h|:)\s*(?P<minute>\d{2})?(?::00)?)?"
_WEEKDAY = r"(?:le\s+)?(?:(?P<weekday>lun|mar|mer|jeu|ven|sam|dim)[a-z]*\.?,?\s+(?:le\s+)?)?"

_Reader = Callable[[re.Match[str], date, WorkingCalendar | None], date | None]


def written_out(typed: str, today: date, calendar: WorkingCalendar | None = None) -> str:
    """Return a date in full for a shorthand, and anything else as it was typed.

    A day and month without a year is the one nearest to today, the earlier of two as near; of two
    centuries, the nearer. « lundi » is the next one, never today; « lundi prochain » is the one of
    next week, « lundi dernier » the last one. « fin du mois » is a last day, worked or not.

    Args:
        typed: what was typed; an hour may follow, and is kept.
        today: the day from which days are counted.
        calendar: the days that « +10jo » counts; without it, that is no date.

    Raises:
        InvalidInput: for a weekday that is not that of the date beside it.
    """
    words = " ".join(fold(plain_spaces(typed)).split())
    for pattern, read in _FORMS:
        found = pattern.fullmatch(words)
        day = _within_reach(read, found, today, calendar) if found else None
        if found is None or day is None:
            continue
        _refuse_other_weekday(found.groupdict().get("weekday"), day)
        hour = f" {int(found['hour']):02}:{found['minute'] or '00'}" if found["hour"] else ""
        return french.short_day(day) + hour
    return typed


def day_typed(typed: str, today: date, calendar: WorkingCalendar | None = None) -> date:
    """Return the day that somebody typed, in full or by a shorthand.

    Args:
        typed: what was typed.
        today: the day from which days are counted.
        calendar: the days that « +10jo » counts.

    Raises:
        InvalidInput: for anything that is no day.
    """
    words = written_out(typed, today, calendar)
    try:
        return datetime.strptime(words, "%d/%m/%Y").date()  # noqa: DTZ007 - a civil day has no zone
    except ValueError:
        raise InvalidInput(
            f"« {typed} » n’est pas une date : écrivez par exemple {french.short_day(today)}, 8/9, "
            "+3j ou lundi."
        ) from None


def _within_reach(
    read: _Reader, found: re.Match[str], today: date, calendar: WorkingCalendar | None
) -> date | None:
    try:
        return read(found, today, calendar)
    except (OverflowError, ValueError):
        return None


def _refuse_other_weekday(weekday: str | None, day: date) -> None:
    if weekday and not french.WEEKDAYS[day.weekday()].startswith(weekday):
        meant = next(name for name in french.WEEKDAYS if name.startswith(weekday))
        raise InvalidInput(
            f"Le {french.long_day(day)} n’est pas un {meant} : corrigez le jour ou la date."
        )


def _shifted(found: re.Match[str], today: date, calendar: WorkingCalendar | None) -> date | None:
    number, unit = int(found["n"]), (found["unit"] or "j").replace(" ", "")
    back = found["sign"] in {"-", "il y a"}
    signed = -number if back else number
    if unit == "jo" or "ouvre" in unit:
        if calendar is None:
            return None
        return calendar.back(today, number) if back else calendar.forward(today, number)
    if unit.startswith("m"):
        return add_months(today, signed)
    if unit.startswith("a"):
        return add_months(today, _MONTHS_A_YEAR * signed)
    return today + timedelta(days=signed * (7 if unit.startswith("s") else 1))


def _nearest_year(found: re.Match[str], today: date, _: WorkingCalendar | None) -> date | None:
    month = int(found["m"]) if found["m"].isdecimal() else _month(found["m"])
    if month is None:
        return None
    if found["y"]:
        return date(_year(found["y"], today), month, int(found["d"]))
    days = [
        date(year, month, int(found["d"]))
        # A 29 February is far from today, but it comes.
        for year in range(today.year - _LEAP_YEARS_APART, today.year + _LEAP_YEARS_APART + 1)
        if int(found["d"]) <= monthrange(year, month)[1]
    ]
    return min(days, key=lambda day: (abs((day - today).days), day), default=None)


def _year(typed: str, today: date) -> int:
    year = int(typed)
    if len(typed) > 2:  # noqa: PLR2004 - a year in full
        return year
    century = today.year - today.year % _CENTURY
    return min(
        (century + offset + year for offset in (-_CENTURY, 0, _CENTURY)),
        key=lambda known: abs(known - today.year),
    )


def _named(found: re.Match[str], today: date, _: WorkingCalendar | None) -> date | None:
    name = found["name"].translate(_LOOSE)
    if name in _NEAR:
        return today + timedelta(days=_NEAR[name])
    ranks = [rank for rank, one in enumerate(french.WEEKDAYS) if one.startswith(name)]
    if len(name) < _LETTERS_ENOUGH or len(ranks) != 1:
        return None
    rank, which = ranks[0] - today.weekday(), _WHICH[found["which"] or ""]
    if which < 0:
        return today - timedelta(days=(-rank - 1) % 7 + 1)
    return today + timedelta(days=7 + rank if which else (rank - 1) % 7 + 1)


def _edge_of_month(found: re.Match[str], today: date, _: WorkingCalendar | None) -> date:
    first = add_months(today.replace(day=1), _WHICH[found["which"] or ""])
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


_SHIFT = (
    r"(?P<sign>[+-]|dans|il y a)\s*(?P<n>\d{1,4})\s*"
    r"(?P<unit>jo|jours? ouvres?|j|jours?|s|sem|semaines?|m|mois|a|ans?)?"
)
_DAY_AND_MONTH = _WEEKDAY + r"(?P<d>\d{1,2})[/.](?P<m>\d{1,2})(?:[/.](?P<y>\d{2}|\d{4}))?"
_MONTH_BY_NAME = _WEEKDAY + r"(?P<d>\d{1,2})(?:er)?\s*(?P<m>[a-z]{3,9}\.?)(?:\s*(?P<y>\d{4}))?"
_EDGE = r"(?P<edge>fin|debut) (?:du |de )?mois(?: (?P<which>prochain|dernier))?"
_NAME = (
    r"(?:ce )?(?P<name>[a-z]+(?:[-' ]hui|[- ]hier|[- ]demain)?)\.?"
    r"(?: (?P<which>prochain|dernier))?"
)

_FORMS: tuple[tuple[re.Pattern[str], _Reader], ...] = tuple(
    (re.compile(form + _HOUR), read)
    for form, read in (
        (_SHIFT, _shifted),
        (_DAY_AND_MONTH, _nearest_year),
        (_MONTH_BY_NAME, _nearest_year),
        (_EDGE, _edge_of_month),
        (_NAME, _named),
    )
)
"""Every way of writing a date, the hour after it aside; the first one that fits reads it."""
