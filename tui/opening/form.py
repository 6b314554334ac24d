"""A file to open, as a form: what its procedure asks, and what its dates and verdict would be.

Filled by `tui.opening.screen`. Writes nothing: the machine and the planner are asked what they would say.
Never asks nor holds why somebody is eligible: that is noted apart, once the file is open.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import ClassVar

from msgspec.structs import replace

from notifications.schedule.viewpoint import Looking
from tui.acts.actform import ActForm, Prepared, Watch
from tui.acts.acts import asked_fact, is_day
from tui.acts.asked import FormField, Look, TypedAnswers, asking, choosing, told_by
from tui.fields.choices import by_name
from tui.frame.office import Office
from workflow.case.case import Case, Deadline, FactValue, Outcome
from workflow.case.parties import named_by
from workflow.counting.context import ruled_by
from workflow.counting.ways_of_counting import Context, Sitting
from workflow.deadlines.planner import Chain, Plan, StartPlanner
from workflow.eligibility.evaluate import Report
from workflow.errors import ActionRefused, InvalidInput
from workflow.operations import operations
from workflow.operations.requests import Answer, Parameter, Request
from workflow.rules.fact_specs import FactSpec, FactType
from workflow.rules.procedure import Procedure
from workflow.wording.fact_text import read_facts
from workflow.worklist.worklist import WorkRow

_LOOKED_AT = "Aperçu"
"""Why the window of an impossible start is computed all the same: to be looked at, never saved."""
_PROCEDURE, _FUNDER, _AGENCY = "procedure", "funder", "agency"


class Preview(Prepared, frozen=True, kw_only=True):
    """What a file would be.

    Args:
        rules: of its procedure, ruled by its funder.
        context: calendars and sessions of its agency.
        case: the file, also when it cannot be opened, to look at its dates; None without a start.
        report: the public verdict on it.
        nearest: the first start that works, when the one typed does not or none is typed.
    """

    rules: Procedure
    context: Context
    case: Case | None = None
    report: Report | None = None
    nearest: Chain | None = None

    @property
    def deposit(self) -> Deadline | None:
        """The date on which the start depends."""
        planning = self.rules.planning
        if self.case is None or planning is None:
            return None
        return self.case.deadlines.get(planning.deposit)

    @property
    def start(self) -> date | None:
        """The first day of training."""
        value = self.case.facts.get(self.rules.reference_fact) if self.case else None
        return self.context.day(value) if isinstance(value, date) else None

    @property
    def sessions(self) -> Sequence[Sitting]:
        """Known sessions of the funder's commission."""
        return self.context.sessions


class OpeningForm(ActForm, frozen=True, kw_only=True):
    """Opens a file.

    Args:
        office: gives what may be chosen.
        procedure: id of the procedure.
        funder: id of the funder; empty where there is a single one.
        agency: id of the agency.
    """

    office: Office
    procedure: str
    funder: str = ""
    agency: str = ""

    draft: ClassVar[str] = "nouveau-dossier"
    idle: ClassVar[str] = "donnez d’abord la date de début."

    @property
    def starts_at(self) -> str:
        """The first day of training."""
        return self.rules.reference_fact

    @property
    def rules(self) -> Procedure:
        """The procedure, as its funder rules it."""
        rules = self.office.services.rulebook.procedure(self.procedure)
        return rules.funders.get(self.funder, rules)

    def looking(self, office: Office) -> Looking:
        """Return the day and the calendar of the agency."""
        return office.looking(self.agency or office.agency or "")

    def after(self, id_: str, words: str) -> OpeningForm:
        """Return the form for another procedure, funder or agency."""
        now = {_PROCEDURE: self.procedure, _FUNDER: self.funder, _AGENCY: self.agency}
        return self if now[id_] == words else _asking(replace(self, **{id_: words}))

    def idles(self, typed: TypedAnswers) -> bool:  # noqa: ARG002 - a first start is looked for without any
        """Tell that there is always something to show."""
        return False

    def request(self, typed: TypedAnswers) -> Request:
        """Return what it asks for."""
        told: dict[Parameter, Answer] = {
            **told_by(self.fields, typed),
            operations.FORCED: typed.forced,
            operations.COMMENT: typed.comment,
        }
        return Request(operations.OPEN, (self.procedure,), told)

    def work_out(self, office: Office, typed: TypedAnswers, watch: Watch) -> Preview:  # noqa: ARG002 - one file
        """Return what a file would be; raises `InvalidInput`, `NotFound`, `Refused`, `OutOfReach`."""
        procedure = ruled_by(
            office.services.rulebook.procedure(self.procedure), self.funder or None
        )
        house = office.directory.agency(typed.said(_AGENCY))
        context = office.services.cases.place(procedure, house.territory, house.id)
        request = self.request(typed)
        found = Preview(request=request, rules=procedure, context=context)
        today = context.today(office.services.cases.clock())
        facts = read_facts(procedure, request.named(operations.FACTS), context.zone, today)
        if procedure.reference_fact not in facts:
            nearest = _nearest(procedure, context, facts, office)
            return replace(found, nearest=nearest, instead=self.idle)
        try:
            outcome = office.prepare(request)
        except ActionRefused as refusal:
            nearest = _nearest(procedure, context, facts, office)
            found = replace(found, refusal=refusal, nearest=nearest)
            return replace(found, **self._looked_at(typed))
        after = outcome.after
        named = f"{after.ref} {after.title}".rstrip()
        return replace(
            found,
            outcome=outcome,
            procedure=procedure,
            case=after,
            report=office.services.inquiries.verdict(after),
            save=lambda: office.services.cases.save(outcome),
            writes=after.ref,
            said=self._said,
            question=f"{'Passer outre et ouvrir' if typed.forced else 'Ouvrir'} {named} ?",
        )

    def _looked_at(self, typed: TypedAnswers) -> dict[str, object]:
        """Return the file that cannot be, and its verdict, unless another rule than a window says no."""
        try:
            request = self.request(replace(typed, forced=True, comment=_LOOKED_AT))
            case = self.office.prepare(request).after
        except ActionRefused:
            return {}
        return {"case": case, "report": self.office.services.inquiries.verdict(case)}

    def _said(self, saved: Outcome) -> str:
        ref = saved.after.ref
        if self.rules.eligibility is None:
            return f"Ouvert : {ref}"
        apart = self.office.typed(Request(operations.ELIGIBILITY, (ref,)))
        return f"Ouvert : {ref}\nÉligibilité, partie restreinte : $ {apart}"


