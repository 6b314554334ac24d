"""What a check measures: each way of measuring, what may be unknown, and the bands a value falls in."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from fractions import Fraction
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from tests.support.core import DAY, paris
from tests.support.depth import depth_context
from workflow.calendar.counting import add_months, whole_months
from workflow.case.case import FactValue
from workflow.counting.ways_of_counting import Context
from workflow.eligibility.measures import MeasuredValue, holds, measure, reached_on
from workflow.rules.checks import Band, CheckVerdict, Measure, Measuring

DAYS = st.dates(date(2000, 1, 1), date(2060, 12, 31))


def read(
    by: Measuring,
    of: str,
    over: str = "",
    known: Mapping[str, FactValue] | None = None,
    months: int = 0,
    context: Context | None = None,
) -> MeasuredValue:
    """Measure facts, whose names are given in one text each."""
    how = Measure(by, tuple(of.split()), tuple(over.split()), months)
    return measure(how, known or {}, context or depth_context())


def band(
    *, below: str | int | None = None, at_most: str | int | None = None, is_: tuple[str, ...] = ()
) -> Band:
    """Return a band with a limit as a rule file writes it."""
    exact = [None if one is None else Fraction(one) for one in (below, at_most)]
    return Band(CheckVerdict.CONFORMING, "…", exact[0], exact[1], is_)


# --- Numbers and words -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (Decimal("73.5"), Fraction(147, 2)),
        (12, Fraction(12)),
        (True, "oui"),
        (False, "non"),
        ("court", "court"),
        (date(2026, 3, 2), "2026-03-02"),
    ],
)
def test_a_value_is_measured_as_it_is(value: FactValue, expected: Fraction | str) -> None:
    """A number is measured exactly, a boolean as the words of a rule file, anything else as its text."""
    assert read(Measuring.VALUE, "x", known={"x": value}) == MeasuredValue(expected)


@pytest.mark.parametrize(
    ("by", "of", "over", "expected"),
    [
        (Measuring.SUM, "a b", "", Fraction("10.75")),
        (Measuring.SUM, "a rien? b", "", Fraction("10.75")),
        (Measuring.SUM, "a b?", "", Fraction("10.75")),
        (Measuring.DIFFERENCE, "a b", "c", Fraction("7.75")),
        (Measuring.DIFFERENCE, "c", "a b rien?", Fraction("-7.75")),
        (Measuring.SHARE, "c", "c a?", Fraction(300, 13)),
        (Measuring.SHARE, "c", "a b", Fraction(300) / Fraction("10.75")),
    ],
)
def test_numbers_are_added_taken_away_and_compared(
    by: Measuring, of: str, over: str, expected: Fraction
) -> None:
    """Sums, differences and shares are exact, and a number that may be unknown counts for nothing."""
    known: Mapping[str, FactValue] = {"a": Decimal(10), "b": Decimal("0.75"), "c": 3}
    assert read(by, of, over, known).value == expected


def test_a_share_of_nothing_is_not_known() -> None:
    """A share whose whole is nothing has no value, and says which fact would give it one."""
    known = {"part": Decimal(0), "whole": Decimal(0)}
    assert read(Measuring.SHARE, "part", "whole other?", known) == MeasuredValue(
        None, ("whole", "other")
    )


@pytest.mark.parametrize("by", Measuring)
def test_what_is_missing_is_named_in_order(by: Measuring) -> None:
    """Facts that must be known and are not are all named, those that may be unknown are not."""
    over = "" if by in {Measuring.VALUE, Measuring.SUM} else "d e? f"
    found = read(by, "a b? c", over, {"c": date(2026, 3, 2)})
    assert (found.value, found.missing) == (None, ("a", "d", "f") if over else ("a",))


def test_a_value_that_may_be_unknown_is_simply_not_there() -> None:
    """A lone value marked as possibly unknown is read when known and missing when not."""
    assert read(Measuring.VALUE, "x?", known={"x": Decimal(3)}).value == 3
    assert read(Measuring.VALUE, "x?").value is None


# --- Dates -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("by", "known", "expected"),
    [
        (Measuring.DAYS, {"to": date(2026, 3, 12)}, 10),
        (Measuring.DAYS, {"to": date(2026, 3, 12), "also": date(2026, 3, 9)}, 7),
        (Measuring.DAYS, {"to": date(2026, 2, 28)}, -2),
        (Measuring.DAYS, {"to": paris(3, 3, 0, 30)}, 1),
        (Measuring.MONTHS, {"to": date(2027, 3, 1)}, 11),
        (Measuring.MONTHS, {"to": date(2027, 3, 2)}, 12),
        (Measuring.MONTHS, {"to": date(2027, 3, 2), "also": date(2026, 4, 1)}, 0),
    ],
)
def test_days_and_months_run_to_the_nearest_date(
    by: Measuring, known: Mapping[str, FactValue], expected: int
) -> None:
    """Days and months are counted to the nearest of the dates that are known, on the agency's clock."""
    found = read(by, "from", "to also?", {"from": date(2026, 3, 2), **known})
    assert found == MeasuredValue(Fraction(expected), counted_from=date(2026, 3, 2))


def test_dates_are_those_of_the_agency_clock() -> None:
    """An instant late in the evening in Paris is on the day after for an agency further east."""
    known = {"from": date(2026, 3, 2), "to": paris(3, 2, 23, 30)}
    east = replace(depth_context(), zone=ZoneInfo("Indian/Reunion"))
    found = [read(Measuring.DAYS, "from", "to", known, context=where) for where in (None, east)]
    assert [one.value for one in found] == [0, 1]


