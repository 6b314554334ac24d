"""Days that are seldom meant: a Sunday or a public holiday, most often a mistyped date. Said, never refused.

Asked by the machine, the simulation and the changes of calendars, for what they warn of, and by the forms
and commands that take a day. Judges a day alone: what a procedure allows on it is not its business.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date

from workflow.calendar.calendars import WorkingCalendar
from workflow.case.case import FactValue
from workflow.counting.ways_of_counting import Context
from workflow.rules.procedure import Procedure
from workflow.text import french

_SUNDAY = 6


def odd(day: date, calendar: WorkingCalendar) -> str | None:
    """Return « dimanche », « jour férié (Noël) », or both; None for a day that nobody wonders at."""
    holiday = calendar.holiday(day)
    found = (
        french.weekday(day) if day.weekday() == _SUNDAY else None,
        f"jour férié ({holiday})" if holiday else None,
    )
    return ", ".join(filter(None, found)) or None


def odd_days(days: Iterable[tuple[str, date]], calendar: WorkingCalendar) -> Iterator[str]:
    """Yield a sentence for each odd day: what falls on it, its weekday, and what to do.

    Args:
        days: what falls on each day, as a sentence begins, and the day.
        calendar: the holidays of whoever lives by that day.
    """
    for what, day in days:
        if odd(day, calendar):
            holiday = calendar.holiday(day)
            named = f", jour férié ({holiday})" if holiday else ""
            yield f"{what} tombe le {french.long_day(day)}{named} : vérifiez la date."


def odd_facts(
    procedure: Procedure, typed: Mapping[str, FactValue], context: Context
) -> tuple[str, ...]:
    """Return a sentence for each date, of those just typed, that falls on an odd day of the agency."""
    days = (
        (f"« {procedure.facts[name].label} »", context.day(value))
        for name, value in typed.items()
        if isinstance(value, date)
    )
    return tuple(odd_days(days, context.staff))
