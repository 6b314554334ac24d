"""What takes something away from a file, without a form: the last step, a paper, a line of hours or money.

Made by the screen of a file, done by `tui.forms.writing` once another key has confirmed them.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar, Self

from tui.acts.actform import CaseForm
from tui.acts.asked import TypedAnswers
from workflow.operations import operations
from workflow.operations.requests import Answer, Operation, Parameter
from workflow.text import french
from workflow.usecases.cases import CaseView
from workflow.wording.journal_text import entry_words


class Removal(CaseForm, frozen=True, kw_only=True):
    """Takes something back.

    Args:
        operation: what is asked for.
        removed: what is taken back, as the operation names it; nothing for one that names nothing.
    """

    # Each removal has its own, which a class variable cannot say.
    operation: Operation  # type: ignore[misc]
    removed: tuple[str, ...] = ()

    name: ClassVar[str] = ""
    """It is never typed."""

    def answers(self, typed: TypedAnswers) -> Mapping[Parameter, Answer]:  # noqa: ARG002 - nothing is typed
        """Return what its operation is told."""
        return {operations.REMOVED: self.removed}

    @classmethod
    def of(cls, view: CaseView, what: str, operation: Operation, *removed: str) -> Self:
        """Return the removal of something, as its title names it."""
        title = f"{what} · {view.case.ref}"
        return cls(
            title, case=view.case, procedure=view.procedure, operation=operation, removed=removed
        )


def undoing(view: CaseView) -> Removal:
    """Return the undoing of the last step of a file."""
    last = view.case.history[-1] if view.case.history else None
    words = "la dernière étape"
    if last is not None:
        words = f"« {entry_words(last, view.procedure)} » du {french.short_day(last.at)}"
    return Removal.of(view, f"Annuler {words}", operations.UNDO)


def dropping_paper(view: CaseView, paper: str) -> Removal:
    """Return the act that forgets a paper noted by mistake."""
    label = view.procedure.documents[paper].label
    return Removal.of(view, f"Retirer « {label} »", operations.NOTE_PAPERS, paper)


def dropping_hours(view: CaseView, number: int) -> Removal:
    """Return the act that forgets a line of hours noted by mistake."""
    return Removal.of(
        view, f"Retirer la ligne d’heures {number}", operations.NOTE_HOURS, str(number)
    )


def dropping_money(view: CaseView, number: int) -> Removal:
    """Return the act that forgets a claim or a payment noted by mistake."""
    return Removal.of(
        view, f"Retirer la ligne d’argent {number}", operations.NOTE_MONEY, str(number)
    )
