"""Dossier: its picture, its tabs, and every act on it, down to two people at once and a crash."""

from __future__ import annotations

import pytest
from syrupy.assertion import SnapshotAssertion
from textual.widgets import Button, Input, Select

from tests.support.tui import NARROW, WIDE, Player, Stage
from tui.case.screen import CaseScreen
from tui.forms.act import ActScreen
from tui.forms.confirm import ConfirmScreen
from tui.forms.conflict import ConflictScreen

SIZES = pytest.mark.parametrize("size", [NARROW, WIDE], ids=["80x24", "120x40"])
PREPARED, GRANTED = "CIPI-DEMO-07", "CIPI-DEMO-18"
START = "#fact-demarrage_formation"


async def open_case(player: Player, ref: str) -> None:
    """Open a file by its reference."""
    player.app.push(CaseScreen(ref))
    await player.settle()


@SIZES
async def test_a_file(stage: Stage, picture: SnapshotAssertion, size: tuple[int, int]) -> None:
    """The screen of a file is the one on file."""
    async with stage.playing(size) as player:
        await open_case(player, GRANTED)
        assert player.picture() == picture


async def test_a_file_without_colour(
    stage: Stage, picture: SnapshotAssertion, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without colour, the picture of a file still tells its dates apart."""
    monkeypatch.setenv("NO_COLOR", "1")
    async with stage.playing(WIDE) as player:
        await open_case(player, GRANTED)
        assert player.picture() == picture


async def test_the_control_of_a_file_leads_to_what_it_lacks(
    stage: Stage, picture: SnapshotAssertion
) -> None:
    """The tab counts what is to correct, to confirm and right; Enter asks the facts of the point."""
    async with stage.playing(WIDE) as player:
        await open_case(player, GRANTED)
        assert "Contrôle ? 10  ✓ 1" in player.shown()
        await player.press("shift+tab")
        assert player.picture() == picture
        await player.press("enter")
        await player.fill("#fact-effectif_ett", "40")
        await player.press("ctrl+s")
        await player.sees("Contrôle ? 9  ✓ 2")
        await player.press("j", "enter")
        assert "Aucun fait du dossier ne répond à ce point." in player.said()


async def test_every_tab_shows_its_part(stage: Stage) -> None:
    """Tab goes through the dates, papers, hours, money, journal and mails of a file."""
    async with stage.playing(WIDE) as player:
        await open_case(player, GRANTED)
        found = []
        for words in (
            "à obtenir",
            "Heure",
            "Forfait horaire",
            "Ouverture du dossier",
            "Rappels à venir",
        ):
            await player.press("tab")
            found.append(words.casefold() in player.shown().casefold())
        assert all(found), found


async def test_the_readings_of_a_text_are_shown_by_a_key(stage: Stage) -> None:
    """One key gives each reading of the text behind a date, with its date and steps, and hides them again."""
    async with stage.playing(WIDE) as player:
        await open_case(player, PREPARED)
        assert "AMB-1" not in player.shown()
        await player.press("L")
        assert "Lecture AMB-1 : deux jours ouvrés" in player.shown()
        assert "la limite prudente du" in player.shown()
        await player.press("L")
        assert "AMB-1" not in player.shown()


async def test_a_hand_over_is_told_by_names(stage: Stage) -> None:
    """The form before it is saved, and the journal after, name the people, never their ids."""
    async with stage.playing(WIDE) as player:
        await open_case(player, GRANTED)
        await player.press("p")
        player.app.screen.query_one("#fact-owner", Select).value = "malik"
        await player.settle()
        assert "Claire Vasseur → Malik Berthaud" in player.shown()
        await player.press("ctrl+s")
        await player.press(*["tab"] * 4)
        assert "Personne : Claire Vasseur → Malik Berthaud" in player.shown()


@SIZES
async def test_the_form_of_an_action(
    stage: Stage, picture: SnapshotAssertion, size: tuple[int, int]
) -> None:
    """Advancing asks for the date and the papers, and says what is missing."""
    async with stage.playing(size) as player:
        await open_case(player, GRANTED)
        await player.press("a")
        assert player.app.screen.query_one("#save", Button).disabled
        assert player.picture() == picture


async def test_advancing_a_file(stage: Stage) -> None:
    """Once nothing is missing the effect is shown; saving says the command that does the same."""
    async with stage.playing(WIDE) as player:
        await open_case(player, PREPARED)
        await player.press("a")
        assert "Préparation → DRF déposée" in player.shown()
        await player.press("ctrl+s")
        assert isinstance(player.app.screen, CaseScreen)
        assert "DRF déposée" in player.shown()
        assert f"dossier avancer {PREPARED} deposer_drf --fait" in player.said()
    assert stage.desk.must(f"dossier voir {PREPARED} --json").json["state"] == "drf_deposee"


async def test_a_step_noted_late(stage: Stage) -> None:
    """A step done days ago is noted at its real date, typed in a hurry."""
    async with stage.playing(WIDE) as player:
        await open_case(player, PREPARED)
        await player.press("a")
        await player.type("hier")
        assert "= lundi 31 août 2026" in player.shown().replace("\u00a0", " ")
        await player.press("ctrl+s")
    facts = stage.desk.must(f"dossier voir {PREPARED} --json").json["facts"]
    assert facts["drf_deposee_le"] == "2026-08-31"


async def test_saving_before_the_verdict_saves_what_was_typed(stage: Stage) -> None:
    """Ctrl+S right behind the last key waits for the verdict, then saves that day and no other."""
    async with stage.playing(WIDE) as player:
        await open_case(player, PREPARED)
        await player.press("a")
        await player.pilot.press(*"hier", "ctrl+s")
        await player.settle()
        assert isinstance(player.app.screen, CaseScreen)
    facts = stage.desk.must(f"dossier voir {PREPARED} --json").json["facts"]
    assert facts["drf_deposee_le"] == "2026-08-31"


@pytest.mark.parametrize(
    ("typed", "said"),
    [("32/13", "cette date n’existe pas"), ("demain", "futur"), ("", "")],
    ids=["unreadable", "future", "empty"],
)
async def test_what_cannot_be_is_said_while_typing(stage: Stage, typed: str, said: str) -> None:
    """A date that cannot be read, or cannot be yet, is refused at once and cannot be saved."""
    async with stage.playing(WIDE) as player:
        await open_case(player, PREPARED)
        await player.press("a")
        await player.type(typed)
        assert said in player.shown()
        await player.press("ctrl+s")
        assert isinstance(player.app.screen, ActScreen)
    assert stage.desk.must(f"dossier voir {PREPARED} --json").json["state"] == "preparation"


@pytest.mark.parametrize("keys", [("c",), ("c", *"+61j"), ("a",)], ids=["all", "moved", "papers"])
async def test_a_form_longer_than_the_screen_keeps_its_buttons(
    stage: Stage, keys: tuple[str, ...]
) -> None:
    """In a small terminal a long form scrolls: its buttons are there, on its last line."""
    async with stage.playing(NARROW) as player:
        await open_case(player, GRANTED)
        await player.press(keys[0], *(["tab"] if keys[1:] else []), *keys[1:])
        assert "Enregistrer  Ctrl+S" in player.shown()
        dialog = player.app.screen.query_one("#act")
        assert dialog.query_one("#buttons").region.bottom == dialog.region.bottom - 1


@SIZES
async def test_a_correction_shows_the_difference(
    stage: Stage, picture: SnapshotAssertion, size: tuple[int, int]
) -> None:
    """Correcting the start shows each date before and after."""
    async with stage.playing(size) as player:
        await open_case(player, PREPARED)
        await player.press("c")
        await player.fill(START, "+61j")
        assert "→" in player.shown()
        assert player.picture() == picture
        await player.press("ctrl+s")
    facts = stage.desk.must(f"dossier voir {PREPARED} --json").json["facts"]
    assert facts["demarrage_formation"].startswith("2026-11-01")


async def test_giving_up_asks_another_key(stage: Stage) -> None:
    """What ends a file short of its goal is asked again: Enter and Ctrl+S do nothing there, `o` does."""
    async with stage.playing(WIDE) as player:
        await open_case(player, PREPARED)
        await player.press("2", "ctrl+s")
        assert isinstance(player.app.screen, ConfirmScreen)
        assert f"Abandonner le dossier · {PREPARED} ?" in player.shown()
        await player.press("enter", "ctrl+s")
        assert stage.desk.must(f"dossier voir {PREPARED} --json").json["state"] == "preparation"
        await player.press("o")
        assert stage.desk.must(f"dossier voir {PREPARED} --json").json["state"] == "abandonne"


async def test_undoing_shows_its_consequences_and_asks_another_key(
    stage: Stage, picture: SnapshotAssertion
) -> None:
    """`u` shows what comes back; Enter does nothing, « o » undoes."""
    async with stage.playing(WIDE) as player:
        await open_case(player, GRANTED)
        await player.press("u")
        assert isinstance(player.app.screen, ConfirmScreen)
        assert player.picture() == picture
        await player.press("enter")
        assert isinstance(player.app.screen, ConfirmScreen)
        await player.press("o")
        assert f"dossier annuler {GRANTED}" in player.said()
    assert stage.desk.must(f"dossier voir {GRANTED} --json").json["state"] == "drf_deposee"


async def start_a_conflict(stage: Stage, player: Player, title: str = "") -> None:
    """Type a correction while somebody else writes another, then try to save it."""
    await open_case(player, PREPARED)
    await player.press("c")
    if title:
        await player.fill("#fact-title", title)
    await player.fill(START, "02/11/2026")
    stage.desk.must(
        f"dossier corriger {PREPARED} --par malik --fait demarrage_formation=09/11/2026"
    )
    await player.press("ctrl+s")
    assert isinstance(player.app.screen, ConflictScreen)


def start_of(stage: Stage) -> str:
    """Return the start that is on file."""
    facts = stage.desk.must(f"dossier voir {PREPARED} --json").json["facts"]
    return str(facts["demarrage_formation"])[:10]


async def test_two_people_at_once_and_mine_is_kept(
    stage: Stage, picture: SnapshotAssertion
) -> None:
    """« Le mien » puts what was typed on their version, shows it, and saves it only then."""
    async with stage.playing(WIDE) as player:
        await start_a_conflict(stage, player)
        assert player.picture() == picture
        await player.press("m")
        assert "09/11/2026" in player.shown()
        assert start_of(stage) == "2026-11-09"
        await player.press("ctrl+s")
    assert start_of(stage) == "2026-11-02"


async def test_two_people_at_once_and_theirs_is_kept(stage: Stage) -> None:
    """« Le leur » writes nothing, and what was typed is still there when the form opens again."""
    async with stage.playing(WIDE) as player:
        await start_a_conflict(stage, player)
        await player.press("l")
        assert isinstance(player.app.screen, CaseScreen)
        await player.press("c", "enter")
        assert player.app.screen.query_one(START, Input).value == "02/11/2026"
    assert start_of(stage) == "2026-11-09"


async def test_two_people_at_once_and_both_are_kept(
    stage: Stage, picture: SnapshotAssertion
) -> None:
    """« Garder les deux » saves theirs where both changed it, what was typed there in the comment."""
    async with stage.playing(WIDE) as player:
        await start_a_conflict(stage, player, title="Aminata Rocher, apprêteuse")
        assert player.picture() == picture
        await player.press("d")
        assert "02/11/2026" in player.app.screen.query_one("#comment", Input).value
        await player.press("ctrl+s")
        assert isinstance(player.app.screen, CaseScreen)
    assert start_of(stage) == "2026-11-09"
    saved = stage.desk.must(f"dossier voir {PREPARED} --json").json
    assert saved["title"] == "Aminata Rocher, apprêteuse"


async def test_both_are_not_offered_where_a_comment_alone_would_be_left(stage: Stage) -> None:
    """Where both changed the same field and nothing else, « Les deux » is dimmed and says why."""
    async with stage.playing(WIDE) as player:
        await start_a_conflict(stage, player)
        assert "Les deux : impossible, vous avez changé la même chose" in player.shown()
        assert player.app.screen.query_one("#both", Button).disabled
        await player.press("d")
        assert isinstance(player.app.screen, ConflictScreen)
        await player.press("m", "ctrl+s")
        assert isinstance(player.app.screen, CaseScreen)


async def test_a_draft_comes_back_after_a_crash(stage: Stage) -> None:
    """What was being typed when the program stopped is in the form when it is opened again."""
    async with stage.playing(WIDE) as player:
        await open_case(player, PREPARED)
        await player.press("c")
        await player.fill("#comment", "au téléphone")
    async with stage.playing(WIDE) as player:
        await open_case(player, PREPARED)
        await player.press("c")
        assert "au téléphone" in player.shown()
        await player.press("enter")
        assert player.app.screen.query_one("#comment", Input).value == "au téléphone"
        assert "brouillon repris" in player.shown()


async def test_a_form_that_was_only_looked_at_leaves_no_draft(stage: Stage) -> None:
    """Opening and closing a form keeps nothing."""
    async with stage.playing(WIDE) as player:
        await open_case(player, PREPARED)
        await player.press("a", "escape", "a")
        assert player.said() == ""


async def test_read_only(stage: Stage) -> None:
    """In read-only mode every action is dimmed, and a key says why."""
    async with stage.playing(WIDE, read_only=True) as player:
        await open_case(player, PREPARED)
        assert "lecture seule" in player.shown()
        await player.press("a")
        assert isinstance(player.app.screen, CaseScreen)
        assert "Lecture seule" in player.said()


async def test_read_only_in_a_small_terminal(stage: Stage) -> None:
    """At 80 columns, the first line says both that nothing is saved and which day it is."""
    async with stage.playing(NARROW, read_only=True) as player:
        assert player.shown().splitlines()[0].endswith("lecture  01/09")


async def test_a_database_out_of_reach_is_said_and_tried_again(stage: Stage) -> None:
    """A database that is gone is said in a banner; once it is back, a key saves what was typed."""
    away = stage.desk.database.with_suffix(".away")
    async with stage.playing(WIDE) as player:
        await open_case(player, PREPARED)
        await player.press("c")
        await player.fill(START, "02/11/2026")
        stage.desk.database.rename(away)
        await player.press("ctrl+s")
        assert "pour réessayer" in player.shown()
        assert player.app.screen.query_one(START, Input).value == "02/11/2026"
        away.rename(stage.desk.database)
        await player.press("ctrl+r")
        assert isinstance(player.app.screen, CaseScreen)
    assert start_of(stage) == "2026-11-02"


@SIZES
async def test_what_nothing_proves_stands_first(stage: Stage, size: tuple[int, int]) -> None:
    """A file whose mission is not proved says so above its dates, with what is to be noted."""
    async with stage.playing(size) as player:
        await open_case(player, "CIPI-DEMO-30")
        shown = " ".join(player.shown().split())
    assert "Échéances non vérifiées" in shown
    assert "? Commencer la mission obligatoire de 70 heures : il manque « Heures de" in shown
