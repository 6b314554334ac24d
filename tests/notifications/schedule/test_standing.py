"""Where a deadline stands: the table of statuses, and the words for the time left."""

from __future__ import annotations

from datetime import date, datetime

import pytest

from notifications.schedule.standing import Status, opening, standing, time_left
from tests.support.notifications import PARIS, drf, make_planner, paris, reply, target
from workflow.case.case import Deadline, Moment
from workflow.rules.deadline_rules import Kind

PLANNER = make_planner()
CALENDAR = PLANNER.calendar("dijon")


@pytest.mark.parametrize(
    ("deadline", "now", "status", "name", "left", "headline"),
    [
        (drf(), paris(date(2026, 8, 25)), "a_venir", "limite prudente", 7, "Dans 7 jours ouvrés"),
        (drf(), paris(date(2026, 9, 1)), "proche", "limite prudente", 2, "Dans 2 jours ouvrés"),
        (drf(), paris(date(2026, 9, 2)), "proche", "limite prudente", 1, "Demain"),
        (drf(), paris(date(2026, 9, 3)), "aujourdhui", "limite prudente", 0, "Aujourd’hui"),
        (
            drf(), paris(date(2026, 9, 4)), "marge", "limite stricte", 0,
            "Limite prudente dépassée depuis hier",
        ),
        (
            drf(), paris(date(2026, 9, 6), 9), "retard", "limite stricte", 0,
            "Limite stricte dépassée aujourd’hui à 09:00",
        ),
        (
            drf(), paris(date(2026, 9, 8)), "retard", "limite stricte", -2,
            "Limite stricte dépassée depuis 2 jours ouvrés",
        ),
        (
            drf(strict=date(2026, 9, 6)), paris(date(2026, 9, 6), 23), "marge", "limite stricte",
            0, "Limite prudente dépassée depuis 1 jour ouvré",
        ),
        (
            drf(prudent=None, strict=date(2026, 9, 4)), paris(date(2026, 9, 1)), "a_venir",
            "limite stricte", 3, "Dans 3 jours ouvrés",
        ),
        (target(), paris(date(2026, 9, 4)), "aujourdhui", "objectif interne", 0, "Aujourd’hui"),
        (
            target(), paris(date(2026, 9, 7)), "retard", "objectif interne", -1,
            "Objectif interne dépassé depuis 1 jour ouvré",
        ),
        (
            target(prudent=date(2026, 5, 1)), paris(date(2026, 5, 3)), "retard",
            "objectif interne", 0, "Objectif interne dépassé depuis 2 jours",
        ),
        (reply(), paris(date(2026, 8, 31)), "attente", "relance", 1, "Demain"),
        (reply(), paris(date(2026, 9, 1)), "relance", "relance", 0, "À relancer aujourd’hui"),
        (
            reply(), paris(date(2026, 9, 4)), "relance", "relance", -3,
            "À relancer depuis 3 jours ouvrés",
        ),
        (
            drf(prudent=None, strict=None), paris(date(2026, 7, 7)), "ouverture", "ouverture", 1,
            "La fenêtre s’ouvre demain",
        ),
    ],
)  # fmt: skip
def test_each_situation_has_its_words(
    deadline: Deadline, now: datetime, status: str, name: str, left: int, headline: str
) -> None:
    """From far ahead to missed, each situation is named, counted and said."""
    found = standing(deadline.dates, deadline.kind, now, "dijon", PLANNER)
    assert (found.status, found.name, found.left) == (Status(status), name, left)
    assert found.headline.replace("\u00a0", " ") == headline


def test_late_for_us_is_not_late_in_law() -> None:
    """Once the prudent day has passed, the strict limit becomes the date that counts."""
    found = standing(drf().dates, Kind.REGULATORY, paris(date(2026, 9, 4)), "dijon", PLANNER)
    assert found.on == datetime(2026, 9, 6, 9, tzinfo=PARIS)
    assert found.phrase.replace("\u00a0", " ") == "dans 2 jours"


def test_an_hour_limit_is_shown_in_the_zone_of_the_agency() -> None:
    """A limit of Paris reads six hours earlier on the clocks of Guadeloupe."""
    late = drf(prudent=None)
    found = standing(late.dates, late.kind, paris(date(2026, 9, 1)), "pap", PLANNER)
    assert isinstance(found.on, datetime)
    assert found.on.hour == 3


@pytest.mark.parametrize(
    ("today", "moment", "expected"),
    [
        (date(2026, 9, 3), date(2026, 9, 3), (0, "aujourd’hui")),
        (date(2026, 9, 3), datetime(2026, 9, 3, 14, tzinfo=PARIS), (0, "aujourd’hui à 14:00")),
        (date(2026, 9, 3), datetime(2026, 9, 4, 8, 30, tzinfo=PARIS), (1, "demain à 08:30")),
        (date(2026, 9, 4), date(2026, 9, 5), (0, "demain")),
        (date(2026, 9, 4), date(2026, 9, 6), (0, "dans 2 jours")),
        (date(2026, 9, 3), date(2026, 9, 5), (1, "dans 1 jour ouvré")),
        (date(2026, 4, 30), date(2026, 5, 4), (1, "dans 1 jour ouvré")),
    ],
)
def test_the_time_left_counts_working_days(
    today: date, moment: Moment, expected: tuple[int, str]
) -> None:
    """Working days where there are some, calendar days over a weekend, the hour when it is near."""
    left, phrase = time_left(today, moment, CALENDAR)
    assert (left, phrase.replace("\u00a0", " ")) == expected


@pytest.mark.parametrize(
    ("now", "phrase"),
    [
        (paris(date(2026, 7, 6)), "La fenêtre s’ouvre dans 2 jours"),
        (paris(date(2026, 7, 8)), "La fenêtre s’ouvre aujourd’hui"),
        (paris(date(2026, 7, 9)), "Fenêtre ouverte depuis le 08/07/2026"),
    ],
)
def test_a_window_is_seen_from_its_opening(now: datetime, phrase: str) -> None:
    """A window says when it opens, in calendar days, or since when it is open."""
    found = opening(drf().dates, now, "dijon", PLANNER)
    assert found is not None
    assert found.headline.replace("\u00a0", " ") == phrase


def test_a_deadline_without_a_window_has_no_opening() -> None:
    """What can be done at any time has no opening to announce."""
    assert opening(target().dates, paris(date(2026, 7, 6)), "dijon", PLANNER) is None
