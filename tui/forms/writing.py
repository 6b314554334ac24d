"""A screen that writes without a form: prepares an act, asks when it takes something away, saves it.

The screen of a file derives from it. Somebody faster opens the same conflict screen as a form does.
"""

from __future__ import annotations

from functools import partial

from tui.acts.actform import CaseForm
from tui.acts.asked import TypedAnswers
from tui.forms.confirm import ConfirmScreen
from tui.forms.conflict import Settling
from tui.forms.effect import effect
from tui.frame.page import Page
from workflow.case.case import Outcome
from workflow.errors import EcheancierError, StaleCase


class Writing(Page, Settling[None]):
    """Writes acts that need no form."""

    def write(self, act: CaseForm, typed: TypedAnswers, question: str = "") -> None:
        """Do an act.

        Args:
            act: the act.
            typed: what a form would hold.
            question: what to ask before saving, its consequences shown; empty saves at once.
        """
        refused = partial(self._refused, act, typed, question)

        def save(outcome: Outcome) -> None:
            self.ask(
                partial(self.office.services.cases.save, outcome),
                lambda _: self._saved(act, typed),
                group="save",
                writes=outcome.after.ref,
                refused=refused,
            )

        def ask(outcome: Outcome) -> None:
            shown = effect(outcome, act.procedure, self.office)
            command = self.office.typed(act.request(typed))
            self.desk.push(ConfirmScreen(question, shown, command), lambda _: save(outcome))

        then = ask if question else save
        self.ask(partial(act.prepare, self.office, typed), then, group="write", refused=refused)

    def _saved(self, act: CaseForm, typed: TypedAnswers) -> None:
        self.desk.acted(f"Enregistré : {act.title}", act.request(typed))
        self.desk.refresh_data()

    def _refused(
        self, act: CaseForm, typed: TypedAnswers, question: str, error: EcheancierError
    ) -> None:
        if not isinstance(error, StaleCase):
            self.notify(error.message, severity="warning", timeout=8)
            return

        def again(over: CaseForm, left: TypedAnswers) -> None:
            self.write(over, left, question)

        self.settle(act, typed, error, again, self._left, shown=[act.title])

    def _left(self) -> None:
        self.notify("Rien n’a été enregistré.", timeout=5)
        self.desk.refresh_data()
