"""`planifier`: which day a file must leave the desk, and which start is still possible. Writes nothing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import TYPE_CHECKING, Any

from msgspec import Struct

from cli.asking.invocation import Invocation
from cli.dates.plan_files import FileChoice, plan_files
from cli.terminal.spelling import option
from cli.wiring.session import Session
from workflow.counting.ways_of_counting import Sitting
from workflow.errors import InvalidInput
from workflow.operations import operations
from workflow.text import french

if TYPE_CHECKING:
    from workflow.case.case import FactValue
    from workflow.counting.ways_of_counting import Context
    from workflow.deadlines.planner import Plan
    from workflow.rules.procedure import Procedure
    from workflow.wording.date_text import Today

_ALONE = (operations.START, operations.DEPOSIT, operations.COMMISSIONS, operations.FACTS)
"""What says how a start is, when there is no file that does."""


def plan(asked: Invocation) -> None:
    """Plan a start, or the starts of files."""
    told = asked.request
    if asked.asks(operations.CASES, operations.ALL):
        given = [option(one) for one in _ALONE if asked.asks(one)]
        if given:
            raise InvalidInput(
                f"Les dossiers ont leurs faits et leur calendrier : retirez {french.listing(given)}."
            )
        plan_files(
            asked.session,
            told.many(operations.CASES),
            FileChoice(asked.about(), told.given(operations.FUNDER), told.given(operations.AGENCY)),
            everything=told.flag(operations.ALL),
            as_json=asked.as_json,
        )
        return
    if asked.about() is None:
        raise InvalidInput(
            "Quelle procédure ? Écrivez par exemple : echeancier planifier cipi --depart 05/10/2026, "
            "ou donnez des dossiers (--dossier REF, --tous)."
        )
    start = _planned(asked)
    output = asked.session.output
    if asked.as_json:
        output.json(start.as_json())
        return
    from cli.dates import plan_view as views

    output.say(*start.introduced())
    output.warn_each(start.notes)
    output.show(*views.shown(start.found))


class _Start(Struct, frozen=True):
    """A start planned without a file, and what it was planned with."""

    procedure: Procedure
    context: Context
    typed: tuple[date, ...]
    """The sessions given in place of those that are noted."""
    agency: str | None
    today: date
    wished: date | None
    deposit: date | None
    found: Plan
    notes: tuple[str, ...]

    def as_json(self) -> dict[str, Any]:
        """Return it for another program."""
        from cli.dates.plan_view import plan_json

        return {
            "procedure": self.procedure.id,
            "funder": self.procedure.funder,
            "agency": self.agency,
            "territory": self.context.staff.territory.code,
            "today": self.today,
            "start": self.wished,
            "deposit": self.deposit,
            "commissions": [one.day for one in sorted(self.context.sessions)],
            **plan_json(self.found),
            "notes": self.notes,
        }

    def introduced(self) -> Iterator[str]:
        """Yield whose days count, and how many sessions are known."""
        procedure, territory = self.procedure, self.context.staff.territory.code
        days = f"agence {self.agency}" if self.agency else f"jours fériés {territory}"
        yield f"{procedure.label}, {procedure.funder_label} ({days})."
        if _has_commission(procedure):
            told, here = ("donnée", " ici") if self.typed else ("notée", "")
            count = len(self.context.sessions)
            yield f"{french.count(count, f'commission {told}', f'commissions {told}s')}{here}."


def _planned(asked: Invocation) -> _Start:
    from workflow.deadlines.planner import StartPlanner
    from workflow.wording.fact_text import read_facts

    session, typed = asked.session, tuple(asked.days(operations.COMMISSIONS))
    procedure, agency = _ruled(asked, typed), _house(asked)
    context = _context(session, procedure, agency, typed)
    present = context.today(session.clock())
    facts = read_facts(procedure, asked.request.named(operations.FACTS), context.zone, present)
    wished = _wished(procedure, asked.request.given(operations.START), facts, context, present)
    if wished is not None and asked.asks(operations.DEPOSIT):
        raise InvalidInput("Un départ ou un dépôt : gardez --depart ou --depot, pas les deux.")
    planner, today = StartPlanner(procedure, context), present.day
    deposit = asked.day(operations.DEPOSIT)
    if wished is not None:
        found = planner.from_start(wished, facts, today)
    elif deposit is not None:
        found = planner.from_deposit(deposit, facts, today)
    else:
        found = planner.from_today(facts, today)
    notes = (
        *_notes(procedure, today),
        *_unconfirmed(procedure, context, facts, wished or deposit or today),
        *_odd(procedure, context, facts, deposit, typed),
    )
    return _Start(procedure, context, typed, agency, today, wished, deposit, found, notes)


def _ruled(asked: Invocation, typed: tuple[date, ...]) -> Procedure:
    from workflow.counting.context import ruled_by
    from workflow.rulefiles.rulebook import load_rulebook

    known = load_rulebook().procedure(asked.ref)
    procedure = ruled_by(known, asked.request.given(operations.FUNDER), typed)
    if typed and not _has_commission(procedure):
        raise InvalidInput(
            f"{procedure.funder_label} n’a pas de commission : retirez --commission."
        )
    return procedure


def _house(asked: Invocation) -> str | None:
    """Return the agency whose days count: the one named, the person's, or the only one."""
    from cli.config.identity import agency_of

    session, named = asked.session, asked.request.given(operations.AGENCY)
    settings = session.configuration.settings
    if named is None and session.by is None and not settings.agencies:
        return None
    try:
        return agency_of(session.acting, named, settings)
    except InvalidInput:
        # Several agencies, and nothing says which: the days of the métropole.
        return None


