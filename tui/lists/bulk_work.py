"""One act on many files: what it is, what it does to each, and what became of each.

Used by `tui.lists.bulk_screen`. Every file is prepared and saved by itself, at the version that was marked:
one that is refused, or that somebody else has changed, stops none of the others. What is kept of it in a
file names files, never people. Each thing that is done to many, with its request: hence its length.
"""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import ClassVar

from msgspec import Struct
from msgspec.structs import replace
from rich.console import RenderableType

from display.drawing.layout import line, text
from tui.acts.actform import ActForm, Prepared, Watch
from tui.acts.acts import reasons_of
from tui.acts.asked import FormField, TypedAnswers, choosing
from tui.fields.choices import by_name
from tui.frame.office import Office
from workflow.case.case import PaperStatus
from workflow.errors import Conflict, EcheancierError, OutOfReach, ReasonCode
from workflow.operations import operations
from workflow.operations.operations import PAPER_MARKS
from workflow.operations.requests import Answer, Parameter, Request
from workflow.rules.fact_specs import FactSpec, FactType
from workflow.rules.procedure import Action
from workflow.text import french
from workflow.usecases.cases import CaseView
from workflow.wording.journal_text import paper_words

ADVANCE, TRANSFER, _DOCUMENT, _CHASE = "advance", "transfer", "document", "chase"
_KINDS = {
    ADVANCE: "Avancer",
    TRANSFER: "Attribuer",
    _DOCUMENT: "Noter une pièce",
    _CHASE: "Noter une relance",
}
_ACTION, _OWNER, _AGENCY, _PAPER, _STATUS = "action", "owner", "agency", "document", "status"
_ON = "le"
_JUDGED_AT_ONCE = 300
"""Files that are judged before it is asked; more are judged when their turn comes."""
ONE_EACH = "En ligne de commande, une par dossier ; la première :"


class Result(StrEnum):
    """What became of a file."""

    READY = "prêt"
    DONE = "fait"
    REFUSED = "refusé"
    CONFLICT = "conflit"


class JobLine(Struct, frozen=True):
    """What became of a file, and why."""

    ref: str
    result: Result
    reason: str = ""


class Marked(Struct, frozen=True):
    """A file that is marked, as it was read.

    Args:
        ref: its reference.
        version: the version that was read: another one is a conflict.
        actions: actions of its state, by id.
        ready: ids of those that lack nothing but their day.
        documents: documents of its procedure, by id, with their label.
    """

    ref: str
    version: int
    actions: Mapping[str, Action]
    ready: frozenset[str]
    documents: Mapping[str, str]

    @classmethod
    def of(cls, view: CaseView) -> Marked:
        """Return a file as a bulk act needs it."""
        papers = {
            id_: spec.label for id_, spec in view.procedure.documents.items() if not spec.any_of
        }
        actions = view.procedure.actions
        offers = {offer.action: actions[offer.action] for offer in view.offers}
        ready = frozenset(
            offer.action
            for offer in view.offers
            if set(offer.missing_facts) <= {actions[offer.action].dated_by}
            and offer.lacks_only(ReasonCode.MISSING_FACT)
        )
        return cls(view.case.ref, view.case.version, offers, ready, papers)


class BulkOutcome(Prepared, frozen=True, kw_only=True):
    """What an act would do to each file, or has done.

    Args:
        title: what is done.
        lines: what became of each file, or would, by reference; those that were not judged yet are not here.
        left: the files on which it is still to be done.
    """

    title: str
    lines: dict[str, JobLine]
    left: tuple[Marked, ...]


