"""Lettres: read in the screen of a file, written or copied by a key, noted then and not before."""

from __future__ import annotations

from email import message_from_bytes
from email.policy import default
from pathlib import Path
from urllib.parse import unquote, urlparse

import pytest
from syrupy.assertion import SnapshotAssertion

from tests.support.tui import NARROW, WIDE, Player, Stage
from tui.case.screen import CaseScreen
from tui.outward.letters import LettersScreen

REF = "CIPI-DEMO-01"


async def open_letters(player: Player) -> None:
    """Open a file, then its letters."""
    player.app.push(CaseScreen(REF))
    await player.settle()
    await player.press("m")
    assert isinstance(player.app.screen, LettersScreen)


@pytest.mark.parametrize("size", [NARROW, WIDE], ids=["80x24", "120x40"])
async def test_the_letters_of_a_file_are_read(
    stage: Stage, picture: SnapshotAssertion, size: tuple[int, int]
) -> None:
    """Each is shown as it would be sent, with what it lacks; one that has nothing to say tells why."""
    async with stage.playing(size) as player:
        await open_letters(player)
        assert "Madame, Monsieur," in player.shown()
        assert player.picture() == picture


async def test_a_letter_is_written_opened_and_noted(stage: Stage) -> None:
    """The draft is a file of its own each time, in the user's folder; the journal tells of both."""
    async with stage.playing(WIDE) as player:
        await open_letters(player)
        await player.press("e", "e")
        assert "rien n’a été envoyé" in player.said()
        assert f"dossier lettre {REF} convention --sortie" in player.said()
        paths = [Path(unquote(urlparse(url).path)) for url in player.app.opened]
        assert [path.name for path in paths] == [f"{REF}-convention.eml", f"{REF}-convention-2.eml"]
        draft = message_from_bytes(paths[0].read_bytes(), policy=default)
        assert draft["X-Unsent"] == "1"
    (listed, *_) = stage.desk.must(f"dossier lettre {REF} --json").json
    assert listed["written"] == ["2026-09-01", "2026-09-01"]


async def test_a_letter_is_copied(stage: Stage) -> None:
    """What is copied goes to the clipboard of the terminal, and is noted; `f` takes the model supplied."""
    async with stage.playing(WIDE) as player:
        await open_letters(player)
        await player.press("y")
        assert "Madame, Monsieur," in player.app.clipboard
        assert f"dossier lettre {REF} convention --copier" in player.said()
        await player.press("f", "y")
        assert "Modèle fourni avec le programme." in player.shown()
        assert f"dossier lettre {REF} convention --copier --fourni" in player.said()
        assert player.app.opened == []
    with_journal = stage.desk.must(f"dossier journal {REF}").shown
    assert "Demander la convention et le programme : Organisme de formation" in with_journal


async def test_nothing_is_written_where_one_only_reads(stage: Stage) -> None:
    """A reader reads letters, and writes none."""
    async with stage.playing(WIDE, read_only=True) as player:
        await open_letters(player)
        await player.press("e", "y")
        assert "Lecture seule" in player.said()
        assert player.app.opened == []
