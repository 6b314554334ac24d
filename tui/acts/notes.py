"""The other forms of a file: how far a paper has come, a line of hours, a hand-over; each as a value.

Made by the screen of a file, filled by `tui.forms.act`, like those of `tui.acts.acts`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from tui.acts.actform import ActForm, Question, TypedAnswers
from tui.frame.office import Office
from workflow.case.case import Case, HoursLine, Paper, PaperStatus, WorkKind
from workflow.rules.fact_specs import FactSpec, FactType
from workflow.text import french
from workflow.usecases import operations
from workflow.usecases.cases import CaseView
from workflow.usecases.operations import PAPER_MARKS
from workflow.usecases.requests import Answer, Operation, Parameter
from workflow.wording.journal_text import paper_words

_STATUS = FactSpec(
    "etat",
    "Où en est la pièce",
    FactType.CHOICE,
    future=True,
    choices={status.value: paper_words(status) for status in PaperStatus},
)
_PAPER_DAY = FactSpec("jour", "Depuis le", FactType.DATE, future=True)
_KEPT_AT = FactSpec("rangee", "Rangée à", FactType.TEXT, future=True)

_KIND = FactSpec(
    "nature",
    "Nature",
    FactType.CHOICE,
    future=True,
    choices={kind.value: kind.value for kind in WorkKind},
)
_FIRST = FactSpec("premier", "Premier jour", FactType.DATE, future=True)
_LAST = FactSpec("dernier", "Dernier jour (vide : le même)", FactType.DATE, future=True)
_PLANNED = FactSpec("prevues", "Heures prévues", FactType.NUMBER, future=True, unit="h")
_DONE = FactSpec("faites", "Heures faites", FactType.NUMBER, future=True, unit="h")
_PLACE = FactSpec("lieu", "Organisme de formation, ou société", FactType.TEXT, future=True)

HOURS = {spec.id: spec for spec in (_KIND, _FIRST, _LAST, _PLANNED, _DONE, _PLACE)}
"""What is asked of a line of hours, by name."""


class PaperNote(ActForm, frozen=True, kw_only=True):
    """Says how far a paper has come, since when, and where it is kept.

    Args:
        paper: its id.
    """

    paper: str

    operation: ClassVar[Operation] = operations.NOTE_PAPERS

    @property
    def draft(self) -> str:
        """The name of its draft."""
        return f"{self.case.ref}-piece-{self.paper}"

    def _status(self, typed: TypedAnswers) -> PaperStatus | None:
        """Return the status to note; None when only its place is."""
        if value := typed.facts.get(_STATUS.id):
            return PaperStatus(value)
        noted = self.case.documents.get(self.paper)
        if _PAPER_DAY.id not in typed.facts:
            return None
        return noted.status if noted else PaperStatus.RECEIVED

    def answers(self, typed: TypedAnswers) -> Mapping[Parameter, Answer]:
        """Return what its operation is told."""
        status, place = self._status(typed), typed.facts.get(_KEPT_AT.id)
        marked = {} if status is None else {PAPER_MARKS[status]: (self.paper,)}
        return {
            **marked,
            operations.ON: typed.facts.get(_PAPER_DAY.id),
            operations.KEPT_AT: {} if place is None else {self.paper: place},
        }

    def known(self, case: Case) -> Mapping[str, str]:
        """Return what a file says of the paper."""
        return _noted(case.documents.get(self.paper))


def noting_paper(view: CaseView, paper: str) -> PaperNote:
    """Return the form of a paper, as it is noted."""
    known = _noted(view.case.documents.get(paper))
    questions = tuple(
        Question(spec, known.get(spec.id, "")) for spec in (_STATUS, _PAPER_DAY, _KEPT_AT)
    )
    label = view.procedure.documents[paper].label
    return PaperNote(
        f"{label} · {view.case.ref}", view.case, view.procedure, questions, paper=paper
    )


def _noted(paper: Paper | None) -> dict[str, str]:
    """Return a paper as it would be typed, by name of question."""
    if paper is None:
        return {}
    return {
        _STATUS.id: paper.status.value,
        _PAPER_DAY.id: french.short_day(paper.on),
        _KEPT_AT.id: paper.kept_at,
    }


def marked(status: PaperStatus) -> TypedAnswers:
    """Return what somebody would type to give a paper another status."""
    return TypedAnswers({_STATUS.id: status.value})


def going_back(view: CaseView, paper: str, status: PaperStatus) -> str:
    """Return what to ask before a paper is noted as less far than it has come; empty when it is not."""
    noted, ranks = view.case.documents.get(paper), list(PaperStatus)
    if noted is None or ranks.index(status) >= ranks.index(noted.status):
        return ""
    return f"Revenir de « {paper_words(noted.status)} » à « {paper_words(status)} » ?"


class HoursNote(ActForm, frozen=True, kw_only=True):
    """Adds a line of hours, or changes one.

    Args:
        number: the line to change; None adds one.
    """

    number: int | None

    operation: ClassVar[Operation] = operations.NOTE_HOURS
    idle: ClassVar[str] = "Changez une valeur ; videz un nombre d’heures pour le retirer."

    @property
    def draft(self) -> str:
        """The name of its draft."""
        return f"{self.case.ref}-heures-{self.number or 'nouvelle'}"

    def _days(self, typed: TypedAnswers) -> str | None:
        """Return the days as a command takes them; None when they do not change."""
        if not {_FIRST.id, _LAST.id} & typed.facts.keys():
            return None
        was = next((one for one in self.case.hours if one.number == self.number), None)
        first = typed.facts.get(_FIRST.id) or (french.short_day(was.first) if was else "")
        kept = french.short_day(was.last) if was and _LAST.id not in typed.facts else ""
        last = typed.facts.get(_LAST.id) or kept
        return f"{first}..{last}" if last and last != first else first

    def answers(self, typed: TypedAnswers) -> Mapping[Parameter, Answer]:
        """Return what its operation is told."""
        given, changes = typed.facts, self.number is not None
        emptied = [one.id for one in (_PLANNED, _DONE, _PLACE) if given.get(one.id) == ""]
        return {
            operations.LINE: str(self.number) if changes else None,
            operations.NATURE if changes else operations.ADDED: given.get(_KIND.id),
            operations.DAYS: self._days(typed),
            operations.PLANNED: given.get(_PLANNED.id),
            operations.DONE: given.get(_DONE.id),
            operations.PLACE: given.get(_PLACE.id),
            # In the words of the parameters, which are the names of these questions.
            operations.EMPTIED: emptied if changes else None,
        }

    def known(self, case: Case) -> Mapping[str, str]:
        """Return what a file says of the line."""
        return next((_answers(one) for one in case.hours if one.number == self.number), {})


def noting_hours(view: CaseView, number: int | None) -> HoursNote:
    """Return the form of a line of hours; of a new one when its number is None."""
    case = view.case
    line = next((one for one in case.hours if one.number == number), None)
    known = _answers(line) if line else {}
    needed = {_KIND.id, _FIRST.id}
    questions = tuple(
        Question(spec, known.get(spec.id, ""), required=line is None and spec.id in needed)
        for spec in HOURS.values()
    )
    what = f"Heures, ligne {number}" if line else "Nouvelle ligne d’heures"
    return HoursNote(f"{what} · {case.ref}", case, view.procedure, questions, number=number)


def _answers(line: HoursLine) -> dict[str, str]:
    """Return a line as it would be typed, by name of question."""
    hours = {_PLANNED.id: line.planned, _DONE.id: line.done}
    return {
        _KIND.id: line.kind.value,
        _FIRST.id: french.short_day(line.first),
        _LAST.id: french.short_day(line.last),
        **{name: "" if value is None else french.number(value) for name, value in hours.items()},
        _PLACE.id: line.place,
    }


class HandOver(ActForm, frozen=True):
    """Gives a file to another person, another agency, or both."""

    operation: ClassVar[Operation] = operations.TRANSFER
    idle: ClassVar[str] = "Choisissez à qui le dossier est confié."

    @property
    def draft(self) -> str:
        """The name of its draft."""
        return f"{self.case.ref}-attribuer"

    def answers(self, typed: TypedAnswers) -> Mapping[Parameter, Answer]:
        """Return what its operation is told."""
        facts = typed.facts
        return {
            operations.PERSON: facts.get("owner"),
            operations.AGENCY: facts.get("agency"),
        }

    def known(self, case: Case) -> Mapping[str, str]:
        """Return who follows a file, and where."""
        return {"owner": case.owner or "", "agency": case.agency}


def handing_over(view: CaseView, office: Office) -> HandOver:
    """Return the form that gives a file to somebody else."""
    case, directory = view.case, office.directory
    people = {id_: person.name for id_, person in directory.people.items()}
    agencies = {id_: agency.name for id_, agency in directory.agencies.items()}
    questions = tuple(
        Question(FactSpec(name, label, FactType.CHOICE, future=True, choices=choices), known or "")
        for name, label, choices, known in (
            ("owner", "Personne", people, case.owner),
            ("agency", "Agence (son calendrier vient avec elle)", agencies, case.agency),
        )
        # Somebody the configuration no longer knows is no choice.
        if (known or "") in {"", *choices}
    )
    return HandOver(f"Confier · {case.ref}", case, view.procedure, questions)
