"""A form filled in: checked while one types, shown as what it would do, saved once that is what is meant.

The one engine of every form, whatever it is laid out as. What is typed is in a draft at every moment, and on
screen until it is saved: a refusal, a conflict or a database out of reach never takes it away.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, ClassVar

from rich.console import Group, RenderableType
from textual import on
from textual.binding import BindingType
from textual.message import Message
from textual.widgets import Button
from textual.worker import get_current_worker

from display.drawing.layout import line, text
from tui.acts.actform import ActForm, CaseForm, Prepared
from tui.acts.acts import forces_nothing, may_be_forced, reasons_of
from tui.forms.confirm import ConfirmScreen
from tui.forms.conflict import Settling
from tui.forms.drafting import Drafting
from tui.forms.effect import effect
from tui.frame.keys import bind, first_key
from tui.frame.page import Result
from workflow.errors import EcheancierError, StaleCase

_STEPS = 100
"""Words on how far it is, at most, while files are looked at."""

KEYS: list[BindingType] = [
    bind("form.confirm", priority=True),
    bind("form.force", priority=True),
    bind("form.down", "move(1)"),
    bind("form.up", "move(-1)"),
]
"""The keys of every layout; each binds them itself, behind those that close it."""


def together(lines: Iterable[RenderableType]) -> RenderableType:
    """Return lines as one thing to show; a text alone is left to the screen, which breaks it better."""
    shown = [*lines]
    return shown[0] if len(shown) == 1 else Group(*shown)


class Filling(Drafting[Result], Settling[Result]):
    """A form that does what its act does; a layout derives from it.

    Args:
        act: what it asks and does.
    """

    reads_on: ClassVar[str] = "#effect-box"
    """The part of the screen that the keys of reading on turn."""

    @dataclass
    class Progress(Message):
        """Files have been looked at."""

        done: int
        total: int

    def __init__(self, act: ActForm) -> None:
        super().__init__(act)
        self._found: Prepared | None = None
        self._reasons: tuple[str, ...] = ()
        self._forcible = False
        # The form is judged as it opens: a key that saves, typed before that, waits for it.
        self._weighing = True

    @property
    def act(self) -> ActForm:
        """What is asked and done now."""
        act = self.answers.form
        assert isinstance(act, ActForm), "it was given one"  # noqa: S101
        return act

    @property
    def reasons(self) -> tuple[str, ...]:
        """Why nothing can be saved, when the act can be shown all the same."""
        return self._reasons

    # --- For each layout to say --------------------------------------------------------------------

    @abstractmethod
    def show(self, lines: Iterable[RenderableType], found: Prepared | None = None) -> None:
        """Show what is known: of an act that can be shown, or why none can."""

    def leave(self, result: Any) -> None:
        """Close, once it is saved."""
        self.dismiss(result)

    def drawn(self, found: Prepared) -> list[RenderableType]:
        """Return what an act would do, to be shown and to be asked about."""
        outcome = found.outcome
        lines = list(found.draw())
        if outcome is not None and found.procedure is not None:
            lines.append(effect(outcome, found.procedure, self.office))
        return lines

    def begin(self) -> None:
        """Judge what is there at first, and ask what becomes of a draft."""
        self.judge(self._consider)
        self.open_draft()

    # --- What it would do --------------------------------------------------------------------------

    def on_mount(self) -> None:
        """Begin."""
        self._ready(None)
        self.begin()

    def reconsider(self, *, at_once: bool = False) -> None:
        """Look at what is typed, once no key has come for a moment."""
        self._ready(None)
        self._reasons = ()
        if at_once:
            self.judge(self._consider)
        else:
            self.soon(self._consider)

    def _ready(self, found: Prepared | None) -> None:
        """Let the act be saved, or nothing."""
        self._found = found
        for button in self.query("#save").results(Button):
            button.disabled = found is None or found.save is None or self.office.read_only
        self.refresh_bindings()

    def _consider(self) -> None:
        """Check each field, then ask what the whole would do."""
        self._let_force(False)
        act, office, typed = self.act, self.office, self.answers.typed
        if wrong := self.answers.check():
            self._say(wrong)
        elif act.idles(typed):
            self._reasons = (act.idle,)
            self.show(act.waiting(office))
        else:
            self.weigh(
                partial(act.work_out, office, typed, self._watched), self._weighed, self._refuse
            )

    def _weighed(self, found: Prepared) -> None:
        if found.refusal is not None:
            if self._gives_in(found.refusal):
                return
            self._reasons = self._told(found.refusal)
        elif self.answers.forced and not found.forced:
            self._give_in()
            self._consider()
            return
        self._ready(found)
        self.show(self.drawn(found), found)

    def _refuse(self, error: EcheancierError) -> None:
        if isinstance(error, StaleCase) and isinstance(act := self.act, CaseForm):
            self._reasons = ()
            self.settle(act, self.answers.typed, error, self._settled, self._left)
            return
        self._ready(None)
        if not self._gives_in(error):
            self._say(self._told(error))

    def _told(self, error: EcheancierError) -> tuple[str, ...]:
        """Return the reasons of a refusal, with the key that goes against it where one may."""
        reasons = list(reasons_of(error))
        if may_be_forced(error):
            self._let_force(True)
            key = first_key("form.force", self.office.keys)
            reasons.append(
                f"dites pourquoi vous passez outre, ou {key} pour y renoncer"
                if self.answers.forced
                else f"{key} pour passer outre, en disant pourquoi"
            )
        return tuple(reasons)

    def _say(self, reasons: Sequence[str]) -> None:
        self._reasons = tuple(reasons)
        lines = [line(("✗ ", "late"), reason) for reason in reasons]
        self.show([text("\n").join(lines)])

    def _watched(self, refs: Sequence[str]) -> Iterable[str]:
        """Yield the files to look at, saying how far it is; stop when something else is asked."""
        worker, step = get_current_worker(), max(len(refs) // _STEPS, 1)
        for done, ref in enumerate(refs):
            if worker.is_cancelled:
                return
            if done % step == 0:
                self.post_message(self.Progress(done, len(refs)))
            yield ref
        self.post_message(self.Progress(len(refs), len(refs)))

    def action_move(self, way: int) -> None:
        """Read on in what it would do, or back."""
        self.turn(self.reads_on, way)

    # --- Going against a window --------------------------------------------------------------------

    def _let_force(self, possible: bool) -> None:
        self._forcible = possible or self.answers.forced
        self.refresh_bindings()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Let a window be gone against only where one refuses, and given in to again."""
        if action == "force":
            return self._forcible
        return super().check_action(action, parameters)

    def action_force(self) -> None:
        """Ask why, and go against the window; asked again, give in to it."""
        self.answers.force(on=not self.answers.forced)
        if self.answers.forced:
            self.answers.remark.box.focus()
        self.changed()

    def _gives_in(self, error: EcheancierError) -> bool:
        """Give in where nothing but a reason is asked for, and look again."""
        vain = self.answers.forced and forces_nothing(error)
        if vain:
            self._give_in()
            self._consider()
        return vain

    def _give_in(self) -> None:
        """No longer go against a window: none refuses any more."""
        self.answers.force(on=False)
        self._let_force(False)
        self.keep()

    # --- Saving ------------------------------------------------------------------------------------

    @on(Button.Pressed, "#save")
    def action_confirm(self) -> None:
        """Save what was shown; what is not lightly done is asked again, by another key."""
        self.once_judged(self._confirm)

    def _confirm(self) -> None:
        found = self._found
        if not self.may_write():
            return
        if found is None or found.save is None:
            instead = (found.instead,) if found and found.instead else self._reasons
            if instead:
                words = " ; ".join(instead)
                self.notify(f"Rien n’est enregistré : {words}", severity="warning", timeout=6)
        elif found.question:
            command = self.office.typed(found.request)
            screen = ConfirmScreen(found.question, Group(*self.drawn(found)), command)
            self.desk.push(screen, lambda _: self.save(found))
        else:
            self.save(found)

    def save(self, found: Prepared) -> None:
        """Write what was shown."""
        assert found.save is not None, "asked of what can be written"  # noqa: S101
        self.ask(
            found.save,
            partial(self._saved, found),
            group="save",
            writes=found.writes,
            refused=self._refuse,
        )

    def _saved(self, found: Prepared, result: Any) -> None:
        self.drop_draft()
        self.desk.acted(found.said(result), found.request)
        self.leave(result)

    # --- Somebody else was first -------------------------------------------------------------------

    def _settled(self, act: CaseForm, typed: Any) -> None:
        async def take() -> None:
            await self.answers.take(act, typed)
            self.changed()

        self.call_later(take)

    def _left(self) -> None:
        self.notify("Rien n’a été enregistré ; votre saisie reste en brouillon.", timeout=5)
        self.desk.refresh_data()
        self.dismiss(None)
