"""Hold that an instant which ends something belongs to one day, whoever words it or draws it."""

from datetime import UTC, date, datetime, time, timedelta, tzinfo
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workflow.text import french
from workflow.text.day_ends import day_of_end, hour_of_end

PARIS = ZoneInfo("Europe/Paris")
FRIDAY, SATURDAY = date(2027, 2, 5), date(2027, 2, 6)
MIDNIGHT = datetime(2027, 2, 6, tzinfo=PARIS)


def test_midnight_is_the_end_of_the_day_before() -> None:
    """What ends at midnight ends the day before, at 24:00, in every wording."""
    assert (day_of_end(MIDNIGHT), hour_of_end(MIDNIGHT)) == (FRIDAY, "24:00")
    assert french.end(MIDNIGHT) == "05/02/2027 à\u00a024:00"
    assert french.long_end(MIDNIGHT).replace("\u00a0", " ") == "vendredi 5 février 2027 à 24:00"


@pytest.mark.parametrize(
    "after", [timedelta(microseconds=1), timedelta(seconds=30), timedelta(hours=23)]
)
def test_a_moment_after_midnight_belongs_to_its_own_day(after: timedelta) -> None:
    """Only midnight itself is an end of the day before: a second later is the day after."""
    assert day_of_end(MIDNIGHT + after) == SATURDAY
    assert hour_of_end(MIDNIGHT + after) != "24:00"


def test_a_civil_date_ends_on_its_own_day() -> None:
    """A date without an hour is itself."""
    assert day_of_end(SATURDAY) == SATURDAY
    assert french.end(SATURDAY) == "06/02/2027"


@given(
    st.dates(date(2000, 1, 1), date(2100, 1, 1)),
    st.just(time.min) | st.times(),
    st.sampled_from([PARIS, ZoneInfo("America/Cayenne"), UTC]),
)
def test_the_day_of_an_end_is_the_day_of_the_moment_just_before(
    day: date, hour: time, zone: tzinfo
) -> None:
    """The day of an end is the day on which a clock still stood an instant before."""
    end = datetime.combine(day, hour, zone)
    assert day_of_end(end) == (day - timedelta(days=1) if hour == time.min else day)
