"""Confirmer une règle: the question, the answer, and what the house holds from then on."""

from __future__ import annotations

from textual.widgets import Select

from tests.support.tui import WIDE, Stage
from tui.forms.act import ActScreen


async def test_an_answer_is_noted_once_for_the_house(stage: Stage) -> None:
    """The form asks what nobody has settled; what is typed is noted, and stands in its list from then on."""
    async with stage.playing(WIDE) as player:
        await player.press("C")
        assert isinstance(player.app.screen, ActScreen)
        player.app.screen.query_one("#fact-point", Select).value = "delai-contrat"
        await player.settle()
        assert "Combien de jours après l’accord sur la DRF" in " ".join(player.shown().split())
        await player.fill("#fact-valeur", "45")
        await player.fill("#fact-reponse", "courriel du conseiller")
        assert "Confirmé le 01/09/2026" in player.shown()
        await player.press("ctrl+s")
        assert "regles confirmer delai-contrat --valeur 45" in player.said()
        found = player.app.office.services.confirming.find("delai-contrat")
        assert found.held is not None
        assert (found.held.value, found.held.by) == ("45", player.app.office.acting)
        cipi = player.app.office.services.rulebook.procedure("cipi")
        assert {rule.closes.number for rule in cipi.deadlines["contrat"].rules if rule.closes} == {
            45,
            61,
        }
