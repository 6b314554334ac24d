"""Reporter un rappel: until a day, with a reason, and never past the last useful one."""

from __future__ import annotations

import pytest
from syrupy.assertion import SnapshotAssertion
from textual.widgets import Input, Select

from tests.support.tui import NARROW, WIDE, Player, Stage
from tui.case.screen import CaseScreen
from tui.forms.act import ActScreen
from tui.forms.drafting import ResumeScreen

SIZES = pytest.mark.parametrize("size", [NARROW, WIDE], ids=["80x24", "120x40"])
REF, GRANTED = "CIPI-DEMO-07", "CIPI-DEMO-18"


async def open_form(player: Player, ref: str = REF) -> None:
    """Open a file, then the form."""
    player.app.push(CaseScreen(ref))
    await player.settle()
    await player.press("R")
    if isinstance(player.app.screen, ResumeScreen):
        await player.press("enter")
    assert isinstance(player.app.screen, ActScreen)


def filled(player: Player) -> tuple[object, str, str]:
    """Return which reminder is chosen, until when, and why."""
    screen = player.app.screen
    until, reason = (
        screen.query_one(selector, Input).value for selector in ("#fact-until", "#reason")
    )
    return screen.query_one("#fact-which", Select).value, until, reason


@SIZES
async def test_a_reminder_is_put_off(
    stage: Stage, picture: SnapshotAssertion, size: tuple[int, int]
) -> None:
    """A day typed in a hurry and a reason put the reminder off, and the journal says so."""
    async with stage.playing(size) as player:
        await open_form(player)
        await player.fill("#fact-until", "demain")
        await player.fill("#reason", "pièces attendues demain")
        assert "= rappel le mercredi 2 septembre 2026" in player.shown()
        assert player.picture() == picture
        await player.press("ctrl+s")
        assert f"dossier reporter {REF} drf --jusqu-au 02/09/2026" in player.said()
        assert not list(player.app.office.drafts.iterdir())


async def test_a_small_form_says_what_it_lacks(stage: Stage) -> None:
    """Saved without its day, then with a day that is none, the form says why nothing is saved."""
    async with stage.playing(NARROW) as player:
        await open_form(player)
        await player.press("ctrl+s")
        assert "Rien n’est enregistré : dites jusqu’à quel jour" in player.said()
        await player.fill("#fact-until", "32/13")
        await player.press("ctrl+s")
        assert "Rien n’est enregistré : « 32/13 »" in player.said()
        assert isinstance(player.app.screen, ActScreen)


async def test_what_was_put_off_is_seen_and_lifted(stage: Stage) -> None:
    """The file says until when and why its reminder waits; `R` on it lets it come again at once."""
    put_off = "--jusqu-au 02/09/2026 --raison 'pièces attendues'"
    stage.desk.must(f"dossier reporter {REF} drf {put_off}")
    said = "reporté au mercredi 2 septembre 2026 : pièces attendues"
    async with stage.playing(WIDE) as player:
        player.app.push(CaseScreen(REF))
        await player.settle()
        assert said in player.shown()
        await player.press("R", "shift+tab", "space", "ctrl+s")
        assert f"Report levé\n$ echeancier dossier reporter {REF} drf --reprendre" in player.said()
        assert said not in player.shown()
    again = stage.desk.type(f"dossier reporter {REF} drf --reprendre")
    assert "n’est pas reporté" in again.said


async def test_a_reminder_that_is_gone_is_said(stage: Stage) -> None:
    """A reminder chosen before, of a date that is met meanwhile, is not taken for another in silence."""
    async with stage.playing(WIDE) as player:
        await open_form(player)
        await player.fill("#reason", "pièces attendues")
    stage.desk.must(f"dossier avancer {REF} deposer_drf --par malik")
    async with stage.playing(WIDE) as player:
        await open_form(player)
        assert "sauf un choix qui n’existe plus" in player.said()
        assert filled(player)[2] == "pièces attendues"


async def test_what_can_still_wait_is_proposed_first(stage: Stage) -> None:
    """A date that is late cannot be put off: it is not the one proposed, and says so when it is chosen."""
    async with stage.playing(WIDE) as player:
        await open_form(player, GRANTED)
        assert filled(player)[0] == "mission"
        assert "ne peut plus attendre" not in player.shown()
        player.app.screen.query_one("#fact-which", Select).value = "contrat"
        await player.settle()
        assert "ne peut plus attendre" in player.shown()


@pytest.mark.parametrize(
    ("until", "reason", "said"),
    [
        ("31/12/2026", "plus tard", "dernier jour utile"),
        ("hier", "plus tard", "n’est pas"),
        ("demain", "", "manque la raison"),
        ("jamais", "plus tard", "écrivez une date"),
    ],
    ids=["too-late", "past", "no-reason", "unreadable"],
)
async def test_what_cannot_be_put_off_says_why(
    stage: Stage, until: str, reason: str, said: str
) -> None:
    """A day past the last useful one, gone by, or without a reason is refused with the reason."""
    async with stage.playing(WIDE) as player:
        await open_form(player)
        await player.fill("#fact-until", until)
        await player.fill("#reason", reason)
        assert said in player.shown()
        await player.press("ctrl+s")
        assert isinstance(player.app.screen, ActScreen)
