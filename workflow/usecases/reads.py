"""The use cases that read a case in depth: its verdict, its money, its portal sheet, its restricted part.

Beside `workflow.usecases.cases`. Reads only, but for one thing: reading the restricted part is itself
recorded, before anything of it is shown.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal

from msgspec import Struct
from msgspec.structs import replace

from workflow.case.case import Case, Eligibility
from workflow.case.known_facts import known_of, known_values
from workflow.case.money import ZERO
from workflow.counting.context import ruled_by
from workflow.deadlines.hours_due import Goal, goals
from workflow.deadlines.planner import Plan, StartPlanner
from workflow.eligibility.accounts import Accounts, Balance, accounts_of, balance
from workflow.eligibility.evaluate import Finding, Report, control, restricted
from workflow.eligibility.financing import Quote, lost, quote
from workflow.eligibility.portal_sheet import Sheet, portal_sheet
from workflow.errors import Reason, ReasonCode, Refused, unknown
from workflow.ports.stores import CaseFacts, Consultation
from workflow.rules.checks import Ground
from workflow.rules.fact_specs import FactSpec, FactType
from workflow.rules.procedure import Action, Procedure
from workflow.rules.seniority import Assessment, assess
from workflow.usecases.cases import CaseService
from workflow.wording.codec import fact_text
from workflow.wording.fact_text import RawFact, read_fact

_ON = FactSpec("au", "Date de référence", FactType.DATE, future=True)


class RestrictedView(Struct, frozen=True):
    """The restricted part of a case, with who has read it."""

    case: Case
    procedure: Procedure
    eligibility: Eligibility | None
    ground: Ground | None
    findings: tuple[Finding, ...]
    consultations: tuple[Consultation, ...]


class AccountLine(Struct, frozen=True):
    """The accounts of one case."""

    case: CaseFacts
    balance: Balance


class Inquiries(Struct, frozen=True):
    """Everything staff look up in depth."""

    cases: CaseService

    def control(self, ref: str) -> tuple[Case, Report]:
        """Return a case without its restricted part, and the public verdict on it."""
        case, procedure, context = self.cases.load(ref)
        return replace(case, eligibility=None), control(procedure, case, context)

    def verdict(self, case: Case) -> Report:
        """Return the public verdict on a case as it is given, written or not yet."""
        return control(self.cases.rulebook.of(case), case, self.cases.context(case))

    def goals(self, case: Case) -> tuple[Goal, ...]:
        """Return the hours that the rules ask of a case as it is given, written or not yet."""
        return goals(self.cases.rulebook.of(case), case, self.cases.context(case))

    def quote(self, ref: str) -> tuple[Case, Quote | None, Accounts]:
        """Return a case, what it is worth, and its accounts."""
        case = self.cases.load(ref)[0]
        return (replace(case, eligibility=None), *self.worth(case))

    def worth(self, case: Case) -> tuple[Quote | None, Accounts]:
        """Return what a case is worth and its accounts, as it is given, written or not yet."""
        procedure, context = self.cases.rulebook.of(case), self.cases.context(case)
        found = quote(procedure, case, context, context.day(self.cases.clock()))
        return found, accounts_of(procedure, case, found, context.company)

    def sheet(self, ref: str, action: str | None = None) -> Sheet:
        """Return what to type in the portal, for an action or for the step at hand.

        Raises:
            NotFound: no such action.
            Refused: nothing is typed in the portal for it, or at this step.
        """
        case, procedure, context = self.cases.load(ref)
        today = context.day(self.cases.clock())
        agency = self.cases.directory.agencies.get(case.agency)
        return portal_sheet(
            procedure,
            replace(self.cases.told(case), eligibility=None),
            _step(procedure, case, action),
            context,
            control(procedure, case, context),
            quote(procedure, case, context, today),
            agency.name if agency else case.agency,
        )

    def restricted(self, ref: str, *, by: str) -> RestrictedView:
        """Record that a person reads the restricted part of a case, then return it."""
        case, procedure, context = self.cases.load(ref)
        self.cases.store.note_consultation(ref, Consultation(self.cases.clock(), by))
        ground, findings = restricted(procedure, case, context)
        read_by = self.cases.store.consultations(ref)
        return RestrictedView(case, procedure, case.eligibility, ground, findings, read_by)

    def seniority(self, ref: str, *, on: RawFact | None = None) -> tuple[Case, Assessment]:
        """Return what the history of a case is worth on its reference date, or on a day given.

        Raises:
            Refused: a procedure that asks nothing of the history, or no contract noted.
            InvalidInput: a day that cannot be read.
        """
        case, procedure, context = self.cases.load(ref)
        rules = procedure.seniority
        if rules is None:
            raise Refused(
                f"{procedure.funder_label} : aucune règle d’ancienneté connue ; consultez le financeur."
            )
        if not case.contracts:
            none = f"Dossier {ref} : aucun contrat noté"
            raise Refused(Reason(ReasonCode.CONTRACTS_ASKED, none, {"ref": ref}))
        known = known_of(procedure, case, context.company)
        answers = {name: fact_text(value) for name, value in known.items()}
        dates = (known.get(name) for name in rules.reference)
        reference = next((value for value in dates if isinstance(value, date)), None)
        if on is not None:
            today = context.today(self.cases.clock())
            day = read_fact(_ON, on, context.zone, today)
        else:
            day = context.day(reference) if reference else context.day(self.cases.clock())
        assert isinstance(day, date), "a day is a date"  # noqa: S101 - by its type
        return replace(case, eligibility=None), assess(rules, case.contracts, answers, day)

    def planner(self, procedure_id: str, funder: str | None, agency: str) -> StartPlanner:
        """Return what plans the starts of a procedure for an agency, with the sessions noted.

        Raises:
            NotFound, InvalidInput: no such procedure, funder or agency; delays that are not known.
        """
        procedure = ruled_by(self.cases.rulebook.procedure(procedure_id), funder)
        known = self.cases.directory.agency(agency)
        return StartPlanner(procedure, self.cases.place(procedure, known.territory, known.id))

    def plan(self, ref: str) -> tuple[Case, Plan]:
        """Return the plan of the start of a case, with the sessions noted."""
        case, procedure, context = self.cases.load(ref)
        planner, today = StartPlanner(procedure, context), context.day(self.cases.clock())
        start = case.facts.get(procedure.reference_fact)
        shown = replace(case, eligibility=None)
        if isinstance(start, date):
            return shown, planner.from_start(context.day(start), case.facts, today)
        return shown, planner.from_today(case.facts, today)

    def accounts(self, *, agency: str | None = None, closed: bool = True) -> Iterator[AccountLine]:
        """Yield the accounts of every case that has some, by reference."""
        procedures = self.cases.rulebook.procedures
        names = {one.fact for rules in procedures.values() for one in rules.accounts.values()}
        dated = (one.funding for one in procedures.values() if one.funding)
        beside = {name for funding in dated for name in (funding.programme, funding.dated_by)}
        if agency is not None:
            self.cases.directory.agency(agency)
        for case in self.cases.store.facts_of(names, beside, agency=agency, closed=closed):
            rules = procedures.get(case.procedure)
            if rules and rules.accounts:
                absence = self._lost(rules, case) if case.missed else ZERO
                yield AccountLine(case, balance(rules.accounts, case.facts, case.money, absence))

    def _lost(self, procedure: Procedure, case: CaseFacts) -> Decimal:
        """Return what the hours that one of many files missed take away."""
        agency = self.cases.directory.agencies.get(case.agency)
        territory = agency.territory if agency else procedure.funder_territory
        context = self.cases.place(procedure, territory, case.agency)
        known = known_values(procedure, case.facts, case.missed, context.company)
        return lost(procedure, known, context, context.day(self.cases.clock()))


def _step(procedure: Procedure, case: Case, action: str | None) -> Action:
    if action is not None:
        if action not in procedure.actions:
            raise unknown(f"Action de la procédure « {procedure.id} »", action, procedure.actions)
        if action not in procedure.sheets:
            listed = ", ".join(procedure.sheets) or "aucune"
            raise Refused(
                f"{procedure.actions[action].label} : rien ne se saisit au portail pour cette action "
                f"(fiches : {listed})."
            )
        return procedure.actions[action]
    for one in procedure.actions.values():
        if case.state in one.transitions and one.id in procedure.sheets:
            return one
    state = procedure.states[case.state].label
    listed = ", ".join(procedure.sheets) or "aucune"
    nothing = f"Dossier {case.ref} : rien à saisir au portail à l’étape « {state} »"
    raise Refused(Reason(ReasonCode.SHEET_ASKED, nothing, {"sheets": listed}))
