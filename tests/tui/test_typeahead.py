"""Keys that come in one piece, over a slow line: none is lost, none is taken by what nobody has seen."""

from __future__ import annotations

import threading
from collections.abc import Callable

import pytest
from textual.app import App
from textual.events import Key
from textual.widgets import OptionList

from tests.support.tui import Player, Stage
from tui.acts.actform import Watch
from tui.acts.asked import TypedAnswers
from tui.case.screen import CaseScreen
from tui.forms.confirm import ConfirmScreen
from tui.forms.drafting import ResumeScreen
from tui.frame.office import Office
from tui.opening.form import OpeningForm, Preview
from tui.opening.screen import NewScreen
from workflow.usecases.cases import CaseService

REF = "CIPI-DEMO-02"
_ROUNDS = 200


def at_once(app: App[None], *keys: str) -> None:
    """Type keys all in one piece."""
    for key in keys:
        app.post_message(Key(key, key if len(key) == 1 else None))


def in_one_piece(app: App[None], *keys: str) -> None:
    """Type keys that the terminal brings in one read: they have one instant."""
    events = [Key(key, key if len(key) == 1 else None) for key in keys]
    for event in events:
        event.time = events[0].time
        app.post_message(event)


async def until(player: Player, holds: Callable[[], bool]) -> None:
    """Wait until something holds."""
    for _ in range(_ROUNDS):
        if holds():
            return
        await player.pilot.pause(0.05)
    raise AssertionError(player.shown())


async def opened(player: Player, ref: str = REF) -> None:
    """Open a file."""
    player.app.push_screen(CaseScreen(ref))
    await player.settle()


def state(stage: Stage) -> str:
    """Return the state of the file in the database."""
    return str(stage.desk.must(f"dossier voir {REF} --json").json["state"])


@pytest.fixture
def steps(stage: Stage) -> Stage:
    """Lend a stage on which the file has a step that can be taken back."""
    stage.desk.must(f"dossier avancer {REF} deposer_drf --forcer --commentaire essai")
    return stage


async def test_an_answer_typed_ahead_waits_for_its_question(steps: Stage) -> None:
    """« u » and « o » in one piece take the step back, once the question has been drawn."""
    drawn: list[bool] = []
    yes = ConfirmScreen.action_yes

    async with steps.playing() as player:
        await opened(player)

        def seen(screen: ConfirmScreen) -> None:
            drawn.append("Annuler" in player.shown())
            yes(screen)

        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(ConfirmScreen, "action_yes", seen)
            at_once(player.app, "u", "o")
            await until(player, lambda: "Enregistré" in player.said())
    assert drawn == [True]
    assert state(steps) == "preparation"


