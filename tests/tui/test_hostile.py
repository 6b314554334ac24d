"""Texts that another program has written in the base, and pastes that hold anything."""

from __future__ import annotations

import re
import sqlite3
from contextlib import closing

import pytest
from textual.command import CommandPalette
from textual.events import Paste
from textual.widgets import Input

from tests.support.tui import NARROW, WIDE, Stage

REF = "CIPI-DEMO-02"
ORDERS = "\x1b]52;c;UFdORUQ=\x07\x1b[31m\x9b31m\u202erouge\x7f\r"
UNSEEN = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]")


@pytest.fixture
def hostile(stage: Stage) -> Stage:
    """Lend a stage on which every text that somebody may have typed gives orders to a terminal."""
    stage.desk.must(
        f"dossier pieces {REF} --recue convention_formation --ou convention_formation=ici"
    )
    stage.desk.must(f"dossier corriger {REF} --libelle Autre --commentaire essai")
    with closing(sqlite3.connect(stage.desk.database)) as base, base:
        for table, column in (
            ("case_file", "title"),
            ("document_check", "kept_at"),
            ("journal", "comment"),
            ("outbox", "subject"),
            ("outbox", "answer"),
        ):
            base.execute(f"UPDATE {table} SET {column} = ?", [ORDERS])
    return stage


@pytest.mark.parametrize("size", [NARROW, WIDE])
async def test_no_screen_gives_orders_to_the_terminal(
    hostile: Stage, size: tuple[int, int]
) -> None:
    """Lists, panels, tabs, forms, the menu and toasts show signs, and keep their width."""
    async with hostile.playing(size) as player:
        player.app.screen.query_one("WorkTable").focus()
        seen = []
        for keys in (
            ["slash", *REF.lower(), "enter", "enter"],
            ["tab"],
            ["c"],
            ["escape", "tab", "tab", "tab"],
            ["ctrl+p"],
            [*"demo"],
            ["escape", "escape", "4"],
            ["2"],
        ):
            await player.press(*keys)
            shown = player.shown()
            seen.append(shown)
            assert not UNSEEN.search(shown), repr(shown)
            for strip in player.app.screen._compositor.render_strips():
                assert strip.cell_length <= size[0]
    assert sum("␛" in shown for shown in seen) >= 4


async def test_the_search_joins_the_lines_of_a_paste(stage: Stage) -> None:
    """A reference copied with the end of the line above is found, and so is what lies on two lines."""
    async with stage.playing(WIDE) as player:
        await player.press("slash")
        player.app.post_message(Paste("\n\x1b[1mCIPI-DEMO-09\x1b[0m\t\n"))
        await player.settle()
        assert player.app.screen.query_one("#search", Input).value == "CIPI-DEMO-09"
        assert "1 dossier trouvé" in player.shown()


async def test_the_menu_joins_the_lines_of_a_paste(stage: Stage) -> None:
    """What is pasted in the menu is all of it, on one line."""
    async with stage.playing(WIDE) as player:
        await player.press("ctrl+p")
        player.app.post_message(Paste("Leïla\r\nGarance"))
        await player.settle()
        assert isinstance(player.app.screen, CommandPalette)
        assert player.app.screen.query_one(Input).value == "Leïla Garance"


async def test_brackets_are_only_brackets(stage: Stage) -> None:
    """A title, and whatever else somebody types, is shown as it is: nothing in it is a colour or a fault."""
    odd = "Sacha [/] [b]H[/b] [@click=app.quit]x[/]"
    stage.desk.must(f"dossier corriger {REF} --libelle", odd)
    async with stage.playing(WIDE) as player:
        await player.press("slash", *"sacha")
        assert odd[:20] in player.shown()
        await player.press("enter", "enter")
        assert odd in player.shown()
        await player.press("ctrl+p")
        await player.type("sacha")
        await player.pilot.pause(0.3)
        assert odd in player.shown()
        await player.press("escape", "c")
        assert odd in player.shown()
        await player.press("escape", "escape", "escape", "n")
        await player.type("08/01/2027")
        await player.press("shift+tab")
        await player.type(odd)
        await player.press("ctrl+s")
        assert odd in player.shown()
        player.app.notify(odd)
        await player.settle()
        assert player.said().endswith(odd)
        assert odd in player.shown().replace("\n", "")
