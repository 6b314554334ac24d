"""Équipe: what everybody has to do, absences noted and taken back, files handed over."""

from __future__ import annotations

import pytest
from syrupy.assertion import SnapshotAssertion
from textual.widgets import Select

from tests.support.cli import plain
from tests.support.tui import NARROW, WIDE, Stage
from tui.forms.act import ActScreen
from tui.lists.bulk_screen import BulkScreen
from tui.lists.marking import MarkableFiles
from tui.team.screen import TeamScreen

SIZES = pytest.mark.parametrize("size", [NARROW, WIDE], ids=["80x24", "120x40"])


@SIZES
async def test_the_team(stage: Stage, picture: SnapshotAssertion, size: tuple[int, int]) -> None:
    """The team is the one on file, somebody away included."""
    stage.desk.must("absences noter malik --du 31/08/2026 --au 11/09/2026 --remplacant claire")
    async with stage.playing(size) as player:
        await player.press("3", "j")
        assert "11/09" in player.shown()
        assert player.picture() == picture


async def test_the_team_without_colour(
    stage: Stage, picture: SnapshotAssertion, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without colour, what is late still stands out."""
    monkeypatch.setenv("NO_COLOR", "1")
    async with stage.playing(NARROW) as player:
        await player.press("3")
        assert player.picture() == picture


@SIZES
async def test_noting_an_absence(
    stage: Stage, picture: SnapshotAssertion, size: tuple[int, int]
) -> None:
    """The form shows what falls in the absence and who is told, then says the same command."""
    async with stage.playing(size) as player:
        await player.press("3", "a")
        assert isinstance(player.app.screen, ActScreen)
        await player.fill("#fact-first", "lundi")
        await player.fill("#fact-last", "+10j")
        player.app.screen.query_one("#fact-substitute", Select).value = "malik"
        await player.settle()
        assert "Malik Berthaud" in player.shown()
        assert player.picture() == picture
        await player.press("ctrl+s")
        assert "absences noter claire --du 07/09/2026 --au 11/09/2026" in player.said()
        assert "dès 07/09" in player.shown()
        assert not list(player.app.office.drafts.iterdir())
    noted = stage.desk.must("absences lister --json").json
    assert [(one["person"], one["substitute"]) for one in noted] == [("claire", "malik")]


async def test_an_absence_that_cannot_be(stage: Stage) -> None:
    """An absence that ends before it begins is refused in the form, and nothing typed is lost."""
    async with stage.playing(NARROW) as player:
        await player.press("3", "a")
        await player.fill("#fact-first", "11/09")
        await player.fill("#fact-last", "07/09")
        assert "finit avant de commencer" in player.shown()
        await player.press("ctrl+s")
        assert isinstance(player.app.screen, ActScreen)


async def test_an_absence_that_begins_on_a_sunday_is_questioned(stage: Stage) -> None:
    """The end of an absence that falls on a Sunday is told with its weekday, and can be noted."""
    async with stage.playing(WIDE) as player:
        await player.press("3", "a")
        await player.fill("#fact-first", "06/09")
        await player.fill("#fact-last", "11/09")
        assert "! Le premier jour tombe le" in plain(player.shown())
        await player.press("ctrl+s")
        assert "--du 06/09/2026 --au 11/09/2026" in player.said()


async def test_taking_an_absence_back_asks_another_key(stage: Stage) -> None:
    """`x` asks; Enter does nothing, « o » takes the absence back."""
    stage.desk.must("absences noter claire --du 31/08/2026 --au 11/09/2026")
    async with stage.playing(WIDE) as player:
        await player.press("3", "x", "enter")
        assert not isinstance(player.app.screen, TeamScreen)
        assert "Claire Vasseur recevra les rappels de ses dossiers" in player.shown()
        await player.press("o")
        assert "absences annuler 1" in player.said()
    assert stage.desk.must("absences lister --json").json == []


@SIZES
async def test_handing_over_the_files_marked(
    stage: Stage, picture: SnapshotAssertion, size: tuple[int, int]
) -> None:
    """Files marked go to somebody else, each with its result."""
    async with stage.playing(size) as player:
        await player.press("3", "enter", "space", "space", "t")
        assert isinstance(player.app.screen, BulkScreen)
        player.app.screen.query_one("#fact-owner", Select).value = "malik"
        await player.settle()
        assert player.picture() == picture
        await player.press("ctrl+s", "o")
        assert "CIPI-DEMO-18" in player.shown()
    assert stage.desk.must("dossier voir CIPI-DEMO-18 --json").json["owner"] == "malik"


async def test_marking_a_range_and_everything(stage: Stage) -> None:
    """`V` at both ends and `*` mark the files of a person as they do on the first screen."""
    async with stage.playing(WIDE) as player:
        await player.press("3", "j", "enter", "V", "j", "j", "V")
        work = player.app.screen.query_one("#work", MarkableFiles)
        assert len(work.marked) == 3
        await player.press("asterisk", "t")
        assert f"Agir sur {work.total} dossiers" in player.shown()


async def test_handing_over_all_the_files_of_a_person(stage: Stage) -> None:
    """With the cursor on a person, all of their files go."""
    async with stage.playing(NARROW) as player:
        await player.press("3", "j", "t")
        assert "Agir sur 10 dossiers" in player.shown()


async def test_read_only(stage: Stage) -> None:
    """In read-only mode every act is dimmed, and its key says why."""
    async with stage.playing(NARROW, read_only=True) as player:
        await player.press("3", "a")
        assert isinstance(player.app.screen, TeamScreen)
        assert "Lecture seule" in player.said()


async def test_the_window_changes_size(stage: Stage) -> None:
    """A window made smaller hides the files; made larger again, it is as it was."""
    async with stage.playing(WIDE) as player:
        await player.press("3")
        before = player.shown()
        await player.pilot.resize_terminal(*NARROW)
        await player.settle()
        assert "CIPI-DEMO-09" not in player.shown()
        await player.pilot.resize_terminal(*WIDE)
        await player.settle()
        assert player.shown() == before
