"""What is supposed on « Et si… », and what the machine would make of it: a date, a session, a closure.

Used by `tui.case.whatif`. Each supposition is worked out by the same use cases as the real thing, and
nothing is written: `save` does that, for those that can be, once somebody has asked for it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date
from typing import Protocol

from msgspec import Struct
from msgspec.structs import replace

from notifications.schedule.planning import Planner
from tui.acts.actform import ActForm, TypedAnswers
from tui.acts.acts import reasons_of
from tui.acts.date_moves import FileMoves, moves_of
from tui.frame.office import Office
from workflow.calendar.calendars import Closure, calendar
from workflow.case.case import Case, Outcome
from workflow.deadlines.ways_of_counting import Sitting
from workflow.errors import ActionRefused, InvalidInput
from workflow.rules.fact_specs import FactSpec
from workflow.rules.procedure import DeadlineSpec, Procedure
from workflow.text import french
from workflow.usecases import operations
from workflow.usecases.recompute import CalendarChanges, PreparedChange
from workflow.usecases.requests import Request
from workflow.usecases.worklist import WorkQuery

Watch = Callable[[Sequence[str]], Iterable[str]]
"""Is given the references to look at, and gives them back one by one."""

_CLOSURE = "Fermeture supposée"
_REFUSED = "Tel quel, ce changement serait refusé : il se montre sans pouvoir être enregistré."


class Saving(Struct, frozen=True):
    """How a supposition comes true.

    Args:
        request: what it asks for.
        save: writes it.
    """

    request: Request
    save: Callable[[], object]


class Supposed(Struct, frozen=True):
    """What a supposition moves.

    Args:
        files: the files that move, with their dates and reminders.
        warnings: what a careful reader must know.
        saving: how it comes true; None when it is not written here.
        instead: what to do for it to come true, when it is not written here.
    """

    files: tuple[FileMoves, ...]
    warnings: tuple[str, ...] = ()
    saving: Saving | None = None
    instead: str = ""


class Supposition(Protocol):
    """Something that could change."""

    def work_out(self, office: Office, watch: Watch) -> Supposed:
        """Return what it would move; raises what the use cases raise."""


class OtherFacts(Struct, frozen=True):
    """Facts of one file that would be others, or known already."""

    act: ActForm
    typed: TypedAnswers

    def work_out(self, office: Office, watch: Watch) -> Supposed:  # noqa: ARG002 - one file only
        """Return what a correction would move, even one that is refused."""
        try:
            outcome = self.act.prepare(office, self.typed)
        except ActionRefused as refusal:
            found = _files(office, [(self.act.case, self._supposed(office))])
            return Supposed(tuple(found), tuple(reasons_of(refusal)), instead=_REFUSED)
        return Supposed(
            tuple(_files(office, [(outcome.before, outcome.after)])),
            (*outcome.warnings, *(f"Non conforme : {words}" for words in outcome.new_alerts)),
            Saving(self.act.request(self.typed), lambda: office.services.cases.save(outcome)),
        )

    def _supposed(self, office: Office) -> Case:
        """Return the file as if it could be: a window, or a step to come, is one thing to see."""
        case, typed = self.act.case, self.typed
        removed = [name for name in typed.emptied if name in case.facts]
        return office.services.cases.suppose(
            case.ref, typed.given, removed=removed, version=case.version
        )


def supposable(procedure: Procedure, case: Case) -> Iterator[FactSpec]:
    """Yield what nobody knows of a file yet and a date depends on, steps to come included."""
    dated = {action.dated_by for action in procedure.actions.values()}
    read = {name for spec in procedure.deadlines.values() for name in _read_by(spec)}
    for spec in procedure.facts.values():
        if spec.id in dated | read and spec.id not in case.facts and not spec.derived:
            yield spec


def _read_by(spec: DeadlineSpec) -> Iterator[str]:
    if spec.met_by_fact:
        yield spec.met_by_fact
    for rule in spec.rules:
        yield from (*rule.deciding, *rule.when, *rule.when_below, *rule.unless_after)
        if rule.last_start:
            yield from filter(None, (rule.last_start.share_of, rule.last_start.done))


class OtherSession(Struct, frozen=True):
    """A session of a commission that would move, go, or come.

    Args:
        procedure: id of the procedure.
        funder: id of the funder.
        day: the session as it is noted; None for one to come.
        to: where it goes; None when it is cancelled.
    """

    procedure: str
    funder: str
    day: date | None
    to: Sitting | None

    def work_out(self, office: Office, watch: Watch) -> Supposed:
        """Return the files it would move."""
        changes = replace(office.services.changes(), watch=watch)
        prepared = self._prepared(changes, by=office.acting)
        files = tuple(_files(office, _pairs(prepared.outcomes)))
        return Supposed(files, saving=Saving(self._request, lambda: changes.apply(prepared)))

    def _prepared(self, changes: CalendarChanges, *, by: str) -> PreparedChange:
        if self.day is None and self.to is None:
            raise InvalidInput("Donnez le jour de la commission à ajouter.")
        if self.day is None and self.to is not None:
            return changes.add(self.procedure, self.funder, [(self.to, "")], by=by)
        if self.to is None:
            return changes.cancel(self.procedure, self.funder, self._known, by=by)
        return changes.move(self.procedure, self.funder, self._known, self.to, by=by)

    @property
    def _known(self) -> date:
        assert self.day is not None, "asked of a session that is noted"  # noqa: S101 - by the caller
        return self.day

    @property
    def _request(self) -> Request:
        days = [french.short_day(day) for day in (self.day, self.to and self.to.day) if day]
        kept = operations.CANCEL_SESSION if self.to is None else operations.MOVE_SESSION
        operation = operations.ADD_SESSIONS if self.day is None else kept
        cutoff = self.to.cutoff if self.to else None
        answers = {
            operations.PROCEDURE: self.procedure,
            operations.FUNDER: self.funder,
            operations.CUTOFF: french.short_day(cutoff) if cutoff else None,
        }
        return Request(operation, tuple(days), answers)


class OtherClosure(Struct, frozen=True):
    """Days on which an agency would be closed."""

    agency: str
    first: date
    last: date

    def work_out(self, office: Office, watch: Watch) -> Supposed:
        """Return the files of the agency that would move, or whose reminders would."""
        if self.last < self.first:
            raise InvalidInput("La fermeture finit avant de commencer : échangez les deux jours.")
        added = Closure(self.first, self.last, _CLOSURE)
        known = office.services.cases.closures

        def closures(agency: str) -> tuple[Closure, ...]:
            return (*known(agency), added) if agency == self.agency else known(agency)

        cases = replace(office.services.cases, closures=closures)
        own = set(office.services.worklist.refs(WorkQuery(office.day, agency=self.agency)))

        def within(refs: Sequence[str]) -> Iterable[str]:
            return watch([ref for ref in refs if ref in own])

        prepared = CalendarChanges(cases, within).compare(by=office.acting)
        planner = self._planner(office, added)
        files = tuple(_files(office, _pairs(prepared.outcomes), planner))
        told = {one.ref for one in files}
        return Supposed(
            (*files, *self._reminded(office, planner, told)), instead=self._configuration()
        )

    def _planner(self, office: Office, added: Closure) -> Planner:
        agency = office.directory.agency(self.agency)
        now = office.planner(agency.id, agency.territory)
        days = calendar(agency.territory, (*now.calendar(agency.id).closures, added))
        return Planner(now.policy, {agency.id: days}, {agency.id: agency.zone})

    def _reminded(self, office: Office, after: Planner, told: set[str]) -> Iterator[FileMoves]:
        """Yield the files whose dates stay, and whose reminders move all the same."""
        before = office.looking(self.agency).planner
        files: dict[str, FileMoves] = {}
        for row in office.services.cases.open_deadlines(agency=self.agency):
            if row.ref in told:
                continue
            pair = {row.deadline.id: row.deadline}
            found = moves_of(pair, pair, self.agency, before, after, office.now)
            known = files.get(row.ref, FileMoves(row.ref, row.title))
            files[row.ref] = replace(known, reminders=(*known.reminders, *found.reminders))
        yield from (one for one in files.values() if one.reminders)

    def _configuration(self) -> str:
        return (
            "Une fermeture se note dans la configuration, dans les « closures » de "
            f"[agencies.{self.agency}] : {{ from = {self.first}, to = {self.last}, "
            'label = "Fermeture" }. Ensuite : regles comparer --appliquer.'
        )


def _pairs(outcomes: Iterable[Outcome]) -> Iterator[tuple[Case | None, Case]]:
    return ((one.before, one.after) for one in outcomes)


def _files(
    office: Office, pairs: Iterable[tuple[Case | None, Case]], planner: Planner | None = None
) -> Iterator[FileMoves]:
    """Yield what moves in each file; reminders are placed by another planner if there is one."""
    for before, after in pairs:
        looking = office.looking_at(after)
        found = moves_of(
            before.deadlines if before else {},
            after.deadlines,
            after.agency,
            looking.planner,
            planner or looking.planner,
            office.now,
        )
        if found.dates or found.reminders:
            yield replace(found, ref=after.ref, title=after.title)
