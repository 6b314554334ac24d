"""The coming four weeks of a reader: how many dates fall on each working day, drawn as bars.

Made by `notifications.digest.gathering` from one count for everybody; drawn by the templates and the
terminal. Pure: the present is an argument.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from itertools import groupby
from math import ceil
from typing import Any

from msgspec import Struct

from workflow.calendar.calendars import WorkingCalendar
from workflow.text import french

DAYS = 20
"""Working days of the strip: four weeks."""

BARS = "·▁▂▃▅▇"
"""How high a bar is, in text: nothing, then a fifth more for each."""


class Bar(Struct, frozen=True):
    """A working day of the strip."""

    day: date
    count: int
    """Dates to act on that day."""
    level: int
    """Height of the bar, from 0 (nothing) to 5 (the fullest day)."""


class Week(Struct, frozen=True):
    """The working days of one week."""

    monday: date
    bars: tuple[Bar, ...]

    @property
    def count(self) -> int:
        """Return how many dates it has."""
        return sum(bar.count for bar in self.bars)

    @property
    def drawn(self) -> str:
        """Return its bars as text, a column for each day from Monday to Friday."""
        known = {bar.day.weekday(): BARS[bar.level] for bar in self.bars}
        return "".join(known.get(weekday, " ") for weekday in range(5))


class Load(Struct, frozen=True):
    """The strip of one reader."""

    bars: tuple[Bar, ...]

    @property
    def count(self) -> int:
        """Return how many dates there are in all."""
        return sum(bar.count for bar in self.bars)

    @property
    def fullest(self) -> Bar:
        """Return the fullest day, the first of equal ones."""
        return max(self.bars, key=lambda bar: (bar.count, -bar.day.toordinal()))

    @property
    def weeks(self) -> tuple[Week, ...]:
        """Return the strip week by week."""
        by_week = groupby(self.bars, key=lambda bar: bar.day - timedelta(days=bar.day.weekday()))
        return tuple(Week(monday, tuple(bars)) for monday, bars in by_week)

    @property
    def words(self) -> str:
        """Return the strip in one sentence, for who hears it instead of seeing it."""
        if not self.count:
            return "Aucune date dans les quatre semaines."
        dates = french.count(self.count, "date", "dates")
        day = french.long_day(self.fullest.day)
        top = french.count(self.fullest.count, "date", "dates")
        return f"{dates} dans les quatre semaines ; le jour le plus chargé est le {day} ({top})."

    def as_json(self) -> list[dict[str, Any]]:
        """Return the strip as JSON values."""
        return [{"day": bar.day, "count": bar.count} for bar in self.bars]


def working_days(today: date, calendar: WorkingCalendar) -> tuple[date, ...]:
    """Return the days of the strip: today, when it is worked, and those that follow."""
    before = calendar.back(today, 1)
    return tuple(calendar.forward(before, number) for number in range(1, DAYS + 1))


def drawn(days: Iterable[date], counts: Mapping[date, int], calendar: WorkingCalendar) -> Load:
    """Return the strip of some working days.

    Args:
        days: the days of the strip, in order.
        counts: dates to act on, by day; those of a day off are acted on before it.
        calendar: working days of the reader.
    """
    days = tuple(days)
    worked = dict.fromkeys(days, 0)
    for day, count in counts.items():
        acted = max(calendar.on_or_before(day), days[0])
        if day >= days[0] and acted in worked:
            worked[acted] += count
    top = max(worked.values(), default=0)
    steps = len(BARS) - 1
    return Load(
        tuple(
            Bar(day, count, ceil(count * steps / top) if top else 0)
            for day, count in worked.items()
        )
    )
