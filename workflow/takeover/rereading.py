"""The rows of a table read again: what each would do to which file, those before it included.

Used by `workflow.takeover.importing`. Nothing is written here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date, datetime
from enum import StrEnum

from msgspec import Struct, field

from workflow.case.case import Deadline, FactValue, Outcome
from workflow.case.holdings import Holdings
from workflow.errors import ActionRefused, Conflict, EcheancierError, NotFound, ReasonCode, Refused
from workflow.imports.matching import FileIndex, KnownFile, numbers_of
from workflow.imports.recognition import Column
from workflow.imports.rows import FaultCode, RowFault, RowReader, ToldFile
from workflow.ports.imports import ImportLedger, Told
from workflow.rules.fact_specs import FactType
from workflow.rules.procedure import Procedure
from workflow.spreadsheets.table import Table
from workflow.takeover.taking_over import TakingOver, rehearsal, told_of
from workflow.text import french
from workflow.usecases.cases import CaseService
from workflow.wording.date_text import Today

Silenced = Callable[[Deadline, str, datetime], int]
"""How many reminders of a deadline of an agency were due by an instant."""


class RowResult(StrEnum):
    """What a row would do."""

    CREATED = "creer"
    UPDATED = "modifier"
    UNCHANGED = "inchange"
    FAULTY = "corriger"
    TO_CHOOSE = "choisir"

    @property
    def stands(self) -> bool:
        """True when nothing is wrong with the row."""
        return self not in {RowResult.FAULTY, RowResult.TO_CHOOSE}


class ImportedRow(Struct, frozen=True):
    """A row, and what it would do.

    Args:
        number: as the spreadsheet counts.
        result: what it would do.
        ref: of the file, empty when there is none.
        title: name of the file.
        faults: why it cannot be entered.
        outcomes: what is written, in order.
        told: what the import is remembered to have written of the file.
        due: id of the next deadline of the file, empty when it has none.
        due_on: its day to act.
        late: True when that day is past.
        silenced: reminders that were due before, and that nobody will receive.
    """

    number: int
    result: RowResult
    ref: str = ""
    title: str = ""
    faults: tuple[RowFault, ...] = ()
    outcomes: tuple[Outcome, ...] = ()
    told: Told = field(default_factory=dict)
    due: str = ""
    due_on: date | None = None
    late: bool = False
    silenced: int = 0


class ImportRequest(Struct, frozen=True):
    """What is asked of a table.

    Args:
        table: what was brought.
        columns: what each of its columns says.
        procedure: of rows that do not tell theirs.
        by: who asks.
        agency: of new files whose row tells none.
        owner: likewise.
        holdings: what files that left whole hold beside, by their reference in small letters.
    """

    table: Table
    columns: tuple[Column, ...]
    procedure: str | None
    by: str
    agency: str
    owner: str | None = None
    holdings: Mapping[str, Holdings] = field(default_factory=dict)


class Rereading:
    """What the rows of a table would do, one after the other.

    Args:
        cases: the use cases of one file.
        ledger: what imports before wrote of files.
        silenced: how many reminders of a deadline of an agency were due by an instant.
        asked: the table.
        reason: what the journal says of each entry.
        writes: True when the outcomes of rows are to be written; without, they tell dates alone.
    """

    def __init__(
        self,
        cases: CaseService,
        ledger: ImportLedger,
        silenced: Silenced,
        asked: ImportRequest,
        reason: str,
        *,
        writes: bool,
    ) -> None:
        self._asked, self._silenced, self._now = asked, silenced, cases.clock()
        self._cases = rehearsal(cases, self._now, writes=writes)
        self._withdrawn = ledger.withdrawn()
        self._taking = TakingOver(self._cases, asked.by, reason, ledger.last_told, self._withdrawn)
        default = cases.rulebook.procedure(asked.procedure) if asked.procedure else None
        zone = cases.directory.agency(asked.agency).zone
        self.reader = RowReader(
            asked.table,
            asked.columns,
            cases.rulebook.procedures,
            cases.directory,
            default,
            asked.agency,
            Today(self._now.astimezone(zone).date()),
        )
        self._index = FileIndex(self._known())
        self._next: dict[str, int] = {}
        self._told: dict[str, int] = {}

    def row(self, told: ToldFile) -> ImportedRow:
        """Return what a row would do."""
        if told.faults or told.procedure is None:
            return ImportedRow(told.number, RowResult.FAULTY, title=told.title, faults=told.faults)
        start = self._day(told.facts.get(told.procedure.reference_fact), told.agency)
        found = self._index.find(told, start)
        if len(found) > 1:
            return _to_choose(told, found)
        if found and (before := self._told.get(found[0])):
            said = f"Ligne {told.number} : la ligne {before} dit déjà ce dossier ; gardez-en une."
            fault = RowFault(FaultCode.TWICE, said)
            return ImportedRow(told.number, RowResult.FAULTY, found[0], told.title, (fault,))
        ref = found[0] if found else told.ref or self._next_ref(told.procedure)
        held = self._asked.holdings.get(ref.lower())
        try:
            outcomes = tuple(
                self._taking.corrected(told, ref, held) if found else self._opened(told, ref, held)
            )
        except EcheancierError as error:
            self._cases.prepared.pop(ref, None)
            clash = isinstance(error, Conflict)
            result = RowResult.TO_CHOOSE if clash else RowResult.FAULTY
            known = ref if found else told.ref or ""
            return ImportedRow(told.number, result, known, told.title, _faults(told, error))
        self._told[ref] = told.number
        if not found:
            self._count(told, ref, start)
        return self._done(told, ref, outcomes, new=not found)

    def _opened(self, told: ToldFile, ref: str, held: Holdings | None) -> Iterator[Outcome]:
        if held is not None:
            return self._taking.restored(told, ref, held)
        owner = told.owner or self._asked.owner
        return self._taking.opened(told, ref, told.agency or self._asked.agency, owner)

    def _done(
        self, told: ToldFile, ref: str, outcomes: tuple[Outcome, ...], *, new: bool
    ) -> ImportedRow:
        case = self._cases.prepared.pop(ref, None)
        if case is None:
            return ImportedRow(told.number, RowResult.UNCHANGED, ref, told.title)
        procedure = self._cases.rulebook.of(case)
        open_ = () if procedure.states[case.state].final else case.deadlines.values()
        due = min(open_, key=lambda one: one.dates.act_on, default=None)
        today = self._day(self._now, case.agency)
        return ImportedRow(
            told.number,
            RowResult.CREATED if new else RowResult.UPDATED,
            ref,
            case.title,
            outcomes=outcomes,
            told=told_of(told) if new else {**self._taking.last(ref), **told_of(told)},
            due=due.id if due else "",
            due_on=due.dates.act_on if due else None,
            late=bool(due and today and due.dates.act_on < today),
            silenced=sum(self._silenced(one, case.agency, self._now) for one in open_)
            if new
            else 0,
        )

    def _count(self, told: ToldFile, ref: str, start: date | None) -> None:
        procedure = told.procedure
        if procedure is None:
            return
        numbers = numbers_of(procedure, told.facts)
        self._index.note(KnownFile(ref, procedure.id, told.title, start, numbers))
        if told.ref is None:
            self._next[procedure.prefix] += 1

    def _next_ref(self, procedure: Procedure) -> str:
        """Return the reference that a new file would bear: those of rows before are taken."""
        year = self._now.year
        if procedure.prefix not in self._next:
            first = self._cases.store.next_ref(procedure.prefix, year)
            self._next[procedure.prefix] = int(first.rpartition("-")[2])
        return f"{procedure.prefix}-{year}-{self._next[procedure.prefix]:04}"

    def _known(self) -> Iterator[KnownFile]:
        rules = self._cases.rulebook.procedures
        starts = {one.reference_fact for one in rules.values()}
        numbers = {
            name
            for one in rules.values()
            for name, spec in one.facts.items()
            if spec.type is FactType.REFERENCE
        }
        for one in self._cases.store.facts_of(starts, numbers):
            if one.ref in self._withdrawn:
                # Only its reference is taken: it is as if it had never been brought.
                yield KnownFile(one.ref, one.procedure, "", None)
            elif (procedure := rules.get(one.procedure)) is not None:
                start = self._day(one.facts.get(procedure.reference_fact), one.agency)
                given = numbers_of(procedure, one.facts)
                yield KnownFile(one.ref, one.procedure, one.title, start, given)

    def _day(self, value: FactValue | None, agency: str | None) -> date | None:
        if isinstance(value, datetime):
            known = self._cases.directory.agencies.get(agency or self._asked.agency)
            return value.astimezone(known.zone if known else None).date()
        return value if isinstance(value, date) else None


def _to_choose(told: ToldFile, found: Sequence[str]) -> ImportedRow:
    listed = french.listing(found)
    said = f"Ligne {told.number} : plusieurs dossiers sont possibles ({listed}) ; écrivez la référence."
    fault = RowFault(FaultCode.CANDIDATES, said)
    return ImportedRow(told.number, RowResult.TO_CHOOSE, title=told.title, faults=(fault,))


def _faults(told: ToldFile, error: EcheancierError) -> tuple[RowFault, ...]:
    """Return why a row cannot be entered, a sentence for each reason of the rules."""
    where = f"Ligne {told.number} : "
    if isinstance(error, ActionRefused):
        return tuple(
            RowFault(one.code, f"{where}{error.args[0]} : {one.words}.")
            for one in error.reasons
            if one.code is not ReasonCode.MAY_FORCE
        )
    codes = (
        (Conflict, FaultCode.CONFLICT),
        (Refused, FaultCode.FORBIDDEN),
        (NotFound, FaultCode.UNKNOWN),
    )
    code = next((code for kind, code in codes if isinstance(error, kind)), FaultCode.UNREADABLE)
    return (RowFault(code, where + error.message),)
