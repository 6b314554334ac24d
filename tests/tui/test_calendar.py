"""Calendrier: the month, the year, how one moves in them, and the files of a day."""

from __future__ import annotations

from datetime import date

import pytest
from rich.text import Text
from syrupy.assertion import SnapshotAssertion
from textual.widgets import Static

from display.drawing.typography import loosened
from tests.support.tui import NARROW, WIDE, Player, Stage
from tui.calendar.grid import CalendarGrid
from tui.calendar.screen import CalendarScreen
from tui.case.screen import CaseScreen
from tui.lists.today import TodayScreen

SIZES = pytest.mark.parametrize("size", [NARROW, WIDE], ids=["80x24", "120x40"])


def selected(player: Player) -> date:
    """Return the day under the cursor."""
    screen = player.app.screen
    assert isinstance(screen, CalendarScreen)
    return screen.grid.cursor


@SIZES
async def test_the_month(stage: Stage, picture: SnapshotAssertion, size: tuple[int, int]) -> None:
    """The month is the one on file."""
    async with stage.playing(size) as player:
        await player.press("2")
        assert player.picture() == picture


@SIZES
async def test_the_year(stage: Stage, picture: SnapshotAssertion, size: tuple[int, int]) -> None:
    """The year is the one on file."""
    async with stage.playing(size) as player:
        await player.press("2", "a")
        assert player.picture() == picture


async def test_the_month_without_colour(
    stage: Stage, picture: SnapshotAssertion, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without colour, signs still tell what is late from what comes."""
    monkeypatch.setenv("NO_COLOR", "1")
    async with stage.playing(NARROW) as player:
        await player.press("2")
        assert player.picture() == picture


async def test_moving_by_days_months_and_years(stage: Stage) -> None:
    """Arrows and vim keys move by days and weeks, brackets by months, braces by years."""
    async with stage.playing(NARROW) as player:
        await player.press("2", "l", "down", "h", "k")
        assert selected(player) == date(2026, 9, 1)
        await player.press("right_square_bracket")
        assert selected(player) == date(2026, 10, 1)
        assert "Octobre 2026" in player.shown()
        await player.press("left_square_bracket", "right_curly_bracket")
        assert selected(player) == date(2027, 9, 1)
        await player.press("t", "a", "j")
        assert selected(player) == date(2026, 10, 1)


async def test_days_off_are_named(stage: Stage) -> None:
    """A public holiday is named in its month and beside its day."""
    async with stage.playing(NARROW) as player:
        await player.press("2", "right_square_bracket", "right_square_bracket")
        assert "× Toussaint" in player.shown()
        assert "Armistice" in player.shown()
        await player.press("down", "l", "l", "l")
        assert "× Armistice" in player.shown()


@SIZES
async def test_the_files_of_a_day(stage: Stage, size: tuple[int, int]) -> None:
    """Enter goes to the files of the day, Enter opens one, Escape comes back by the same way."""
    async with stage.playing(size) as player:
        await player.press("2", "enter")
        assert "CIPI-DEMO-18" in player.shown()
        await player.press("enter")
        assert type(player.app.screen).__name__ == CaseScreen.__name__
        await player.press("escape", "escape")
        assert player.app.screen.query_one(CalendarGrid).has_focus
        await player.press("escape")
        assert isinstance(player.app.screen, TodayScreen)


@SIZES
async def test_a_strict_limit_is_on_its_day(stage: Stage, size: tuple[int, int]) -> None:
    """A day after which an act is lost bears a sign of its own, and lists the files that lose it."""
    async with stage.playing(size) as player:
        await player.press("2", "l", "l", "l", "l")
        assert "Samedi 5 septembre 2026  ┃ 1 limite" in said_of_the_day(player)
        await player.press("enter")
        assert "Limite stricte" in player.shown()
        assert "Saisir la DRF" in player.shown()
        await player.press("escape", "a")
        assert "·┃" in player.shown()


@SIZES
async def test_today_has_what_is_late(stage: Stage, size: tuple[int, int]) -> None:
    """Today says how many files are late and lose their act that day, and lists them."""
    async with stage.playing(size) as player:
        await player.press("2")
        said = "Aujourd’hui, mardi 1er septembre  ┃ 1 limite  ! 3 dates  !! 11 en retard"
        assert said_of_the_day(player) == said
        await player.press("enter")
        lines = player.shown()
        for ref in ("CIPI-DEMO-09", "CIPI-DEMO-18", "CIPI-DEMO-19"):
            assert ref in lines
        assert "Limite stricte  1" in lines
        assert "En retard  11" in lines


def said_of_the_day(player: Player) -> str:
    """Return what the screen says of the day under the cursor, spaces made plain."""
    said = player.app.screen.query_one("#day", Static).content
    assert isinstance(said, Text)
    return loosened(said.plain)


async def test_a_narrow_month_still_says_which_day_it_is(stage: Stage) -> None:
    """Between a small window and a large one, a day with something late keeps its number whole."""
    async with stage.playing((100, 30)) as player:
        await player.press("2")
        assert (
            "31 !! 2" in player.shown() or "31!! 2" in player.shown() or "31!!2" in player.shown()
        )
        assert "…" not in player.app.screen.query_one(CalendarGrid).render().plain
        assert "┃ limite stricte" in player.shown()


async def test_the_year_says_what_the_legend_says(stage: Stage) -> None:
    """A late day and a near one bear the very signs that the legend explains."""
    async with stage.playing(NARROW) as player:
        await player.press("2", "a")
        lines = player.shown().splitlines()
        august, september = (
            next(line for line in lines if name in line) for name in ("août", "sept.")
        )
        assert "!!" in august
        assert "▇!" in september
        assert "’" not in august + september


async def test_a_day_with_nothing_to_do_says_so(stage: Stage) -> None:
    """Enter on an empty day says that there is nothing."""
    async with stage.playing(NARROW) as player:
        await player.press("2", "t", "k", "k", "k", "k", "k", "enter")
        assert "Rien à faire" in player.said()


async def test_only_mine(stage: Stage) -> None:
    """`m` counts the dates of whoever is at the keyboard, and everybody's again."""
    async with stage.playing(NARROW) as player:
        await player.press("2")
        everybody = player.shown().splitlines()[1]
        await player.press("m")
        assert "Les miens" in player.shown()
        await player.press("m")
        assert player.shown().splitlines()[1] == everybody


async def test_the_mouse_selects_a_day(stage: Stage) -> None:
    """A click selects the day, and a second one lists its files."""
    async with stage.playing(NARROW) as player:
        await player.press("2")
        await player.pilot.click("CalendarGrid", offset=(25, 2))
        await player.settle()
        assert selected(player) == date(2026, 9, 2)
        await player.pilot.click("CalendarGrid", offset=(25, 2))
        await player.settle()
        assert player.app.screen.has_class("-list")


async def test_the_window_changes_size(stage: Stage) -> None:
    """A window made smaller, then larger again, shows the same month and day."""
    async with stage.playing(WIDE) as player:
        await player.press("2")
        before = player.shown()
        await player.pilot.resize_terminal(*NARROW)
        await player.settle()
        assert "Septembre 2026" in player.shown()
        await player.pilot.resize_terminal(*WIDE)
        await player.settle()
        assert player.shown() == before
