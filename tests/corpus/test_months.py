"""Months are added as Catala's date library adds them: its own vectors, then every day of four years.

Our limits round down where a month has no such day (K2), our openings round up (K3). The oracle looks for
the day in a list of every day of a century, and knows nothing of `workflow`.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from itertools import takewhile
from pathlib import Path

import pytest

from workflow.calendar.counting import add_months, earliest_within_months

FOLDER = Path(__file__).with_name("dates_calc")
PERIOD = re.compile(r"\[(\d+) years, (\d+) months, (\d+) days\]")
DAY = timedelta(days=1)
FIRST = date(2010, 1, 1)
EVERY_DAY = [FIRST + offset * DAY for offset in range(92 * 366)]


def by_month() -> Mapping[int, Sequence[date]]:
    """Return every day of the century by the rank of its month."""
    months: dict[int, list[date]] = {}
    for day in EVERY_DAY:
        months.setdefault(day.year * 12 + day.month, []).append(day)
    return months


MONTHS = by_month()


def added(day: date, months: int) -> tuple[date, date]:
    """Return the same day, months later, rounded up and rounded down where there is none."""
    rank = day.year * 12 + day.month + months
    up_to = list(takewhile(lambda one: one.day <= day.day, MONTHS[rank]))
    exact = len(up_to) == day.day
    return (up_to[-1] if exact else MONTHS[rank + 1][0]), up_to[-1]


def vectors(name: str) -> Iterator[tuple[date, int, int, list[date]]]:
    """Yield each vector: a day, the months and the days to add, what comes out."""
    with (FOLDER / f"{name}.csv").open(encoding="ascii", newline="") as file:
        rows = csv.reader(file, delimiter=";")
        next(rows)
        for start, period, *expected in rows:
            found = PERIOD.fullmatch(period.strip())
            assert found is not None, period
            years, months, days = map(int, found.groups())
            wanted = [date.fromisoformat(one) for one in expected]
            yield date.fromisoformat(start), 12 * years + months, days, wanted


EXACT = list(vectors("exact_computations"))
AMBIGUOUS = list(vectors("ambiguous_computations"))


def test_all_the_vectors_are_there() -> None:
    """Nineteen exact additions and eleven that round were read."""
    assert (len(EXACT), len(AMBIGUOUS)) == (19, 11)


@pytest.mark.parametrize(("start", "months", "days", "expected"), EXACT)
def test_an_exact_addition_is_that_of_the_vectors(
    start: date, months: int, days: int, expected: list[date]
) -> None:
    """Where the day exists, months and days are added as the vectors say, by us and by the oracle."""
    found = [add_months(start, months) + days * DAY]
    assert found == expected
    assert [one + days * DAY for one in added(start, months)] == expected * 2


@pytest.mark.parametrize(("start", "months", "days", "expected"), AMBIGUOUS)
def test_an_addition_that_rounds_down_is_that_of_the_vectors(
    start: date, months: int, days: int, expected: list[date]
) -> None:
    """Where the day does not exist, limits take the rounding down, and the oracle has both."""
    assert days == 0
    assert add_months(start, months) == expected[1]
    assert list(added(start, months)) == expected


def test_every_day_of_four_years_agrees_with_both_roundings() -> None:
    """81,816 additions: limits round down and openings round up, from every day of a leap cycle."""
    days = [day for day in EVERY_DAY if 2025 <= day.year <= 2028]
    pairs = [(day, months) for day in days for months in range(28)]
    assert 2 * len(pairs) == 81_816
    wrong = [
        (day, months)
        for day, months in pairs
        if add_months(day, months) != added(day, months)[1]
        or add_months(day, -months) != added(day, -months)[1]
        or earliest_within_months(day, months) != added(day, -months)[0]
    ]
    assert wrong == []
