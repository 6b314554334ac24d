"""The other forms of a file: how far a paper has come, hours, a chase, a hand-over; each as a value.

Made by the screen of a file, filled by `tui.forms.act`, like those of `tui.acts.acts`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import ClassVar

from msgspec.structs import replace
from rich.console import RenderableType

from display.ledger.ledger import sums
from tui.acts.actform import CaseForm, Prepared, Watch
from tui.acts.asked import FormField, TypedAnswers, asking
from tui.frame.office import Office
from workflow.case.case import Case, HoursLine, Paper, PaperStatus, WorkKind
from workflow.operations import operations
from workflow.operations.operations import PAPER_MARKS
from workflow.operations.requests import Answer, Operation, Parameter
from workflow.rules.fact_specs import FactType
from workflow.text import french
from workflow.usecases.cases import CaseView
from workflow.wording.journal_text import paper_words

_STATUS = asking(
    "etat",
    "Où en est la pièce",
    FactType.CHOICE,
    choices={status.value: paper_words(status) for status in PaperStatus},
)
_PAPER_DAY = asking("jour", "Depuis le", FactType.DATE, tells=operations.ON)
_KEPT_AT = asking("rangee", "Rangée à (lien, chemin, classeur…)")
_END = asking("expire", "Dernier jour où elle vaut", FactType.DATE)
_FILE = asking("fichier", "Fichier à garder avec elle, copié (chemin)")

_KIND = asking(
    "nature",
    "Nature",
    FactType.CHOICE,
    choices={kind.value: kind.value for kind in WorkKind},
)
_FIRST = asking("premier", "Premier jour", FactType.DATE)
_LAST = asking("dernier", "Dernier jour (vide : le même)", FactType.DATE)
_PLANNED = asking("prevues", "Heures prévues", FactType.NUMBER, unit="h", tells=operations.PLANNED)
_DONE = asking("faites", "Heures faites", FactType.NUMBER, unit="h", tells=operations.DONE)
_PLACE = asking("lieu", "Organisme de formation, ou société", tells=operations.PLACE)

HOURS = (_KIND, _FIRST, _LAST, _PLANNED, _DONE, _PLACE)
"""What is asked of a line of hours."""


class PaperNote(CaseForm, frozen=True, kw_only=True):
    """Says how far a paper has come, since when, where it is kept, and the file that is kept with it.

    Args:
        paper: its id.
    """

    paper: str

    operation: ClassVar[Operation] = operations.NOTE_PAPERS

    @property
    def name(self) -> str:
        """What is noted."""
        return f"piece-{self.paper}"

    def _status(self, typed: TypedAnswers) -> PaperStatus | None:
        """Return the status to note; None when only its place is."""
        if value := typed.facts.get(_STATUS.spec.id):
            return PaperStatus(value)
        noted = self.case.documents.get(self.paper)
        if _PAPER_DAY.spec.id not in typed.facts:
            return None
        return noted.status if noted else PaperStatus.RECEIVED

    def answers(self, typed: TypedAnswers) -> Mapping[Parameter, Answer]:
        """Return what its operation is told."""
        status = self._status(typed)
        marked = {} if status is None else {PAPER_MARKS[status]: (self.paper,)}
        beside = (
            (operations.KEPT_AT, _KEPT_AT),
            (operations.KEPT_FILES, _FILE),
            (operations.EXPIRES, _END),
        )
        told = {
            parameter: {self.paper: typed.facts[one.spec.id]}
            for parameter, one in beside
            if one.spec.id in typed.facts
        }
        return {**super().answers(typed), **marked, **told}

    def known(self, case: Case) -> Mapping[str, str]:
        """Return what a file says of the paper."""
        return _noted(case.documents.get(self.paper))


def noting_paper(view: CaseView, paper: str) -> PaperNote:
    """Return the form of a paper, as it is noted."""
    known = _noted(view.case.documents.get(paper))
    fields = _filled((_STATUS, _PAPER_DAY, _KEPT_AT, _END, _FILE), known)
    title = f"{view.procedure.documents[paper].label} · {view.case.ref}"
    return PaperNote(title, fields, case=view.case, procedure=view.procedure, paper=paper)


def _filled(asked: Iterable[FormField], known: Mapping[str, str]) -> tuple[FormField, ...]:
    return tuple(replace(one, known=known.get(one.spec.id, "")) for one in asked)


def _noted(paper: Paper | None) -> dict[str, str]:
    """Return a paper as it would be typed, by name of question."""
    if paper is None:
        return {}
    return {
        _STATUS.spec.id: paper.status.value,
        _PAPER_DAY.spec.id: french.short_day(paper.on),
        _KEPT_AT.spec.id: paper.kept_at,
        _END.spec.id: french.short_day(paper.expires_on) if paper.expires_on else "",
        _FILE.spec.id: paper.file.name if paper.file else "",
    }


def marked(status: PaperStatus) -> TypedAnswers:
    """Return what somebody would type to give a paper another status."""
    return TypedAnswers({_STATUS.spec.id: status.value})


def going_back(view: CaseView, paper: str, status: PaperStatus) -> str:
    """Return what to ask before a paper is noted as less far than it has come; empty when it is not."""
    noted, ranks = view.case.documents.get(paper), list(PaperStatus)
    if noted is None or ranks.index(status) >= ranks.index(noted.status):
        return ""
    return f"Revenir de « {paper_words(noted.status)} » à « {paper_words(status)} » ?"


class HoursNote(CaseForm, frozen=True, kw_only=True):
    """Adds a line of hours, or changes one.

    Args:
        number: the line to change; None adds one.
    """

    number: int | None

    operation: ClassVar[Operation] = operations.NOTE_HOURS
    idle: ClassVar[str] = "Changez une valeur ; videz un nombre d’heures pour le retirer."

    @property
    def name(self) -> str:
        """What is noted."""
        return f"heures-{self.number or 'nouvelle'}"

    def _days(self, typed: TypedAnswers) -> Answer:
        """Return the day, or the first and the last; None when they do not change."""
        if not {_FIRST.spec.id, _LAST.spec.id} & typed.facts.keys():
            return None
        was = next((one for one in self.case.hours if one.number == self.number), None)
        first = typed.facts.get(_FIRST.spec.id) or (french.short_day(was.first) if was else "")
        kept = french.short_day(was.last) if was and _LAST.spec.id not in typed.facts else ""
        last = typed.facts.get(_LAST.spec.id) or kept
        return (first, last) if last and last != first else first

    def answers(self, typed: TypedAnswers) -> Mapping[Parameter, Answer]:
        """Return what its operation is told."""
        given, changes = typed.facts, self.number is not None
        emptied = [one.spec.id for one in (_PLANNED, _DONE, _PLACE) if given.get(one.spec.id) == ""]
        return {
            **super().answers(typed),
            operations.LINE: str(self.number) if changes else None,
            operations.NATURE if changes else operations.ADDED: given.get(_KIND.spec.id),
            operations.DAYS: self._days(typed),
            # In the words of the parameters, which are the names of these questions.
            operations.EMPTIED: emptied if changes else None,
        }

    def work_out(self, office: Office, typed: TypedAnswers, watch: Watch) -> Prepared:
        """Return what it would do, with the sums that it would give."""
        found = super().work_out(office, typed, watch)
        assert found.outcome is not None, "an act on a file has one"  # noqa: S101
        after = found.outcome.after
        goals = office.services.inquiries.goals(after)

        def draw() -> Iterable[RenderableType]:
            return *sums(after.hours, goals, office.looking_at(after)), ""

        return replace(found, draw=draw)

    def known(self, case: Case) -> Mapping[str, str]:
        """Return what a file says of the line."""
        return next((_answers(one) for one in case.hours if one.number == self.number), {})


def noting_hours(view: CaseView, number: int | None) -> HoursNote:
    """Return the form of a line of hours; of a new one when its number is None."""
    case = view.case
    line = next((one for one in case.hours if one.number == number), None)
    known = _answers(line) if line else {}
    needed = (_KIND, _FIRST)
    fields = _filled(HOURS, known)
    if line is None:
        fields = tuple(replace(one, required=one in needed) for one in fields)
    what = f"Heures, ligne {number}" if line else "Nouvelle ligne d’heures"
    title = f"{what} · {case.ref}"
    return HoursNote(title, fields, case=case, procedure=view.procedure, number=number)


def _answers(line: HoursLine) -> dict[str, str]:
    """Return a line as it would be typed, by name of question."""
    hours = {_PLANNED.spec.id: line.planned, _DONE.spec.id: line.done}
    return {
        _KIND.spec.id: line.kind.value,
        _FIRST.spec.id: french.short_day(line.first),
        _LAST.spec.id: french.short_day(line.last),
        **{name: "" if value is None else french.number(value) for name, value in hours.items()},
        _PLACE.spec.id: line.place,
    }


class ChaseNote(CaseForm, frozen=True, kw_only=True):
    """Says that what a file awaits was asked for again, and when."""

    operation: ClassVar[Operation] = operations.CHASE

    @property
    def name(self) -> str:
        """What is noted."""
        return "relancer"


def noting_chase(view: CaseView, office: Office) -> ChaseNote:
    """Return the form of a chase, today unless another day is typed."""
    today = french.short_day(office.looking_at(view.case).today)
    day = asking(
        "le", "Relancé le", FactType.DATE, proposed=today, required=True, tells=operations.ON
    )
    return ChaseNote(
        f"Relancer · {view.case.ref}", (day,), case=view.case, procedure=view.procedure
    )


class HandOver(CaseForm, frozen=True, kw_only=True):
    """Gives a file to another person, another agency, or both."""

    operation: ClassVar[Operation] = operations.TRANSFER
    name: ClassVar[str] = "attribuer"
    idle: ClassVar[str] = "Choisissez à qui le dossier est confié."

    def known(self, case: Case) -> Mapping[str, str]:
        """Return who follows a file, and where."""
        return {"owner": case.owner or "", "agency": case.agency}


def handing_over(view: CaseView, office: Office) -> HandOver:
    """Return the form that gives a file to somebody else."""
    case, directory = view.case, office.directory
    people = {id_: person.name for id_, person in directory.people.items()}
    agencies = {id_: agency.name for id_, agency in directory.agencies.items()}
    where = "Agence (son calendrier vient avec elle)"
    fields = tuple(
        asking(name, label, FactType.CHOICE, choices=choices, known=known or "", tells=tells)
        for name, label, choices, known, tells in (
            ("owner", "Personne", people, case.owner, operations.PERSON),
            ("agency", where, agencies, case.agency, operations.AGENCY),
        )
        # Somebody the configuration no longer knows is no choice.
        if (known or "") in {"", *choices}
    )
    return HandOver(f"Confier · {case.ref}", fields, case=case, procedure=view.procedure)
