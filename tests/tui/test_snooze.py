"""Reporter un rappel: until a day, with a reason, and never past the last useful one."""

from __future__ import annotations

import pytest
from syrupy.assertion import SnapshotAssertion

from tests.support.tui import NARROW, WIDE, Player, Stage
from tui.screens.case import CaseScreen
from tui.screens.snooze import SnoozeForm

SIZES = pytest.mark.parametrize("size", [NARROW, WIDE], ids=["80x24", "120x40"])
REF = "CIPI-DEMO-07"


async def open_form(player: Player) -> None:
    """Open a file, then the form."""
    player.app.push(CaseScreen(REF))
    await player.settle()
    await player.press("R")
    assert isinstance(player.app.screen, SnoozeForm)


@SIZES
async def test_a_reminder_is_put_off(
    stage: Stage, picture: SnapshotAssertion, size: tuple[int, int]
) -> None:
    """A day typed in a hurry and a reason put the reminder off, and the journal says so."""
    async with stage.playing(size) as player:
        await open_form(player)
        await player.fill("#until", "demain")
        await player.fill("#reason", "pièces attendues demain")
        assert "= rappel le mercredi 2 septembre 2026" in player.shown()
        assert player.picture() == picture
        await player.press("ctrl+s")
        assert f"dossier reporter {REF} drf --jusqu-au 02/09/2026" in player.said()


@pytest.mark.parametrize(
    ("until", "reason", "said"),
    [
        ("31/12/2026", "plus tard", "dernier jour utile"),
        ("hier", "plus tard", "n’est pas"),
        ("demain", "", "manque la raison"),
        ("jamais", "plus tard", "pas une date"),
    ],
    ids=["too-late", "past", "no-reason", "unreadable"],
)
async def test_what_cannot_be_put_off_says_why(
    stage: Stage, until: str, reason: str, said: str
) -> None:
    """A day past the last useful one, gone by, or without a reason is refused with the reason."""
    async with stage.playing(WIDE) as player:
        await open_form(player)
        await player.fill("#until", until)
        await player.fill("#reason", reason)
        assert said in player.shown()
        await player.press("ctrl+s")
        assert isinstance(player.app.screen, SnoozeForm)
