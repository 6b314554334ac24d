"""What is typed in the form of a file: never lost, never mixed with what others write, never a surprise."""

from __future__ import annotations

import shutil

import pytest
from textual import events
from textual.widgets import Input

from tests.support.tui import WIDE, Player, Stage
from tui.screens.act import ActScreen
from tui.screens.case import CaseScreen

PREPARED = "CIPI-DEMO-07"


async def open_form(player: Player, ref: str, key: str) -> None:
    """Open a file, then one of its forms."""
    player.app.push(CaseScreen(ref))
    await player.settle()
    await player.press(key)
    assert isinstance(player.app.screen, ActScreen)


def value(player: Player, selector: str) -> str:
    """Return what stands in a field."""
    return player.app.screen.query_one(selector, Input).value


async def test_a_stray_key_takes_no_words_away(stage: Stage) -> None:
    """The form opens with the cursor behind the title; a date, once reached, is replaced."""
    async with stage.playing(WIDE) as player:
        await open_form(player, PREPARED, "c")
        await player.press("x")
        assert value(player, "#fact-title") == "Aminata Rocher, conditionneusex"
        await player.press("tab", *"+61j")
        assert value(player, "#fact-demarrage_formation") == "+61j"


@pytest.mark.parametrize("selector", ["#comment", "#fact-title"])
async def test_pasted_lines_are_joined(stage: Stage, selector: str) -> None:
    """A field of one line takes all the lines that are pasted."""
    async with stage.playing(WIDE) as player:
        await open_form(player, PREPARED, "c")
        await player.fill(selector, "Vu : ")
        box = player.app.screen.query_one(selector, Input)
        box.post_message(events.Paste("au téléphone\r\n  puis par écrit \n\nlundi\n"))
        await player.settle()
        assert box.value == "Vu : au téléphone puis par écrit lundi"
        player.app.copy_to_clipboard("ou\nmardi")
        await player.press("ctrl+v")
        assert box.value == "Vu : au téléphone puis par écrit lundiou mardi"


async def test_a_draft_belongs_to_one_database(stage: Stage) -> None:
    """What is typed on a database never appears in the forms of another."""
    here = stage.desk.database
    async with stage.playing(WIDE) as player:
        await player.press("n")
        await player.fill("#title", "Jeanne Ormont")
        base = player.app.office.base
    other = here.with_name("autre.db")
    shutil.copy(here, other)
    text = stage.desk.config.read_text(encoding="utf-8")
    stage.desk.config.write_text(text.replace(here.name, other.name), encoding="utf-8")
    async with stage.playing(WIDE) as player:
        await player.press("n")
        assert value(player, "#title") == ""
        assert player.app.office.base != base
    stage.desk.config.write_text(text, encoding="utf-8")
    async with stage.playing(WIDE) as player:
        await player.press("n")
        assert value(player, "#title") == "Jeanne Ormont"
