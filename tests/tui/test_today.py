"""Aujourd’hui: what it shows, how one moves in it, searches, filters, and finds out why."""

from __future__ import annotations

import threading
from typing import Any

import pytest
from msgspec.structs import replace
from syrupy.assertion import SnapshotAssertion
from textual.widgets import Input

from tests.support.programs import PATIENCE
from tests.support.tui import NARROW, WIDE, Player, Stage, Watched
from tui.app import EcheancierApp
from tui.case.screen import CaseScreen
from tui.lists.today import TodayScreen
from tui.lists.worktable import WorkTable

SIZES = pytest.mark.parametrize("size", [NARROW, WIDE], ids=["80x24", "120x40"])


@SIZES
async def test_the_first_screen(
    stage: Stage, picture: SnapshotAssertion, size: tuple[int, int]
) -> None:
    """The first screen is the one on file."""
    async with stage.playing(size) as player:
        assert player.picture() == picture


@SIZES
async def test_the_first_screen_without_colour(
    stage: Stage,
    picture: SnapshotAssertion,
    size: tuple[int, int],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Without colour, the first screen still says everything."""
    monkeypatch.setenv("NO_COLOR", "1")
    async with stage.playing(size) as player:
        assert player.picture() == picture


async def test_groups_come_in_the_order_of_what_they_cost(stage: Stage) -> None:
    """What is late stands before what is due today, this week, awaited, and later."""
    async with stage.playing(WIDE) as player:
        shown = player.shown()
        titles = ["En retard", "À relancer", "Cette semaine", "Fenêtres qui s’ouvrent"]
        places = [shown.index(title) for title in titles]
        assert places == sorted(places)


async def test_the_explanation_unfolds_by_one_key(stage: Stage) -> None:
    """`e` shows the lines that justify the next date, and hides them again."""
    async with stage.playing(WIDE) as player:
        assert "Décompte" not in player.shown()
        await player.press("e")
        assert "Décompte" in player.shown()
        await player.press("e")
        assert "Décompte" not in player.shown()


async def test_the_panel_is_shown_on_demand_in_a_small_window(stage: Stage) -> None:
    """At 80 columns the file selected is hidden until `v` asks for it."""
    async with stage.playing(NARROW) as player:
        assert "Prochaine date" not in player.shown()
        await player.press("v")
        assert "Prochaine date" in player.shown()


async def test_vim_keys_arrows_and_ends(stage: Stage) -> None:
    """j, k, arrows, g and G move the cursor; brackets go from group to group."""
    async with stage.playing(NARROW) as player:
        table = player.app.screen.query_one(WorkTable)
        await player.press("j", "down", "k")
        assert table.cursor == 1
        await player.press("G")
        assert table.cursor == table.total - 1
        await player.press("g", "right_square_bracket")
        assert table.cursor > 1


async def test_searching_and_leaving_the_search(stage: Stage) -> None:
    """`/` narrows the list while one types, whatever the accents; Escape shows everything again."""
    async with stage.playing(WIDE) as player:
        table = player.app.screen.query_one(WorkTable)
        everything = table.total
        await player.press("slash")
        await player.type("leila")
        assert table.total == 1
        assert "Leïla" in player.shown()
        await player.press("escape")
        assert table.total == everything


async def test_a_search_that_finds_nothing_says_so(stage: Stage) -> None:
    """An empty list says what was asked and how to leave it."""
    async with stage.playing(NARROW) as player:
        await player.press("slash")
        await player.type("zzzz")
        assert "Aucun dossier ne répond à « zzzz »" in player.shown()


async def test_mine_and_everybody(stage: Stage) -> None:
    """`m` keeps the files of whoever is at the keyboard, and gives the others back."""
    async with stage.playing(WIDE) as player:
        table = player.app.screen.query_one(WorkTable)
        everything = table.total
        await player.press("m")
        assert 0 < table.total < everything
        assert "Les miens" in player.shown()
        await player.press("m")
        assert table.total == everything


async def test_a_view_is_kept_under_its_name(stage: Stage) -> None:
    """A filter given a name is among the views the next time."""
    async with stage.playing(WIDE) as player:
        await player.press("f")
        await player.fill("#fact-name", "Urgences")
        player.app.screen.query_one("#fact-late").focus()
        await player.press("space", "ctrl+s")
        assert "Cette semaine" not in player.shown()
        assert "Urgences" in player.shown()
        assert not list(player.app.office.drafts.iterdir())
    async with stage.playing(WIDE) as player:
        await player.press("f")
        assert "Urgences" in player.shown()


@SIZES
async def test_the_filter(stage: Stage, picture: SnapshotAssertion, size: tuple[int, int]) -> None:
    """The filter is the one on file."""
    async with stage.playing(size) as player:
        await player.press("f")
        assert player.picture() == picture


async def test_opening_a_file_and_coming_back(stage: Stage) -> None:
    """Enter opens the file under the cursor, Escape comes back to the list."""
    async with stage.playing(NARROW) as player:
        await player.press("enter")
        assert type(player.app.screen).__name__ == CaseScreen.__name__
        await player.press("escape")
        assert type(player.app.screen) is TodayScreen


async def test_a_click_selects_then_opens(stage: Stage) -> None:
    """The mouse selects a line, and opens it when it is clicked again."""
    async with stage.playing(NARROW) as player:
        table = player.app.screen.query_one(WorkTable)
        await player.pilot.click(WorkTable, offset=(20, 3))
        await player.settle()
        assert table.cursor == 2
        await player.pilot.click(WorkTable, offset=(20, 3))
        await player.settle()
        assert isinstance(player.app.screen, CaseScreen)


async def test_what_somebody_else_writes_appears(stage: Stage) -> None:
    """A title changed elsewhere is on the list without a key."""
    async with stage.playing(WIDE) as player:
        row = player.app.screen.query_one(WorkTable).current
        assert row is not None
        player.app._watch()
        await player.settle()
        stage.desk.must(f"dossier corriger {row.ref} --libelle 'Renommé ailleurs'")
        player.app._watch()
        await player.settle()
        assert "Renommé ailleurs" in player.shown()


async def test_the_window_changes_size(stage: Stage) -> None:
    """A window made smaller hides the panel at once; made larger, shows it."""
    async with stage.playing(WIDE) as player:
        assert "Prochaine date" in player.shown()
        await player.pilot.resize_terminal(*NARROW)
        await player.settle()
        assert "Prochaine date" not in player.shown()


class Opening:
    """Rooms whose database takes as long to open as the test wants."""

    def __init__(self, services: Any) -> None:
        self._services = services
        self.over = threading.Event()

    def __getattr__(self, name: str) -> Any:
        """Return a room, those of the database once it is open."""
        if name == "worklist":
            self.over.wait(PATIENCE)
        return getattr(self._services, name)


async def test_the_list_is_there_before_anything_is_read(stage: Stage) -> None:
    """A glance at the list is shown as it is, and what was written since comes as soon as it is read."""
    office = stage.office()
    first_page = office.services.first_page(office.day, 50)()
    assert first_page is not None
    renamed = first_page.rows[0]
    stage.desk.must(f"dossier corriger {renamed.ref} --libelle Renommé")
    opening = Opening(office.services)
    app = Watched(replace(office, services=opening), first_page)
    async with app.run_test(size=WIDE) as pilot:
        player = Player(app, pilot)
        await pilot.pause()
        shown = player.shown()
        assert renamed.ref in shown
        assert renamed.title[:9] in shown
        assert "En attente d’une réponse" in shown
        opening.over.set()
        await player.sees("Renommé", "En attente : AKTO")
        assert renamed.title[:9] not in player.shown()


async def test_the_first_keys_are_for_the_list(stage: Stage) -> None:
    """What is typed while the program starts never lands in the search."""
    app = EcheancierApp(stage.office())
    async with app.run_test(size=WIDE) as pilot:
        await pilot.press("j", "j")
        assert isinstance(app.focused, WorkTable)
        assert not app.screen.query_one("#search", Input).value


async def test_the_selected_line_stays_in_view_when_the_terminal_shrinks(stage: Stage) -> None:
    """Enter opens what one sees: the line under the cursor is on the screen at every size."""
    async with stage.playing(WIDE) as player:
        await player.press("pagedown")
        row = player.app.screen.query_one(WorkTable).current
        assert row is not None
        for size in (NARROW, (60, 12), WIDE, (40, 12)):
            await player.pilot.resize_terminal(*size)
            await player.settle()
            [line] = [line for line in player.shown().splitlines() if "▌" in line]
            assert row.ref.removeprefix("CIPI-")[-3:] in line or row.title[:5] in line
        await player.press("enter")
        screen = player.app.screen
        assert isinstance(screen, CaseScreen)
        assert screen.ref == row.ref
