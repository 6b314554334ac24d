"""Nouveau dossier: the window that is drawn while one types, the verdict beside it, and what is saved."""

from __future__ import annotations

from functools import partial

import pytest
from syrupy.assertion import SnapshotAssertion
from textual.widget import Widget
from textual.widgets import Input, Select

from tests.support.cli import plain
from tests.support.tui import NARROW, WIDE, Player, Stage
from tui.case.screen import CaseScreen
from tui.fields.answers import Answers
from tui.forms.confirm import ConfirmScreen
from tui.opening.form import opening
from tui.opening.screen import NewScreen

SIZES = pytest.mark.parametrize("size", [NARROW, WIDE], ids=["80x24", "120x40"])
REF = "CIPI-2026-0001"
FUNDER = "fongecif-bfc"


async def start(player: Player, words: str) -> None:
    """Open the form and type a start."""
    await player.press("n")
    await player.type(words)


@SIZES
async def test_a_start_that_is_possible(
    stage: Stage, picture: SnapshotAssertion, size: tuple[int, int]
) -> None:
    """The window appears on a calendar with its limits, beside the form."""
    async with stage.playing(size) as player:
        await start(player, "12/11 9h")
        assert "= jeudi 12 novembre 2026 à 09:00" in plain(player.shown())
        assert "Ce départ est possible" in player.shown()
        assert player.picture() == picture


@SIZES
async def test_a_start_that_is_impossible(
    stage: Stage, picture: SnapshotAssertion, size: tuple[int, int]
) -> None:
    """A start whose window is closed says so at once, with the first date that works."""
    async with stage.playing(size) as player:
        await start(player, "demain")
        assert "✗" in player.shown()
        assert "Première date possible" in player.shown()
        assert "--forcer" not in player.shown()
        assert player.picture() == picture


