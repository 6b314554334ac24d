"""The legal holidays of every territory, compared with the open data of the State from 2006 to 2031.

The file and its source are in `jours_feries/`. Each difference is named here, with who is right.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping
from datetime import date, timedelta
from functools import lru_cache
from pathlib import Path

import pytest

from workflow.calendar.calendars import calendar, territories

FILE = Path(__file__).with_name("jours_feries") / "jours_feries.csv"
YEARS = range(2006, 2032)

ZONES: Mapping[str, str] = {
    "FR": "Métropole",
    "FR-57": "Alsace-Moselle",
    "FR-6AE": "Alsace-Moselle",
    "FR-971": "Guadeloupe",
    "FR-972": "Martinique",
    "FR-973": "Guyane",
    "FR-974": "La Réunion",
    "FR-975": "Saint-Pierre-et-Miquelon",
    "FR-976": "Mayotte",
    "FR-977": "Saint-Barthélémy",
    "FR-978": "Saint-Martin",
}
"""The zone of the open data that each of our territories is."""

ELSEWHERE = {"Nouvelle-Calédonie", "Polynésie Française", "Wallis-et-Futuna"}
"""Zones that have a labour law of their own: no scheme of ours applies there."""

WHIT_MONDAYS = {date(2006, 6, 5), date(2007, 5, 28)}
"""Worked as the day of solidarity: the library leaves them out, the State kept them on its list."""
OCTOBER = {date(year, 10, 9) for year in range(2006, 2012)}
"""Saint-Barthélemy: on the list of the State before the decree of 2012 that names the day."""
MAY_27 = {date(year, 5, 27) for year in range(2006, 2018)}
"""Saint-Martin: the State's list has the day of Guadeloupe until 2017."""
MAY_28 = {date(year, 5, 28) for year in range(2013, 2018)}
"""Saint-Martin: the day of the decree of 2012 (a Whit Monday that year), on the State's list from 2018."""

MISSING: Mapping[str, set[date]] = {"FR-977": OCTOBER, "FR-978": MAY_27}
"""Days that the State lists and we do not, besides the two Whit Mondays; all are past."""
ADDED: Mapping[str, set[date]] = {"FR-978": MAY_28}
"""Days that we have and the State does not list; all are past."""


@lru_cache(maxsize=1)
def open_data() -> Mapping[str, set[date]]:
    """Return the holidays of the State by zone."""
    found: dict[str, set[date]] = {}
    with FILE.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            for zone in row["zones"].split("|"):
                found.setdefault(zone, set()).add(date.fromisoformat(row["date"]))
    return found


def ours(code: str) -> set[date]:
    """Return the legal holidays of a territory, weekends included."""
    first, last = date(YEARS[0], 1, 1), date(YEARS[-1], 12, 31)
    days = (first + timedelta(days=offset) for offset in range((last - first).days + 1))
    return {day for day in days if calendar(code).holiday(day)}


def test_every_territory_is_compared_and_every_zone_has_its_place() -> None:
    """Each territory has its zone in the open data, and the zones left over have another labour law."""
    assert set(ZONES) == set(territories())
    assert set(open_data()) == set(ZONES.values()) | ELSEWHERE
    assert {day.year for days in open_data().values() for day in days} == set(YEARS)


@pytest.mark.parametrize("code", ZONES)
def test_legal_holidays_are_those_of_the_open_data(code: str) -> None:
    """From 2006 to 2031, a territory has the holidays of the State, the differences named above aside."""
    theirs, found = open_data()[ZONES[code]], ours(code)
    assert theirs - found == WHIT_MONDAYS | MISSING.get(code, set())
    assert found - theirs == ADDED.get(code, set())
