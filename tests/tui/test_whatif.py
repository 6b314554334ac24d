"""Et si…: what a date, a closure or a session would move, and that nothing is written before it is asked."""

from __future__ import annotations

from typing import Any

import pytest
from syrupy.assertion import SnapshotAssertion
from textual.widgets import Input, Select

from tests.support.tui import NARROW, WIDE, Player, Stage
from tui.case.screen import CaseScreen
from tui.case.whatif import WhatIfScreen
from tui.forms.confirm import ConfirmScreen

SIZES = pytest.mark.parametrize("size", [NARROW, WIDE], ids=["80x24", "120x40"])
PREPARED, DEPOSITED, GRANTED = "CIPI-DEMO-07", "CIPI-DEMO-11", "CIPI-DEMO-18"
START = "#fact-demarrage_formation"
FUNDER = "--financeur fongecif-bfc"


async def suppose(player: Player, ref: str, start: str) -> None:
    """Open a file, then suppose another start."""
    player.app.push(CaseScreen(ref))
    await player.settle()
    await player.press("s")
    await player.fill(START, start)


async def choose(player: Player, kind: str) -> None:
    """Open « Et si… » from the list and choose what changes."""
    await player.press("s")
    player.app.screen.query_one("#fact-kind", Select).value = kind
    await player.settle()


def start_of(stage: Stage) -> Any:
    """Return the start that is on file."""
    facts = stage.desk.must(f"dossier voir {PREPARED} --json").json["facts"]
    return facts["demarrage_formation"][:10]


@SIZES
async def test_a_date_that_would_be_another(
    stage: Stage, picture: SnapshotAssertion, size: tuple[int, int]
) -> None:
    """Dates and reminders stand side by side, before and after, with the days between."""
    async with stage.playing(size) as player:
        await suppose(player, PREPARED, "02/11/2026 9h")
        assert "1 dossier bouge" in player.shown()
        assert player.picture() == picture


async def test_without_colour(
    stage: Stage, picture: SnapshotAssertion, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without colour, the difference still has its sign."""
    monkeypatch.setenv("NO_COLOR", "1")
    async with stage.playing(WIDE) as player:
        await suppose(player, PREPARED, "02/11/2026 9h")
        assert player.picture() == picture


async def test_nothing_is_saved_until_it_is_asked(stage: Stage) -> None:
    """Leaving saves nothing but a draft; Ctrl+S asks, and « o » alone saves."""
    was = start_of(stage)
    async with stage.playing(WIDE) as player:
        await suppose(player, PREPARED, "02/11/2026 9h")
        await player.press("escape")
        assert start_of(stage) == was
        await player.press("s", "enter")
        assert player.app.screen.query_one(START, Input).value == "02/11/2026 09:00"
        await player.press("ctrl+s")
        assert isinstance(player.app.screen, ConfirmScreen)
        await player.press("enter")
        assert start_of(stage) == was
        await player.press("o")
        assert isinstance(player.app.screen, CaseScreen)
        assert f"dossier corriger {PREPARED}" in player.said()
        assert not list(player.app.office.drafts.iterdir())
    assert start_of(stage) == "2026-11-02"


async def test_what_would_be_refused_is_shown_and_cannot_be_saved(stage: Stage) -> None:
    """A start that puts a step outside its window says why, and Ctrl+S does not write it."""
    async with stage.playing(WIDE) as player:
        await suppose(player, GRANTED, "30/11/2026 9h")
        await player.fill("#fact-fin_formation", "18/12/2026")
        assert "Tel quel" in player.shown()
        await player.press("ctrl+s")
        assert isinstance(player.app.screen, WhatIfScreen)


async def ask_missing(player: Player, ref: str, fact: str) -> None:
    """Open « Et si… » on a file, and add a fact that nobody knows yet."""
    player.app.push(CaseScreen(ref))
    await player.settle()
    await player.press("s")
    player.app.screen.query_one("#fact-more", Select).value = fact
    await player.settle()


@pytest.mark.parametrize("day", ["15/09/2026", "31/08/2026"], ids=["to come", "past"])
async def test_a_step_that_has_not_come_yet(stage: Stage, day: str) -> None:
    """The date of an agreement is supposed before it comes: what it opens shows, and cannot be saved."""
    async with stage.playing(WIDE) as player:
        await ask_missing(player, DEPOSITED, "drf_accordee_le")
        await player.type(day)
        shown = player.shown()
        assert "Déposer le contrat et ses" in shown
        assert "alerte au responsable" in shown
        assert "nouveau" in shown
        assert "Réponse d’AKTO sur la DRF" in shown
        assert "retiré" in shown
        assert "Tel quel" in shown
        await player.press("ctrl+s")
        assert isinstance(player.app.screen, WhatIfScreen)
    assert stage.desk.must(f"dossier voir {DEPOSITED} --json").json["state"] == "drf_deposee"


async def test_a_fact_that_is_not_known_yet(stage: Stage) -> None:
    """The first day of a contract that nobody knows yet is supposed, and noted on « o »."""
    stage.desk.must(f"dossier corriger {GRANTED} --retirer debut_contrat")
    async with stage.playing(WIDE) as player:
        await ask_missing(player, GRANTED, "debut_contrat")
        await player.type("05/10/2026")
        assert "1 dossier bouge" in player.shown()
        await player.press("ctrl+s", "o")
        assert f"dossier corriger {GRANTED} --fait debut_contrat=05/10/2026" in player.said()
    facts = stage.desk.must(f"dossier voir {GRANTED} --json").json["facts"]
    assert facts["debut_contrat"] == "2026-10-05"


async def test_a_closure_of_an_agency(stage: Stage) -> None:
    """A closure shows the files it would move, and how it is noted."""
    async with stage.playing(WIDE) as player:
        await choose(player, "closure")
        await player.fill("#fact-du", "7/9")
        await player.fill("#fact-au", "18/9")
        assert "dossiers bougent" in player.shown()
        assert "[agencies.lyon]" in player.shown()
        await player.press("ctrl+s")
        assert isinstance(player.app.screen, WhatIfScreen)


async def test_a_session_of_a_commission(stage: Stage) -> None:
    """A session to come shows the files that hang on it, and is noted on « o »."""
    stage.desk.must(
        f"dossier ouvrir cif-cdd {FUNDER} --historique --libelle Soudeur "
        "--fait demarrage_formation=03/09/2018"
    )
    async with stage.playing(WIDE) as player:
        await choose(player, "session")
        player.app.screen.query_one("#fact-funder", Select).value = "cif-cdd fongecif-bfc"
        await player.settle()
        await player.fill("#fact-jour", "12/07/2018")
        assert "1 dossier bouge" in player.shown()
        assert "commission" in player.shown()
        await player.press("ctrl+s", "o")
        assert "commissions ajouter 12/07/2018" in player.said()
    calendar = stage.desk.must(f"commissions voir {FUNDER} --json").json
    assert [one["day"] for one in calendar["sessions"]] == ["2018-07-12"]
