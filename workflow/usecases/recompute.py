"""The use cases that change dates of many files at once: a session that moves, rules that change.

Beside `workflow.usecases.cases`. Each shows first what it would do, file by file, and writes nothing; `apply`
writes the change and every file it touches in one transaction, each with an entry in its journal.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date

from msgspec import Struct
from msgspec.structs import replace

from workflow.acts.notes import recompute
from workflow.calendar.calendars import calendar, territory
from workflow.case.act import Act
from workflow.case.case import Outcome
from workflow.counting.context import ruled_by
from workflow.counting.odd_days import odd_days
from workflow.counting.ways_of_counting import Sitting
from workflow.errors import InvalidInput, NotFound, Unreadable
from workflow.ports.stores import CalendarChange, CalendarEntry
from workflow.rules.deadline_rules import Rule
from workflow.rules.procedure import Procedure
from workflow.text import french
from workflow.usecases.cases import CaseService
from workflow.wording.act_text import act_of


class PreparedChange(Struct, frozen=True):
    """A change and the files it touches, not written yet."""

    calendar: CalendarChange | None
    outcomes: tuple[Outcome, ...]
    unreadable: tuple[str, ...] = ()
    """Files left as they are because nobody can read them, one French sentence each."""
    warnings: tuple[str, ...] = ()
    """What a careful reader must know of the change itself."""


class CalendarChanges(Struct, frozen=True):
    """Everything that moves the dates of several files.

    Args:
        cases: the use cases of one file.
        watch: is given the references to compute again, and gives them back one by one.
    """

    cases: CaseService
    watch: Callable[[Sequence[str]], Iterable[str]] = tuple

    def calendar(self, procedure_id: str, funder: str) -> tuple[CalendarEntry, ...]:
        """Return the sessions of a funder, by date.

        Raises:
            NotFound, InvalidInput: no such procedure or funder; one that has no commission.
        """
        procedure = self.ruled(procedure_id, funder)
        return self.cases.store.sessions(procedure.id, funder)

    def ruled(self, procedure_id: str, funder: str) -> Procedure:
        """Return a procedure as a funder that holds commissions rules it.

        Raises:
            NotFound, InvalidInput: no such procedure or funder; one that has no commission.
        """
        procedure = ruled_by(self.cases.rulebook.procedure(procedure_id), funder)
        if not any(rule.commission for rule in _rules(procedure)):
            raise InvalidInput(
                f"{procedure.funder_label} n’a pas de commission : il n’y a pas de calendrier à tenir."
            )
        return procedure

    def procedures(self) -> list[str]:
        """Return the ids of the procedures whose funders hold commissions."""
        found = self.cases.rulebook.procedures.values()
        return [
            one.id
            for one in found
            if any(rule.commission for ruled in one.funders.values() for rule in _rules(ruled))
        ]

    def add(
        self, procedure_id: str, funder: str, entries: Sequence[tuple[Sitting, str]], *, by: str
    ) -> PreparedChange:
        """Prepare sessions to add.

        Raises:
            InvalidInput: a session past, known already, twice, in a month without commission, or whose
                cut-off comes after it.
        """
        procedure = self.ruled(procedure_id, funder)
        known = {entry.session.day for entry in self.cases.store.sessions(procedure.id, funder)}
        for session, _ in entries:
            self._check(procedure, session, known)
            known.add(session.day)
        added = tuple(
            CalendarEntry(procedure.id, funder, session, label, by) for session, label in entries
        )
        days = french.listing(french.short_day(session.day) for session, _ in entries)
        change = CalendarChange(procedure.id, funder, added=added)
        return self._prepared(procedure, change, by, f"Commission ajoutée : {days}")

    def published(self) -> Iterator[tuple[Procedure, Sequence[tuple[Sitting, str]]]]:
        """Yield each funder whose sheet gives its sessions, with them, while its calendar is empty."""
        for id_ in self.procedures():
            for one in self.cases.rulebook.procedure(id_).funders.values():
                if one.meetings and not self.calendar(id_, one.funder or ""):
                    yield (
                        one,
                        [(Sitting(day), one.meetings.source.place) for day in one.meetings.days],
                    )

    def move(
        self, procedure_id: str, funder: str, day: date, to: Sitting, *, by: str
    ) -> PreparedChange:
        """Prepare a session to move to another day, or to have another cut-off."""
        procedure = self.ruled(procedure_id, funder)
        entry = self._entry(procedure, day)
        others = {one.session.day for one in self.cases.store.sessions(procedure.id, funder)} - {
            day
        }
        self._check(procedure, to, others)
        change = CalendarChange(
            procedure.id, funder, (day,), (replace(entry, session=to, noted_by=by),)
        )
        words = f"Commission du {french.short_day(day)} déplacée au {french.short_day(to.day)}"
        return self._prepared(procedure, change, by, words)

    def cancel(self, procedure_id: str, funder: str, day: date, *, by: str) -> PreparedChange:
        """Prepare a session to be cancelled."""
        procedure = self.ruled(procedure_id, funder)
        self._entry(procedure, day)
        change = CalendarChange(procedure.id, funder, (day,))
        words = f"Commission du {french.short_day(day)} annulée"
        return self._prepared(procedure, change, by, words)

    def compare(self, *, by: str, procedure_id: str | None = None) -> PreparedChange:
        """Prepare the recomputation of every open file: what new rules, holidays or closures move."""
        procedures = self.cases.rulebook.procedures
        ids = [self.cases.rulebook.procedure(procedure_id).id] if procedure_id else list(procedures)
        words = "Dates recalculées : règles, jours fériés ou fermetures modifiés"
        now = self.cases.clock()
        refs = [ref for id_ in ids for ref in self.cases.store.open_refs(id_)]
        return self._recomputed_all(None, refs, Act(by, now, words))

    def apply(self, prepared: PreparedChange) -> None:
        """Write a change and every file it touches, or nothing.

        Raises:
            StaleCase, Conflict: somebody else was first.
        """
        self.cases.store.save_all(prepared.outcomes, prepared.calendar)

    def _prepared(
        self, procedure: Procedure, change: CalendarChange, by: str, words: str
    ) -> PreparedChange:
        act = act_of(procedure, by, self.cases.clock(), words)
        gone = set(change.removed)
        sessions = [
            *(one for one in self.cases.sessions(procedure) if one.day not in gone),
            *(entry.session for entry in change.added),
        ]
        refs = list(self.cases.store.open_refs(procedure.id, procedure.funder))
        known = tuple(sorted(self.cases.sessions(procedure)))
        odd = odd_days(_days(change), calendar(procedure.funder_territory))
        prepared = self._recomputed_all(replace(change, known=known), refs, act, sessions)
        return replace(prepared, warnings=tuple(odd))

    def _recomputed_all(
        self,
        change: CalendarChange | None,
        refs: Sequence[str],
        act: Act,
        sessions: Iterable[Sitting] | None = None,
    ) -> PreparedChange:
        """Compute every file again; one that nobody can read stops none of the others."""
        outcomes: list[Outcome] = []
        unreadable: list[str] = []
        for ref in self.watch(refs):
            try:
                found = self._recomputed(ref, act, sessions)
            except Unreadable as error:
                unreadable.append(error.message)
                continue
            if found is not None:
                outcomes.append(found)
        return PreparedChange(change, tuple(outcomes), tuple(unreadable))

    def _recomputed(
        self, ref: str, act: Act, sessions: Iterable[Sitting] | None = None
    ) -> Outcome | None:
        case, procedure, context = self.cases.load(ref)
        if sessions is not None:
            context = replace(context, sessions=tuple(sessions))
        return recompute(procedure, case, context, act)

    def _entry(self, procedure: Procedure, day: date) -> CalendarEntry:
        entries = self.cases.store.sessions(procedure.id, procedure.funder or "")
        found = next((entry for entry in entries if entry.session.day == day), None)
        if found is None:
            known = ", ".join(french.short_day(entry.session.day) for entry in entries) or "aucune"
            raise NotFound(
                f"{procedure.funder_label} : pas de commission le {french.short_day(day)} "
                f"(commissions : {known})."
            )
        return found

    def _check(self, procedure: Procedure, session: Sitting, known: set[date]) -> None:
        """Refuse a session that cannot be."""
        day = french.short_day(session.day)
        zone = territory(procedure.funder_territory).zone
        today = self.cases.clock().astimezone(zone).date()
        blackouts = {
            month
            for rule in _rules(procedure)
            if rule.commission
            for month in rule.commission.blackouts
        }
        ended = procedure.edition_on(today) is None
        if session.day in known:
            raise InvalidInput(f"Une commission est déjà notée le {day} : corrigez la date.")
        if session.day.month in blackouts:
            month = french.month(session.day.month)
            raise InvalidInput(
                f"{procedure.funder_label} ne tient pas de commission en {month} : vérifiez le {day}."
            )
        if session.cutoff is not None and session.cutoff >= session.day:
            raise InvalidInput(
                f"Commission du {day} : la clôture des dépôts doit la précéder ; corrigez-la."
            )
        if session.day < today and not ended:
            raise InvalidInput(f"La commission du {day} est passée : notez celles qui viennent.")


def _days(change: CalendarChange) -> Iterator[tuple[str, date]]:
    """Yield the days that a change adds: of each session, then of its cut-off."""
    for entry in change.added:
        yield "La commission", entry.session.day
        if entry.session.cutoff is not None:
            yield "La clôture des dépôts", entry.session.cutoff


def _rules(procedure: Procedure) -> Iterator[Rule]:
    for spec in procedure.deadlines.values():
        yield from spec.rules
