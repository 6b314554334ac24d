"""Enters the sample agency through the real use cases, as staff would on their first day.

Called by `demo` and `init --demo`. Every file is opened and advanced by `CaseService`, and completed by
`Recording`; its steps are noted on the working day before, with their real dates. A file that is already
there is left exactly as it is. No SQL.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, time, timedelta

from msgspec import Struct
from msgspec.structs import replace

from cli.config.places import METROPOLE
from cli.demo.cast import Day, Eligible, Sample
from workflow.calendar.calendars import WorkingCalendar, calendar, territory
from workflow.case.case import Outcome, PaperStatus
from workflow.case.people import Person
from workflow.errors import InvalidInput, NotFound
from workflow.rules.fact_specs import FactType
from workflow.rules.procedure import Action, Procedure
from workflow.usecases.cases import CaseService
from workflow.usecases.concordance import note_sayings
from workflow.usecases.noting import Recording, TypedEligibility
from workflow.usecases.papers import TypedPapers, note_papers
from workflow.wording.ledger_text import TypedHours, TypedMoney

_OPENED_AT = time(10, 0)
_ENTERED_AT = time(16, 0)
_FIRST_BEAT = time(9, 5)


class Moments(Struct, frozen=True):
    """When the demonstration takes place.

    Args:
        entered: when staff entered their files (aware, UTC).
        morning: the first morning of the service after that (aware, UTC), never in the future.
    """

    entered: datetime
    morning: datetime


def moments(now: datetime) -> Moments:
    """Return the last morning of work that has begun, and the afternoon of the working day before."""
    zone, days = territory(METROPOLE).zone, calendar(METROPOLE)
    local = now.astimezone(zone)
    started = local.time() >= _FIRST_BEAT
    today = days.on_or_before(local.date() if started else local.date() - timedelta(days=1))
    before = days.back(today, 1)
    return Moments(
        datetime.combine(before, _ENTERED_AT, zone).astimezone(UTC),
        datetime.combine(today, _FIRST_BEAT, zone).astimezone(UTC),
    )


def enter(service: CaseService, at: datetime, samples: Iterable[Sample]) -> Iterator[str]:
    """Enter the sample files that are not there yet; yield the reference of each new one.

    Args:
        service: the use cases of the chosen database.
        at: when staff enter them.
        samples: what to enter.

    Raises:
        InvalidInput: when the configuration knows no agency, or nobody.
    """
    people = sorted(service.directory.people.values(), key=lambda person: person.id)
    if not people:
        raise InvalidInput(
            "Les exemples demandent au moins une agence et une personne dans la configuration ; "
            "partez du config.toml fourni, ou lancez « echeancier demo »."
        )
    entering = _Entering(service, people, at)
    for sample in samples:
        procedure = service.rulebook.procedure(sample.procedure, sample.funder)
        ref = f"{procedure.prefix}-DEMO-{sample.number:02}"
        if not _is_there(service, ref):
            entering.enter(sample, ref, procedure)
            yield ref


def _is_there(service: CaseService, ref: str) -> bool:
    try:
        service.store.load(ref)
    except NotFound:
        return False
    return True


class _Entering:
    """Enters one file after the other: opened when its request was made, its steps noted later."""

    def __init__(self, service: CaseService, people: list[Person], at: datetime) -> None:
        self._service = service
        self._people = people
        self._at = at
        self._zone = territory(METROPOLE).zone
        self._days: WorkingCalendar = calendar(METROPOLE)
        self._today = at.astimezone(self._zone).date()
        self._then = replace(service, clock=lambda: at)

    def enter(self, sample: Sample, ref: str, procedure: Procedure) -> None:
        """Open a file and take it as far as it went."""
        owner = self._people[(sample.owner or 0) % len(self._people)]
        opening = replace(self._service, clock=lambda: self._opened_at(sample)).open(
            sample.procedure,
            {**self._planned_facts(sample, procedure), **sample.made},
            by=owner.id,
            agency=owner.agency,
            owner=None if sample.owner is None else owner.id,
            title=sample.title,
            funder=sample.funder,
            ref=ref,
            comment="Dossier d’exemple",
        )
        self._service.save(opening)
        hours = self._hours(sample, ref, owner.id)
        for action, day in sample.steps:
            if procedure.actions[action].evidence:
                self._save(hours)
            self._service.save(self._step(sample, ref, procedure.actions[action], day, owner.id))
        self._save(hours)
        self._save(self._noted(sample, ref, procedure, owner.id))

    def _save(self, outcomes: Iterator[Outcome]) -> None:
        for outcome in outcomes:
            self._service.save(outcome)

    def _hours(self, sample: Sample, ref: str, by: str) -> Iterator[Outcome]:
        """Yield the ledger, once: what a step stands on is noted before it."""
        if sample.hours:
            lines = [(None, self._line(*words)) for words in sample.hours]
            yield Recording(self._then).hours(ref, lines, by=by)

    def _noted(self, sample: Sample, ref: str, procedure: Procedure, by: str) -> Iterator[Outcome]:
        """Yield what is noted beside the steps; each is written before the next is prepared."""
        recording = Recording(self._then)
        if sample.papers:
            marks: dict[PaperStatus, list[str]] = {}
            for name, status, _ in sample.papers:
                marks.setdefault(PaperStatus(status), []).append(name)
            places = {name: place for name, _, place in sample.papers if place}
            yield note_papers(self._then, ref, TypedPapers(marks, places), by=by)
        for paper, told in sample.says.items():
            yield note_sayings(self._then, ref, paper, told, by=by)
        if sample.paid:
            payer = next(iter(procedure.payers))
            lines = [
                TypedMoney(kind, self._day(day).isoformat(), amount, payer, reference=reference)
                for kind, day, amount, reference in sample.paid
            ]
            yield recording.money(ref, [(None, one) for one in lines], by=by)
        if sample.eligible is not None:
            yield recording.eligibility(ref, self._eligible(sample.eligible), by=by)

    def _line(
        self, kind: str, first: int, last: int, planned: str, done: str, place: str
    ) -> TypedHours:
        days = f"{self._day(first).isoformat()}..{self._day(last).isoformat()}"
        return TypedHours(kind, days, planned, done or None, place)

    def _eligible(self, eligible: Eligible) -> TypedEligibility:
        seen, until = eligible.seen, eligible.until
        return TypedEligibility(
            eligible.ground,
            eligible.answers,
            eligible.proof or None,
            None if seen is None else self._day(seen).isoformat(),
            None if until is None else self._day(until).isoformat(),
            eligible.kept_at or None,
        )

    def _step(self, sample: Sample, ref: str, action: Action, day: Day, by: str) -> Outcome:
        _, procedure, _ = self._then.load(ref)
        done = self._day(day)
        happened = {
            name: self._day(when).isoformat()
            for name, when in sample.facts.items()
            if not procedure.facts[name].future and self._day(when) <= done
        }
        return self._then.advance(
            ref,
            action.id,
            {**happened, action.dated_by: done.isoformat(), **sample.amounts.get(action.id, {})},
            by=by,
            documents=[_paper(procedure, name) for name in action.documents],
        )

    def _opened_at(self, sample: Sample) -> datetime:
        """Return when a file was opened: the day before its request, or the day of entry."""
        if not sample.steps:
            return self._at
        first = self._days.back(self._day(sample.steps[0][1]), 1)
        return datetime.combine(first, _OPENED_AT, self._zone).astimezone(UTC)

    def _planned_facts(self, sample: Sample, procedure: Procedure) -> dict[str, str]:
        planned = {
            name: self._day(when).isoformat()
            for name, when in sample.facts.items()
            if procedure.facts[name].future
        }
        start, spec = self._day(sample.start), procedure.facts[procedure.reference_fact]
        hour = f"T{sample.hour}" if spec.type is FactType.INSTANT else ""
        return {spec.id: f"{start.isoformat()}{hour}", **planned}

    def _day(self, day: Day) -> date:
        if isinstance(day, date):
            return day
        if day < 0:
            return self._days.back(self._today, -day)
        return self._days.forward(self._today, day)


def _paper(procedure: Procedure, name: str) -> str:
    spec = procedure.documents[name]
    return spec.any_of[0] if spec.any_of else name
