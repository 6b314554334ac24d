"""Cases in a SQL database: every write is one transaction that either wins or leaves nothing.

Implements `workflow.ports.stores.CaseStore`; built by `cli.wiring.container`, called by the service and
the screens. The way of a case (load, then save) and a page of the list are plain statements prepared once;
what is asked less often goes through a session. Knows no rule: when a reminder is due and which states are
final is asked of what it was given. One store, every question of its port, hence its length.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from datetime import date

from sqlalchemy import Connection, Engine
from sqlmodel import Session, col, func, select

from db.cases import across, awaited, commissions, imports, listing, mapping, statements
from db.cases.aside import MALFORMED, Aside, unreadable
from db.cases.mapping import Numbers, unnumbered
from db.cases.row_changes import Writes
from db.cases.row_changes import writes as difference
from db.connection.engine import reading, writing
from db.connection.prepared import PreparedStatements
from db.connection.sessions import session_reading, session_writing
from db.schema.tables import CaseFile, ConsultationRow, Fact
from workflow.case.case import Case, Entry, Outcome
from workflow.errors import NotFound, StaleCase, TakenReference, nearest
from workflow.ports.imports import ImportedFiles, UndoneFiles
from workflow.ports.stores import (
    CalendarChange,
    CalendarEntry,
    CaseFacts,
    CasePage,
    CaseQuery,
    CohortLine,
    Consultation,
    HeldFile,
    OpenDeadline,
    ReminderSchedule,
)
from workflow.text import french
from workflow.text.folding import LONGEST_SEARCH, fold, ungrouped


class SqlCaseStore:
    """The cases of one database.

    Args:
        engine: from `db.connection.engine.open_engine`, on a schema that is current.
        schedule: tells when a deadline must next be looked at.
        is_final: tells whether a case has reached a final state of its procedure.
        aside: what cannot be read, shared by the stores of the database.
        numbers: tells the numbers that others gave a case, by which it is found.
    """

    def __init__(
        self,
        engine: Engine,
        schedule: ReminderSchedule,
        is_final: Callable[[Case], bool],
        aside: Aside | None = None,
        numbers: Numbers = unnumbered,
    ) -> None:
        self._engine = engine
        self._aside = aside or Aside()
        self._schedule = schedule
        self._is_final = is_final
        self._numbers = numbers
        self._upserts = statements.upserts(engine.dialect.name)
        self._prepared = PreparedStatements()

    def load(self, ref: str) -> Case:
        """Return a case with its open deadlines and its history.

        Raises:
            NotFound: when there is no such case.
            Unreadable: when what the database holds of it makes no sense.
        """
        with _readable(f"Dossier {ref}"), reading(self._engine) as connection:
            steps = self._prepared.read(connection, statements.CASE, {"known_ref": ref})
            if not steps:
                raise _missing(connection, ref)
            known = {"known_case_id": steps[0].id}
            parts = self._prepared.read(connection, statements.PARTS, known)
            return mapping.case_value(steps, parts, self._aside)

    def next_ref(self, prefix: str, year: int) -> str:
        """Return the first free reference `PREFIX-YEAR-0001`, `…-0002`, …"""
        series = f"{prefix}-{year}"
        numbers = select(func.max(CaseFile.number)).where(CaseFile.series == series.upper())
        with session_reading(self._engine) as session:
            last = session.exec(numbers).one()
        return f"{series}-{(last or 0) + 1:04}"

    def save(self, outcome: Outcome) -> None:
        """Write an outcome whole, or nothing.

        Raises:
            TakenReference: when a new case bears a reference already taken.
            NotFound: when the case does not exist.
            StaleCase: when the case is no longer at the version of `outcome.before`.
            OutOfReach: when the database cannot be written.
        """
        # Everything that can be computed is, before the database is locked.
        writes = difference(outcome, self._schedule, self._is_final, self._numbers)
        with writing(self._engine) as connection:
            self._write(connection, outcome, writes)

    def save_all(
        self,
        outcomes: Sequence[Outcome],
        calendar: CalendarChange | None = None,
        imported: ImportedFiles | UndoneFiles | None = None,
    ) -> None:
        """Write several outcomes, and the calendar or the import that makes them, in one transaction.

        Raises:
            StaleCase, NotFound, TakenReference: as `save`, for any of the cases; nothing was written.
            Conflict: when the calendar is no longer what was read.
            OutOfReach: when the database cannot be written.
        """
        changes = [
            (outcome, difference(outcome, self._schedule, self._is_final, self._numbers))
            for outcome in outcomes
        ]
        with writing(self._engine) as connection:
            if calendar is not None:
                commissions.change(connection, calendar)
            if connection.dialect.name == "postgresql":
                refs = [outcome.before.ref for outcome in outcomes if outcome.before]
                connection.execute(statements.LOCK_CASES, {"known_refs": refs})
            for outcome, writes in changes:
                self._write(connection, outcome, writes)
            if imported is not None:
                imports.note(connection, imported)

    def sessions(self, procedure: str, funder: str) -> tuple[CalendarEntry, ...]:
        """Return the sessions of a funder, by date."""
        known = {"known_procedure": procedure, "known_funder": funder}
        with reading(self._engine) as connection:
            found = self._prepared.read(connection, commissions.SESSIONS, known)
        return tuple(map(commissions.entry, found))

    def open_refs(self, procedure: str, funder: str | None = None) -> Iterator[str]:
        """Yield the references of the open cases of a procedure, of one funder or of all, in order."""
        return across.open_refs(self._engine, procedure, funder)

    def journal(self, ref: str) -> tuple[Entry, ...]:
        """Return every entry of a case, oldest first, or raise `NotFound`."""
        with _readable(f"Journal du dossier {ref}"), reading(self._engine) as connection:
            found = connection.execute(statements.JOURNAL, {"known_ref": ref}).all()
            if not found:
                raise _missing(connection, ref)
            return tuple(map(mapping.entry_value, found))

    def note_consultation(self, ref: str, consultation: Consultation) -> None:
        """Record that somebody reads the restricted part of a case, or raise `NotFound`."""
        with session_writing(self._engine) as session:
            case_id = _key(session, ref)
            session.add(
                ConsultationRow(case_id=case_id, read_at=consultation.at, read_by=consultation.by)
            )

    def consultations(self, ref: str) -> tuple[Consultation, ...]:
        """Return who read the restricted part of a case, oldest first, or raise `NotFound`."""
        read = select(ConsultationRow).order_by(
            col(ConsultationRow.read_at), col(ConsultationRow.id)
        )
        with session_reading(self._engine) as session:
            case_id = _key(session, ref)
            found = session.exec(read.where(ConsultationRow.case_id == case_id))
            return tuple(Consultation(row.read_at, row.read_by) for row in found)

    def facts_of(
        self,
        names: Collection[str],
        beside: Collection[str] = (),
        *,
        agency: str | None = None,
        closed: bool = True,
    ) -> Iterator[CaseFacts]:
        """Yield, by reference, the cases that have some of these facts or lines of money."""
        return across.facts_of(self._engine, self._aside, names, beside, agency, closed=closed)

    def held_files(self) -> Iterator[HeldFile]:
        """Yield every file that a paper has, by reference and paper."""
        return across.held_files(self._engine)

    def fact_names(self) -> frozenset[str]:
        """Return the ids of the facts that some case has."""
        with session_reading(self._engine) as session:
            return frozenset(session.exec(select(Fact.name).distinct()))

    def find(self, query: CaseQuery) -> CasePage:
        """Return a page of cases, in order of reference."""
        with reading(self._engine) as connection:
            return listing.page(connection, self._prepared, self._aside, query)

    def cohorts(self, agency: str | None = None) -> tuple[CohortLine, ...]:
        """Return the groups, by name; those of an agency count its own files alone."""
        return across.cohorts(self._engine, agency)

    def open_deadlines(
        self,
        *,
        until: date | None = None,
        agency: str | None = None,
        owner: str | None = None,
        overdue_on: date | None = None,
        limit: int | None = None,
    ) -> Iterator[OpenDeadline]:
        """Yield the deadlines to act on up to a day, most urgent first; read as a stream.

        Of one day, what the law decides comes first (`workflow.worklist.ranking.decisive`).
        """
        statement = awaited.to_act_on(until, agency, owner, overdue_on, limit)
        return awaited.by_weight(awaited.stream(self._engine, self._aside, statement), overdue_on)

    def _write(self, connection: Connection, outcome: Outcome, writes: Writes) -> None:
        """Write an outcome whole, in a transaction that undoes it all if one of its cases moved on."""
        case_id = self._claim(connection, outcome, writes)
        for statement, key, changes in (
            (statements.INSERT_ENTRY, "case_id", [writes.entry]),
            (self._upserts.fact, "case_id", writes.facts),
            (self._upserts.document, "case_id", writes.documents),
            (self._upserts.hours, "case_id", writes.hours),
            (self._upserts.contract, "case_id", writes.contracts),
            (self._upserts.money, "case_id", writes.money),
            (statements.INSERT_ELIGIBILITY, "case_id", writes.eligibility),
            (self._upserts.deadline, "case_id", writes.deadlines),
            (statements.DELETE_FACT, "known_case_id", writes.facts_gone),
            (statements.DELETE_DOCUMENT, "known_case_id", writes.documents_gone),
            (statements.DELETE_HOURS, "known_case_id", writes.hours_gone),
            (statements.DELETE_CONTRACT, "known_case_id", writes.contracts_gone),
            (statements.DELETE_MONEY, "known_case_id", writes.money_gone),
            (statements.UPDATE_EXPLANATION, "known_case_id", writes.reworded),
        ):
            known = [{key: case_id, **change} for change in changes]
            self._prepared.write(connection, statement, known)
        if writes.replanned:
            self._replan(connection, case_id, outcome.after.agency, writes)

    def _claim(self, connection: Connection, outcome: Outcome, writes: Writes) -> int:
        """Write the case itself, and return its key if this outcome may be written at all."""
        ref, before = outcome.after.ref, outcome.before
        if before is None:
            new = self._prepared.read(connection, self._upserts.insert_case, writes.case)
            if not new:
                raise TakenReference(
                    f"Référence « {ref} » : elle est déjà prise ; choisissez-en une autre.", ref
                )
            return int(new[0].id)
        known = {"known_ref": ref, "known_version": before.version}
        found = self._prepared.read(connection, statements.UPDATE_CASE, known | writes.case)
        if not found:
            raise _stale(connection, before)
        return int(found[0].id)

    def _replan(self, connection: Connection, case_id: int, agency: str, writes: Writes) -> None:
        """Set the next reminder of deadlines that stayed, by the hours or the silence that count now."""
        known = {"known_case_id": case_id}
        found = connection.execute(statements.REMINDED_UNTIL, known)
        reminded = {row.rule: row.reminded_until for row in found}
        changes = [
            {
                "known_case_id": case_id,
                "known_rule": deadline.id,
                "next_reminder_at": self._schedule.next_after(
                    deadline, agency, reminded[deadline.id]
                ),
            }
            for deadline in writes.replanned
            if deadline.id in reminded
        ]
        if changes:
            connection.execute(statements.UPDATE_REMINDER, changes)


@contextmanager
def _readable(what: str) -> Iterator[None]:
    """Say in a sentence that what was asked makes no sense."""
    try:
        yield
    except MALFORMED as error:
        raise unreadable(what) from error


def _key(session: Session, ref: str) -> int:
    """Return the key of a case, or raise `NotFound`."""
    found = session.exec(select(CaseFile.id).where(CaseFile.ref == ref)).first()
    if found is None:
        raise _missing(session.connection(), ref)
    return found


def _missing(connection: Connection, ref: str) -> NotFound:
    """Build the error for a reference that no case bears: whose number it is, or what looks like it."""
    refs, ref_of = select(CaseFile.ref).limit(5), col(CaseFile.ref)
    with Session(connection) as session:
        before = session.exec(refs.where(ref_of < ref).order_by(ref_of.desc())).all()
        known = [*before, *session.exec(refs.where(ref_of > ref).order_by(ref_of))]
        # A database refuses patterns without end; no number is that long.
        number = f"\n{ungrouped(fold(ref[:LONGEST_SEARCH]))}\n"
        lines = col(CaseFile.folded).concat("\n")
        bearing = refs.where(lines.contains(number, autoescape=True)).order_by(ref_of)
        given = session.exec(bearing).all()
    hint = f" ; c’est un numéro de {french.listing(given)}" if given else nearest(ref, known)
    return NotFound(f"Dossier : « {ref} » n’existe pas{hint}.")


def _stale(connection: Connection, before: Case) -> NotFound | StaleCase:
    """Build the error for a case that moved on; the service tells what was written meanwhile."""
    with Session(connection) as session:
        if session.exec(select(CaseFile.id).where(CaseFile.ref == before.ref)).first() is None:
            return _missing(connection, before.ref)
    return StaleCase(
        f"Dossier {before.ref} : il a changé depuis qu’il a été lu ; rien n’a été enregistré.",
        before.ref,
        (),
    )
