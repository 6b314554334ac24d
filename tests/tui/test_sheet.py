"""Fiche: the values of the portal copied one by one, kept when left, and the step that follows."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import unquote, urlparse

import pytest
from syrupy.assertion import SnapshotAssertion
from textual.widgets import Input

from tests.support.tui import NARROW, WIDE, Player, Stage
from tui.case.screen import CaseScreen
from tui.outward.sheet import SheetScreen

REF = "CIPI-DEMO-07"


async def open_sheet(player: Player) -> None:
    """Open a file, then its sheet."""
    player.app.push(CaseScreen(REF))
    await player.settle()
    await player.press("F")
    assert isinstance(player.app.screen, SheetScreen)


def complete(stage: Stage) -> None:
    """Note, as somebody else would, all that the sheet of the first step types."""
    facts = (
        "programme=classique organisme_formation=Forma intitule_formation=Cariste"
        " fin_formation=30/10/2026 heures_formation=140 heures_missions=70"
    )
    noted = " ".join(f"--fait {one}" for one in facts.split())
    stage.desk.must(f"dossier corriger {REF} {noted}")


@pytest.mark.parametrize("size", [NARROW, WIDE], ids=["80x24", "120x40"])
async def test_the_sheet_stands_in_the_order_of_the_portal(
    stage: Stage, picture: SnapshotAssertion, size: tuple[int, int]
) -> None:
    """Each value as it is pasted, what is missing, the limit of the step and what does not conform."""
    async with stage.playing(size) as player:
        await open_sheet(player)
        await player.press("y", "j", "j")
        assert player.picture() == picture


async def test_values_are_copied_one_after_the_other_up_to_the_step(stage: Stage) -> None:
    """Each key copies, ticks and goes on; the last opens the form, dated now, with the number to note."""
    complete(stage)
    async with stage.playing(WIDE) as player:
        await open_sheet(player)
        copied = []
        while isinstance(player.app.screen, SheetScreen):
            await player.press("y")
            copied.append(player.app.clipboard)
        assert copied[:3] == [REF, "Aminata Rocher, conditionneuse", "Agence de Lyon"]
        assert "140" in copied
        date = player.app.screen.query_one("#fact-drf_deposee_le", Input)
        assert date.value == "01/09/2026 10:00"
        await player.fill("#fact-numero_drf", "DRF-2026-777")
        await player.press("ctrl+s")
        assert list(player.app.office.drafts.glob("*fiche*")) == []
    (found,) = stage.desk.must("dossier lister --texte DRF-2026-777 --json").json["cases"]
    assert (found["ref"], found["state"]) == (REF, "drf_deposee")


async def test_an_entry_left_halfway_is_taken_up_where_it_was(stage: Stage) -> None:
    """What was ticked is still, another day or after a crash; a value that changed since is said."""
    complete(stage)
    async with stage.playing(WIDE) as player:
        await open_sheet(player)
        await player.press("y", "y", "y", "space")
    stage.desk.must(f"dossier corriger {REF} --libelle Autre")
    async with stage.playing(WIDE) as player:
        await open_sheet(player)
        assert "reprise où vous l’aviez laissée" in player.said()
        assert "✓ Programme de financement" in player.shown()
        assert "≠ Dossier  Autre" in player.shown()
        assert "a changé depuis" in player.shown()
        await player.press("delete")
        assert "✓" not in player.shown()


async def test_what_is_missing_is_noted_from_the_sheet(stage: Stage) -> None:
    """Enter on a value that the file does not say asks it, and the sheet then shows it."""
    async with stage.playing(WIDE) as player:
        await open_sheet(player)
        await player.press("j", "j", "j", "j", "enter")
        await player.fill("#fact-organisme_formation", "Forma Lyon")
        await player.press("ctrl+s")
        assert isinstance(player.app.screen, SheetScreen)
        await player.sees("Organisme de formation externe  Forma Lyon")


async def test_the_page_to_print_is_written_and_opened(stage: Stage) -> None:
    """It is the page of the command, in the user's folder."""
    async with stage.playing(WIDE) as player:
        await open_sheet(player)
        await player.press("P")
        (url,) = player.app.opened
    opened = Path(unquote(urlparse(url).path)).read_text(encoding="utf-8")  # noqa: ASYNC240 - at the end
    said = stage.desk.must(f"dossier fiche {REF} --format html").out
    assert opened.replace(f" --config {stage.desk.config}", "") == said


async def test_a_terminal_without_a_clipboard_is_told(stage: Stage) -> None:
    """The value is ticked all the same: it can be selected, or typed."""
    async with stage.playing(WIDE, copies=False) as player:
        await open_sheet(player)
        await player.press("y")
        assert "ne laisse pas copier" in player.said()
        assert "✓ Référence du dossier" in player.shown()


async def test_a_step_that_is_not_at_hand_opens_no_form(stage: Stage) -> None:
    """Its sheet can be read and ticked; the file is not there yet."""
    stage.desk.must(
        f"dossier corriger {REF} --fait heures_formation_realisees=140 --fait heures_bilan_realisees=0"
        " --fait heures_mission_realisees=70"
    )
    async with stage.playing(WIDE) as player:
        await open_sheet(player)
        await player.press("tab")
        assert "Déposer le contrat" in player.shown()
        await player.press("tab")
        assert "Saisir les heures de présence" in player.shown()
