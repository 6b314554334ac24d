"""Cases in a SQL database: every write is one transaction that either wins or leaves nothing.

Implements `workflow.ports.CaseStore`; built by `cli.wiring`, called by the service and the screens.
The way of a case (load, then save) is plain statements prepared once: no session, no unit of work.
Knows no rule: when a reminder is due and which states are final is asked of what it was given.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

from sqlalchemy import Connection, Engine

from db import agenda, listing, outcomes, rows, statements
from db.engine import reading, writing
from workflow.case import Case, Entry, Outcome
from workflow.errors import Conflict, NotFound, StaleCase, nearest
from workflow.ports import CasePage, CaseQuery, OpenDeadline, ReminderSchedule


class SqlCaseStore:
    """The cases of one database.

    Args:
        engine: from `db.engine.open_engine`, on a schema that is current.
        schedule: tells when a deadline must next be looked at.
        is_final: tells whether a case has reached a final state of its procedure.
    """

    def __init__(
        self, engine: Engine, schedule: ReminderSchedule, is_final: Callable[[Case], bool]
    ) -> None:
        self._engine = engine
        self._schedule = schedule
        self._is_final = is_final
        self._upserts = statements.upserts(engine.dialect.name)

    def load(self, ref: str) -> Case:
        """Return a case with its open deadlines and its history, or raise `NotFound`."""
        with reading(self._engine) as connection:
            steps = connection.execute(statements.CASE, {"known_ref": ref}).all()
            if not steps:
                raise _missing(connection, ref)
            known = {"known_case_id": steps[0].id}
            parts = connection.execute(statements.PARTS, known).all()
        return rows.case_value(steps, parts)

    def next_ref(self, prefix: str, year: int) -> str:
        """Return the first free reference `PREFIX-YEAR-0001`, `…-0002`, …"""
        series = f"{prefix}-{year}"
        with reading(self._engine) as connection:
            last = connection.scalar(statements.LAST_NUMBER, {"known_series": series})
        return f"{series}-{(last or 0) + 1:04}"

    def save(self, outcome: Outcome) -> None:
        """Write an outcome whole, or nothing.

        Raises:
            Conflict: when a new case bears a reference already taken.
            NotFound: when the case does not exist.
            StaleCase: when the case is no longer at the version of `outcome.before`.
            OutOfReach: when the database cannot be written.
        """
        # Everything that can be computed is, before the database is locked.
        writes = outcomes.writes(outcome, self._schedule, self._is_final)
        with writing(self._engine) as connection:
            case_id = self._claim(connection, outcome, writes)
            self._execute(connection, statements.INSERT_ENTRY, case_id, [writes.entry])
            self._execute(connection, self._upserts.fact, case_id, writes.facts)
            self._execute(connection, self._upserts.document, case_id, writes.documents)
            self._execute(connection, self._upserts.deadline, case_id, writes.deadlines)
            known = {"known_case_id": case_id}
            for statement, changes in (
                (statements.DELETE_FACT, writes.facts_gone),
                (statements.DELETE_DOCUMENT, writes.documents_gone),
                (statements.UPDATE_EXPLANATION, writes.reworded),
            ):
                if changes:
                    connection.execute(statement, [known | change for change in changes])
            if writes.replanned:
                self._replan(connection, case_id, outcome.after.agency, writes)

    def journal(self, ref: str) -> tuple[Entry, ...]:
        """Return every entry of a case, oldest first, or raise `NotFound`."""
        with reading(self._engine) as connection:
            found = connection.execute(statements.JOURNAL, {"known_ref": ref}).all()
            if not found:
                raise _missing(connection, ref)
        return tuple(map(rows.entry_value, found))

    def find(self, query: CaseQuery) -> CasePage:
        """Return a page of cases, in order of reference."""
        with reading(self._engine) as connection:
            return listing.page(connection, query)

    def open_deadlines(
        self,
        *,
        until: date | None = None,
        agency: str | None = None,
        owner: str | None = None,
        overdue_on: date | None = None,
        limit: int | None = None,
    ) -> Iterator[OpenDeadline]:
        """Yield the deadlines to act on up to a day, most urgent first; read as a stream."""
        statement = agenda.to_act_on(until, agency, owner, overdue_on, limit)
        return agenda.stream(self._engine, statement)

    def _claim(self, connection: Connection, outcome: Outcome, writes: outcomes.Writes) -> int:
        """Write the case itself, and return its key if this outcome may be written at all."""
        ref, before = outcome.after.ref, outcome.before
        if before is None:
            new = connection.execute(self._upserts.insert_case, writes.case).scalar()
            if new is None:
                raise Conflict(f"La référence « {ref} » est déjà prise : choisissez-en une autre.")
            return int(new)
        known = {"known_ref": ref, "known_version": before.version}
        found = connection.execute(statements.UPDATE_CASE, known | writes.case).scalar()
        if found is None:
            raise _stale(connection, before)
        return int(found)

    @staticmethod
    def _execute(
        connection: Connection, statement: Any, case_id: int, changes: list[dict[str, Any]]
    ) -> None:
        if changes:
            connection.execute(statement, [{"case_id": case_id, **change} for change in changes])

    def _replan(
        self, connection: Connection, case_id: int, agency: str, writes: outcomes.Writes
    ) -> None:
        """Set the next reminder of deadlines that stayed, now that another agency's hours count."""
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


def _missing(connection: Connection, ref: str) -> NotFound:
    """Build the error for a reference that no case bears, with a neighbour that looks like it."""
    known = [
        found
        for statement in statements.NEIGHBOURS
        for found in connection.scalars(statement, {"known_ref": ref})
    ]
    return NotFound(f"Dossier : « {ref} » n’existe pas{nearest(ref, known)}.")


def _stale(connection: Connection, before: Case) -> NotFound | StaleCase:
    """Build the error for a case that moved on; the service tells what was written meanwhile."""
    if connection.scalar(statements.CASE_ID, {"known_ref": before.ref}) is None:
        return _missing(connection, before.ref)
    return StaleCase(
        f"Dossier {before.ref} : il a changé depuis qu’il a été lu ; rien n’a été enregistré.",
        before.ref,
        (),
    )