def _context(
    session: Session, procedure: Procedure, agency: str | None, typed: tuple[date, ...]
) -> Context:
    from cli.config.places import METROPOLE
    from workflow.counting.context import context_for

    places, settings = session.places, session.configuration.settings
    known = places.directory.agency(agency) if agency else None
    sessions = tuple(map(Sitting, typed))
    if not sessions and _has_commission(procedure):
        sessions = session.container.cases.sessions(procedure)
    return context_for(
        procedure,
        known.territory if known else METROPOLE,
        places.closures(agency),
        settings.targets,
        settings.company.known(),
        sessions,
        known.zone if known else None,
    )


def _odd(
    procedure: Procedure,
    context: Context,
    facts: Mapping[str, FactValue],
    deposit: date | None,
    typed: tuple[date, ...],
) -> Iterator[str]:
    """Yield a sentence for each day typed that is seldom meant."""
    from workflow.counting.odd_days import odd_days, odd_facts

    yield from odd_facts(procedure, facts, context)
    yield from odd_days([("Le dépôt", deposit)] if deposit else (), context.staff)
    yield from odd_days((("La commission", day) for day in sorted(typed)), context.funder)


def _wished(
    procedure: Procedure,
    start: str | None,
    facts: dict[str, FactValue],
    context: Context,
    present: Today,
) -> date | None:
    """Return the day of the start that is wished, if any; its hour stays among the facts."""
    from workflow.rules.fact_specs import FactSpec
    from workflow.wording.fact_text import read_fact

    name = procedure.reference_fact
    if start is not None:
        if name in facts:
            raise InvalidInput(f"--depart dit déjà le départ : retirez --fait {name}.")
        spec = FactSpec("--depart", "départ", procedure.facts[name].type, future=True)
        facts[name] = read_fact(spec, start, context.zone, present)
    value = facts.get(name)
    return context.day(value) if isinstance(value, date) else None


def _notes(procedure: Procedure, today: date) -> Iterator[str]:
    if procedure.ended and procedure.edition_on(today) is None:
        yield procedure.ended
    yield from procedure.notes


def _unconfirmed(
    procedure: Procedure, context: Context, facts: Mapping[str, FactValue], day: date
) -> Iterator[str]:
    from workflow.trials.simulation import unconfirmed

    if edition := procedure.edition_on(day):
        start = {procedure.reference_fact: facts.get(procedure.reference_fact, day)}
        yield from unconfirmed(procedure, edition, {**facts, **start}, context)


def _has_commission(procedure: Procedure) -> bool:
    return any(rule.commission for spec in procedure.deadlines.values() for rule in spec.rules)
