"""Groupes: a list pasted, dates moved together in sight of what moves, people in and out."""

from __future__ import annotations

import pytest
from syrupy.assertion import SnapshotAssertion
from textual import events
from textual.widgets import Select, TextArea

from tests.support.cli import plain
from tests.support.tui import NARROW, WIDE, Player, Stage
from tui.cohorts.screen import CohortsScreen
from tui.forms.act import ActScreen
from tui.lists.bulk_screen import BulkScreen

SIZES = pytest.mark.parametrize("size", [NARROW, WIDE], ids=["80x24", "120x40"])
PASTED = "DURAND\tInès\nn\nq\nNguyen Linh\n"


async def open_group(player: Player) -> None:
    """Fill in a group as somebody would."""
    await player.press("o", "n")
    await player.fill("#fact-group", "CACES, octobre")
    player.app.screen.query_one(TextArea).focus()
    await player.pilot.pause()
    player.app.post_message(events.Paste(PASTED))
    await player.settle()
    await player.fill("#fact-demarrage_formation", "12/10/2026 09:00")


@SIZES
async def test_a_pasted_list_opens_a_group(
    stage: Stage, picture: SnapshotAssertion, size: tuple[int, int]
) -> None:
    """A list is pasted as it is, no line of it is a command; once more, and nobody is opened twice."""
    async with stage.playing(size) as player:
        await open_group(player)
        assert player.app.screen.query_one(TextArea).text == "DURAND;Inès\nn\nq\nNguyen Linh"
        assert player.picture() == picture
        await player.press("ctrl+s")
        assert "Ouvrir 4 dossiers ?" in player.shown()
        await player.press("o")
        assert "groupe ouvrir cipi 'CACES, octobre'" in player.said()
        assert isinstance(player.app.screen, CohortsScreen)
        assert "CACES, octobre" in player.shown()
    (line,) = stage.desk.must("groupe lister --json").json
    assert (line["name"], line["files"]) == ("CACES, octobre", 4)


async def test_several_names_pasted_in_a_new_file_make_a_group(stage: Stage) -> None:
    """A list pasted where one name is asked goes on as a group, with what was typed before."""
    async with stage.playing(WIDE) as player:
        await player.press("n")
        await player.fill("#fact-demarrage_formation", "12/10/2026 09:00")
        player.app.screen.query_one("#fact-title").focus()
        await player.pilot.pause()
        player.app.post_message(events.Paste("Zoé ÉBOUÉ\nDURAND Inès\n"))
        await player.settle()
        await player.fill("#fact-group", "CACES, octobre")
        assert "Ce départ est possible" in player.shown()
        await player.press("ctrl+s", "o")
        assert "2 enregistrés" in plain(player.said())
        assert not list(player.app.office.drafts.glob("*.json"))
    titles = [
        one["title"] for one in stage.desk.must("groupe voir 'CACES, octobre' --json").json["cases"]
    ]
    assert titles == ["Zoé ÉBOUÉ", "DURAND Inès"]


@pytest.fixture
def group(stage: Stage) -> Stage:
    """Return a stage where a group of three is open, one of whom starts later."""
    (stage.desk.folder / "noms.txt").write_text("DURAND Inès\nNguyen Linh\nZoé ÉBOUÉ", "utf-8")
    start = "--fait 'demarrage_formation={} 09:00'"
    opened = (
        f"groupe ouvrir cipi 'CACES, octobre' --noms noms.txt --oui {start.format('12/10/2026')}"
    )
    stage.desk.must(opened)
    last = stage.desk.must("groupe voir 'CACES, octobre' --json").json["cases"][-1]["ref"]
    stage.desk.must(f"dossier corriger {last} {start.format('14/10/2026')}")
    return stage


@SIZES
async def test_the_date_of_a_group_moves_in_sight(
    group: Stage, picture: SnapshotAssertion, size: tuple[int, int]
) -> None:
    """What moves for most is shown once, who differs apart; saved, all of them have moved."""
    async with group.playing(size) as player:
        await player.press("o", "c")
        await player.fill("#fact-demarrage_formation", "19/10/2026 09:00")
        assert isinstance(player.app.screen, ActScreen)
        assert "2 prêts, 1 laissé comme il est." in plain(player.shown())
        assert player.picture() == picture
        await player.press("ctrl+s", "o")
        assert "groupe corriger 'CACES, octobre' --fait" in player.said()
        await player.press("enter")
        assert "14/10/2026 à 09:00" in plain(player.shown())
        assert "≠" in player.shown()


async def test_files_go_in_and_out_of_a_group(group: Stage) -> None:
    """Files marked on the first screen are proposed; one that is taken out stays as it is."""
    async with group.playing(WIDE) as player:
        await player.press("slash")
        await player.type("caces octobre")
        await player.press("enter")
        assert "3 dossiers trouvés" in plain(player.shown())
        await player.press("enter")
        assert "Claire Vasseur · CACES, octobre" in player.shown()
        await player.press("escape", "space", "o", "p")
        await player.fill("#fact-group", "Soudure")
        assert "retirez-le d’abord" in plain(player.shown())
        await player.press("escape", "enter", "x", "o")
        assert "groupe retirer 'CACES, octobre' CIPI-2026-0001" in player.said()
        await player.press("p", "ctrl+d")
        await player.fill("#fact-group", "Soudure")
        await player.fill("#fact-refs", "CIPI-2026-0001")
        await player.press("ctrl+s", "o")
        assert "groupe ajouter Soudure CIPI-2026-0001" in player.said()
    told = group.desk.must("groupe lister --json").json
    assert [(one["name"], one["files"]) for one in told] == [("CACES, octobre", 2), ("Soudure", 1)]


async def test_a_step_is_done_for_a_group(group: Stage) -> None:
    """The keys that act on marked files act on the open files of a group, with its one command."""
    async with group.playing(WIDE) as player:
        await player.press("o", "a")
        screen = player.app.screen
        assert isinstance(screen, BulkScreen)
        screen.query_one("#fact-action", Select).value = "deposer_drf"
        await player.settle()
        await player.press("ctrl+s", "o")
        assert "groupe avancer 'CACES, octobre' deposer_drf" in player.said()