class BulkForm(ActForm, frozen=True, kw_only=True):
    """Does one thing to the files that are marked.

    Args:
        office: gives the people, the agencies and the day.
        opened: what was to be done when it opened.
        kind: what is to be done.
        cases: the files, once they are read.
        cohort: the group that they are, if they are one.
    """

    office: Office
    opened: str
    kind: str
    cohort: str = ""
    cases: tuple[Marked, ...] = ()

    idle: ClassVar[str] = "Choisissez ce qui est à faire."
    follows: ClassVar[bool] = True

    @property
    def draft(self) -> str:
        """The name of its draft: for any files."""
        return f"agir-{self.opened}"

    @property
    def starts_at(self) -> str:
        """The first thing that the act needs."""
        return self.fields[1].spec.id if self.fields[1:] else ""

    def after(self, id_: str, words: str) -> BulkForm:  # noqa: ARG002 - one list decides
        """Return the form for something else to do."""
        return self if words == self.kind else bulk(replace(self, kind=words))

    def idles(self, typed: TypedAnswers) -> bool:
        """Tell whether something is missing."""
        return self.title_of(typed) == ""

    def title_of(self, typed: TypedAnswers) -> str:
        """Return what is done, in words; empty as long as something is missing."""
        said = {one.spec.id: one.named(typed.said(one.spec.id)) for one in self.fields}
        on = said.get(_ON, "")
        if self.kind == TRANSFER:
            to = ", ".join(filter(None, (said[_OWNER], said[_AGENCY])))
            return f"Attribuer à {to}" if to else ""
        if self.kind == ADVANCE:
            action = typed.said(_ACTION)
            return f"{self._label(action)}, le {on}" if action and on else ""
        if self.kind == _CHASE:
            return f"Relance du {on}" if on else ""
        paper, status = said[_PAPER], said[_STATUS] or paper_words(PaperStatus.RECEIVED)
        return f"{paper} : {status} le {on}" if paper and on else ""

    def _label(self, action: str) -> str:
        known = (case.actions[action].label for case in self.cases if action in case.actions)
        return next(known, action)

    def request(self, case: Marked, typed: TypedAnswers) -> Request:
        """Return what is asked for, of one file."""
        on = typed.said(_ON)
        if self.kind == TRANSFER:
            answers = {
                operations.PERSON: typed.said(_OWNER),
                operations.AGENCY: typed.said(_AGENCY),
            }
            return Request(operations.TRANSFER, (case.ref,), answers)
        if self.kind == ADVANCE:
            action = typed.said(_ACTION)
            # Under the name that its procedure gives the day; nothing when it has no such action.
            facts = {case.actions[action].dated_by: on} if action in case.actions else {}
            return Request(operations.ADVANCE, (case.ref, action), {operations.FACTS: facts})
        if self.kind == _CHASE:
            return Request(operations.CHASE, (case.ref,), {operations.ON: on})
        status = PaperStatus(typed.said(_STATUS) or PaperStatus.RECEIVED)
        papers: dict[Parameter, Answer] = {
            PAPER_MARKS[status]: (typed.said(_PAPER),),
            operations.ON: on,
        }
        return Request(operations.NOTE_PAPERS, (case.ref,), papers)

    def as_command(self, case: Marked, typed: TypedAnswers) -> Request:
        """Return what is shown as the command that does the same: of a file, or of the whole group."""
        asked = self.request(case, typed)
        if not (self.cohort and asked.operation is operations.ADVANCE):
            return asked
        return Request(operations.ADVANCE_COHORT, (self.cohort, asked.about[1]), asked.answers)

    def work_out(self, office: Office, typed: TypedAnswers, watch: Watch) -> BulkOutcome:
        """Return what it would do to each file, unless they are many: each is judged in its turn."""
        if len(self.cases) > _JUDGED_AT_ONCE:
            return self.judged(typed, {})
        cases = {case.ref: case for case in self.cases}
        return self.judged(
            typed,
            {
                ref: attempt(office, self.request(cases[ref], typed), cases[ref], save=False)
                for ref in watch(list(cases))
            },
        )

    def judged(self, typed: TypedAnswers, lines: dict[str, JobLine]) -> BulkOutcome:
        """Return what it would do, some files being dealt with."""
        left = tuple(
            case
            for case in self.cases
            if case.ref not in lines or lines[case.ref].result is Result.READY
        )
        count = french.count(len(left), "dossier", "dossiers")
        title, command = self.title_of(typed), self.as_command((left or self.cases)[0], typed)

        def draw() -> Iterator[RenderableType]:
            yield line((title, "strong"), f"\n{count} ; les autres restent comme ils sont.")
            if len(left) > 1 and command.operation.on_file:
                yield text(ONE_EACH, "muted")

        return BulkOutcome(
            request=command,
            draw=draw,
            save=(lambda: None) if left else None,
            question=f"Enregistrer pour {count} ?",
            instead="" if left else "il ne reste aucun dossier à traiter.",
            title=title,
            lines=lines,
            left=left,
        )


