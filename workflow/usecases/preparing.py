"""What a request about a file would do: the use case of each act, whatever face asks for it.

Used by the forms and the jobs of the interface, and by the commands: what is shown as the command that does
the same is the request that was prepared. Reads nothing itself and writes nothing: `CaseService.save` does.
One line an act, every act, hence its length.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import Protocol, TypedDict, TypeVar

from msgspec.structs import replace

from workflow.calendar.calendars import territory
from workflow.case.case import Case, Outcome, PaperStatus
from workflow.case.parties import Party, PartyKind, facts_from, pointing_to
from workflow.counting.ways_of_counting import Sitting
from workflow.operations import operations
from workflow.operations.operations import PAPER_MARKS
from workflow.operations.requests import Operation, Parameter, Request
from workflow.rules.procedure import Procedure
from workflow.usecases.cases import CaseService
from workflow.usecases.chasing import chase
from workflow.usecases.concordance import note_sayings
from workflow.usecases.correspondence import note_letter
from workflow.usecases.noting import Recording, TypedEligibility
from workflow.usecases.papers import TypedPapers, note_papers
from workflow.usecases.parties import Parties
from workflow.usecases.recompute import CalendarChanges, PreparedChange
from workflow.usecases.snooze import Snoozing
from workflow.wording.act_text import TAKEN_OVER, checked_title
from workflow.wording.ledger_text import TypedContract, TypedHours, TypedMoney, read_day

T = TypeVar("T")
NO_CUTOFF = "aucune"
"""What says that a session has no cut-off any more."""


class UseCases(Protocol):
    """What acts on files."""

    @property
    def cases(self) -> CaseService:
        """The use cases on files."""

    @property
    def recording(self) -> Recording:
        """The use cases that note hours, contracts and money."""

    @property
    def snoozing(self) -> Snoozing:
        """The use cases of a reminder put off."""

    @property
    def parties(self) -> Parties:
        """The use cases of organisations, clients and beneficiaries."""


class Signed(TypedDict):
    """Who does it, why, and the version of the file that they saw."""

    by: str
    comment: str
    version: int | None


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
    comment = request.text(operations.COMMENT)
    signed = Signed(by=by, comment=comment, version=version)
    return ACTS[request.operation](use_cases, request, signed)


def prepare_change(changes: CalendarChanges, request: Request, *, by: str) -> PreparedChange:
    """Return what a request about a calendar of commissions would do, not yet written.

    Args:
        changes: what moves the dates of several files.
        request: sessions to add, to move or to cancel, their days written in full.
        by: who asks.

    Raises:
        EcheancierError: as the use case does; nothing was written.
    """
    procedure, funder = request.text(operations.PROCEDURE), request.text(operations.FUNDER)
    days = [_day(text) for text in request.about]
    if request.operation == operations.CANCEL_SESSION:
        return changes.cancel(procedure, funder, days[0], by=by)
    cutoff = request.text(operations.CUTOFF)
    closing = None if cutoff in {"", NO_CUTOFF} else _day(cutoff)
    if request.operation == operations.MOVE_SESSION:
        return changes.move(procedure, funder, days[0], Sitting(days[1], closing), by=by)
    title = checked_title(changes.ruled(procedure, funder), request.text(operations.TITLE))
    return changes.add(procedure, funder, [(Sitting(day, closing), title) for day in days], by=by)


def _day(text: str) -> date:
    return read_day(text, territory("FR").zone)


def _open(use_cases: UseCases, asked: Request, signed: Signed) -> Outcome:
    procedure = asked.about[0]
    parties = _pointed(use_cases, asked, use_cases.cases.rulebook.procedure(procedure))
    living = asked.flag(operations.LIVING)
    told = facts_from(use_cases.cases.rulebook.procedure(procedure).facts.values(), parties)
    named = (one.title for one in parties if one.kind is PartyKind.BENEFICIARY)
    outcome = use_cases.cases.open(
        procedure,
        {**told, **asked.named(operations.FACTS)},
        by=signed["by"],
        agency=asked.text(operations.AGENCY),
        owner=asked.given(operations.FOLLOWED_BY),
        territory=asked.given(operations.TERRITORY),
        title=asked.text(operations.TITLE) or next(named, ""),
        funder=asked.given(operations.FUNDER),
        ref=asked.given(operations.REFERENCE),
        forced=asked.flag(operations.FORCED) or living,
        historical=asked.flag(operations.HISTORICAL),
        comment=signed["comment"] or f"{TAKEN_OVER}." * living,
    )
    case = replace(outcome.after, **pointing_to(parties))
    if case.beneficiary is not None:
        return replace(outcome, after=case)
    fact = use_cases.cases.rulebook.of(case).reference_fact
    said = use_cases.parties.said_of(case.title, case.facts.get(fact), fact)
    return replace(outcome, after=case, warnings=(*outcome.warnings, *said))


def _pointed(
    use_cases: UseCases, asked: Request, procedure: Procedure, case: Case | None = None
) -> tuple[Party, ...]:
    """Return the parties that a file is told to point to, or whose name it is given."""
    parties, facts = use_cases.parties, asked.named(operations.FACTS)
    found = (
        parties.find(kind, typed)
        if (typed := asked.text(operations.POINTED[kind]))
        else parties.called(kind, procedure, facts, case)
        for kind in PartyKind
    )
    return tuple(one for one in found if one is not None)


def _advance(use_cases: UseCases, asked: Request, signed: Signed) -> Outcome:
    ref, action = asked.about
    return use_cases.cases.advance(
        ref,
        action,
        asked.named(operations.FACTS),
        documents=asked.many(operations.PAPERS),
        forced=asked.flag(operations.FORCED),
        **signed,
    )


def _correct(use_cases: UseCases, asked: Request, signed: Signed) -> Outcome:
    ref = asked.about[0]
    parties: tuple[Party, ...] = ()
    if asked.answers.keys() & {operations.FACTS, *operations.POINTED.values()}:
        case = use_cases.cases.store.load(ref)
        parties = _pointed(use_cases, asked, use_cases.cases.rulebook.of(case), case)
    return use_cases.cases.correct(
        ref,
        asked.named(operations.FACTS),
        removed=asked.many(operations.REMOVED),
        title=asked.given(operations.TITLE),
        forced=asked.flag(operations.FORCED),
        parties=parties,
        **signed,
    )


def _undo(use_cases: UseCases, asked: Request, signed: Signed) -> Outcome:
    return use_cases.cases.undo(asked.about[0], **signed)


def _transfer(use_cases: UseCases, asked: Request, signed: Signed) -> Outcome:
    return use_cases.cases.transfer(
        asked.about[0],
        owner=asked.given(operations.PERSON),
        agency=asked.given(operations.AGENCY),
        **signed,
    )


def _note_papers(use_cases: UseCases, asked: Request, signed: Signed) -> Outcome:
    marks = {status: asked.many(PAPER_MARKS[status]) for status in PaperStatus}
    typed = TypedPapers(
        marks,
        kept_at=asked.named(operations.KEPT_AT),
        files=asked.named(operations.KEPT_FILES),
        expires=asked.named(operations.EXPIRES),
        removed=asked.many(operations.REMOVED),
        on=asked.text(operations.ON) or None,
    )
    return note_papers(use_cases.cases, asked.about[0], typed, **signed)


def _note_sayings(use_cases: UseCases, asked: Request, signed: Signed) -> Outcome:
    ref, paper = asked.about
    return note_sayings(
        use_cases.cases,
        ref,
        paper,
        asked.named(operations.FACTS),
        removed=asked.many(operations.REMOVED),
        **signed,
    )


def _note_hours(use_cases: UseCases, asked: Request, signed: Signed) -> Outcome:
    emptied = asked.many(operations.EMPTIED)

    def told(parameter: Parameter) -> str | None:
        return "" if parameter.name in emptied else asked.given(parameter)

    words = TypedHours(
        asked.given(operations.ADDED) or asked.given(operations.NATURE),
        asked.given(operations.DAYS) or asked.many(operations.DAYS),
        told(operations.PLANNED),
        told(operations.DONE),
        told(operations.PLACE),
    )
    typed, removed = _lines(asked, words)
    return use_cases.recording.hours(asked.about[0], typed, removed=removed, **signed)


def _note_contracts(use_cases: UseCases, asked: Request, signed: Signed) -> Outcome:
    words = TypedContract(
        asked.given(operations.ADDED) or asked.given(operations.TYPE),
        asked.given(operations.EMPLOYER),
        asked.given(operations.DAYS) or asked.many(operations.DAYS),
        asked.given(operations.HOURS),
        asked.given(operations.FIRM),
    )
    typed, removed = _lines(asked, words)
    return use_cases.recording.contracts(asked.about[0], typed, removed=removed, **signed)


def _note_money(use_cases: UseCases, asked: Request, signed: Signed) -> Outcome:
    words = TypedMoney(
        asked.given(operations.ADDED) or asked.given(operations.NATURE),
        asked.given(operations.ON),
        asked.given(operations.AMOUNT),
        asked.given(operations.PAYER),
        asked.given(operations.MONTH),
        asked.given(operations.MONEY_REFERENCE),
        asked.given(operations.NOTE),
    )
    typed, removed = _lines(asked, words)
    return use_cases.recording.money(
        asked.about[0],
        typed,
        removed=removed,
        forced=asked.flag(operations.FORCED),
        **signed,
    )


def _lines(asked: Request, words: T) -> tuple[list[tuple[int | None, T]], list[int]]:
    """Return the line that is added (no number) or changed, if any, and those that are taken away."""
    line, removed = asked.given(operations.LINE), asked.many(operations.REMOVED)
    written = asked.given(operations.ADDED) or line or not removed
    typed = [(int(line) if line else None, words)] if written else []
    return typed, [int(number) for number in removed]


def _note_eligibility(use_cases: UseCases, asked: Request, signed: Signed) -> Outcome:
    typed = TypedEligibility(
        asked.given(operations.GROUND),
        asked.named(operations.ANSWERS) or None,
        asked.given(operations.PROOF),
        asked.given(operations.SEEN_ON),
        asked.given(operations.VALID_UNTIL),
        asked.given(operations.PROOF_KEPT_AT),
    )
    return use_cases.recording.eligibility(asked.about[0], typed, **signed)


def _snooze(use_cases: UseCases, asked: Request, signed: Signed) -> Outcome:
    (ref, deadline), snoozing = asked.about, use_cases.snoozing
    reason, by, seen = asked.text(operations.REASON), signed["by"], signed["version"]
    if asked.flag(operations.WAKE):
        return snoozing.wake(ref, deadline, by=by, comment=reason, version=seen)
    until = asked.text(operations.UNTIL)
    return snoozing.snooze(ref, deadline, until, reason, by=by, version=seen)


def _chase(use_cases: UseCases, asked: Request, signed: Signed) -> Outcome:
    on = asked.text(operations.ON) or None
    return chase(use_cases.cases, asked.about[0], on=on, **signed)


def _letter(use_cases: UseCases, asked: Request, signed: Signed) -> Outcome:
    ref, model = asked.about
    return note_letter(use_cases.cases, ref, model, **signed)


ACTS: Mapping[Operation, Callable[[UseCases, Request, Signed], Outcome]] = {
    operations.OPEN: _open,
    operations.ADVANCE: _advance,
    operations.CORRECT: _correct,
    operations.UNDO: _undo,
    operations.TRANSFER: _transfer,
    operations.NOTE_PAPERS: _note_papers,
    operations.NOTE_SAYINGS: _note_sayings,
    operations.NOTE_HOURS: _note_hours,
    operations.NOTE_CONTRACTS: _note_contracts,
    operations.NOTE_MONEY: _note_money,
    operations.ELIGIBILITY: _note_eligibility,
    operations.SNOOZE: _snooze,
    operations.CHASE: _chase,
    operations.LETTER: _letter,
}
"""What does each act on a file: the one that opens it, and those on a file that is there."""
