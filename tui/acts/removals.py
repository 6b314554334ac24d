"""What takes something away from a file, without a form: the last step, a paper, a line of hours.

Made by the screen of a file, done by `tui.forms.writing` once another key has confirmed them.
"""

from __future__ import annotations

from tui.acts.acts import ActForm, TypedAnswers
from tui.frame.office import Office
from workflow.case.case import Outcome
from workflow.text import french
from workflow.usecases.cases import CaseView
from workflow.wording.journal_text import entry_words


class Undoing(ActForm, frozen=True):
    """Takes the last step back."""

    def prepare(self, office: Office, typed: TypedAnswers) -> Outcome:
        """Return what it would do; raises like `CaseService.undo`."""
        return office.cases.undo(
            self.case.ref, by=office.acting, comment=typed.comment, version=self.case.version
        )

    def command(self, typed: TypedAnswers) -> list[str]:
        """Return the words of the command that does the same."""
        return ["dossier", "annuler", self.case.ref, *typed.for_the_journal]


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

    def prepare(self, office: Office, typed: TypedAnswers) -> Outcome:
        """Return what it would do; raises like `Recording.documents`."""
        return office.recording.documents(
            self.case.ref,
            {},
            by=office.acting,
            removed=(self.paper,),
            comment=typed.comment,
            version=self.case.version,
        )

    def command(self, typed: TypedAnswers) -> list[str]:
        """Return the words of the command that does the same."""
        words = ["dossier", "pieces", self.case.ref, "--retirer", self.paper]
        return [*words, *typed.for_the_journal]


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

    def prepare(self, office: Office, typed: TypedAnswers) -> Outcome:
        """Return what it would do; raises like `Recording.hours`."""
        return office.recording.hours(
            self.case.ref,
            (),
            by=office.acting,
            removed=(self.number,),
            comment=typed.comment,
            version=self.case.version,
        )

    def command(self, typed: TypedAnswers) -> list[str]:
        """Return the words of the command that does the same."""
        words = ["dossier", "heures", self.case.ref, "--retirer", str(self.number)]
        return [*words, *typed.for_the_journal]


def dropping_hours(view: CaseView, number: int) -> HoursDrop:
    """Return the act that forgets a line of hours noted by mistake."""
    title = f"Retirer la ligne d’heures {number} · {view.case.ref}"
    return HoursDrop(title, view.case, view.procedure, number=number)
