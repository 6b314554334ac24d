"""An import taken back: each of its files as if no table had been brought, while nothing rests on it.

Called by the command. A file that it opened is given up, one that it changed returns to what it was; both by
the use cases of a file, so that the journal keeps what was entered and what took it away. Nothing is written
before `save`; stopped at any moment, it goes on with the files that are left.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Final

from msgspec import Struct

from workflow.acts import transitions
from workflow.case.case import Case, Entry, EntryKind, Outcome, Subject
from workflow.counting.ways_of_counting import Context
from workflow.deadlines.progress import fact_before, gives_up
from workflow.errors import EcheancierError, Refused
from workflow.ports.imports import (
    EnteredFile,
    ImportLedger,
    ImportRun,
    PastImport,
    UndoneFile,
    UndoneFiles,
)
from workflow.rules.procedure import Procedure
from workflow.takeover.taking_over import AT_ONCE, Rehearsal, reason_of, rehearsal
from workflow.text import french
from workflow.usecases.cases import CaseService
from workflow.usecases.papers import TypedPapers, note_papers
from workflow.wording.act_text import act_of
from workflow.wording.journal_text import told

_VALUES_TOLD: Final = 1


class TakenBack(Struct, frozen=True):
    """A file of an import, and what taking it back would do.

    Args:
        ref: its reference.
        title: its name.
        created: True when the import opened it: it is given up. Otherwise it returns to what it was.
        before: version at which the import found it, 0 for one that it opened.
        outcomes: what is written, in order.
        rests: what somebody did since that rests on it, a French sentence; empty when nothing does.
    """

    ref: str
    title: str
    created: bool
    before: int = 0
    outcomes: tuple[Outcome, ...] = ()
    rests: str = ""


class TakingBack(Struct, frozen=True):
    """The use cases of an import that was a mistake.

    Args:
        cases: the use cases of one file.
        ledger: what imports wrote of files.
    """

    cases: CaseService
    ledger: ImportLedger

    def past(self, number: int) -> PastImport:
        """Return an import; raises `NotFound` without one, `Refused` when it is taken back already."""
        found = self.ledger.import_of(number)
        if found.undone is not None and not found.left:
            raise Refused(f"L’import n°{french.NBSP}{number} est déjà annulé.")
        return found

    def files(self, number: int, by: str, *, writes: bool = False) -> Iterator[TakenBack]:
        """Return what taking an import back would do to each of its files; nothing is written.

        Args:
            number: of the import.
            by: who asks.
            writes: True when outcomes are to be written; without, they tell dates alone.
        """
        cases = rehearsal(self.cases, self.cases.clock(), writes=writes)
        undoing = _Undoing(cases, by, f"Import n°{french.NBSP}{number} annulé.", reason_of(number))
        return (undoing.file(one) for one in self.ledger.files_of(number))

    def save(self, number: int, by: str) -> Iterator[TakenBack]:
        """Take an import back, some files at once; yield each file once it is written.

        Raises:
            Refused: something rests on one of its files; those before are written, no other.
            Conflict: somebody was faster; likewise.
            OutOfReach: the database cannot be written.
        """
        run, files = ImportRun(by, self.cases.clock()), self.files(number, by, writes=True)
        while some := tuple(islice(files, AT_ONCE)):
            if (wrong := next((one for one in some if one.rests), None)) is not None:
                raise Refused(f"l’import ne s’annule pas : {wrong.rests}", case=wrong.ref)
            undone = tuple(
                UndoneFile(one.ref, one.outcomes[-1].after.version, one.before) for one in some
            )
            outcomes = [outcome for one in some for outcome in one.outcomes]
            self.cases.store.save_all(outcomes, imported=UndoneFiles(number, undone, run))
            yield from some


class _Undoing(Struct, frozen=True):
    """Takes back what an import did to a file.

    Args:
        cases: the use cases, over what was prepared.
        by: who asks.
        comment: what the journal says of each entry.
        reason: what it says of each entry of the import.
    """

    cases: Rehearsal
    by: str
    comment: str
    reason: str

    def file(self, one: EnteredFile) -> TakenBack:
        """Return what taking the import back would do to a file."""
        if rests := self._rests(one):
            return TakenBack(one.ref, one.title, one.created, rests=rests)
        entered = [] if one.created else self._entered(one)
        before = entered[0].seq - 1 if entered else 0
        done = self._restored(one.ref, entered) if entered else self._given_up(one.ref)
        try:
            return TakenBack(one.ref, one.title, one.created, before, tuple(done))
        except EcheancierError as error:
            return TakenBack(one.ref, one.title, one.created, rests=error.message)
        finally:
            self.cases.prepared.pop(one.ref, None)

    def _rests(self, one: EnteredFile) -> str:
        """Return what somebody did to a file since; what the rules alone moved rests on nothing."""
        if one.now == one.version:
            return ""
        case, procedure, context = self.cases.load(one.ref)
        whose = procedure, self.cases.directory, context.zone
        since = [
            told(entry, *whose, most=_VALUES_TOLD)
            for entry in self.cases.store.journal(case.ref)
            if entry.seq > one.version and entry.kind is not EntryKind.RECALCULATION
        ]
        return since[-1] if since else ""

    def _given_up(self, ref: str) -> Iterator[Outcome]:
        """Yield what ends a file: its last steps taken back until one of its state gives it up."""
        while True:
            case, procedure, _ = self.cases.load(ref)
            if (action := _giving_up(procedure, case.state)) is not None:
                break
            yield self._kept(self.cases.undo(ref, by=self.by, comment=self.comment))
        yield self._kept(
            self.cases.advance(ref, action, {}, by=self.by, comment=self.comment, forced=True)
        )

    def _entered(self, one: EnteredFile) -> list[Entry]:
        """Return what the import did to a file that was there."""
        return [
            entry
            for entry in self.cases.store.journal(one.ref)
            if entry.seq <= one.version and entry.comment == self.reason
        ]

    def _restored(self, ref: str, entered: Sequence[Entry]) -> Iterator[Outcome]:
        for entry in reversed(entered):
            case, procedure, _ = self.cases.load(ref)
            if entry.kind is EntryKind.UNDO:
                # The table had taken up again a file of an import that was taken back.
                yield from self._given_up(ref)
            elif entry.kind is EntryKind.TRANSFER:
                yield self._kept(self._handed_back(case, procedure, entry))
            elif entry.kind is EntryKind.ACTION:
                yield self._kept(self.cases.undo(ref, by=self.by, comment=self.comment))
                yield from self._papers_taken_back(ref, entry)
            else:
                yield self._kept(self._corrected_back(case, procedure, entry))

    def _corrected_back(self, case: Case, procedure: Procedure, entry: Entry) -> Outcome:
        facts = {
            change.name: fact_before(procedure, change)
            for change in entry.changes
            if change.about is Subject.FACT
        }
        titles = (one.old for one in entry.changes if one.about is Subject.FILE)
        return self.cases.correct(
            case.ref,
            {name: value for name, value in facts.items() if value is not None},
            by=self.by,
            removed=[name for name, value in facts.items() if value is None],
            title=next((str(old or "") for old in titles), None),
            comment=self.comment,
            forced=True,
        )

    def _handed_back(self, case: Case, procedure: Procedure, entry: Entry) -> Outcome:
        was = {change.name: change.old for change in entry.changes}
        owner = was.get("owner", case.owner)
        agency, territory = (
            str(was.get(name, now))
            for name, now in (("agency", case.agency), ("territory", case.territory))
        )
        context: Context = self.cases.place(procedure, territory, agency)
        act = act_of(procedure, self.by, self.cases.clock(), self.comment)
        return transitions.transfer(
            procedure, case, None if owner is None else str(owner), agency, context, act
        )

    def _papers_taken_back(self, ref: str, entry: Entry) -> Iterator[Outcome]:
        """Yield the papers that the step had noted as received, and that nobody had seen."""
        noted = [
            one.name for one in entry.changes if one.about is Subject.PAPER and one.old is None
        ]
        if noted:
            papers = TypedPapers({}, removed=noted)
            yield self._kept(note_papers(self.cases, ref, papers, by=self.by, comment=self.comment))

    def _kept(self, outcome: Outcome) -> Outcome:
        self.cases.prepared[outcome.after.ref] = outcome.after
        return outcome


def _giving_up(procedure: Procedure, state: str) -> str | None:
    """Return the step that gives a file up from a state, None where there is none."""
    for action in procedure.actions.values():
        target = action.transitions.get(state, "")
        if target in procedure.states and gives_up(procedure, target):
            return action.id
    return None
