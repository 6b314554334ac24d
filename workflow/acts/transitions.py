"""What an act does to a case: the one place where a case changes state.

Called by `workflow.usecases.cases`. Takes a case, an act and the present instant; returns an `Outcome` that
the store writes whole, or refuses with every reason. Writes nothing, reads no clock. All that changes a
state, hence its length.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date, datetime

from msgspec import Struct, field
from msgspec.structs import replace

from workflow.acts import guards
from workflow.acts.outcome import Step, awaited, differences, fact_changes, outcome
from workflow.case.act import Act
from workflow.case.case import (
    Case,
    Change,
    Entry,
    EntryKind,
    FactValue,
    Moment,
    Outcome,
    Paper,
    Subject,
)
from workflow.case.known_facts import known_of
from workflow.case.offer import Offer
from workflow.counting.context import edition_for
from workflow.counting.ways_of_counting import Context
from workflow.deadlines import start_checks
from workflow.deadlines.compute import live
from workflow.deadlines.progress import fact_before
from workflow.eligibility.evaluate import refusals
from workflow.errors import ActionRefused, Reason, ReasonCode, Refused, one_named
from workflow.rules.fact_specs import FactType
from workflow.rules.procedure import PREVIOUS_STATE, Action, Procedure

_UNCHANGED = Reason(ReasonCode.UNCHANGED, "les valeurs données sont déjà celles du dossier")


class Correction(Struct, frozen=True):
    """What a person corrects: facts given anew, facts taken back, the title."""

    facts: Mapping[str, FactValue] = field(default_factory=dict)
    removed: frozenset[str] = frozenset()
    title: str | None = None


def open_case(
    procedure: Procedure, case: Case, context: Context, act: Act, *, historical: bool = False
) -> Outcome:
    """Open a case in its initial state.

    Args:
        procedure: its procedure.
        case: the new case, with its facts; state, edition and deadlines are set here.
        context: calendars, clock and delays.
        act: who opens it.
        historical: True for a file of a scheme that has ended: its windows are not judged.

    Raises:
        ActionRefused: no reference date, or a start that is impossible and not forced.
    """
    if procedure.reference_fact not in case.facts:
        missing = guards.fact_reasons(procedure, [procedure.reference_fact])
        raise ActionRefused("Ouvrir le dossier", missing)
    edition = edition_for(procedure, case.facts, context)
    opened = replace(
        case, state=procedure.initial, edition=edition.id, version=1, opened_at=act.at, history=()
    )
    impossible = (
        *guards.in_the_future(procedure, opened.facts, context, act.at),
        *guards.against_time(procedure, opened.facts, opened.facts, context),
    )
    if impossible:
        raise ActionRefused("Ouvrir le dossier", impossible)
    if reasons := guards.ended(procedure, context.day(act.at), historical=historical):
        raise ActionRefused("Ouvrir le dossier", reasons)
    warnings, forced = (
        ((), False)
        if historical
        else _check_start("Ouvrir le dossier", procedure, opened, context, act)
    )
    changes, facts = fact_changes({}, opened.facts), opened.facts
    step = Step(EntryKind.OPENING, changes=changes, forced=forced, typed=facts)
    return outcome(procedure, None, opened, context, act, step, (*edition.notes, *warnings))


def available(
    procedure: Procedure, case: Case, context: Context, now: datetime
) -> tuple[Offer, ...]:
    """Return every action of the state of a case, each with the reasons that refuse it now."""
    offers = []
    for action in procedure.actions.values():
        if case.state not in action.transitions:
            continue
        known = known_of(procedure, case, context.company)
        facts = {**known, action.dated_by: _today(procedure, action, context, now)}
        missing_facts = guards.missing_facts(action, facts)
        missing_documents = guards.missing_documents(procedure, action, case.documents)
        reasons = (
            *guards.fact_reasons(procedure, missing_facts),
            *guards.document_reasons(procedure, missing_documents),
            *guards.outside_window(procedure, action, case.edition, facts, context),
            *guards.unfounded_step(procedure, action, replace(case, facts=facts), context),
            *refusals(procedure, case, action.id, context),
        )
        target = _target(procedure, action, case)
        offers.append(
            Offer(action.id, action.label, target, reasons, missing_facts, missing_documents)
        )
    return tuple(offers)


def apply(
    procedure: Procedure,
    case: Case,
    action_id: str,
    facts: Mapping[str, FactValue],
    context: Context,
    act: Act,
    documents: Mapping[str, Paper] | None = None,
) -> Outcome:
    """Do an action, dated of the present unless `facts` says otherwise.

    Documents given with it stand beside those of the case that the agency already holds.

    Raises:
        NotFound, ActionRefused: no such action; a refusal with every reason.
    """
    action = _allowed(procedure, case, action_id)
    given = {action.dated_by: _today(procedure, action, context, act.at), **facts}
    kept = _without(case.facts, {*action.forgets, *_chase_fact(procedure)})
    after = replace(case, facts={**kept, **given}, documents=_with_papers(case, documents or {}))
    after = _repinned(procedure, case, after, context)
    others = {name: value for name, value in facts.items() if name != action.dated_by}
    before_it = replace(case, facts={**case.facts, **others}, edition=after.edition)
    knowing = _knowing(procedure, after, context)
    window = _against_windows(procedure, action, knowing, before_it, frozenset(others), context)
    reasons = (
        *guards.missing(procedure, action, knowing),
        *guards.from_ledger(procedure, case, facts),
        *guards.in_the_future(procedure, given, context, act.at),
        *guards.against_time(procedure, after.facts, given, context),
        *guards.out_of_order(procedure, before_it, context),
        *guards.before_previous(procedure, before_it, after.facts[action.dated_by], context),
        *guards.unforced(window, act.forced, act.comment),
    )
    if reasons:
        raise ActionRefused(action.label, reasons)
    after = replace(after, state=_target(procedure, action, case))
    on = _moment(after.facts[action.dated_by])
    step = Step(EntryKind.ACTION, action, on, forced=bool(window), typed=facts)
    return outcome(procedure, case, after, context, act, step, tuple(map(str, window)))


def _against_windows(
    procedure: Procedure,
    action: Action,
    knowing: Case,
    before_it: Case,
    touched: frozenset[str],
    context: Context,
) -> tuple[Reason, ...]:
    """Return what a person may go against with a reason: windows, missing grounds, failing checks."""
    return (
        *guards.outside_window(procedure, action, knowing.edition, knowing.facts, context),
        *guards.unfounded_step(procedure, action, knowing, context),
        *guards.steps_outside_window(procedure, before_it, touched, context),
        *refusals(procedure, knowing, action.id, context),
    )


def _knowing(procedure: Procedure, case: Case, context: Context) -> Case:
    """Return a case whose facts include what its ledger and the company say."""
    known = known_of(procedure, case, context.company)
    return replace(case, facts=known)


def _with_papers(case: Case, given: Mapping[str, Paper]) -> dict[str, Paper]:
    """Return the papers of a case with those given; one already held keeps its status and its day."""
    held = {name: paper for name, paper in case.documents.items() if paper.status.in_hand}
    return {**case.documents, **given, **held}


def correct(
    procedure: Procedure, case: Case, correction: Correction, context: Context, act: Act
) -> Outcome:
    """Correct a case: deadlines recompute, the journal keeps old and new values.

    Raises:
        ActionRefused: a fact in the future, a fact that a step stands on removed, steps out of
            order, a step outside its window and not forced, an impossible start, or nothing to
            change.
    """
    kept = _without(case.facts, correction.removed)
    title = case.title if correction.title is None else correction.title
    facts = dict(correction.facts)
    after = replace(case, facts={**kept, **facts}, title=title)
    changes = fact_changes(case.facts, after.facts)
    if title != case.title:
        changes = (*changes, Change(Subject.FILE, "title", case.title, title))
    if not changes:
        raise ActionRefused("Corriger", [_UNCHANGED])
    if standing := guards.stands_on(procedure, case, correction.removed):
        raise ActionRefused("Corriger", standing)
    after = _repinned(procedure, case, after, context)
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
    if procedure.reference_fact in facts:
        concerns, start_forced = _check_start("Corriger", procedure, after, context, act)
        notes = procedure.edition(after.edition).notes if after.edition != case.edition else ()
        warnings, forced = (*warnings, *notes, *concerns), forced or start_forced
    step = Step(EntryKind.CORRECTION, changes=changes, forced=forced, typed=facts)
    return outcome(procedure, case, after, context, act, step, warnings)


def suppose(procedure: Procedure, case: Case, correction: Correction, context: Context) -> Case:
    """Return a case as it would be with other facts, to be looked at: nothing is judged or written.

    A fact that dates a step still to come does the step, whatever its date, its papers or its window.

    Raises:
        ActionRefused: a start on which no rules apply.
    """
    kept = _without(case.facts, correction.removed)
    after = replace(case, facts={**kept, **correction.facts})
    after = _repinned(procedure, case, after, context)
    for action in _steps_to_come(procedure, case, correction.facts, context):
        after = replace(after, state=_supposed_target(procedure, action, after))
    known = _knowing(procedure, after, context).facts
    return replace(after, deadlines=awaited(procedure, after, known, context))


def undo(procedure: Procedure, case: Case, context: Context, act: Act) -> Outcome:
    """Take back the last step: its state and its facts return to what they were.

    Raises:
        Refused: no step to undo.
    """
    if not case.history:
        raise Refused("aucune étape à annuler.", case=case.ref)
    last = case.history[-1]
    facts, documents = _without(case.facts, _chase_fact(procedure)), dict(case.documents)
    for change in last.changes:
        # Documents received stay received: undoing an entry does not lose the paper.
        if change.about is Subject.FACT:
            was = fact_before(procedure, change)
            if was is None:
                facts.pop(change.name, None)
            else:
                facts[change.name] = was
    after = replace(
        case,
        state=last.state_from or procedure.initial,
        facts=facts,
        documents=documents,
        history=case.history[:-1],
    )
    after = _repinned(procedure, case, after, context)
    step = Step(EntryKind.UNDO, changes=fact_changes(case.facts, facts), undoes=last.seq)
    return outcome(
        procedure, case, after, context, act, step, _left_in_hand(procedure, after, last)
    )


def _left_in_hand(procedure: Procedure, case: Case, undone: Entry) -> tuple[str, ...]:
    """Say which papers came with a step that is taken back, and stay noted."""
    labels = [
        f"« {procedure.documents[change.name].label} »"
        for change in undone.changes
        if change.about is Subject.PAPER and change.name in case.documents
    ]
    told = (
        f"Les pièces reçues avec cette étape restent notées : {', '.join(labels)} ; retirez à part "
        "celles qui ne sont pas là."
    )
    return (told,) if labels else ()


def transfer(
    procedure: Procedure, case: Case, owner: str | None, agency: str, context: Context, act: Act
) -> Outcome:
    """Hand a case over to a person or an agency; the context is that of the new agency.

    Raises:
        Refused: nothing to change.
    """
    after = replace(case, owner=owner, agency=agency, territory=context.staff.territory.code)
    was, now = (
        {"owner": one.owner, "agency": one.agency, "territory": one.territory}
        for one in (case, after)
    )
    changes = differences(Subject.FILE, was, now)
    if not changes:
        raise Refused("il est déjà attribué ainsi.", case=case.ref)
    step = Step(EntryKind.TRANSFER, changes=changes)
    return outcome(procedure, case, after, context, act, step)


def _allowed(procedure: Procedure, case: Case, action_id: str) -> Action:
    """Return an action of the state of a case, or raise `NotFound` or `ActionRefused`."""
    action = one_named(f"Action de la procédure « {procedure.id} »", action_id, procedure.actions)
    if case.state not in action.transitions:
        raise guards.not_from_here(procedure, case, action)
    return action


def _without(facts: Mapping[str, FactValue], names: Collection[str]) -> dict[str, FactValue]:
    return {name: value for name, value in facts.items() if name not in names}


def _chase_fact(procedure: Procedure) -> tuple[str, ...]:
    """Return the fact that a step forgets, for it awaits something else: when that was last chased."""
    return (procedure.chasing.fact,) if procedure.chasing else ()


def _moment(value: FactValue) -> Moment | None:
    return value if isinstance(value, date) else None


def _today(procedure: Procedure, action: Action, context: Context, now: datetime) -> Moment:
    """Return the date of a step that nobody dated: now, with its hour when the fact keeps one."""
    local = now.astimezone(context.zone).replace(microsecond=0)
    keeps_hour = procedure.facts[action.dated_by].type is FactType.INSTANT
    return local if keeps_hour else local.date()


def _repinned(procedure: Procedure, before: Case, after: Case, context: Context) -> Case:
    """Return the case with the edition of its reference date, if that date changed."""
    name = procedure.reference_fact
    if before.facts.get(name) == after.facts.get(name):
        return after
    return replace(after, edition=edition_for(procedure, after.facts, context).id)


def _target(procedure: Procedure, action: Action, case: Case) -> str:
    target = action.transitions[case.state]
    if target != PREVIOUS_STATE:
        return target
    came_from = case.history[-1].state_from if case.history else None
    return came_from or procedure.initial


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
        return _target(procedure, action, case)
    states = set(action.transitions.values()) - {PREVIOUS_STATE}
    return states.pop() if len(states) == 1 else case.state


def _check_start(
    label: str, procedure: Procedure, case: Case, context: Context, act: Act
) -> tuple[tuple[str, ...], bool]:
    """Return what is wrong with the start, and whether it had to be forced.

    Raises:
        ActionRefused: the window of the start is impossible or closed, and not forced.
    """
    edition = procedure.edition(case.edition)
    found = live(procedure, edition, case.state, case.facts, context).values()
    concerns = start_checks.start_concerns(procedure, found, case.facts, context, act.at)
    fatal = tuple(Reason(ReasonCode.WINDOW, one.text) for one in concerns if one.fatal)
    if reasons := guards.unforced(fatal, act.forced, act.comment):
        raise ActionRefused(label, reasons)
    return tuple(concern.text for concern in concerns), bool(fatal)
