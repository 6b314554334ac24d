"""One act on many files: what it is, what it does to each, and what became of each.

Used by `tui.lists.bulk_screen`. Every file is prepared and saved by itself, at the version that was marked:
one that is refused, or that somebody else has changed, stops none of the others. What is kept of it in a
file names files, never people.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Protocol

from msgspec import Struct

from tui.acts.acts import reasons_of
from tui.frame.office import Office
from workflow.case.case import PaperStatus
from workflow.errors import Conflict, EcheancierError, OutOfReach, ReasonCode
from workflow.rules.procedure import Action
from workflow.usecases import operations
from workflow.usecases.cases import CaseView
from workflow.usecases.operations import PAPER_MARKS
from workflow.usecases.requests import Answer, Parameter, Request
from workflow.wording.journal_text import paper_words


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


class Job(Protocol):
    """Something to do to a file."""

    @property
    def title(self) -> str:
        """What it is."""

    def request(self, case: Marked) -> Request:
        """Return what is asked for, of one file."""


class Advance(Struct, frozen=True):
    """The same action, on the same day.

    Args:
        action: its id.
        label: its label.
        on: the day, as typed, written out.
    """

    action: str
    label: str
    on: str

    @property
    def title(self) -> str:
        """What it is."""
        return f"{self.label}, le {self.on}"

    def _facts(self, case: Marked) -> dict[str, str]:
        """Return the day under the name that the procedure gives it; nothing when it has no such action."""
        action = case.actions.get(self.action)
        return {action.dated_by: self.on} if action else {}

    def request(self, case: Marked) -> Request:
        """Return what is asked for."""
        facts = {operations.FACTS: self._facts(case)}
        return Request(operations.ADVANCE, (case.ref, self.action), facts)


class Transfer(Struct, frozen=True):
    """The same person, or agency.

    Args:
        owner: id of the person, empty to leave it.
        agency: id of the agency, empty to leave it.
        words: their names.
    """

    owner: str
    agency: str
    words: str

    @property
    def title(self) -> str:
        """What it is."""
        return f"Attribuer à {self.words}"

    def request(self, case: Marked) -> Request:
        """Return what is asked for."""
        answers = {operations.PERSON: self.owner, operations.AGENCY: self.agency}
        return Request(operations.TRANSFER, (case.ref,), answers)


class SamePaper(Struct, frozen=True):
    """The same document, at the same status.

    Args:
        document: its id.
        label: its label.
        status: how far it has come.
        on: the day, as typed, written out.
    """

    document: str
    label: str
    status: PaperStatus
    on: str

    @property
    def title(self) -> str:
        """What it is."""
        return f"{self.label} : {paper_words(self.status)} le {self.on}"

    def request(self, case: Marked) -> Request:
        """Return what is asked for."""
        answers: dict[Parameter, Answer] = {
            PAPER_MARKS[self.status]: (self.document,),
            operations.ON: self.on,
        }
        return Request(operations.NOTE_PAPERS, (case.ref,), answers)


def attempt(office: Office, job: Job, case: Marked, *, save: bool) -> JobLine:
    """Say what would become of a file or, with `save`, do it and say what did. Raises `OutOfReach`."""
    try:
        outcome = office.prepare(job.request(case), case.version)
        if save:
            office.services.cases.save(outcome)
            office.wrote(case.ref)
    except OutOfReach:
        raise
    except Conflict as error:
        changes = getattr(error, "changes", ())
        return JobLine(case.ref, Result.CONFLICT, " ; ".join(changes) or error.message)
    except EcheancierError as error:
        reasons = " ; ".join(reasons_of(error))
        # The line says which file it is.
        return JobLine(case.ref, Result.REFUSED, reasons.removeprefix(f"Dossier {case.ref} : "))
    return JobLine(case.ref, Result.DONE if save else Result.READY)


def export(folder: Path, at: datetime, job: Job, lines: Sequence[JobLine]) -> Path:
    """Write what became of each file as a table, next to the drafts, and return where.

    References, results and reasons only: no name, no fact. Readable by its owner alone.

    Args:
        folder: the user's own.
        at: when it was done, on the user's clock.
        job: what was done.
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
        table.writerows([one.ref, job.title, one.result.value, one.reason] for one in lines)
    return path
