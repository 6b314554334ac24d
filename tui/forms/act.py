"""The form of an act: asks what is missing, checks while one types, shows what the dates become.

Opened by the screen of a file. What is typed is in a draft at every moment, and on screen until it is saved:
a refusal, a conflict or a database out of reach never takes it away.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import partial
from typing import ClassVar

from rich.console import Group, RenderableType
from rich.text import Text
from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.widgets import Button, Input, Static

from notifications.schedule.viewpoint import Looking
from tui.acts.actform import ActForm
from tui.acts.acts import forces_nothing, may_be_forced, reasons_of
from tui.acts.ledger import totals
from tui.acts.merging import merged
from tui.drawing.paint import Paint
from tui.fields.answers import FACT, Answers
from tui.forms.confirm import ConfirmScreen
from tui.forms.conflict import ConflictScreen, Kept
from tui.forms.effect import effect
from tui.forms.resume import Resuming
from tui.forms.stale_drafts import told
from tui.frame.keybar import KeyBar
from tui.frame.keys import bind, first_key
from tui.frame.page import Dialog
from workflow.case.case import Case, EntryKind, Outcome
from workflow.deadlines.progress import gives_up
from workflow.errors import EcheancierError, StaleCase


class ActScreen(Dialog[Outcome], Resuming[Outcome]):
    """A form.

    Args:
        act: what it asks and does.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        bind("form.confirm", priority=True),
        bind("form.force", priority=True),
        bind("form.down", "move(1)"),
        bind("form.up", "move(-1)"),
    ]

    def __init__(self, act: ActForm) -> None:
        super().__init__()
        self._first = act
        self._outcome: Outcome | None = None
        self._reasons: tuple[str, ...] = ()
        self._forcible = False
        # The form is judged as it opens: a key that saves, typed before that, waits for it.
        self._weighing = True

    def compose(self) -> ComposeResult:
        """Yield the questions, what they would change, and the buttons."""
        with Vertical(classes="dialog", id="act") as box:
            box.border_title = Text(self._first.title)
            yield Answers(self._first, self._looking)
            with VerticalScroll(id="effect-box", can_focus=False):
                yield Static(id="effect")
            with Horizontal(id="buttons"):
                yield Button("Enregistrer  Ctrl+S", id="save", variant="primary", compact=True)
                yield Button("Fermer  Échap", id="close", compact=True)
        yield KeyBar()

    def on_mount(self) -> None:
        """Judge what is there at first, and ask what becomes of a draft."""
        self.query_one("#save", Button).disabled = True
        self.judge(self._consider)
        self.query("Input, Select").first().focus()
        self.open_draft(self._first.draft)

    def told(self, typed: Mapping[str, str]) -> Iterator[str]:
        """Yield what a draft holds, one line each."""
        asked = [*(one.spec for one in self._act.questions), *self._act.more]
        left = dict(typed)
        for spec in asked:
            if (words := left.pop(f"{FACT}{spec.id}", None)) is not None:
                yield f"{spec.label} : {spec.choices.get(words, words) or 'vidé'}"
        yield from told(self._act.procedure, left)

    async def take_up(self, typed: Mapping[str, str]) -> None:
        """Put the draft back, and say so when the file has changed since."""
        moved = await self._answers.restore(typed)
        over = ", sur un dossier qui a changé entre-temps" if moved else ""
        self.notify(f"Votre saisie d’avant est revenue{over} : vérifiez-la.", timeout=4)
        self.judge(self._consider)

    async def start_over(self) -> None:
        """Put every field back as it is known."""
        self._answers.start_over()
        self._changed()

    @property
    def _answers(self) -> Answers:
        return self.query_one(Answers)

    @property
    def _act(self) -> ActForm:
        return self._answers.act

    def _looking(self) -> Looking:
        return self.office.looking_at(self._first.case)

    @on(Answers.Changed)
    def _changed(self) -> None:
        self._keep()
        self._outcome, self._reasons = None, ()
        self.query_one("#save", Button).disabled = True
        self.soon(self._consider)

    def _keep(self) -> None:
        self.keep_draft(self._answers.draft)

    # --- What it would do --------------------------------------------------------------------------

    def _consider(self) -> None:
        """Check each field, then ask the service what the whole would do."""
        self._let_force(False)
        typed = self._answers.typed
        if wrong := self._answers.check():
            self._say(*wrong)
        elif self._act.idles(typed):
            self._say(self._act.idle)
        else:
            act, office = self._act, self.office

            def worked_out() -> tuple[Outcome, list[RenderableType]]:
                outcome = act.prepare(office, typed)
                if outcome.entry.kind is not EntryKind.HOURS:
                    return outcome, []
                goals = office.services.inquiries.goals(outcome.after)
                return outcome, [totals(outcome.after.hours, goals), ""]

            self.weigh(worked_out, self._show_effect, self._refuse)

    def _show_effect(self, found: tuple[Outcome, list[RenderableType]]) -> None:
        self._outcome, more = found
        if not self._outcome.entry.forced:
            self._give_in()
        shown = effect(self._outcome, self._act.procedure, self.office)
        self.query_one("#effect", Static).update(Group(*more, shown))
        self.query_one("#save", Button).disabled = self.office.read_only

    def _refuse(self, error: EcheancierError) -> None:
        self._outcome = None
        if isinstance(error, StaleCase):
            self._reasons = ()
            self._settle(error)
            return
        if self._answers.forced and forces_nothing(error):
            self._give_in()
            self._consider()
            return
        reasons = list(reasons_of(error))
        if may_be_forced(error):
            self._let_force(True)
            key = first_key("form.force", self.office.keys)
            reasons.append(
                f"dites pourquoi vous passez outre, ou {key} pour y renoncer"
                if self._answers.forced
                else f"{key} pour passer outre, en disant pourquoi"
            )
        self._say(*reasons)

    def _say(self, *reasons: str) -> None:
        self._reasons, paint = reasons, Paint(self)
        lines = [paint.line(("✗ ", "late"), reason) for reason in reasons]
        self.query_one("#effect", Static).update(paint.text("\n").join(lines))

    def action_move(self, way: int) -> None:
        """Read on in what it would do, or back."""
        self.turn("#effect-box", way)

    # --- Going against a window --------------------------------------------------------------------

    def _let_force(self, possible: bool) -> None:
        self._forcible = possible or self._answers.forced
        self.refresh_bindings()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Let a window be gone against only where one refuses, and given in to again."""
        if action == "force":
            return self._forcible
        return super().check_action(action, parameters)

    def action_force(self) -> None:
        """Ask why, and go against the window; asked again, give in to it."""
        self._answers.force(on=not self._answers.forced)
        if self._answers.forced:
            self._answers.comment.focus()
        self._changed()

    def _give_in(self) -> None:
        """No longer go against a window: none refuses any more."""
        if self._answers.forced:
            self._answers.force(on=False)
            self._let_force(False)
            self._keep()

    # --- Saving ------------------------------------------------------------------------------------

    @on(Button.Pressed, "#save")
    def action_confirm(self) -> None:
        """Save what was shown; what goes against a window or gives up is asked again, by another key."""
        self.once_judged(self._confirm)

    def _confirm(self) -> None:
        if self.office.read_only:
            self.notify("Lecture seule : rien ne peut être enregistré.", severity="warning")
        elif self._reasons:
            words = " ; ".join(self._reasons)
            self.notify(f"Rien n’est enregistré : {words}", severity="warning", timeout=6)
        elif self._outcome is not None and (question := self._question(self._outcome)):
            command = self.office.typed(self._act.request(self._answers.typed))
            shown = effect(self._outcome, self._act.procedure, self.office)
            self.desk.push(ConfirmScreen(question, shown, command), self._save)
        else:
            self._save()

    def _question(self, outcome: Outcome) -> str:
        """Return what is asked before an act that is not lightly done; empty for any other."""
        entry = outcome.entry
        if entry.forced:
            return "Passer outre ?"
        if entry.state_from != entry.state_to and gives_up(self._act.procedure, entry.state_to):
            return f"{self._act.title} ?"
        return ""

    def _save(self, _: bool = True) -> None:
        if self._outcome is not None:
            self.ask(
                partial(self.office.services.cases.save, self._outcome),
                self._saved,
                group="save",
                writes=self._outcome.after.ref,
                refused=self._refuse,
            )

    @on(Input.Submitted)
    def _next_field(self) -> None:
        self.focus_next()

    @on(Button.Pressed, "#close")
    def _close(self) -> None:
        self.action_cancel()

    def _saved(self, outcome: Outcome) -> None:
        self._draft.drop()
        request = self._act.request(self._answers.typed)
        self.desk.acted(f"Enregistré : {self._act.title}", request)
        self.dismiss(outcome)

    # --- Somebody else was first -------------------------------------------------------------------

    def _settle(self, stale: StaleCase) -> None:
        ref = self._act.case.ref
        self.ask(
            lambda: self.office.services.cases.view(ref).case,
            partial(self._show_conflict, stale),
            group="conflict",
        )

    def _show_conflict(self, stale: StaleCase, theirs: Case) -> None:
        typed, act = self._answers.typed, self._act
        vain = []
        for choice in (Kept.MINE, Kept.BOTH):
            over, left = merged(act, typed, theirs, keep_mine=choice is Kept.MINE)
            vain += [choice] if over.idles(left) else []
        self.desk.push(
            ConflictScreen(act.case.ref, act.told(typed), stale.changes, vain=vain),
            partial(self._settled, theirs),
        )

    def _settled(self, theirs: Case, choice: Kept) -> None:
        if choice is Kept.THEIRS:
            self.notify("Rien n’a été enregistré ; votre saisie reste en brouillon.", timeout=5)
            self.desk.refresh_data()
            self.dismiss(None)
            return
        keep_mine = choice is Kept.MINE
        self._answers.take(*merged(self._act, self._answers.typed, theirs, keep_mine=keep_mine))
        self._changed()
