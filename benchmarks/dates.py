"""Working-day arithmetic, side by side with the libraries people reach for, on the same inputs.

Run by `make bench`, or `python -m benchmarks.dates`. Every answer is compared before anything is timed:
a fast wrong date is worth nothing. Times are the median of several passes over the same 1,000 starts.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from datetime import date, datetime, time, timedelta
from statistics import median
from time import perf_counter
from zoneinfo import ZoneInfo

import businesstimedelta
import holidays
import numpy as np
from rich.console import Console
from rich.table import Table
from workalendar.europe import France

from workflow.calendar.calendars import calendar
from workflow.calendar.counting import working_hours_after

PARIS = ZoneInfo("Europe/Paris")
YEARS = range(2024, 2030)
STARTS = 1_000
PASSES = 7
HOURS = 48


def starts() -> list[date]:
    """Return reproducible working days of 2026 and 2027."""
    draw, ours = random.Random(20261121), calendar("FR")
    days = (date(2026, 1, 1) + timedelta(days=draw.randrange(700)) for _ in range(STARTS))
    return [ours.on_or_after(day) for day in days]


def microseconds(calls: dict[str, Callable[[], object]], operations: int) -> dict[str, float]:
    """Return the median time of one operation of each contender, in microseconds.

    The contenders take turns: a processor that slows down slows all of them.
    """
    times: dict[str, list[float]] = {name: [] for name in calls}
    for _ in range(PASSES):
        for name, call in calls.items():
            begin = perf_counter()
            call()
            times[name].append(perf_counter() - begin)
    return {name: median(spent) / operations * 1e6 for name, spent in times.items()}


def working_days(days: Sequence[date], n: int) -> dict[str, Callable[[], list[date]]]:
    """Return, for each contender, the n-th working day after each start."""
    ours = calendar("FR")
    theirs = holidays.country_holidays("FR", years=YEARS)
    alendar = France()
    off = np.array(sorted(day.isoformat() for day in theirs), dtype="datetime64[D]")
    numpy_calendar = np.busdaycalendar(holidays=off)
    return {
        "Échéancier": lambda: [ours.forward(day, n) for day in days],
        "holidays.get_nth_working_day": lambda: [
            theirs.get_nth_working_day(day, n) for day in days
        ],
        "workalendar.add_working_days": lambda: [alendar.add_working_days(day, n) for day in days],
        "numpy.busday_offset (one by one)": lambda: [
            np.busday_offset(day, n, roll="backward", busdaycal=numpy_calendar).astype(date)
            for day in days
        ],
    }


def working_hours(days: Sequence[date]) -> dict[str, Callable[[], list[datetime]]]:
    """Return, for each contender, the end of 48 working hours after 16:00 of each start."""
    ours = calendar("FR")
    rule = businesstimedelta.Rules(
        [
            businesstimedelta.WorkDayRule(
                start_time=time(0), end_time=time(23, 59, 59, 999_999), working_days=[*range(5)]
            ),
            businesstimedelta.HolidayRule(holidays.country_holidays("FR", years=YEARS)),
        ]
    )
    span = businesstimedelta.BusinessTimeDelta(rule, hours=HOURS)
    instants = [datetime.combine(day, time(16), PARIS) for day in days]
    naive = [instant.replace(tzinfo=None) for instant in instants]
    return {
        "Échéancier": lambda: [working_hours_after(at, HOURS, ours) for at in instants],
        "businesstimedelta": lambda: [at + span for at in naive],
    }


def disagreements(title: str, answers: dict[str, list[str]]) -> list[str]:
    """Return a line for each contender whose answers differ from ours."""
    ours = next(iter(answers.values()))
    lines = []
    for name, theirs in answers.items():
        wrong = sum(a != b for a, b in zip(ours, theirs, strict=True))
        if wrong:
            lines.append(f"{title}, {name}: {wrong} of {len(ours)} answers differ from ours")
    return lines


def main() -> None:
    """Compare answers, then times, and print one table."""
    days = starts()
    trials: dict[str, dict[str, Callable[[], list[date]] | Callable[[], list[datetime]]]] = {
        "1 working day": dict(working_days(days, 1)),
        "10 working days": dict(working_days(days, 10)),
        "250 working days": dict(working_days(days, 250)),
        "48 working hours": dict(working_hours(days)),
    }
    table = Table(title=f"Working time, {STARTS} starts, median of {PASSES} passes")
    for heading in ("operation", "contender"):
        table.add_column(heading)
    for heading in ("µs each", "÷ ours"):
        table.add_column(heading, justify="right")
    differing = []
    for title, contenders in trials.items():
        answers = {
            name: [f"{answer:%Y-%m-%d %H:%M}" for answer in call()]
            for name, call in contenders.items()
        }
        differing += disagreements(title, answers)
        times = microseconds(dict(contenders), STARTS)
        ours = next(iter(times.values()))
        for name, value in times.items():
            table.add_row(title, name, f"{value:,.2f}", f"{value / ours:,.1f}")
        table.add_section()
    console = Console()
    console.print(table)
    for line in differing or ["Every contender gives the same answers."]:
        console.print(line)


if __name__ == "__main__":
    main()
