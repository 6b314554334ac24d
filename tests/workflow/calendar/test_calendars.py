"""Working days of each territory, against a naive calendar that looks at one day after another."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from threading import Barrier
from typing import Any

import pytest
from holidays import country_holidays

from tests.support.core import DAY, NO_FR57, TERRITORIES, NaiveCalendar
from tests.support.programs import PATIENCE
from workflow.calendar.calendars import Closure, WorkingCalendar, calendar, territories, territory
from workflow.errors import InvalidInput, NotFound

CLOSED = Closure(date(2026, 8, 3), date(2026, 8, 14), "Fermeture d’été")


def every_day(first_year: int, last_year: int) -> list[date]:
    """Return every day of some years."""
    days = (date(last_year, 12, 31) - date(first_year, 1, 1)).days + 1
    return [date(first_year, 1, 1) + i * DAY for i in range(days)]


def test_every_territory_that_has_agencies_is_known() -> None:
    """Métropole, Moselle, Alsace and the eight overseas territories are known, each on its own clock."""
    zones = {code: place.zone.key for code, place in territories().items()}
    assert zones == dict(TERRITORIES)


def test_an_unknown_territory_is_refused_with_those_to_take() -> None:
    """A misspelt territory is refused with every code and its name: the nearest one may be overseas."""
    with pytest.raises(NotFound) as refusal:
        territory("FR57")
    assert refusal.value.message == NO_FR57


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("FR-BL", "FR-977"),
        ("FR-MF", "FR-978"),
        ("FR-PM", "FR-975"),
        ("FR-GP", "FR-971"),
        ("FR-67", "FR-6AE"),
        ("FR-68", "FR-6AE"),
    ],
)
def test_a_territory_has_other_codes(code: str, expected: str) -> None:
    """The codes of ISO 3166-2 and the departments of Alsace lead to the territory, under its one code."""
    assert territory(code).code == expected
    assert calendar(code).territory.code == expected


def test_a_calendar_of_an_unknown_territory_is_refused() -> None:
    """A calendar cannot be made for a territory that does not exist, nor fall back on another."""
    with pytest.raises(NotFound, match="« Bretagne » n’existe pas"):
        WorkingCalendar("Bretagne")


@pytest.mark.parametrize("careful", [False, True])
@pytest.mark.parametrize("code", TERRITORIES)
def test_working_days_are_those_of_the_law(code: str, *, careful: bool) -> None:
    """From 2012 to 2099, each day is worked when the naive calendar of the territory says so."""
    found = calendar(code).careful if careful else calendar(code)
    naive = NaiveCalendar(code, careful=careful)
    wrong = [day for day in every_day(2012, 2099) if found.is_working(day) != naive.is_working(day)]
    assert wrong == []


@pytest.mark.parametrize(
    ("code", "customary"),
    [
        ("FR", set()),
        ("FR-57", set()),
        ("FR-974", set()),
        ("FR-977", set()),
        ("FR-971", {date(2026, 3, 12), date(2026, 4, 3), date(2026, 7, 21)}),
        ("FR-972", {date(2026, 7, 21)}),
        ("FR-978", {date(2026, 7, 21)}),
    ],
)
def test_customary_holidays_are_off_on_careful_days_only(code: str, customary: set[date]) -> None:
    """A customary holiday is worked by the law, and off where a prudent date is sought."""
    found = calendar(code)
    days = every_day(2026, 2026)
    apart = {day for day in days if found.is_working(day) != found.careful.is_working(day)}
    assert apart == customary
    assert all(found.is_working(day) and found.reason_off(day) is None for day in apart)


def test_a_customary_holiday_says_that_it_is_one() -> None:
    """The name of a customary holiday says that no law takes the day away; a legal one is plain."""
    guadeloupe = calendar("FR-971").careful
    assert [guadeloupe.reason_off(date(2026, 7, day)) for day in (14, 21)] == [
        "Fête nationale",
        "Fête de Victor Schoelcher, jour d’usage",
    ]


def test_closures_are_off_on_careful_days_too() -> None:
    """The careful days of an agency keep its closures."""
    assert calendar("FR-971", (CLOSED,)).careful.count(CLOSED.first, CLOSED.last) == 0


def test_a_territory_without_customs_has_one_index() -> None:
    """Where custom adds nothing, the careful days are the calendar itself: nothing is computed twice."""
    assert calendar("FR").careful is calendar("FR")


def test_every_custom_named_is_one_that_the_library_knows() -> None:
    """Each customary holiday of the territories falls on a day of 2026: no name is misspelt."""
    for code, place in territories().items():
        found = country_holidays("FR", subdiv=place.subdivision, years=2026, language="fr")
        names = {name.replace("'", "’") for name in found.values()}
        assert place.customary <= names, code


@pytest.mark.parametrize(
    ("day", "name"),
    [
        (date(2026, 11, 1), "Toussaint"),
        (date(2026, 12, 25), "Noël"),
        (date(2026, 12, 13), None),
        (date(2026, 8, 3), None),
    ],
)
def test_a_holiday_has_its_name_on_a_sunday_too(day: date, name: str | None) -> None:
    """A public holiday is one whatever its weekday; a Sunday or a closure is none."""
    assert calendar("FR", (CLOSED,)).holiday(day) == name


@pytest.mark.parametrize(
    ("code", "day", "reason"),
    [
        ("FR", date(2026, 9, 7), None),
        ("FR", date(2026, 9, 5), "samedi"),
        ("FR", date(2026, 9, 6), "dimanche"),
        ("FR", date(2026, 5, 1), "Fête du Travail"),
        ("FR", date(2026, 11, 1), "Toussaint"),
        ("FR", date(2026, 1, 1), "Jour de l’an"),
        ("FR-974", date(2027, 12, 20), "Abolition de l’esclavage"),
        ("FR", date(2026, 4, 3), None),
        ("FR-57", date(2026, 4, 3), "Vendredi saint"),
        ("FR-6AE", date(2028, 12, 26), "Saint-Étienne"),
        ("FR", date(2028, 12, 26), None),
    ],
)
def test_a_day_off_has_a_reason(code: str, day: date, reason: str | None) -> None:
    """A day off is named: the holiday first, the day of the week otherwise; a day worked has no reason."""
    assert calendar(code).reason_off(day) == reason


@pytest.mark.parametrize("code", territories())
def test_public_holidays_are_those_that_the_library_gives_a_country(code: str) -> None:
    """Loaded without the rest of the world, France has the days and the names it has among all countries."""
    whole = country_holidays(
        "FR", subdiv=territory(code).subdivision, years=range(2015, 2041), language="fr"
    )
    ours = calendar(code).careful
    assert {day: name.replace("'", "’") for day, name in whole.items()} == {
        day: (ours.holiday(day) or "").removesuffix(", jour d’usage") for day in whole
    }


def test_a_closure_is_a_day_off_with_its_own_name() -> None:
    """A declared closure takes days away, both ends included, and gives its label as the reason."""
    closed = calendar("FR", (CLOSED,))
    around = [date(2026, 7, 31), date(2026, 8, 3), date(2026, 8, 14), date(2026, 8, 17)]
    reasons = [closed.reason_off(day) for day in around]
    assert reasons == [None, "Fermeture d’été", "Fermeture d’été", None]


def test_a_closure_of_one_calendar_leaves_the_others_alone() -> None:
    """The days an agency closes are worked by everybody else of the territory."""
    closed = calendar("FR", (CLOSED,))
    assert (
        closed.count(CLOSED.first, CLOSED.last),
        calendar("FR").count(CLOSED.first, CLOSED.last),
    ) == (0, 10)


def test_days_off_are_listed_in_order_with_their_reasons() -> None:
    """The days off of a stretch are listed in order, each with its reason."""
    assert calendar("FR").days_off(date(2026, 5, 7), date(2026, 5, 11)) == [
        (date(2026, 5, 8), "Fête de la Victoire"),
        (date(2026, 5, 9), "samedi"),
        (date(2026, 5, 10), "dimanche"),
    ]


FRIDAY, SATURDAY, MONDAY = date(2026, 9, 4), date(2026, 9, 5), date(2026, 9, 7)


@pytest.mark.parametrize(
    ("move", "expected"),
    [
        (lambda c: c.forward(FRIDAY, 1), MONDAY),
        (lambda c: c.forward(SATURDAY, 1), MONDAY),
        (lambda c: c.forward(SATURDAY, 0), FRIDAY),
        (lambda c: c.forward(FRIDAY, 0), FRIDAY),
        (lambda c: c.back(MONDAY, 1), FRIDAY),
        (lambda c: c.back(SATURDAY, 1), FRIDAY),
        (lambda c: c.back(SATURDAY, 0), MONDAY),
        (lambda c: c.back(MONDAY, 0), MONDAY),
        (lambda c: c.on_or_before(SATURDAY), FRIDAY),
        (lambda c: c.on_or_before(MONDAY), MONDAY),
        (lambda c: c.on_or_after(SATURDAY), MONDAY),
        (lambda c: c.on_or_after(FRIDAY), FRIDAY),
        (lambda c: c.count(FRIDAY, MONDAY), 2),
        (lambda c: c.count(SATURDAY, SATURDAY), 0),
        (lambda c: c.count(MONDAY, FRIDAY), 0),
    ],
)
def test_moves_around_a_weekend(move: Callable[[WorkingCalendar], Any], expected: object) -> None:
    """Forward, back, up to, from and count agree with what a person reads on a wall calendar."""
    assert move(calendar("FR")) == expected


def test_a_long_count_crosses_the_end_of_the_index() -> None:
    """Counting ten thousand working days from 2026 goes on past the years first indexed."""
    found, naive = WorkingCalendar("FR"), NaiveCalendar("FR")
    expected = naive.walk(date(2026, 1, 1), 10_000)
    assert found.forward(date(2026, 1, 1), 10_000) == expected
    assert found.back(expected, 10_000) == date(2025, 12, 31)


@pytest.mark.parametrize(
    ("ask", "day"),
    [
        (lambda c: c.is_working(date(1949, 12, 31)), "31/12/1949"),
        (lambda c: c.is_working(date(2100, 1, 1)), "01/01/2100"),
        (lambda c: c.forward(date(2099, 12, 31), 1), "01/01/2100"),
        (lambda c: c.forward(date(2026, 1, 1), 10**7), "01/01/2100"),
        (lambda c: c.forward(date(2100, 1, 1), 0), "01/01/2100"),
        (lambda c: c.back(date(1950, 1, 2), 1), "31/12/1949"),
        (lambda c: c.count(date(2026, 1, 1), date(2150, 1, 1)), "01/01/2150"),
        (lambda c: c.reason_off(date(1900, 5, 1)), "01/05/1900"),
    ],
)
def test_beyond_the_tables_a_question_is_refused(
    ask: Callable[[WorkingCalendar], Any], day: str
) -> None:
    """A date for which no holiday is known is refused in one sentence, never answered wrongly."""
    with pytest.raises(InvalidInput) as refusal:
        ask(WorkingCalendar("FR"))
    assert refusal.value.message == (
        f"Date hors calendrier : {day}. Les jours fériés sont connus de 1950 à 2099 : corrigez l’année."
    )


def test_the_first_day_of_the_tables_is_answered() -> None:
    """The first day that the tables know can be asked about, in every way."""
    found = WorkingCalendar("FR")
    first = date(1950, 1, 1)
    answers = (found.on_or_after(first), found.back(first, 0), found.count(first, date(1950, 1, 2)))
    assert answers == (date(1950, 1, 2), date(1950, 1, 2), 1)


def test_the_last_day_of_the_tables_is_answered() -> None:
    """The last day that the tables know can be asked about."""
    found = WorkingCalendar("FR")
    last = date(2099, 12, 31)
    answers = (found.is_working(last), found.on_or_before(last), found.forward(last, 0))
    assert answers == (True, last, last)


def test_threads_that_extend_the_index_together_all_get_it_right() -> None:
    """Eight threads that widen one calendar at once, towards both ends, each get the naive answers."""
    found, naive, together = WorkingCalendar("FR-57"), NaiveCalendar("FR-57"), Barrier(8)
    days = [date(year, 6, 5) for year in range(2010, 2098, 11)]

    def ask(order: int) -> list[date]:
        together.wait(timeout=PATIENCE)
        return [found.forward(day, 40) for day in (days if order % 2 else reversed(days))]

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(ask, range(8)))
    expected = [naive.walk(day, 40) for day in days]
    assert answers == [expected if order % 2 else expected[::-1] for order in range(8)]


def test_the_same_calendar_is_shared() -> None:
    """A territory's calendar is built once, so that its index is too; closures make another one."""
    assert calendar("FR") is calendar("FR")
    assert calendar("FR") is not calendar("FR", (CLOSED,))


def test_a_closure_on_days_off_takes_nothing_away() -> None:
    """A closure over a weekend and a holiday removes no working day."""
    idle = Closure(date(2026, 4, 4), date(2026, 4, 6), "Pâques")
    span = (date(2026, 3, 1), date(2026, 4, 30))
    assert calendar("FR", (idle,)).count(*span) == calendar("FR").count(*span)


def test_overlapping_closures_count_once() -> None:
    """Two closures that share days take each of these days away once."""
    other = Closure(date(2026, 8, 10), date(2026, 8, 21), "Inventaire")
    both = calendar("FR", (CLOSED, other))
    assert both.count(date(2026, 8, 1), date(2026, 8, 31)) == 6
    assert both.back(date(2026, 8, 24), 1) == date(2026, 7, 31)
