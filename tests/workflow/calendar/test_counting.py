"""Months, hours and working hours: tables worked by hand, then every case against a naive count."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest

from tests.support import core
from tests.support.core import DAY, METROPOLE, PARIS, NaiveCalendar, paris
from workflow.calendar import counting
from workflow.calendar.calendars import calendar

FR = calendar("FR")


@pytest.mark.parametrize(
    ("day", "months", "expected"),
    [
        (date(2026, 9, 8), -2, date(2026, 7, 8)),
        (date(2027, 4, 30), -2, date(2027, 2, 28)),
        (date(2028, 4, 30), -2, date(2028, 2, 29)),
        (date(2026, 8, 31), 6, date(2027, 2, 28)),
        (date(2027, 8, 31), 6, date(2028, 2, 29)),
        (date(2028, 2, 29), 12, date(2029, 2, 28)),
        (date(2028, 2, 29), 48, date(2032, 2, 29)),
        (date(2026, 1, 31), -2, date(2025, 11, 30)),
        (date(2026, 12, 31), 2, date(2027, 2, 28)),
        (date(2026, 12, 1), 1, date(2027, 1, 1)),
        (date(2026, 1, 1), -1, date(2025, 12, 1)),
        (date(2026, 3, 15), 0, date(2026, 3, 15)),
    ],
)
def test_months_keep_the_day_or_the_end_of_the_month(
    day: date, months: int, expected: date
) -> None:
    """Adding months keeps the day of the month, or takes the last day when there is no such day."""
    assert counting.add_months(day, months) == expected


@pytest.mark.parametrize(
    ("start", "elapsed", "wall"),
    [
        (paris(9, 8, 9), paris(9, 6, 9), paris(9, 6, 9)),
        (paris(3, 30, 9), paris(3, 28, 8), paris(3, 28, 9)),
        (paris(10, 26, 9), paris(10, 24, 10), paris(10, 24, 9)),
    ],
)
def test_the_two_readings_of_48_hours(start: datetime, elapsed: datetime, wall: datetime) -> None:
    """48 hours before are read in elapsed time and on the wall; a change of the clocks parts them."""
    assert counting.readings_before(start, 48) == (elapsed, wall)


@pytest.mark.parametrize("change", [date(2026, 3, 29), date(2026, 10, 25)])
def test_around_a_clock_change_the_earlier_reading_wins(change: date) -> None:
    """For each half-hour of the four days around a change, the earlier of the two readings is taken."""
    midnight = datetime.combine(change - DAY, datetime.min.time(), PARIS).timestamp()
    starts = [datetime.fromtimestamp(midnight + 1800 * i, PARIS) for i in range(4 * 48)]
    wrong = [
        start
        for start in starts
        if counting.hours_before(start, 48).timestamp()
        != core.naive_strict_hours(start).timestamp()
    ]
    assert wrong == []


@pytest.mark.parametrize(
    ("deposit", "hours", "expected"),
    [
        (paris(9, 11, 16, 30), 8, paris(9, 14, 0, 30)),
        (paris(9, 11, 16), 8, paris(9, 12, 0)),
        (paris(9, 10, 16, 30), 8, paris(9, 11, 0, 30)),
        (paris(9, 11, 16, 30), 7, paris(9, 11, 23, 30)),
        (paris(9, 11, 16, 30), 56, paris(9, 16, 0, 30)),
        (paris(9, 12, 10), 8, paris(9, 14, 8)),
        (paris(12, 24, 20), 5, paris(12, 28, 1)),
        (paris(9, 14, 0), 0, paris(9, 14, 0)),
        (paris(9, 11, 23, 59).replace(second=59), 1, paris(9, 14, 0, 59).replace(second=59)),
        (paris(9, 11, 16).replace(second=1), 8, paris(9, 14, 0).replace(second=1)),
        (paris(9, 11, 16).replace(microsecond=1), 8, paris(9, 14, 0).replace(microsecond=1)),
    ],
)
def test_working_hours_that_are_no_whole_days(
    deposit: datetime, hours: int, expected: datetime
) -> None:
    """Hours that go past the midnight of a Friday run on from the midnight of Monday."""
    assert counting.working_hours_after(deposit, hours, FR) == expected


@pytest.mark.parametrize("hours", [1, 2, 7, 8, 12, 16, 23, 24, 25, 36, 47, 48, 49, 60, 71, 72, 73])
def test_working_hours_of_a_fortnight_are_those_counted_midnight_by_midnight(hours: int) -> None:
    """From every half hour of a fortnight with a holiday, any number of hours ends where a walk ends."""
    deposits = [paris(5, 4) + timedelta(minutes=30 * i) for i in range(2 * 24 * 14)]
    wrong = [
        deposit
        for deposit in deposits
        if counting.working_hours_after(deposit, hours, FR)
        != core.naive_reply(deposit, METROPOLE, hours)
    ]
    assert wrong == []


@pytest.mark.parametrize("hours", [1, 24, 25, 36, 48, 49, 73])
@pytest.mark.parametrize(("funder", "staff"), [("FR", "FR"), ("FR", "FR-57"), ("FR", "FR-974")])
def test_chase_days_of_a_year_are_those_walked(funder: str, staff: str, hours: int) -> None:
    """For each day of a year, the chase follows the days of the funder, on a day of the staff."""
    days = [date(2027, 1, 1) + offset * DAY for offset in range(365)]
    naive_staff, naive_funder = NaiveCalendar(staff), NaiveCalendar(funder)
    wrong = [
        day
        for day in days
        if counting.chase_day(day, hours, calendar(funder), calendar(staff))
        != core.naive_chase(day, naive_staff, naive_funder, hours)
    ]
    assert wrong == []


@pytest.mark.parametrize(
    ("hours", "per_day", "expected"),
    [
        (70, 7, date(2027, 2, 15)),
        (70, 8, date(2027, 2, 16)),
        (70, 35, date(2027, 2, 25)),
        (70, 70, date(2027, 2, 26)),
        (70, 100, date(2027, 2, 26)),
        (71, 7, date(2027, 2, 12)),
        (1, 1, date(2027, 2, 26)),
        (0, 7, date(2027, 2, 26)),
    ],
)
def test_the_last_start_leaves_time_to_work(hours: int, per_day: int, expected: date) -> None:
    """The last start leaves as many working days as the hours fill, a day begun counting whole."""
    assert counting.last_start(date(2027, 2, 28), hours, per_day, FR) == expected


def test_last_starts_of_a_year_are_those_worked_backwards() -> None:
    """For each end of a year, the last start is the day reached by working the hours backwards."""
    ends = [date(2027, 1, 1) + offset * DAY for offset in range(365)]
    wrong = [
        end
        for end in ends
        if counting.last_start(end, 70, 7, FR) != core.naive_last_start(end, 70, 7, METROPOLE)
    ]
    assert wrong == []