async def test_without_colour(
    stage: Stage, picture: SnapshotAssertion, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without colour, every day of the calendar that matters still bears a sign."""
    monkeypatch.setenv("NO_COLOR", "1")
    async with stage.playing(WIDE) as player:
        await start(player, "12/11 9h")
        assert player.picture() == picture


async def test_the_first_date_possible_is_taken_by_a_key(stage: Stage) -> None:
    """Ctrl+O types the first start that works, and it works."""
    async with stage.playing(WIDE) as player:
        await start(player, "demain")
        await player.press("ctrl+o")
        assert "Ce départ est possible" in player.shown()


async def test_days_off_are_named_and_months_turned(stage: Stage) -> None:
    """Public holidays are told by name; Page↓ shows the months that follow."""
    async with stage.playing(WIDE) as player:
        await start(player, "12/11 9h")
        assert "11/11  Armistice" in player.shown()
        assert "01/01" not in player.shown()
        await player.press("pagedown")
        assert "01/01" in player.shown()


async def test_a_closed_window_is_gone_against_with_a_reason(stage: Stage) -> None:
    """A DRF filed in time and entered late: Ctrl+F asks why, and the file opens on « o »."""
    async with stage.playing(WIDE) as player:
        await start(player, "demain")
        assert "Ctrl+F pour passer outre" in player.shown()
        await player.press("ctrl+f", "ctrl+s")
        assert "dites pourquoi vous passez outre" in player.said()
        await player.type("DRF déposée le 20/08, saisie après coup")
        assert "Ce départ est possible" in player.shown()
        await player.press("ctrl+s")
        assert f"Passer outre et ouvrir {REF}" in player.shown()
        assert "--forcer" in player.shown()
        await player.press("o")
        assert isinstance(player.app.screen, CaseScreen)
    journal = stage.desk.must(f"dossier journal {REF} --json").json
    assert "saisie après coup" in str(journal)


async def test_going_against_a_window_is_given_up(stage: Stage) -> None:
    """Ctrl+F once more, or a start that its window takes, asks for no reason any longer."""
    async with stage.playing(WIDE) as player:
        await start(player, "demain")
        await player.press("ctrl+f", "ctrl+f")
        assert "Ctrl+F pour passer outre" in player.shown()
        await player.press("ctrl+f", "ctrl+o")
        assert "Ce départ est possible" in player.shown()
        assert not player.app.screen.query_one(Answers).forced


async def test_the_procedure_of_most_files_is_proposed(stage: Stage) -> None:
    """What most of the files in sight are opens; where there is none, the first with rules of its own."""
    async with stage.playing(NARROW) as player:
        await player.press("n")
        assert player.app.screen.query_one("#fact-procedure", Select).value == "cipi"
        form = opening(player.app.office)
    assert form.procedure == "cipi"


async def test_the_verdict_is_public(stage: Stage) -> None:
    """Eligibility and composition are judged while one types; no ground is asked or shown."""
    async with stage.playing((120, 80)) as player:
        await start(player, "12/11 9h")
        assert "Éligibilité et composition" in player.shown()
        assert "Public éligible" in player.shown()
        grounds = stage.office().services.rulebook.procedure("cipi").eligibility
        assert grounds is not None
        assert not [one for one in grounds.grounds.values() if one.label in player.shown()]


async def test_saving_shows_the_dates_and_asks_another_key(
    stage: Stage, picture: SnapshotAssertion
) -> None:
    """Ctrl+S shows what would be written and the command; Enter does nothing, « o » opens the file."""
    async with stage.playing(WIDE) as player:
        await start(player, "12/11 9h")
        await player.fill("#fact-title", "Jeanne Ormont")
        await player.press("ctrl+s")
        assert isinstance(player.app.screen, ConfirmScreen)
        assert "$ echeancier dossier ouvrir cipi" in player.shown()
        assert player.picture() == picture
        await player.press("enter")
        assert isinstance(player.app.screen, ConfirmScreen)
        await player.press("o")
        assert isinstance(player.app.screen, CaseScreen)
        assert "dossier eligibilite" in player.said()
    case = stage.desk.must(f"dossier voir {REF} --json").json
    assert case["title"] == "Jeanne Ormont"
    assert case["facts"]["demarrage_formation"].startswith("2026-11-12T09:00")


async def test_saving_before_the_verdict_waits_for_it(stage: Stage) -> None:
    """Ctrl+S right behind the last key says that it waits, then asks once the dates are known."""
    async with stage.playing(WIDE) as player:
        await player.press("n")
        form, box = player.app.screen, player.app.focused
        assert isinstance(form, NewScreen)
        assert isinstance(box, Input)
        # In one go, so that no verdict comes in between however slow the machine.
        box.value = "12/11 9h"
        form.action_confirm()
        await player.settle()
        assert "Vérification en cours" in player.said()
        assert type(player.app.screen) is ConfirmScreen


@pytest.mark.parametrize("words", ["32/13", ""], ids=["unreadable", "absent"])
async def test_nothing_is_saved_without_a_start(stage: Stage, words: str) -> None:
    """Ctrl+S says what is missing, and stays in the form."""
    async with stage.playing(NARROW) as player:
        await start(player, words)
        await player.press("ctrl+s")
        assert isinstance(player.app.screen, NewScreen)
        assert player.said()


async def test_a_title_that_reveals_a_ground_is_refused(stage: Stage) -> None:
    """The title goes into lists and mails: it is refused as the command line refuses it."""
    async with stage.playing(WIDE) as player:
        await start(player, "12/11 9h")
        await player.fill("#fact-title", "dossier RQTH")
        assert "peut révéler" in " ".join(player.shown().split())


async def test_a_procedure_with_funders_asks_which(stage: Stage) -> None:
    """Another procedure asks its own facts, and its funder when it has several."""
    async with stage.playing(WIDE) as player:
        await player.press("n")
        player.app.screen.query_one("#fact-procedure", Select).value = "cif-cdd"
        await player.settle()
        assert player.app.screen.query("#fact-funder")
        assert "Fin du dernier CDD" in player.shown()


async def test_the_funder_of_a_sector_is_found_and_taken(stage: Stage) -> None:
    """Ctrl+G lists the funders, a sector typed leaves those that cover it, Enter takes the first."""
    async with stage.playing(WIDE) as player:
        await player.press("n")
        assert "Quel financeur" not in player.shown()
        player.app.screen.query_one("#fact-procedure", Select).value = "cif-cdd"
        await player.settle()
        await player.press("ctrl+g")
        assert "Unagecif" in player.shown()
        await player.type("maison de retraite")
        assert "UNIFAF" in player.shown()
        assert "Unagecif" not in player.shown()
        await player.press("down", "up", "enter")
        assert player.app.screen.query_one("#fact-funder", Select).value == "unifaf"


async def test_read_only(stage: Stage) -> None:
    """In read-only mode the form judges and saves nothing."""
    async with stage.playing(WIDE, read_only=True) as player:
        await start(player, "12/11 9h")
        await player.press("ctrl+s")
        assert "Lecture seule" in player.said()


@pytest.mark.parametrize(
    ("typed", "read", "odd"),
    [
        ("13/12", "= dimanche 13 décembre 2026", "! dimanche : vérifiez"),
        ("25/12 9h", "= vendredi 25 décembre 2026 à 09:00", "! jour férié (Noël) : vérifiez"),
        ("13/12/2026", "= dimanche 13 décembre 2026", "! dimanche : vérifiez"),
        ("14/12", "= lundi 14 décembre 2026", ""),
    ],
)
async def test_a_day_is_read_back_with_its_weekday(
    stage: Stage, typed: str, read: str, odd: str
) -> None:
    """A start is read back with its weekday; a Sunday or a holiday is questioned, and taken."""
    async with stage.playing(WIDE) as player:
        await start(player, typed)
        shown = plain(player.shown())
        assert read in shown
        assert "Ce départ est possible" in shown
        assert odd in shown
        assert ("! dimanche" in shown or "! jour férié" in shown) == bool(odd)


async def test_a_start_on_a_holiday_bears_both_signs(stage: Stage) -> None:
    """The mark of the start does not hide that its day is not worked."""
    async with stage.playing(WIDE) as player:
        await start(player, "25/12 9h")
        assert "25▲×" in player.shown()
        assert "25/12  Noël" in player.shown()


def _holds(form: Widget, box: Widget) -> bool:
    """Tell whether a field is seen whole."""
    return bool(box.region) and form.region.contains_region(box.region)


@pytest.mark.parametrize("size", [(60, 20), (40, 12)], ids=["60x20", "40x12"])
async def test_the_form_is_filled_in_on_a_small_terminal(
    stage: Stage, size: tuple[int, int]
) -> None:
    """The result goes under the fields: each one is seen while it is filled in, and so is the verdict."""
    async with stage.playing(size) as player:
        await player.press("n")
        first = player.app.focused
        await player.type("12/11 9h")
        assert "12/11 9h" in player.shown()
        assert "Ce départ est possible" in player.shown()
        while True:
            box, form = player.app.focused, player.app.screen.query_one("#questions")
            assert box is not None
            await player.until(partial(_holds, form, box))
            assert box.size.width >= 10
            player.app.screen.focus_next()
            await player.pilot.pause()
            if player.app.focused is first:
                break


class _Opened(NewScreen):
    """The form, which remembers what it asked before it was first drawn."""

    at_first: tuple[str, ...] = ()

    def on_mount(self) -> None:
        """Remember its fields; Textual mounts the form itself next."""
        self.at_first = _asked(self)


def _asked(form: NewScreen) -> tuple[str, ...]:
    boxes = form.query("#questions Input, #questions Choices, #questions Tick").results(Widget)
    return tuple(
        str(box.id) for box in boxes if all(one.display for one in box.ancestors_with_self)
    )


async def test_the_form_opens_as_it_stays(stage: Stage) -> None:
    """Every field is there before the form is drawn: none comes, or goes, under the eyes."""
    async with stage.playing(NARROW) as player:
        form = _Opened(player.app.office)
        player.app.push(form)
        await player.settle()
        assert "fact-demarrage_formation" in form.at_first
        assert form.at_first == _asked(form)


async def test_a_file_that_lives_already_is_taken_over(stage: Stage) -> None:
    """Where the training has begun, Ctrl+F proposes why, and Ctrl+S then « o » is all there is to say."""
    async with stage.playing(WIDE) as player:
        await start(player, "08/06/2026")
        await player.press("ctrl+f", "ctrl+s", "o")
        assert isinstance(player.app.screen, CaseScreen)
    assert "Repris du suivi existant." in stage.desk.must(f"dossier journal {REF}").shown