@pytest.fixture
def let(monkeypatch: pytest.MonkeyPatch) -> threading.Event:
    """Have the undoing of a step wait, and return what lets it go on."""
    let, undo = threading.Event(), CaseService.undo

    def slow(service: CaseService, *words: object, **more: object) -> object:
        let.wait()
        return undo(service, *words, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(CaseService, "undo", slow)
    return let


async def test_keys_wait_as_long_as_the_answer_is_due(steps: Stage, let: threading.Event) -> None:
    """A database that is slow to answer keeps the keys typed meanwhile, and gives them to the question."""
    async with steps.playing() as player:
        await opened(player)
        at_once(player.app, "u", "o")
        await player.pilot.pause(0.8)
        assert "Enregistré" not in player.said()
        assert isinstance(player.app.screen, CaseScreen)
        let.set()
        await until(player, lambda: "Enregistré" in player.said())
    assert state(steps) == "preparation"


async def test_a_key_that_leaves_does_not_wait_for_ever(steps: Stage, let: threading.Event) -> None:
    """Escape leads back while the database is silent, and what was typed before it answers nothing."""
    async with steps.playing() as player:
        await opened(player)
        at_once(player.app, "u", "o", "escape")
        await until(player, lambda: not isinstance(player.app.screen, CaseScreen))
        let.set()
        await player.settle()
    assert state(steps) == "drf_deposee"


async def test_a_question_is_closed_by_a_key_typed_ahead(steps: Stage) -> None:
    """« u » and Escape in one piece leave the step as it is, and the file open."""
    async with steps.playing() as player:
        await opened(player)
        at_once(player.app, "u", "escape")
        await until(player, lambda: not player.app._typed._waiting)
        await player.settle()
        assert isinstance(player.app.screen, CaseScreen)
    assert state(steps) == "drf_deposee"


@pytest.mark.parametrize("piece", ["uo", "duo", "uoo", "uo oui"])
async def test_a_word_without_marks_of_paste_answers_nothing(steps: Stage, piece: str) -> None:
    """What the terminal brings in one read with « u » is told by the question, and does not say yes to it."""
    async with steps.playing() as player:
        await opened(player)
        in_one_piece(player.app, *piece.replace(" ", "")[:-1], piece[-1])
        await until(player, lambda: "tapé avant cette question" in player.shown())
        await player.settle()
        assert isinstance(player.app.screen, ConfirmScreen)
        assert f"« {piece.partition('u')[2].replace(' ', '')} »" in player.shown()
        assert state(steps) == "drf_deposee"
        at_once(player.app, "o")
        await until(player, lambda: "Enregistré" in player.said())
    assert state(steps) == "preparation"


async def test_a_question_is_closed_in_the_piece_that_opens_it(steps: Stage) -> None:
    """« u », « o » and Escape in one read leave the step as it is, and the file open."""
    async with steps.playing() as player:
        await opened(player)
        in_one_piece(player.app, "u", "o", "escape")
        await until(player, lambda: not player.app._typed._waiting)
        await player.settle()
        assert isinstance(player.app.screen, CaseScreen)
    assert state(steps) == "drf_deposee"


async def test_a_form_that_shows_its_consequences_is_answered_in_one_piece(stage: Stage) -> None:
    """« Ctrl+S » and « o » in one read open the file whose dates « Nouveau dossier » has shown."""
    async with stage.playing() as player:
        await player.press("n")
        await player.settle()
        await player.press(*"20/03/2027")
        form = player.app.screen
        assert isinstance(form, NewScreen)
        await until(player, lambda: not (form.considering or form._weighing))
        assert "possible" in player.shown()
        in_one_piece(player.app, "ctrl+s", "o")
        await until(player, lambda: isinstance(player.app.screen, CaseScreen))
        await player.settle()
        assert "Ouvert" in player.said()


async def test_an_answer_typed_behind_a_pending_verdict_waits_for_its_question(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    """« Ctrl+S » then « o » while the dates are computed answer the question, and enter no field."""
    let = threading.Event()

    work_out = OpeningForm.work_out

    def slow(form: OpeningForm, office: Office, typed: TypedAnswers, watch: Watch) -> Preview:
        let.wait()
        return work_out(form, office, typed, watch)

    async with stage.playing() as player:
        await player.press("n")
        form = player.app.screen
        assert isinstance(form, NewScreen)
        monkeypatch.setattr(OpeningForm, "work_out", slow)
        at_once(player.app, *"20/03/2027", "ctrl+s")
        await until(player, lambda: form._wish is not None)
        at_once(player.app, "o")
        await player.pilot.pause(0.5)
        assert player.app.screen is form
        let.set()
        await until(player, lambda: isinstance(player.app.screen, CaseScreen))
        await player.settle()
        assert "Ouvert" in player.said()


async def test_what_comes_with_the_question_about_a_draft_answers_nothing(stage: Stage) -> None:
    """The date and Enter that come in one read with « n » are told by the question, and take no draft up."""
    async with stage.playing() as player:
        await player.press("n", *"20/03/2027")
        await player.press("escape")
        in_one_piece(player.app, "n", *"8/9", "enter")
        await until(player, lambda: "« 8/9 » tapé avant cette question" in player.shown())
        await player.settle()
        assert isinstance(player.app.screen, ResumeScreen)
        await player.press("enter")
        assert isinstance(player.app.screen, NewScreen)


async def test_a_paper_is_taken_back_in_one_piece(stage: Stage) -> None:
    """« Suppr » and « o » in one piece take back what is noted of a paper."""
    stage.desk.must(f"dossier pieces {REF} --recue convention_formation")
    async with stage.playing() as player:
        await opened(player)
        await player.press("tab")
        lines = player.app.screen.query_one("#papers-lines", OptionList)
        lines.highlighted = lines.get_option_index("convention_formation")
        at_once(player.app, "delete", "o")
        await until(player, lambda: "Enregistré" in player.said())
    papers = stage.desk.must(f"dossier voir {REF} --json").json["documents"]
    assert "convention_formation" not in papers


async def test_a_file_is_opened_and_advanced_in_one_piece(stage: Stage) -> None:
    """The key behind the one that opens a file finds the file read."""
    async with stage.playing() as player:
        at_once(player.app, "enter", "c")
        await until(player, lambda: player.app.screen.asks_facts)  # type: ignore[attr-defined]
        at_once(player.app, "escape", "escape", "n")
        await until(player, lambda: isinstance(player.app.screen, NewScreen))
        await player.settle()
