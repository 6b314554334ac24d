"""That the grid of a month says what each of its days is."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.cases import a_deadline, varied
from tui.months.month import Day, DayMark, Shown, month, span, year
from workflow.calendar.calendars import Closure, calendar
from workflow.counting.ways_of_counting import Sitting
from workflow.errors import InvalidInput

TODAY = date(2026, 11, 11)
CLOSED = calendar("FR", (Closure(date(2026, 11, 16), date(2026, 11, 16), "Inventaire"),))
WINDOW = varied(
    a_deadline("drf", date(2026, 11, 20), opens_on=date(2026, 11, 6)),
    label="Saisir la DRF",
    strict=datetime(2026, 11, 23, 9, tzinfo=UTC),
)


NOTHING = Shown()


def day(number: int, shown: Shown = NOTHING) -> Day:
    """Return a day of the grid of November 2026."""
    grid = month(2026, 11, TODAY, CLOSED, shown)
    return next(one for one in grid.days if one.inside and one.on.day == number)


def test_a_month_is_whole_weeks() -> None:
    """Weeks run from Monday to Sunday, filled with days of the neighbouring months."""
    grid = month(2026, 11, TODAY, CLOSED)
    assert [len(week) for week in grid.weeks] == [7] * 6
    assert (grid.weeks[0][0].on, grid.weeks[0][0].inside) == (date(2026, 10, 26), False)
    assert (grid.weeks[0][6].on, grid.weeks[0][6].inside) == (date(2026, 11, 1), True)
    assert span(2026, 11) == (date(2026, 10, 26), date(2026, 12, 6))


@pytest.mark.parametrize(
    ("number", "marks", "said"),
    [
        (10, DayMark.NOTHING, ()),
        (11, DayMark.TODAY | DayMark.HOLIDAY, ("Armistice",)),
        (14, DayMark.WEEKEND, ()),
        (16, DayMark.HOLIDAY, ("Inventaire",)),
        (1, DayMark.WEEKEND, ()),
    ],
)
def test_a_day_off_says_why(number: int, marks: DayMark, said: tuple[str, ...]) -> None:
    """Weekends, public holidays and closures are told apart, the last two with their name."""
    found = day(number)
    assert (found.marks, found.said) == (marks, said)
    assert found.worked is (number == 10)


def test_a_window_is_safe_then_tight_then_closed() -> None:
    """Days of a window are marked up to the prudent limit, then up to the strict one."""
    shown = Shown([WINDOW])
    marks = {number: day(number, shown).marks for number in (5, 6, 9, 20, 21, 23, 24)}
    assert marks == {
        5: DayMark.NOTHING,
        6: DayMark.OPENS | DayMark.WINDOW,
        9: DayMark.WINDOW,
        20: DayMark.PRUDENT | DayMark.WINDOW,
        21: DayMark.WEEKEND | DayMark.MARGIN,
        23: DayMark.STRICT | DayMark.MARGIN,
        24: DayMark.NOTHING,
    }
    assert day(23, shown).said == ("Saisir la DRF : limite stricte",)


def test_a_limit_at_midnight_is_marked_on_the_day_that_it_ends() -> None:
    """Midnight closes the day before: the mark and the margin stop there."""
    shown = Shown(deadlines=(varied(WINDOW, strict=datetime(2026, 11, 23, tzinfo=UTC)),))
    assert DayMark.STRICT in day(22, shown).marks
    assert day(23, shown).marks is DayMark.NOTHING


def test_an_impossible_window_marks_its_limits_only() -> None:
    """A window that closes before it opens has no day on which to act."""
    shown = Shown([varied(WINDOW, opens_on=date(2026, 11, 27))])
    assert day(23, shown).marks == DayMark.STRICT
    assert day(27, shown).marks == DayMark.OPENS


def test_a_reply_has_its_days() -> None:
    """The day a reply is due and the day to chase it are marked."""
    reply = varied(
        WINDOW,
        opens_on=None,
        prudent=None,
        strict=None,
        expected_at=datetime(2026, 11, 12, 9, tzinfo=UTC),
        chase_on=date(2026, 11, 13),
    )
    shown = Shown([reply])
    assert (day(12, shown).marks, day(13, shown).marks) == (DayMark.EXPECTED, DayMark.CHASE)


def test_sessions_and_load_are_shown() -> None:
    """Sessions, the last day they take files, and the load of days stand in the grid."""
    shown = Shown(
        sessions=[Sitting(date(2026, 11, 26), date(2026, 11, 5))], load={date(2026, 11, 5): 12}
    )
    assert (day(26, shown).marks, day(26, shown).load) == (DayMark.SESSION, 0)
    assert (day(5, shown).marks, day(5, shown).load) == (DayMark.CUTOFF, 12)


def test_a_day_that_is_several_things_says_them_all() -> None:
    """Two files due on one day leave both their names, and a name is said once."""
    other = varied(WINDOW, id="contrat", label="Déposer le contrat")
    assert day(20, Shown([WINDOW, other, WINDOW])).said == (
        "Saisir la DRF : limite prudente",
        "Déposer le contrat : limite prudente",
    )


def test_a_year_is_twelve_months() -> None:
    """The grid of a year is that of each of its months."""
    months = year(2026, TODAY, CLOSED)
    assert [one.first.month for one in months] == list(range(1, 13))
    assert months[10] == month(2026, 11, TODAY, CLOSED)


def test_years_without_known_holidays_are_refused() -> None:
    """A year whose public holidays are not known is refused, not drawn wrongly."""
    with pytest.raises(InvalidInput):
        month(2150, 1, TODAY, CLOSED)


@given(st.integers(2020, 2035), st.integers(1, 12))
def test_each_day_of_a_month_is_there_once(number: int, of: int) -> None:
    """Every day of the month is inside the grid exactly once, in order, worked as the agency works."""
    days = [one for one in month(number, of, TODAY, CLOSED).days if one.inside]
    assert [one.on.day for one in days] == list(range(1, len(days) + 1))
    assert {one.on.month for one in days} == {of}
    assert all(one.worked == CLOSED.is_working(one.on) for one in days)