def opening(office: Office, seen: Iterable[WorkRow] = ()) -> OpeningForm:
    """Return the form of a file of the procedure of most of those that are seen.

    Where none is seen, of the first whose rules are its own and in force.
    """
    known = office.services.rulebook.procedures
    usual = Counter(row.procedure for row in seen if row.procedure in known).most_common(1)
    ranked = sorted(known.values(), key=lambda one: (bool(one.ended), one.extends is not None))
    procedure = usual[0][0] if usual else ranked[0].id
    form = OpeningForm("Nouveau dossier", office=office, procedure=procedure)
    return _asking(replace(form, agency=office.agency or ""))


def _asking(form: OpeningForm) -> OpeningForm:
    """Return a form with what its procedure, its funder and its agency have it ask."""
    office = form.office
    rules = office.services.rulebook.procedure(form.procedure)
    funders = {id_: str(one.funder_label) for id_, one in rules.funders.items()}
    funder = form.funder if form.funder in funders else next(iter(funders), "")
    form = replace(form, funder=funder)
    chosen = list(_chosen(form, funders))
    if form.rules.ended:
        words, tells = "Dossier ancien, dispositif clos", operations.HISTORICAL
        chosen.append(asking("historical", words, FactType.BOOLEAN, look=Look.TICKED, tells=tells))
    facts = (
        asked_fact(spec, heading=None if rank else heading)
        for heading, specs in _facts_asked(form.rules, office.services.cases.company)
        for rank, spec in enumerate(specs)
    )
    return replace(form, fields=(*chosen, *facts))


def _chosen(form: OpeningForm, funders: Mapping[str, str]) -> Iterator[FormField]:
    """Yield what is chosen from lists, then the title."""
    office, told = form.office, operations
    people, agencies = by_name(office.directory.people), by_name(office.directory.agencies)
    procedures = {id_: one.name for id_, one in office.services.rulebook.procedures.items()}
    mine = office.acting if office.acting in people else ""
    procedure, agency = form.procedure, form.agency
    yield choosing(_PROCEDURE, "Procédure", procedures, procedure, decides=True)
    if funders:
        of = form.funder
        yield choosing(_FUNDER, "Financeur", funders, of, decides=True, tells=told.FUNDER)
    yield choosing(_AGENCY, "Agence", agencies, agency, decides=True, tells=told.AGENCY)
    yield choosing("owner", "Suivi par", people, mine, tells=told.FOLLOWED_BY)
    hint = "nom ou initiales"
    yield asking("title", "Libellé", look=Look.BESIDE, hint=hint, tells=told.TITLE)


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


def _names_of(procedure: Procedure, specs: Iterable[FactSpec]) -> Iterator[FactSpec]:
    """Yield the facts that name the parties which tell some of these facts."""
    told = {spec.party.partition(".")[0] for spec in specs if spec.party}
    return (spec for spec in procedure.facts.values() if named_by(spec) in told)


def _facts_asked(
    procedure: Procedure, company: Mapping[str, FactValue]
) -> Iterator[tuple[str, tuple[FactSpec, ...]]]:
    """Yield the facts that a new file is asked, under the headings of its themes.

    First the dates that its deadlines count from, then what its public verdict looks at, after the name
    of the organisation that may know it; not what happens later, is read from the hours, or is known
    of the company.
    """
    proof = procedure.eligibility
    elsewhere = {proof.proof_seen, proof.proof_until} if proof else set()
    read = {
        name
        for spec in procedure.deadlines.values()
        for rule in spec.rules
        for name in (*rule.deciding, *rule.when, *rule.unless, *rule.when_below)
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
        specs = (*_names_of(procedure, specs), *specs)
        told |= {spec.id for spec in specs}
        if specs:
            yield label, specs
