"""What a person corrects in a case, and what would follow from other facts: no step is done.

Called by `workflow.usecases.cases`. Takes a case and what is corrected; returns an `Outcome` that the store
writes whole, or refuses with every reason. Writes nothing, reads no clock.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from msgspec import Struct, field
from msgspec.structs import replace

from workflow.acts import guards
from workflow.acts.outcome import Step, differences, fact_changes, outcome
from workflow.acts.transitions import checked_start, deadlines_of, repinned, target_of, without
from workflow.case.act import Act
from workflow.case.case import Case, EntryKind, FactValue, Outcome, Subject
from workflow.counting.ways_of_counting import Context
from workflow.errors import ActionRefused, Reason, ReasonCode
from workflow.rules.procedure import PREVIOUS_STATE, Action, Procedure

_UNCHANGED = Reason(ReasonCode.UNCHANGED, "les valeurs données sont déjà celles du dossier")


class Correction(Struct, frozen=True):
    """What a person corrects: facts given anew, facts taken back, the title, parties by their attribute."""

    facts: Mapping[str, FactValue] = field(default_factory=dict)
    removed: frozenset[str] = frozenset()
    title: str | None = None
    parties: Mapping[str, int | None] = field(default_factory=dict)


def correct(
    procedure: Procedure, case: Case, correction: Correction, context: Context, act: Act
) -> Outcome:
    """Correct a case: deadlines recompute, the journal keeps old and new values.

    Raises:
        ActionRefused: a fact in the future, a fact that a step stands on removed, steps out of
            order, a step outside its window and not forced, an impossible start, or nothing to
            change.
    """
    title = case.title if correction.title is None else correction.title
    kept, facts = without(case.facts, correction.removed), dict(correction.facts)
    after = replace(case, facts={**kept, **facts}, title=title, **correction.parties)
    named = ("title", *correction.parties)
    was, told = ({name: _said(one, name) for name in named} for one in (case, after))
    changes = (*fact_changes(case.facts, after.facts), *differences(Subject.FILE, was, told))
    if not changes:
        raise ActionRefused("Corriger", [_UNCHANGED])
    if standing := guards.stands_on(procedure, case, correction.removed):
        raise ActionRefused("Corriger", standing)
    after = repinned(procedure, case, after, context)
    window = guards.steps_outside_window(procedure, after, frozenset(facts), context)
    reasons = (
        *guards.in_the_future(procedure, facts, context, act.at),
        *guards.against_time(procedure, after.facts, facts, context),
        *guards.undone_steps(procedure, case, facts),
        *guards.from_ledger(procedure, case, facts),
        *guards.out_of_order(procedure, after, context),
        *guards.unforced(window, act.forced, act.comment),
    )
    if reasons:
        raise ActionRefused("Corriger", reasons)
    warnings, forced = tuple(map(str, window)), bool(window)
    now = deadlines_of(procedure, after, context)
    if procedure.reference_fact in facts:
        concerns, start_forced = checked_start("Corriger", procedure, after, now, context, act)
        notes = procedure.edition(after.edition).notes if after.edition != case.edition else ()
        warnings, forced = (*warnings, *notes, *concerns), forced or start_forced
    step = Step(EntryKind.CORRECTION, changes=changes, forced=forced, typed=facts)
    return outcome(procedure, case, after, context, act, step, warnings, now=now)


def _said(case: Case, attribute: str) -> str | None:
    value = getattr(case, attribute)
    return None if value is None else str(value)


def suppose(procedure: Procedure, case: Case, correction: Correction, context: Context) -> Case:
    """Return a case as it would be with other facts, to be looked at: nothing is judged or written.

    A fact that dates a step still to come does the step, whatever its date, its papers or its window.

    Raises:
        ActionRefused: a start on which no rules apply.
    """
    kept = without(case.facts, correction.removed)
    after = replace(case, facts={**kept, **correction.facts})
    after = repinned(procedure, case, after, context)
    for action in _steps_to_come(procedure, case, correction.facts, context):
        after = replace(after, state=_supposed_target(procedure, action, after))
    return replace(after, deadlines=deadlines_of(procedure, after, context))


def _steps_to_come(
    procedure: Procedure, case: Case, facts: Mapping[str, FactValue], context: Context
) -> list[Action]:
    """Return the steps not done yet that some facts date, in the order of their dates."""
    steps = [
        (context.day(value), action)
        for action in procedure.actions.values()
        if action.dated_by not in case.facts
        and isinstance(value := facts.get(action.dated_by), date)
    ]
    return [action for _, action in sorted(steps, key=lambda one: one[0])]


def _supposed_target(procedure: Procedure, action: Action, case: Case) -> str:
    """Return the state to which an action leads, from wherever it may be done."""
    if case.state in action.transitions:
        return target_of(procedure, action, case)
    states = set(action.transitions.values()) - {PREVIOUS_STATE}
    return states.pop() if len(states) == 1 else case.state
