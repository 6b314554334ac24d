"""Files marked, and one act on all of them: a result for each, and nothing lost when one fails."""

from __future__ import annotations

import csv

import pytest
from syrupy.assertion import SnapshotAssertion
from textual.widgets import Select
from textual.widgets._toast import Toast

from tests.support.tui import NARROW, WIDE, Player, Stage
from tui.fields.choices import Choices
from tui.frame.finder import SHOWN
from tui.frame.office import Office
from tui.lists.bulk_screen import BulkScreen
from tui.lists.marking import MarkableFiles

SIZES = pytest.mark.parametrize("size", [NARROW, WIDE], ids=["80x24", "120x40"])


def marked(player: Player) -> list[str]:
    """Return the files marked."""
    return list(player.app.screen_stack[0].query_one(MarkableFiles).marked)


async def choose(player: Player, id_: str, value: str) -> None:
    """Choose a value of a list."""
    player.app.screen.query_one(f"#fact-{id_}", Select).value = value
    await player.settle()


async def transfer(player: Player, *keys: str) -> list[str]:
    """Mark files with some keys, and prepare to hand them all over to Malik."""
    await player.press(*keys)
    refs = marked(player)
    await player.press("a")
    await choose(player, "kind", "transfer")
    await choose(player, "owner", "malik")
    return refs


def owner(stage: Stage, ref: str) -> object:
    """Return who follows a file."""
    return stage.desk.must(f"dossier voir {ref} --json").json["owner"]


async def test_marking_one_by_one_and_while_moving(stage: Stage) -> None:
    """Space marks and goes on; Shift with an arrow marks on its way; Escape takes every mark away."""
    async with stage.playing(NARROW) as player:
        await player.press("space", "space")
        assert len(marked(player)) == 2
        await player.press("shift+down", "shift+down")
        assert len(marked(player)) == 5
        assert "5 dossiers marqués" in player.shown()
        await player.press("escape")
        assert marked(player) == []


async def test_marking_a_range(stage: Stage) -> None:
    """V starts a range, which follows the cursor, and V ends it; Escape gives it up."""
    async with stage.playing(NARROW) as player:
        await player.press("V", "j", "j", "escape")
        assert marked(player) == []
        await player.press("g", "V", "j", "j", "V")
        assert len(marked(player)) == 3


async def test_marking_all_of_a_filter(stage: Stage) -> None:
    """`*` marks what the filter lists and no other, then nothing."""
    async with stage.playing(NARROW) as player:
        table = player.app.screen.query_one(MarkableFiles)
        everything = table.total
        await player.press("m", "asterisk")
        assert len(marked(player)) == table.total < everything
        await player.press("asterisk")
        assert marked(player) == []


def open_many(office: Office, count: int) -> None:
    """Open files of the same name, each with its number."""
    for number in range(count):
        title = f"Ossian Trévoux {number}"
        facts = {"demarrage_formation": "12/11/2026 9h"}
        opened = office.services.cases.open(
            "cipi", facts, by=office.acting, agency="lyon", title=title
        )
        office.services.cases.save(opened)


async def test_marking_all_that_a_search_finds(stage: Stage) -> None:
    """`*` marks every file that matches, not only the nearest ones that are listed, and says how many."""
    open_many(stage.office(), SHOWN + 12)
    async with stage.playing(WIDE) as player:
        player.app.finder.prepare()
        await player.press("slash")
        await player.type("trévoux")
        await player.press("enter")
        assert player.app.screen.query_one(MarkableFiles).total == SHOWN
        assert f"{SHOWN + 12} dossiers trouvés" in player.shown()
        await player.press("asterisk")
        assert len(marked(player)) == SHOWN + 12
        assert f"{SHOWN + 12} dossiers marqués" in player.shown()
        await player.press("asterisk")
        assert marked(player) == []


async def test_without_a_mark_the_key_says_how_to_mark(stage: Stage) -> None:
    """Acting on nothing says which keys mark."""
    async with stage.playing(NARROW) as player:
        await player.press("a")
        assert "Aucun dossier marqué" in player.said()


@SIZES
async def test_each_file_has_its_result(
    stage: Stage, picture: SnapshotAssertion, size: tuple[int, int]
) -> None:
    """What can be done is done; a file that is refused keeps its reason and its mark."""
    async with stage.playing(size) as player:
        await transfer(player, "asterisk")
        assert "refusé" in player.shown()
        await player.press("ctrl+s", "o")
        screen = player.app.screen
        assert isinstance(screen, BulkScreen)
        assert "faits" in player.shown()
        player.app.clear_notifications()
        await player.until(lambda: not player.app.screen.query(Toast))
        assert player.picture() == picture
        done = screen.done
        await player.press("escape")
        assert marked(player)
        assert not set(marked(player)) & set(done)
    assert {owner(stage, ref) for ref in done} == {"malik"}