@pytest.mark.parametrize("by", [Measuring.DAYS, Measuring.MONTHS, Measuring.OVERRUN])
def test_without_any_date_nothing_is_counted(by: Measuring) -> None:
    """When every date that may be unknown is unknown, nothing is counted and each of them is named."""
    start = {"from": date(2026, 3, 2)}
    assert read(by, "from", "to? also?", start, 6) == MeasuredValue(None, ("to", "also"))
    assert read(by, "from?", "to", {"to": date(2026, 3, 2)}, 6) == MeasuredValue(None, ("from",))


def naive_months(start: date, end: date) -> int:
    """Return how many times a month can be added to a day before going beyond another."""
    months = 0
    while add_months(start, months + 1) <= end:
        months += 1
    return months


@given(DAYS, st.integers(0, 900))
def test_whole_months_are_those_added_one_by_one(start: date, days: int) -> None:
    """Whole months are those that can be added one by one; the other way round they are negative."""
    end = start + DAY * days
    assert whole_months(start, end) == naive_months(start, end)
    assert whole_months(end, start) == -naive_months(start, end)


@pytest.mark.parametrize(
    ("start", "end", "months"),
    [
        (date(2024, 2, 29), date(2025, 2, 28), 12),
        (date(2024, 2, 29), date(2025, 2, 27), 11),
        (date(2026, 1, 31), date(2026, 2, 27), 0),
        (date(2026, 1, 31), date(2026, 2, 28), 1),
        (date(2026, 3, 2), date(2026, 3, 2), 0),
    ],
)
def test_a_month_that_is_too_short_ends_on_its_last_day(
    start: date, end: date, months: int
) -> None:
    """A month counted from a day that another month lacks is reached on the last day of that one."""
    assert whole_months(start, end) == months


@pytest.mark.parametrize(
    ("known", "expected"),
    [
        ({"a": date(2026, 9, 1)}, -1),
        ({"a": date(2026, 9, 2)}, 0),
        ({"a": date(2026, 9, 3)}, 1),
        ({"a": date(2026, 4, 1), "b": date(2026, 9, 12)}, 10),
        ({"a": date(2026, 9, 12), "b": date(2026, 4, 1)}, 10),
    ],
)
def test_an_overrun_is_that_of_the_latest_date(
    known: Mapping[str, FactValue], expected: int
) -> None:
    """An overrun counts the days by which the latest date goes beyond the period, 0 on its last day."""
    found = read(Measuring.OVERRUN, "from", "a b?", {"from": date(2026, 3, 2), **known}, 6)
    assert found == MeasuredValue(Fraction(expected), counted_from=date(2026, 9, 2))


# --- Bands -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("limits", "inside", "outside"),
    [
        (band(below=12), [Fraction(1199, 100), Fraction(-1)], [Fraction(12), Fraction(13), "12"]),
        (band(at_most=12), [Fraction(12), Fraction(0)], [Fraction(1201, 100), "12", ""]),
        (band(is_=("oui", "court")), ["oui", "court"], ["non", "", Fraction(1)]),
        (band(), [Fraction(-5), Fraction(10**9), "", "oui"], []),
    ],
)
def test_a_band_holds_what_its_limit_says(
    limits: Band, inside: list[Fraction | str], outside: list[Fraction | str]
) -> None:
    """Below leaves its limit out, at most takes it in, words hold words, and no limit holds everything."""
    assert [value for value in inside if not holds(limits, value)] == []
    assert [value for value in outside if holds(limits, value)] == []


@given(st.integers(0, 10**7), st.integers(1, 10**7))
def test_a_share_is_compared_without_dividing(part: int, whole: int) -> None:
    """A share in hundredths of an hour is under a third exactly when three of it are under the whole."""
    known: Mapping[str, FactValue] = {"part": Decimal(part) / 100, "whole": Decimal(whole) / 100}
    value = read(Measuring.SHARE, "part", "whole", known).value
    assert value is not None
    assert holds(band(below="100/3"), value) is (3 * part < whole)
    assert holds(band(at_most="100/3"), value) is (3 * part <= whole)


@pytest.mark.parametrize(
    ("by", "limit", "expected"),
    [
        (Measuring.MONTHS, band(below=12), date(2027, 3, 2)),
        (Measuring.MONTHS, band(at_most=1), date(2026, 4, 2)),
        (Measuring.DAYS, band(below=15), date(2026, 3, 17)),
        (Measuring.OVERRUN, band(at_most=0), date(2026, 9, 2)),
        (Measuring.DAYS, band(), None),
    ],
)
def test_the_day_of_a_limit_is_told(by: Measuring, limit: Band, expected: date | None) -> None:
    """For days, months and overruns, the day on which the limit of a band is reached is known."""
    known = {"from": date(2026, 3, 2), "to": date(2026, 3, 20)}
    assert reached_on(read(by, "from", "to", known, 6), limit, by) == expected


def test_a_number_is_reached_on_no_day() -> None:
    """What is not counted from a date is reached on no day."""
    found = read(Measuring.SUM, "a", known={"a": 3})
    assert reached_on(found, band(below=12), Measuring.SUM) is None


@given(DAYS, DAYS, st.integers(1, 60))
def test_a_limit_in_months_is_reached_on_its_day(start: date, end: date, months: int) -> None:
    """A date is under a number of months exactly when it falls before the day that is told."""
    found = read(Measuring.MONTHS, "from", "to", {"from": start, "to": end})
    limit = band(below=months)
    reached = reached_on(found, limit, Measuring.MONTHS)
    assert found.value is not None
    assert reached is not None
    assert holds(limit, found.value) is (end < reached)
