"""A file to open, as it is being typed: what its procedure asks, and what its dates and verdict would be.

Used by `tui.case.new`. Writes nothing: the machine and the planner are asked what they would say. Never
asks nor holds why somebody is eligible: that is noted apart, once the file is open.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date

from msgspec import Struct, field

from tui.acts.acts import is_day, reasons_of
from tui.frame.office import Office
from workflow.case.case import Case, Deadline, FactValue, Outcome
from workflow.deadlines.context import ruled_by
from workflow.deadlines.planner import Chain, Plan, StartPlanner
from workflow.deadlines.ways_of_counting import Context, Sitting
from workflow.eligibility.evaluate import Report
from workflow.errors import ActionRefused, InvalidInput
from workflow.rules.fact_specs import FactSpec
from workflow.rules.procedure import Procedure
from workflow.usecases import operations
from workflow.usecases.requests import Answer, Parameter, Request
from workflow.wording.fact_text import read_facts

_LOOKED_AT = "Aperçu"
"""Why the window of an impossible start is computed all the same: to be looked at, never saved."""


class Opening(Struct, frozen=True):
    """A file as typed.

    Args:
        procedure: id of the procedure.
        funder: id of the funder, None where there is a single one.
        agency: id of the agency.
        owner: id of who follows it, None for nobody.
        title: what staff call it.
        facts: by name, as typed, shorthands written out.
        historical: True for a file of a scheme that has ended.
    """

    procedure: str
    funder: str | None
    agency: str
    owner: str | None
    title: str = ""
    facts: Mapping[str, str] = field(default_factory=dict)
    historical: bool = False

    def outcome(self, office: Office, *, forced: bool = False) -> Outcome:
        """Return the file it would make; raises like `CaseService.open`."""
        return office.services.cases.open(
            self.procedure,
            self.facts,
            by=office.acting,
            agency=self.agency,
            owner=self.owner,
            title=self.title,
            funder=self.funder,
            forced=forced,
            historical=self.historical,
            comment=_LOOKED_AT if forced else "",
        )

    @property
    def request(self) -> Request:
        """What it asks for."""
        answers: dict[Parameter, Answer] = {
            operations.FUNDER: self.funder,
            operations.AGENCY: self.agency,
            operations.FOLLOWED_BY: self.owner,
            operations.TITLE: self.title,
            operations.FACTS: self.facts,
            operations.HISTORICAL: self.historical,
        }
        return Request(operations.OPEN, (self.procedure,), answers)


class Preview(Struct, frozen=True):
    """What a file would be.

    Args:
        procedure: ruled by its funder.
        context: calendars and sessions of its agency.
        outcome: the file; None when it cannot be opened.
        reasons: why it cannot be opened; empty when it can.
        case: the file even so, to look at its dates; None without a start.
        report: the public verdict on it.
        nearest: the first start that works, when the one typed does not or none is typed.
    """

    procedure: Procedure
    context: Context
    outcome: Outcome | None = None
    reasons: tuple[str, ...] = ()
    case: Case | None = None
    report: Report | None = None
    nearest: Chain | None = None

    @property
    def deposit(self) -> Deadline | None:
        """The date on which the start depends."""
        planning = self.procedure.planning
        if self.case is None or planning is None:
            return None
        return self.case.deadlines.get(planning.deposit)

    @property
    def start(self) -> date | None:
        """The first day of training."""
        value = self.case.facts.get(self.procedure.reference_fact) if self.case else None
        return self.context.day(value) if isinstance(value, date) else None

    @property
    def sessions(self) -> Sequence[Sitting]:
        """Known sessions of the funder's commission."""
        return self.context.sessions


def look(office: Office, opening: Opening) -> Preview:
    """Return what a file would be; raises `InvalidInput`, `NotFound`, `Refused`, `OutOfReach`."""
    procedure = ruled_by(office.services.rulebook.procedure(opening.procedure), opening.funder)
    agency = office.directory.agency(opening.agency)
    context = office.services.cases.place(procedure, agency.territory, agency.id)
    if procedure.reference_fact not in opening.facts:
        facts = read_facts(
            procedure, opening.facts, context.zone, context.today(office.services.cases.clock())
        )
        return Preview(procedure, context, nearest=_nearest(procedure, context, facts, office))
    try:
        outcome = opening.outcome(office)
    except ActionRefused as refusal:
        return _refused(office, opening, procedure, context, refusal)
    report = office.services.inquiries.verdict(outcome.after)
    return Preview(procedure, context, outcome, case=outcome.after, report=report)


def _refused(
    office: Office,
    opening: Opening,
    procedure: Procedure,
    context: Context,
    refusal: ActionRefused,
) -> Preview:
    facts = read_facts(
        procedure, opening.facts, context.zone, context.today(office.services.cases.clock())
    )
    nearest = _nearest(procedure, context, facts, office)
    reasons = tuple(reasons_of(refusal))
    try:
        case = opening.outcome(office, forced=True).after
    except ActionRefused:
        # Another rule than the window says no: there is nothing to look at.
        return Preview(procedure, context, reasons=reasons, nearest=nearest)
    report = office.services.inquiries.verdict(case)
    return Preview(procedure, context, None, reasons, case, report, nearest)


def _nearest(
    procedure: Procedure, context: Context, facts: Mapping[str, FactValue], office: Office
) -> Chain | None:
    """Return the first start that works from the one typed on, or from today."""
    today = context.day(office.now)
    try:
        planner = StartPlanner(procedure, context)
    except InvalidInput:
        return None
    wished = facts.get(procedure.reference_fact)
    plan: Plan = (
        planner.from_start(context.day(wished), facts, today)
        if isinstance(wished, date)
        else planner.from_today(facts, today)
    )
    return plan.chains[0] if plan.chains else plan.nearest


def _looked_at(procedure: Procedure, theme: str) -> Iterable[str]:
    """Return what the checks of a theme read, each once, in their order."""
    return dict.fromkeys(
        name
        for check in procedure.checks
        if check.theme == theme and check.measure
        for name in (*check.measure.names, *check.when)
    )


def asked(
    procedure: Procedure, company: Mapping[str, FactValue]
) -> Iterator[tuple[str, tuple[FactSpec, ...]]]:
    """Yield the facts that a new file is asked, under the headings of its themes.

    First the dates that its deadlines count from, then what its public verdict looks at; not what
    happens later, is read from the hours, or is known of the company.
    """
    proof = procedure.eligibility
    elsewhere = {proof.proof_seen, proof.proof_until} if proof else set()
    read = {
        name
        for spec in procedure.deadlines.values()
        for rule in spec.rules
        for name in (*rule.deciding, *rule.when, *rule.when_below)
    }

    def wanted(spec: FactSpec) -> bool:
        happens = is_day(spec) and not spec.future
        known = spec.derived or spec.company in company or spec.id in elsewhere
        return not happens and not known

    start = procedure.facts[procedure.reference_fact]
    dates = (spec for spec in procedure.facts.values() if spec.id in read and wanted(spec))
    first = tuple(dict.fromkeys((start.id, *(spec.id for spec in dates))))
    yield "", tuple(procedure.facts[name] for name in first)
    told = set(first)
    for theme, label in procedure.themes.items():
        found = (procedure.facts.get(name) for name in _looked_at(procedure, theme))
        specs = tuple(spec for spec in found if spec and wanted(spec) and spec.id not in told)
        told |= {spec.id for spec in specs}
        if specs:
            yield label, specs
