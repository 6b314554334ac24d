"""What a request about a file would do: the use case of each act, whatever face asks for it.

Used by the forms and the jobs of the interface, and by the commands: what is shown as the command that does
the same is the request that was prepared. Reads nothing itself and writes nothing: `CaseService.save` does.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Protocol

from workflow.case.case import Outcome, PaperStatus
from workflow.usecases import operations
from workflow.usecases.cases import CaseService
from workflow.usecases.noting import Recording
from workflow.usecases.operations import PAPER_MARKS
from workflow.usecases.requests import Operation, Parameter, Request
from workflow.usecases.snooze import Snoozing
from workflow.wording.ledger_text import TypedHours


class UseCases(Protocol):
    """What acts on files."""

    @property
    def cases(self) -> CaseService:
        """The use cases on files."""

    @property
    def recording(self) -> Recording:
        """The use cases that note papers and hours."""

    @property
    def snoozing(self) -> Snoozing:
        """The use cases of a reminder put off."""


def prepare(
    use_cases: UseCases, request: Request, *, by: str, version: int | None = None
) -> Outcome:
    """Return what a request would do, not yet written.

    Args:
        use_cases: what acts on files.
        request: one of the acts of `ACTS`.
        by: who asks.
        version: the version of the file that they saw.

    Raises:
        EcheancierError: as the use case does; nothing was written.
    """
    return ACTS[request.operation](use_cases, request, by, version)


def _advance(use_cases: UseCases, asked: Request, by: str, version: int | None) -> Outcome:
    ref, action = asked.about
    return use_cases.cases.advance(
        ref,
        action,
        asked.named(operations.FACTS),
        by=by,
        documents=asked.many(operations.PAPERS),
        comment=asked.text(operations.COMMENT),
        forced=asked.flag(operations.FORCED),
        version=version,
    )


def _correct(use_cases: UseCases, asked: Request, by: str, version: int | None) -> Outcome:
    return use_cases.cases.correct(
        asked.about[0],
        asked.named(operations.FACTS),
        by=by,
        removed=asked.many(operations.REMOVED),
        title=asked.given(operations.TITLE),
        comment=asked.text(operations.COMMENT),
        forced=asked.flag(operations.FORCED),
        version=version,
    )


def _undo(use_cases: UseCases, asked: Request, by: str, version: int | None) -> Outcome:
    comment = asked.text(operations.COMMENT)
    return use_cases.cases.undo(asked.about[0], by=by, comment=comment, version=version)


def _transfer(use_cases: UseCases, asked: Request, by: str, version: int | None) -> Outcome:
    return use_cases.cases.transfer(
        asked.about[0],
        by=by,
        owner=asked.given(operations.PERSON),
        agency=asked.given(operations.AGENCY),
        comment=asked.text(operations.COMMENT),
        version=version,
    )


def _note_papers(use_cases: UseCases, asked: Request, by: str, version: int | None) -> Outcome:
    marks = {status: asked.many(PAPER_MARKS[status]) for status in PaperStatus}
    return use_cases.recording.documents(
        asked.about[0],
        marks,
        by=by,
        kept_at=asked.named(operations.KEPT_AT),
        removed=asked.many(operations.REMOVED),
        on=asked.text(operations.ON) or None,
        comment=asked.text(operations.COMMENT),
        version=version,
    )


def _note_hours(use_cases: UseCases, asked: Request, by: str, version: int | None) -> Outcome:
    emptied = asked.many(operations.EMPTIED)

    def told(parameter: Parameter) -> str | None:
        return "" if parameter.name in emptied else asked.given(parameter)

    added, line = asked.given(operations.ADDED), asked.given(operations.LINE)
    removed = asked.many(operations.REMOVED)
    words = TypedHours(
        added or asked.given(operations.NATURE),
        asked.given(operations.DAYS),
        told(operations.PLANNED),
        told(operations.DONE),
        told(operations.PLACE),
    )
    return use_cases.recording.hours(
        asked.about[0],
        [(int(line) if line else None, words)] if added or line or not removed else [],
        by=by,
        removed=[int(number) for number in removed],
        comment=asked.text(operations.COMMENT),
        version=version,
    )


def _snooze(use_cases: UseCases, asked: Request, by: str, version: int | None) -> Outcome:
    (ref, deadline), snoozing = asked.about, use_cases.snoozing
    reason = asked.text(operations.REASON)
    if asked.flag(operations.WAKE):
        return snoozing.wake(ref, deadline, by=by, comment=reason, version=version)
    until = asked.text(operations.UNTIL)
    return snoozing.snooze(ref, deadline, until, reason, by=by, version=version)


ACTS: Mapping[Operation, Callable[[UseCases, Request, str, int | None], Outcome]] = {
    operations.ADVANCE: _advance,
    operations.CORRECT: _correct,
    operations.UNDO: _undo,
    operations.TRANSFER: _transfer,
    operations.NOTE_PAPERS: _note_papers,
    operations.NOTE_HOURS: _note_hours,
    operations.SNOOZE: _snooze,
}
"""What does each act on a file that is there."""
