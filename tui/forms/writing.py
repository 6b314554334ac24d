"""A screen that writes without a form: prepares an act, asks when it takes something away, saves it.

The screen of a file derives from it. Somebody faster opens the same conflict screen as a form does.
"""

from __future__ import annotations

from functools import partial

from tui.acts.actform import ActForm, TypedAnswers
from tui.acts.merging import merged
from tui.forms.confirm import ConfirmScreen
from tui.forms.conflict import ConflictScreen, Kept
from tui.forms.effect import effect
from tui.frame.page import Page
from workflow.case.case import Case, Outcome
from workflow.errors import EcheancierError, StaleCase


class Writing(Page):
    """Writes acts that need no form."""

    def write(self, act: ActForm, typed: TypedAnswers, question: str = "") -> None:
        """Do an act.

        Args:
            act: the act.
            typed: what a form would hold.
            question: what to ask before saving, its consequences shown; empty saves at once.
        """
        then = (
            partial(self._ask, act, typed, question)
            if question
            else partial(self._save, act, typed)
        )
        self.ask(
            partial(act.prepare, self.office, typed),
            then,
            group="write",
            refused=partial(self._refused, act, typed, question),
        )

    def _ask(self, act: ActForm, typed: TypedAnswers, question: str, outcome: Outcome) -> None:
        shown = effect(outcome, act.procedure, self.office)
        command = self.office.typed(act.request(typed))
        self.desk.push(
            ConfirmScreen(question, shown, command),
            lambda _: self._save(act, typed, outcome, question),
        )

    def _save(
        self, act: ActForm, typed: TypedAnswers, outcome: Outcome, question: str = ""
    ) -> None:
        self.ask(
            partial(self.office.services.cases.save, outcome),
            partial(self._saved, act, typed),
            group="save",
            writes=outcome.after.ref,
            refused=partial(self._refused, act, typed, question),
        )

    def _saved(self, act: ActForm, typed: TypedAnswers, _: Outcome) -> None:
        self.desk.acted(f"Enregistré : {act.title}", act.request(typed))
        self.desk.refresh_data()

    # --- Somebody else was first -------------------------------------------------------------------

    def _refused(
        self, act: ActForm, typed: TypedAnswers, question: str, error: EcheancierError
    ) -> None:
        if not isinstance(error, StaleCase):
            self.notify(error.message, severity="warning", timeout=8)
            return
        ref = act.case.ref
        self.ask(
            lambda: self.office.services.cases.view(ref).case,
            partial(self._show_conflict, act, typed, question, error),
            group="conflict",
        )

    def _show_conflict(
        self, act: ActForm, typed: TypedAnswers, question: str, stale: StaleCase, theirs: Case
    ) -> None:
        self.desk.push(
            ConflictScreen(act.case.ref, [act.title], list(stale.changes), both=False),
            partial(self._settled, act, typed, question, theirs),
        )

    def _settled(
        self, act: ActForm, typed: TypedAnswers, question: str, theirs: Case, choice: Kept
    ) -> None:
        if choice is Kept.MINE:
            self.write(*merged(act, typed, theirs, keep_mine=True), question)
        else:
            self.notify("Rien n’a été enregistré.", timeout=5)
            self.desk.refresh_data()
