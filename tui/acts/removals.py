"""What takes something away from a file, without a form: the last step, a paper, a line of hours.

Made by the screen of a file, done by `tui.forms.writing` once another key has confirmed them.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from tui.acts.actform import ActForm, TypedAnswers
from workflow.text import french
from workflow.usecases import operations
from workflow.usecases.cases import CaseView
from workflow.usecases.requests import Answer, Operation, Parameter
from workflow.wording.journal_text import entry_words


class Undoing(ActForm, frozen=True):
    """Takes the last step back."""

    operation: ClassVar[Operation] = operations.UNDO

    def answers(self, typed: TypedAnswers) -> Mapping[Parameter, Answer]:  # noqa: ARG002 - nothing is typed
        """Return what its operation is told."""
        return {}


def undoing(view: CaseView) -> Undoing:
    """Return the undoing of the last step of a file."""
    last = view.case.history[-1] if view.case.history else None
    words = "la dernière étape"
    if last is not None:
        words = f"« {entry_words(last, view.procedure)} » du {french.short_day(last.at)}"
    return Undoing(f"Annuler {words} · {view.case.ref}", view.case, view.procedure)


class PaperDrop(ActForm, frozen=True, kw_only=True):
    """Takes back what is noted of a paper.

    Args:
        paper: its id.
    """

    paper: str

    operation: ClassVar[Operation] = operations.NOTE_PAPERS

    def answers(self, typed: TypedAnswers) -> Mapping[Parameter, Answer]:  # noqa: ARG002 - nothing is typed
        """Return what its operation is told."""
        return {operations.REMOVED: (self.paper,)}


def dropping_paper(view: CaseView, paper: str) -> PaperDrop:
    """Return the act that forgets a paper noted by mistake."""
    label = view.procedure.documents[paper].label
    title = f"Retirer « {label} » · {view.case.ref}"
    return PaperDrop(title, view.case, view.procedure, paper=paper)


class HoursDrop(ActForm, frozen=True, kw_only=True):
    """Takes a line of hours back.

    Args:
        number: which one.
    """

    number: int

    operation: ClassVar[Operation] = operations.NOTE_HOURS

    def answers(self, typed: TypedAnswers) -> Mapping[Parameter, Answer]:  # noqa: ARG002 - nothing is typed
        """Return what its operation is told."""
        return {operations.REMOVED: (str(self.number),)}


def dropping_hours(view: CaseView, number: int) -> HoursDrop:
    """Return the act that forgets a line of hours noted by mistake."""
    title = f"Retirer la ligne d’heures {number} · {view.case.ref}"
    return HoursDrop(title, view.case, view.procedure, number=number)
