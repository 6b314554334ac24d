"""A file that left in tables, made again: opened with all that it holds, its steps done at their dates.

Called by `workflow.takeover.taking_over`. What a window or a missing paper would refuse stood when it was
done, and stands; what no file can be is refused.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from zoneinfo import ZoneInfo

from msgspec.structs import replace

from workflow.acts import guards
from workflow.acts.outcome import Step, differences, document_changes, fact_changes, outcome
from workflow.acts.transitions import allowed, forgetting, target_of, without
from workflow.case.act import Act
from workflow.case.case import Case, Change, Closing, EntryKind, FactValue, Outcome, Subject
from workflow.case.holdings import DoneStep, Holdings
from workflow.case.known_facts import known_of
from workflow.case.ledger import impossible
from workflow.counting.context import edition_for
from workflow.counting.ways_of_counting import Context
from workflow.deadlines.compute import compute
from workflow.deadlines.progress import step_dates
from workflow.deadlines.verdicts import verdicts
from workflow.errors import ActionRefused, Reason, ReasonCode
from workflow.rules.procedure import Procedure


def holdings(procedure: Procedure, case: Case) -> Holdings:
    """Return what a case holds beside its facts."""
    dates = step_dates(procedure, case)
    return Holdings(
        title=case.title,
        territory=case.territory,
        cohort=case.cohort,
        steps=tuple(DoneStep(one.action or "", dates[one.seq]) for one in case.history),
        # The content of a file that is kept with a paper leaves by other ways.
        papers={id_: replace(one, file=None) for id_, one in case.documents.items()},
        hours=case.hours,
        contracts=case.contracts,
        money=case.money,
        snoozed={
            id_: one.snoozed_until for id_, one in case.deadlines.items() if one.snoozed_until
        },
    )


def placed(held: Holdings, zone: ZoneInfo) -> Holdings:
    """Return what a file holds, its moments on the clock of its agency."""
    steps = tuple(
        replace(one, on=one.on.replace(tzinfo=zone))
        if isinstance(one.on, datetime) and one.on.tzinfo is None
        else one
        for one in held.steps
    )
    return replace(held, steps=steps)


def restore(
    procedure: Procedure, case: Case, held: Holdings, context: Context, act: Act
) -> tuple[Outcome, ...]:
    """Return what makes a case again: its opening, each of its steps, what they left otherwise.

    The last tells what became of each deadline: all that proves one was known from the opening on.

    Args:
        procedure: its procedure.
        case: the case, with its facts; all that its life decides is set here.
        held: what it holds beside.
        context: calendars, clock and delays.
        act: who takes it over, and why.

    Raises:
        ActionRefused: no reference date, a day to come, hours that no timetable holds, a step that the state
            before it does not allow.
    """
    _refuse(procedure, case, held, context, act)
    made = [_opened(procedure, case, held, context, act)]
    for one in held.steps:
        made.append(_done(procedure, made[-1].after, one, context, act))
    kept = made[-1].after
    deadlines = {
        id_: replace(one, snoozed_until=held.snoozed.get(id_))
        for id_, one in kept.deadlines.items()
    }
    if (kept.facts, kept.deadlines) != (case.facts, deadlines):
        after = replace(kept, facts=case.facts, deadlines=deadlines)
        made.append(outcome(procedure, kept, after, context, act, Step(EntryKind.CORRECTION)))
    ended = {one.deadline.id: one for one in made[-1].closed}
    ended |= {one.deadline.id: one for one in _judged(procedure, made[-1].after, context, act)}
    return (*made[:-1], replace(made[-1], closed=tuple(ended.values())))


def _opened(
    procedure: Procedure, case: Case, held: Holdings, context: Context, act: Act
) -> Outcome:
    dated = {action.dated_by for action in procedure.actions.values()}
    opened = replace(
        case,
        state=procedure.initial,
        edition=edition_for(procedure, case.facts, context).id,
        opened_at=act.at,
        cohort=held.cohort,
        facts=without(case.facts, dated),
        documents=held.papers,
        hours=held.hours,
        contracts=held.contracts,
        money=held.money,
    )
    step = Step(EntryKind.OPENING, changes=_all_of(opened), forced=True)
    return outcome(procedure, None, opened, context, act, step)


def _refuse(procedure: Procedure, case: Case, held: Holdings, context: Context, act: Act) -> None:
    missing = [name for name in (procedure.reference_fact,) if name not in case.facts]
    days: dict[str, FactValue] = dict(case.facts)
    days |= {
        procedure.actions[one.action].dated_by: one.on
        for one in held.steps
        if one.on is not None and one.action in procedure.actions
    }
    reasons = (
        *guards.fact_reasons(procedure, missing),
        *guards.in_the_future(procedure, days, context, act.at),
        *(Reason(ReasonCode.IMPOSSIBLE, words) for words in impossible(held.hours)),
    )
    if reasons:
        raise ActionRefused("Reprendre le dossier", reasons)


def _done(procedure: Procedure, case: Case, step: DoneStep, context: Context, act: Act) -> Outcome:
    action = allowed(procedure, case, step.action)
    facts = forgetting(procedure, action, case.facts)
    if step.on is not None:
        facts[action.dated_by] = step.on
    after = replace(case, state=target_of(procedure, action, case), facts=facts)
    return outcome(
        procedure, case, after, context, act, Step(EntryKind.ACTION, action, step.on, forced=True)
    )


def _judged(procedure: Procedure, case: Case, context: Context, act: Act) -> Iterator[Closing]:
    """Yield what became of each deadline that a case awaits no more."""
    known, edition = known_of(procedure, case, context.company), procedure.edition(case.edition)
    for id_, verdict in verdicts(procedure, case, known, context).items():
        deadline = compute(procedure, edition, procedure.deadlines[id_], known, context)
        if deadline is None or id_ in case.deadlines:
            continue
        if verdict.missing:
            yield Closing(replace(deadline, missing=verdict.missing), met=False)
        else:
            on = verdict.on or context.day(act.at)
            yield Closing(deadline, met=True, on=on, late=verdict.late)


def _all_of(case: Case) -> tuple[Change, ...]:
    """Return what an opening notes."""
    lines = (
        (Subject.HOURS, case.hours),
        (Subject.CONTRACT, case.contracts),
        (Subject.MONEY, case.money),
    )
    return (
        *fact_changes({}, case.facts),
        *document_changes({}, case.documents),
        *(
            change
            for about, some in lines
            for change in differences(about, {}, {str(one.number): one for one in some})
        ),
    )