async def test_without_colour(
    stage: Stage, picture: SnapshotAssertion, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without colour, each result still has its sign."""
    monkeypatch.setenv("NO_COLOR", "1")
    async with stage.playing(WIDE) as player:
        await transfer(player, "asterisk")
        assert player.picture() == picture


async def test_advancing_several_files_on_the_same_day(stage: Stage) -> None:
    """The same action goes to every file that allows it; the others say why they do not."""
    async with stage.playing(WIDE) as player:
        await player.press("asterisk", "a")
        await choose(player, "action", "abandonner")
        offered = player.app.screen.query_one("#fact-action", Choices)
        # Those that a day is enough for, among those that are marked.
        assert offered.words == "Abandonner le dossier (29 sur 33)"
        offered.choose("cloturer")
        assert offered.words == "Clore le dossier (1 sur 33)"
        offered.choose("abandonner")
        await player.settle()
        await player.press("ctrl+s")
        assert "une par dossier" in player.shown()
        await player.press("o")
        screen = player.app.screen
        assert isinstance(screen, BulkScreen)
        ref = screen.done[0]
        assert "dossier avancer" in player.said()
    case = stage.desk.must(f"dossier voir {ref} --json").json
    assert case["facts"]["abandonne_le"] == "2026-09-01"


async def test_noting_a_document_on_several_files(stage: Stage) -> None:
    """A document is noted on each file, on the day that was typed."""
    async with stage.playing(WIDE) as player:
        await player.press("space", "space", "a")
        await choose(player, "kind", "document")
        await choose(player, "document", "contrat_type_signe")
        await player.fill("#fact-le", "hier")
        await player.press("ctrl+s", "o")
        assert not list(player.app.office.drafts.iterdir())
        screen = player.app.screen
        assert isinstance(screen, BulkScreen)
        ref = screen.done[0]
    papers = stage.desk.must(f"dossier voir {ref} --json").json["documents"]
    assert "2026-08-31" in str(papers["contrat_type_signe"])


async def test_a_file_that_somebody_has_changed_is_a_conflict(stage: Stage) -> None:
    """A file written meanwhile is left as it is and says so; the others are done."""
    async with stage.playing(WIDE) as player:
        refs = await transfer(player, "space", "space", "space")
        stage.desk.must(f"dossier corriger {refs[1]} --libelle Ailleurs")
        await player.press("ctrl+s", "o")
        assert "1 en conflit" in player.shown()
    assert [owner(stage, ref) == "malik" for ref in refs] == [True, False, True]


async def test_a_database_out_of_reach_stops_it_and_a_key_goes_on(stage: Stage) -> None:
    """What is left is done once the database is back; what was done is not done again."""
    away = stage.desk.database.with_suffix(".away")
    async with stage.playing(WIDE) as player:
        refs = await transfer(player, "space", "space")
        await player.press("ctrl+s")
        stage.desk.database.rename(away)
        await player.press("o")
        assert "pour réessayer" in player.shown()
        away.rename(stage.desk.database)
        await player.press("ctrl+r")
        assert "2 faits" in player.shown()
    assert [owner(stage, ref) for ref in refs] == ["malik", "malik"]


async def test_the_result_is_kept_in_a_file_without_names(stage: Stage) -> None:
    """The table names files, what was done and the reasons; it names nobody who is followed."""
    async with stage.playing(WIDE) as player:
        await transfer(player, "asterisk")
        await player.press("ctrl+s", "o", "ctrl+e")
        assert "Résultat gardé" in player.said()
        folder = player.app.office.folder / "resultats"
        (path,) = folder.iterdir()
    rows = list(csv.reader(path.read_text(encoding="utf-8-sig").splitlines(), delimiter=";"))
    assert rows[0] == ["dossier", "action", "résultat", "raison"]
    assert {row[2] for row in rows[1:]} == {"fait", "refusé"}
    titles = [row["title"] for row in stage.desk.must("dossier lister --json").json["cases"]]
    assert not [title for title in titles if title and title in str(rows)]
    assert path.stat().st_mode & 0o077 == 0


async def test_nothing_chosen_is_no_draft(stage: Stage) -> None:
    """A form that was only looked at, or put back as it was, comes back as it is at first."""
    async with stage.playing(WIDE) as player:
        await player.press("space", "a")
        await choose(player, "kind", "transfer")
        await choose(player, "kind", "advance")
        await player.press("escape", "a")
        assert "revenue" not in player.said()
