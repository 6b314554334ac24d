"""The days and places in which the suite is run are what their names say, and each has its turn."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from tests.anyday.worlds import WORLDS, asked
from workflow.calendar.calendars import calendar

PARIS = ZoneInfo("Europe/Paris")
SOON = timedelta(minutes=5)


def moment(name: str) -> datetime:
    """Return when the suite starts in a world."""
    (world,) = asked(name, None)
    assert world.at is not None
    return world.at


def shift(name: str) -> timedelta:
    """Return by how much the clocks of Paris change within minutes of the start."""
    before = moment(name)
    after = (before.astimezone(ZoneInfo("UTC")) + SOON).astimezone(PARIS)
    return after.replace(tzinfo=None) - before.replace(tzinfo=None) - SOON


def test_each_day_is_what_its_name_says() -> None:
    """A working Monday, a Saturday, a year that ends, a leap day, both changes of the clocks, a holiday."""
    days = calendar("FR")
    monday, saturday, holiday = moment("lundi"), moment("samedi"), moment("jour-ferie")
    assert (monday.weekday(), monday.time()) == (0, time(17))
    assert days.is_working(monday.date())
    assert saturday.weekday() == 5
    assert holiday.weekday() < 5
    assert not days.is_working(holiday.date())
    assert (moment("nouvel-an") + SOON).year == moment("nouvel-an").year + 1
    assert (moment("29-fevrier").month, moment("29-fevrier").day) == (2, 29)
    assert shift("heure-d-ete") == timedelta(hours=1)
    assert shift("heure-d-hiver") == timedelta(hours=-1)
    assert moment("2031").year == 2031


def test_each_world_has_its_turn() -> None:
    """Eleven runs of the continuous integration see all of them, and so do eleven days at one hour."""
    names = [world.name for world in WORLDS]
    assert [asked(None, turn)[0].name for turn in range(11)] == names
    assert {asked(None, 24 * day)[0].name for day in range(11)} == set(names)
    assert asked(None, None) == WORLDS
