"""What the machine would make of what is supposed on « Et si… »: a date, a session or a closure.

Used by `tui.case.whatif`. Each supposition is worked out by the same use cases as the real thing, and
nothing is written: what can be says how, once somebody asks for it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date

from msgspec.structs import replace
from rich.console import RenderableType

from display.drawing.layout import line, text
from notifications.schedule.planning import Planner
from tui.acts.actform import Prepared, Watch
from tui.acts.acts import Correcting, reasons_of
from tui.acts.asked import TypedAnswers
from tui.acts.date_moves import FileMoves, counted, moves_of, table
from tui.frame.office import Office
from workflow.calendar.calendars import Closure, calendar
from workflow.case.case import Case, Outcome
from workflow.counting.ways_of_counting import Sitting
from workflow.errors import ActionRefused, InvalidInput
from workflow.operations import operations
from workflow.operations.operations import OPERATIONS
from workflow.operations.requests import Request
from workflow.rules.deadline_rules import DeadlineSpec
from workflow.rules.fact_specs import FactSpec
from workflow.rules.procedure import Procedure
from workflow.text import french
from workflow.usecases.preparing import prepare_change
from workflow.usecases.recompute import CalendarChanges
from workflow.worklist.worklist import WorkQuery

_CLOSURE = "Fermeture supposée"
_REFUSED = "Tel quel, ce changement serait refusé : il se montre sans pouvoir être enregistré."


class Supposed(Prepared, frozen=True, kw_only=True):
    """What a supposition moves.

    Args:
        files: the files that move, with their dates and reminders.
        warnings: what a careful reader must know.
    """

    files: tuple[FileMoves, ...]
    warnings: tuple[str, ...] = ()
    question: str = "Enregistrer ce changement ?"

    def drawn(self) -> Iterator[RenderableType]:
        """Yield what is to be known, then what moves."""
        told = [line(("! ", "soon"), words) for words in self.warnings]
        if self.instead:
            told.append(text(self.instead, "muted"))
        yield from told
        if told:
            yield ""
        yield from table(self.files)


def _supposed(
    office: Office,
    request: Request,
    files: Iterable[FileMoves],
    save: Callable[[], object] | None = None,
    *,
    warnings: tuple[str, ...] = (),
    instead: str = "",
) -> Supposed:
    files = tuple(files)
    said = f"Enregistré : {counted(files)}"
    return Supposed(
        request=request,
        files=files,
        save=save,
        writes=f"« {office.typed(request)} »" if save else "",
        said=lambda _: said,
        warnings=warnings,
        instead=instead,
    )


def other_facts(office: Office, act: Correcting, typed: TypedAnswers) -> Supposed:
    """Return what other facts of a file would move, known already or not, even when they are refused."""
    request = act.request(typed)
    try:
        outcome = act.prepare(office, typed)
    except ActionRefused as refusal:
        case = act.case
        removed = [name for name in typed.emptied if name in case.facts]
        # As if it could be: a window, or a step to come, is one thing to see.
        now = office.services.cases.suppose(
            case.ref, typed.given, removed=removed, version=case.version
        )
        told = tuple(reasons_of(refusal))
        return _supposed(
            office, request, _files(office, [(case, now)]), warnings=told, instead=_REFUSED
        )
    return _supposed(
        office,
        request,
        _files(office, [(outcome.before, outcome.after)]),
        warnings=(*outcome.warnings, *(f"Non conforme : {words}" for words in outcome.new_alerts)),
        save=lambda: office.services.cases.save(outcome),
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
        yield from (*rule.deciding, *rule.when, *rule.unless, *rule.when_below, *rule.unless_after)
        if rule.last_start:
            yield from filter(None, (rule.last_start.share_of, rule.last_start.done))


def other_session(
    office: Office, of: tuple[str, str], day: date | None, to: Sitting | None, watch: Watch
) -> Supposed:
    """Return the files that a session of a commission would move, which moves, goes, or comes.

    Args:
        office: what it is worked out with.
        of: ids of the procedure and of the funder.
        day: the session as it is noted; None for one to come.
        to: where it goes; None when it is cancelled.
        watch: sees which files are looked at.
    """
    days = [french.short_day(one) for one in (day, to and to.day) if one]
    kept = operations.CANCEL_SESSION if to is None else operations.MOVE_SESSION
    answers = {
        operations.PROCEDURE: of[0],
        operations.FUNDER: of[1],
        operations.CUTOFF: french.short_day(to.cutoff) if to and to.cutoff else None,
    }
    request = Request(operations.ADD_SESSIONS if day is None else kept, tuple(days), answers)
    changes = replace(office.services.changes(), watch=watch)
    prepared = prepare_change(changes, request, by=office.acting)
    files = _files(office, _pairs(prepared.outcomes))
    return _supposed(office, request, files, save=lambda: changes.apply(prepared))


def closed(office: Office, agency: str, first: date, last: date, watch: Watch) -> Supposed:
    """Return the files of an agency that its closure would move, or whose reminders would."""
    if last < first:
        raise InvalidInput("La fermeture finit avant de commencer : échangez les deux jours.")
    added, known = Closure(first, last, _CLOSURE), office.services.cases.closures

    def closures(one: str) -> tuple[Closure, ...]:
        return (*known(one), added) if one == agency else known(one)

    own = set(office.services.worklist.refs(WorkQuery(office.day, agency=agency)))

    def within(refs: Sequence[str]) -> Iterable[str]:
        return watch([ref for ref in refs if ref in own])

    cases = replace(office.services.cases, closures=closures)
    prepared = CalendarChanges(cases, within).compare(by=office.acting)
    planner = _planner(office, agency, added)
    files = tuple(_files(office, _pairs(prepared.outcomes), planner))
    told = {one.ref for one in files}
    reminded = _reminded(office, agency, planner, told)
    noted = (
        "Une fermeture se note dans la configuration, dans les « closures » de "
        f"[agencies.{agency}] : {{ from = {first}, to = {last}, "
        'label = "Fermeture" }. Ensuite : regles comparer --appliquer.'
    )
    return _supposed(
        office, Request(OPERATIONS["suppose-closure"]), (*files, *reminded), instead=noted
    )


def _planner(office: Office, agency: str, added: Closure) -> Planner:
    house = office.directory.agency(agency)
    now = office.planner(house.id, house.territory)
    days = calendar(house.territory, (*now.calendar(house.id).closures, added))
    return Planner(now.policy, {house.id: days}, {house.id: house.zone})


def _reminded(office: Office, agency: str, after: Planner, told: set[str]) -> Iterator[FileMoves]:
    """Yield the files whose dates stay, and whose reminders move all the same."""
    before = office.looking(agency).planner
    files: dict[str, FileMoves] = {}
    for row in office.services.cases.store.open_deadlines(agency=agency):
        if row.ref in told:
            continue
        pair = {row.deadline.id: row.deadline}
        found = moves_of(pair, pair, agency, before, after, office.now)
        known = files.get(row.ref, FileMoves(row.ref, row.title))
        files[row.ref] = replace(known, reminders=(*known.reminders, *found.reminders))
    yield from (one for one in files.values() if one.reminders)


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
