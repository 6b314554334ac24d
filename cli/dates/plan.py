"""`planifier`: which day a file must leave the desk, and which start is still possible. Writes nothing."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import TYPE_CHECKING

from msgspec import Struct

from cli.asking.invocation import Invocation
from cli.dates.plan_files import FileChoice, plan_files
from cli.terminal.spelling import option
from cli.wiring.session import Session
from workflow.deadlines.ways_of_counting import Sitting
from workflow.errors import InvalidInput
from workflow.text import french
from workflow.usecases import operations

if TYPE_CHECKING:
    from workflow.case.case import FactValue
    from workflow.deadlines.planner import Plan, StartPlanner
    from workflow.deadlines.ways_of_counting import Context
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
    _Start(
        asked.session,
        asked.ref,
        told.given(operations.FUNDER),
        told.given(operations.AGENCY),
        tuple(asked.days(operations.COMMISSIONS)),
    ).run(asked)


class _Start(Struct, frozen=True):
    """A start to plan without a file."""

    session: Session
    procedure_id: str
    funder: str | None
    agency: str | None
    commissions: tuple[date, ...]

    def run(self, asked: Invocation) -> None:
        """Plan it and show it."""
        from workflow.deadlines.planner import StartPlanner
        from workflow.wording.fact_text import read_facts

        procedure = self._ruled()
        agency = self._house()
        context = self._context(procedure, agency)
        present = context.today(self.session.clock())
        typed = asked.request.named(operations.FACTS)
        facts = read_facts(procedure, typed, context.zone, present)
        start = asked.request.given(operations.START)
        wished = _wished(procedure, start, facts, context, present)
        if wished is not None and asked.asks(operations.DEPOSIT):
            raise InvalidInput("Un départ ou un dépôt : gardez --depart ou --depot, pas les deux.")
        planner = StartPlanner(procedure, context)
        today = present.day
        day = asked.day(operations.DEPOSIT)
        found = _planned(planner, wished, day, facts, today)
        notes = (*_notes(procedure, today), *self._odd(procedure, context, facts, day))
        if asked.as_json:
            self._json(procedure, context, found, wished, day, agency, today, notes)
            return
        from cli.dates import plan_view as views

        self._introduce(procedure, context, agency, notes)
        self.session.output.show(*views.shown(found))

    def _ruled(self) -> Procedure:
        from workflow.deadlines.context import ruled_by
        from workflow.rulefiles.rulebook import load_rulebook

        known = load_rulebook().procedure(self.procedure_id)
        procedure = ruled_by(known, self.funder, self.commissions)
        if self.commissions and not _has_commission(procedure):
            raise InvalidInput(
                f"{procedure.funder_label} n’a pas de commission : retirez --commission."
            )
        return procedure

    def _house(self) -> str | None:
        """Return the agency whose days count: the one named, the person's, or the only one."""
        from cli.config.identity import agency_of

        settings = self.session.configuration.settings
        if self.agency is None and self.session.by is None and not settings.agencies:
            return None
        try:
            return agency_of(self.session.acting, self.agency, settings)
        except InvalidInput:
            # Several agencies, and nothing says which: the days of the métropole.
            return None

    def _context(self, procedure: Procedure, agency: str | None) -> Context:
        from cli.config.places import METROPOLE
        from workflow.deadlines.context import context_for

        places, settings = self.session.places, self.session.configuration.settings
        known = places.directory.agency(agency) if agency else None
        sessions = tuple(map(Sitting, self.commissions))
        if not sessions and _has_commission(procedure):
            sessions = self.session.container.cases.sessions(procedure)
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
        self,
        procedure: Procedure,
        context: Context,
        facts: Mapping[str, FactValue],
        deposit: date | None,
    ) -> Iterator[str]:
        """Yield a sentence for each day typed that is seldom meant."""
        from workflow.deadlines.odd_days import odd_days, odd_facts

        yield from odd_facts(procedure, facts, context)
        yield from odd_days([("Le dépôt", deposit)] if deposit else (), context.staff)
        typed = sorted(one.day for one in context.sessions) if self.commissions else ()
        yield from odd_days((("La commission", day) for day in typed), context.funder)

    def _introduce(
        self, procedure: Procedure, context: Context, agency: str | None, notes: Iterable[str]
    ) -> None:
        output = self.session.output
        days = f"agence {agency}" if agency else f"jours fériés {context.staff.territory.code}"
        output.say(f"{procedure.label}, {procedure.funder_label} ({days}).")
        if _has_commission(procedure):
            origin = "données ici" if self.commissions else "notées"
            number = french.count(len(context.sessions), "commission", "commissions")
            output.say(f"{number} {origin if len(context.sessions) > 1 else origin[:-1]}.")
        for note in notes:
            output.warn(note)

    def _json(
        self,
        procedure: Procedure,
        context: Context,
        found: Plan,
        wished: date | None,
        deposit: date | None,
        agency: str | None,
        today: date,
        notes: Iterable[str],
    ) -> None:
        from cli.dates.plan_view import plan_json

        self.session.output.json(
            {
                "procedure": procedure.id,
                "funder": procedure.funder,
                "agency": agency,
                "territory": context.staff.territory.code,
                "today": today.isoformat(),
                "start": wished.isoformat() if wished else None,
                "deposit": deposit.isoformat() if deposit else None,
                "commissions": [one.day.isoformat() for one in sorted(context.sessions)],
                **plan_json(found),
                "notes": list(notes),
            }
        )


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


def _planned(
    planner: StartPlanner,
    wished: date | None,
    deposit: date | None,
    facts: dict[str, FactValue],
    today: date,
) -> Plan:
    if wished is not None:
        return planner.from_start(wished, facts, today)
    if deposit is not None:
        return planner.from_deposit(deposit, facts, today)
    return planner.from_today(facts, today)


def _notes(procedure: Procedure, today: date) -> Iterator[str]:
    if procedure.ended and procedure.edition_on(today) is None:
        yield procedure.ended
    yield from procedure.notes


def _has_commission(procedure: Procedure) -> bool:
    return any(rule.commission for spec in procedure.deadlines.values() for rule in spec.rules)
