"""What became of each deadline that a case no longer awaits: met, in time or late, or not proved.

Used by `workflow.acts.outcome`, which tells what an act changes of it, and by `workflow.usecases.cases`,
for who looks at a case. Judged on what is known now, from the steps and the facts of the case alone: a fact
noted, corrected or taken back later judges the deadline anew. Reads no clock.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date

from msgspec import Struct
from msgspec.structs import replace

from workflow.case.case import Case, Deadline, Entry, FactValue, Moment
from workflow.case.known_facts import known_of
from workflow.counting.ways_of_counting import Context
from workflow.deadlines.compute import compute, reckon, rule_for
from workflow.deadlines.evidence import lacking, proved_by_facts, proving_day, words
from workflow.deadlines.progress import step_dates
from workflow.deadlines.start_checks import missed
from workflow.rules.deadline_rules import DeadlineSpec, Rule
from workflow.rules.procedure import Edition, Procedure
from workflow.text import french


class DeadlineVerdict(Struct, frozen=True):
    """What became of a deadline.

    Args:
        on: day on which it was met; None when no fact says it.
        late: True when that day is after the strict limit.
        missing: what would have to be noted to prove it; empty when it is proved.
    """

    on: date | None = None
    late: bool = False
    missing: tuple[str, ...] = ()


def verdicts(
    procedure: Procedure, case: Case, known: Mapping[str, FactValue], context: Context
) -> dict[str, DeadlineVerdict]:
    """Return what became of each deadline that was awaited once and is no longer, by id.

    Args:
        procedure: the procedure of the case.
        case: its state, facts and steps.
        known: its facts, ledger and company included.
        context: calendars, clock and delays.
    """
    return dict(_judged(procedure, case, known, context))


def unproved(procedure: Procedure, case: Case, context: Context) -> tuple[Deadline, ...]:
    """Return the deadlines that a later step ended and nothing proves, with what is missing."""
    known = known_of(procedure, case, context.company)
    edition = procedure.edition(case.edition)
    found = (
        (compute(procedure, edition, procedure.deadlines[id_], known, context), verdict.missing)
        for id_, verdict in verdicts(procedure, case, known, context).items()
        if verdict.missing
    )
    return tuple(replace(deadline, missing=missing) for deadline, missing in found if deadline)


def _judged(
    procedure: Procedure, case: Case, known: Mapping[str, FactValue], context: Context
) -> Iterator[tuple[str, DeadlineVerdict]]:
    dates = step_dates(procedure, case)
    states = {case.state, *(step.state_from for step in case.history)}
    for spec in procedure.deadlines.values():
        if spec.states.isdisjoint(states):
            continue
        edition = procedure.edition(case.edition)
        rule, ending = rule_for(spec, edition, known, context), _ending(spec, case)
        if rule is None:
            continue
        if not proved_by_facts(spec, rule):
            if ending is not None:
                dated_by = procedure.actions[ending.action or ""].dated_by
                done = dates[ending.seq]
                yield spec.id, _on_its_day(procedure, edition, spec, done, dated_by, known, context)
        elif not (missing := lacking(spec, rule, known, over=ending is not None)):
            fact, done = proving_day(spec, rule, known)
            values = _with_room(procedure, edition, spec, rule, known, context)
            yield spec.id, _on_its_day(procedure, edition, spec, done, fact, values, context)
        elif ending is not None and reckon(procedure, edition, spec, known, context):
            yield (
                spec.id,
                DeadlineVerdict(missing=tuple(words(procedure, one, known) for one in missing)),
            )


def _ending(spec: DeadlineSpec, case: Case) -> Entry | None:
    """Return the step that ended a deadline, unless it is awaited or the case left it some other way."""
    if case.state in spec.states:
        return None
    leaving = (
        step
        for step in reversed(case.history)
        if step.state_from in spec.states and step.state_to not in spec.states
    )
    last = next(leaving, None)
    return last if last is not None and last.action in spec.met_by else None


def _with_room(
    procedure: Procedure,
    edition: Edition,
    spec: DeadlineSpec,
    rule: Rule,
    known: Mapping[str, FactValue],
    context: Context,
) -> Mapping[str, FactValue]:
    """Return what a beginning is judged by: hours worked past their period gave it no more room."""
    last, reckoning = rule.last_start, reckon(procedure, edition, spec, known, context)
    ended = known.get(last.ended or "") if last else None
    ends_on = reckoning.limit.ends_on if reckoning else None
    if last is None or ends_on is None or not isinstance(ended, date) or ended <= ends_on:
        return known
    return {name: value for name, value in known.items() if name != last.done}


def _on_its_day(
    procedure: Procedure,
    edition: Edition,
    spec: DeadlineSpec,
    done: Moment | None,
    dated_by: str,
    known: Mapping[str, FactValue],
    context: Context,
) -> DeadlineVerdict:
    """Judge a deadline on the day on which it was met, by the limit as it is computed now."""
    if done is None:
        return DeadlineVerdict()
    reckoning = reckon(procedure, edition, spec, known, context)
    strict = reckoning.limit.strict if reckoning else None
    opens_on = reckoning.opens_on if reckoning else None
    late = missed(done, strict, context) if strict else False
    named = f"« {procedure.facts[dated_by].label} » ({dated_by})"
    if opens_on and context.day(done) < opens_on:
        # Gone against on purpose, or left behind by a start that moved: the window had not opened.
        day = french.short_day(opens_on)
        return DeadlineVerdict(
            missing=(f"{named} : une date à partir du {day}, jour de l’ouverture",)
        )
    if late is None:
        return DeadlineVerdict(missing=(f"l’heure de {named}",))
    return DeadlineVerdict(context.day(done), late)
