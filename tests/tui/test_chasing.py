"""Noter une relance: from a file, and for the files that are marked."""

from __future__ import annotations

from tests.support.tui import WIDE, Stage
from tui.case.screen import CaseScreen
from tui.forms.act import ActScreen

REF = "CIPI-DEMO-21"


async def test_a_chase_is_noted_and_counted(stage: Stage) -> None:
    """Today unless another day is typed; the file says how often it was chased, the command what was done."""
    async with stage.playing(WIDE) as player:
        player.app.push(CaseScreen(REF))
        await player.settle()
        await player.press("T")
        assert isinstance(player.app.screen, ActScreen)
        await player.fill("#comment", "conseiller joint")
        assert "Dernière relance" in player.shown()
        await player.press("ctrl+s")
        said = f"dossier relancer {REF} --le 01/09/2026 --commentaire 'conseiller joint'"
        assert said in player.said()
        assert "Relances : relancé le 01/09/2026" in " ".join(player.shown().split())