def bulk(form: BulkForm) -> BulkForm:
    """Return a form with what is to be asked of what it does."""
    kind = replace(choosing("kind", "Faire quoi", _KINDS, form.kind), empty=None, decides=True)
    makers = {ADVANCE: _advance, TRANSFER: _transfer, _DOCUMENT: _document, _CHASE: _chase}
    needed = makers[form.kind](form) if form.cases else ()
    return replace(form, fields=(kind, *needed))


def _advance(form: BulkForm) -> Iterator[FormField]:
    labels = {id_: one.label for case in form.cases for id_, one in case.actions.items()}
    ready = Counter(id_ for case in form.cases for id_ in case.ready)
    actions = {
        id_: f"{labels[id_]} ({ready[id_]} sur {len(form.cases)})"
        for id_ in sorted(labels, key=lambda id_: -ready[id_])
    }
    yield choosing(_ACTION, "Action", actions)
    yield _day(form.office)


def _transfer(form: BulkForm) -> Iterator[FormField]:
    directory = form.office.directory
    people, agencies = by_name(directory.people), by_name(directory.agencies)
    yield replace(choosing(_OWNER, "À", people), tells=operations.PERSON)
    yield replace(choosing(_AGENCY, "Agence", agencies), tells=operations.AGENCY)


def _document(form: BulkForm) -> Iterator[FormField]:
    papers = {id_: label for case in form.cases for id_, label in case.documents.items()}
    statuses = {status.value: paper_words(status) for status in PaperStatus}
    yield choosing(_PAPER, "Pièce", papers)
    yield choosing(_STATUS, "État", statuses, PaperStatus.RECEIVED.value)
    yield _day(form.office)


def _chase(form: BulkForm) -> Iterator[FormField]:
    yield _day(form.office)


def _day(office: Office) -> FormField:
    spec = FactSpec(_ON, "Le", FactType.DATE, future=False)
    return FormField(spec=spec, proposed=french.short_day(office.today), heading="")


def attempt(office: Office, request: Request, case: Marked, *, save: bool) -> JobLine:
    """Say what would become of a file or, with `save`, do it and say what did. Raises `OutOfReach`."""
    try:
        outcome = office.prepare(request, case.version)
        if save:
            office.services.cases.save(outcome)
            office.wrote(case.ref)
    except OutOfReach:
        raise
    except Conflict as error:
        changes = getattr(error, "changes", ())
        return JobLine(case.ref, Result.CONFLICT, " ; ".join(changes) or error.message)
    except EcheancierError as error:
        # The line says which file it is.
        error.case = ""
        return JobLine(case.ref, Result.REFUSED, " ; ".join(reasons_of(error)))
    return JobLine(case.ref, Result.DONE if save else Result.READY)


def export(folder: Path, at: datetime, title: str, lines: Sequence[JobLine]) -> Path:
    """Write what became of each file as a table, next to the drafts, and return where.

    References, results and reasons only: no name, no fact. Readable by its owner alone.

    Args:
        folder: the user's own.
        at: when it was done, on the user's clock.
        title: what was done.
        lines: what became of each file.

    Raises:
        OSError: when the disk refuses it.
    """
    path = folder / "resultats" / f"{at:%Y-%m-%d-%H%M%S}.csv"
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    # With the mark and the semicolons that French spreadsheets expect.
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        path.chmod(0o600)
        table = csv.writer(file, delimiter=";")
        table.writerow(["dossier", "action", "résultat", "raison"])
        table.writerows([one.ref, title, one.result.value, one.reason] for one in lines)
    return path
