"""Organismes, clients, bénéficiaires: the list, one of them with its files, the forms that change them."""

from __future__ import annotations

import pytest
from syrupy.assertion import SnapshotAssertion
from textual.widgets import Select

from tests.support.tui import NARROW, WIDE, Stage
from tui.case.screen import CaseScreen

SIZES = pytest.mark.parametrize("size", [NARROW, WIDE], ids=["80x24", "120x40"])
REF = "CIPI-DEMO-01"


@SIZES
async def test_a_person_is_seen_with_all_their_files(
    stage: Stage, picture: SnapshotAssertion, size: tuple[int, int]
) -> None:
    """Everybody stands in one list, by kind; Enter goes to the files of one, and to one of them."""
    stage.desk.must("organisme ajouter 'Greta Metz' --siret 12345678200010")
    stage.desk.must("beneficiaire ajouter Morvan --prenom Sacha --courriel sacha@example.org")
    stage.desk.must("beneficiaire ajouter Morvant --prenom Sacha")
    for ref in (REF, "CIPI-DEMO-02"):
        stage.desk.must(f"dossier corriger {ref} --beneficiaire 2 --libelle 'Sacha Morvan'")
    async with stage.playing(size) as player:
        await player.press("O", "j")
        assert "sacha@example.org" in player.shown()
        assert player.picture() == picture
        await player.press("enter", "enter")
        assert isinstance(player.app.screen, CaseScreen)


async def test_a_known_organisation_is_suggested_as_it_is_typed(stage: Stage) -> None:
    """→ takes the name; what it knows comes with it, and is shown."""
    stage.desk.must("organisme ajouter 'Greta Metz' --siret 12345678200010 --qualiopi 31/12/2027")
    async with stage.playing(WIDE) as player:
        await player.press("n")
        await player.type("12/11 9h")
        await player.fill("#fact-organisme_formation", "gré")
        await player.press("end", "right")
        assert "31/12/2027" in player.shown()
        await player.press("ctrl+s", "o")
        assert "organisme_formation=Greta Metz" in player.said()
    assert stage.desk.must("dossier voir CIPI-2026-0001 --json").json["organisation"] == 1


async def test_one_is_added_corrected_and_merged(stage: Stage) -> None:
    """A form for each, that says the same command; what is searched is found as it is typed."""
    async with stage.playing(WIDE) as player:
        await player.press("O", "n")
        await player.fill("#fact-nom", "Greta Metz")
        await player.fill("#fact-siret", "123 456 782 00010")
        await player.press("ctrl+s")
        assert "organisme ajouter 'Greta Metz' --siret" in player.said()
        await player.press("n")
        player.app.screen.query_one("#fact-sorte", Select).value = "organisme"
        await player.fill("#fact-nom", "Gretta Metz")
        assert "Peut-être le même" in player.shown()
        await player.press("ctrl+s")
        stage.desk.must(f"dossier corriger {REF} --organisme 1")
        await player.press("g", "c")
        await player.fill("#fact-nda", "11 75 12345 75")
        assert REF in player.shown()
        await player.press("ctrl+s")
        assert "organisme corriger 1 --nda '11 75 12345 75'" in player.said()
        await player.press("x", "ctrl+s", "o")
        assert "organisme fusionner 1 2" in player.said()
        await player.press("slash")
        await player.type("metz")
        assert "Greta Metz" in player.shown()
    assert stage.desk.must("organisme lister --json").json["total"] == 1
