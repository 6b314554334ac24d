"""What an act does to a case: the one place where a case changes state.

Called by `workflow.usecases.cases`. Takes a case, an act and the present instant; returns an `Outcome` that
the store writes whole, or refuses with every reason. Writes nothing, reads no clock. All that changes a
state, hence its length; facts that are corrected are in `workflow.acts.corrections`.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date, datetime

from msgspec.structs import replace

from workflow.acts import guards
from workflow.acts.outcome import Step, awaited, differences, fact_changes, outcome
from workflow.case.act import Act
from workflow.case.case import (
    Case,
    Deadline,
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
from workflow.counting.ways_of_counting import Context, Detail
from workflow.deadlines import start_checks
from workflow.deadlines.progress import fact_before
from workflow.eligibility.evaluate import refusals
from workflow.errors import ActionRefused, Reason, ReasonCode, Refused, one_named
from workflow.rules.fact_specs import FactType
from workflow.rules.procedure import PREVIOUS_STATE, Action, Procedure


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
    now, warnings, forced = None, edition.notes, False
    if not historical and not _unweighed(context, act):
        now = deadlines_of(procedure, opened, context)
        concerns, forced = checked_start("Ouvrir le dossier", procedure, opened, now, context, act)
        warnings = (*warnings, *concerns)
    facts = opened.facts
    changes = fact_changes({}, facts) if context.detail >= Detail.WRITTEN else ()
    step = Step(EntryKind.OPENING, changes=changes, forced=forced, typed=facts)
    return outcome(procedure, None, opened, context, act, step, warnings, now=now)


def available(
    procedure: Procedure, case: Case, context: Context, now: datetime
) -> tuple[Offer, ...]:
    """Return every action of the state of a case, each with the reasons that refuse it now."""
    offers = []
    known = known_of(procedure, case, context.company)
    for action in procedure.actions.values():
        if case.state not in action.transitions:
            continue
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
        target = target_of(procedure, action, case)
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
    action = allowed(procedure, case, action_id)
    given = {action.dated_by: _today(procedure, action, context, act.at), **facts}
    kept = forgetting(procedure, action, case.facts)
    after = replace(case, facts={**kept, **given}, documents=_with_papers(case, documents or {}))
    after = repinned(procedure, case, after, context)
    others = {name: value for name, value in facts.items() if name != action.dated_by}
    before_it = replace(case, facts={**case.facts, **others}, edition=after.edition)
    knowing = _knowing(procedure, after, context)
    window = _against_windows(procedure, action, knowing, before_it, others, context, act)
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
    after = replace(after, state=target_of(procedure, action, case))
    on = _moment(after.facts[action.dated_by])
    step = Step(EntryKind.ACTION, action, on, forced=bool(window), typed=facts)
    return outcome(procedure, case, after, context, act, step, tuple(map(str, window)))


def _against_windows(
    procedure: Procedure,
    action: Action,
    knowing: Case,
    before_it: Case,
    touched: Collection[str],
    context: Context,
    act: Act,
) -> tuple[Reason, ...]:
    """Return what a person may go against with a reason: windows, missing grounds, failing checks."""
    if _unweighed(context, act):
        return ()
    return (
        *guards.outside_window(procedure, action, knowing.edition, knowing.facts, context),
        *guards.unfounded_step(procedure, action, knowing, context),
        *guards.steps_outside_window(procedure, before_it, frozenset(touched), context),
        *refusals(procedure, knowing, action.id, context),
    )


def _unweighed(context: Context, act: Act) -> bool:
    """Tell whether nobody reads what an act goes against, which it does whatever that is."""
    return act.forced and context.detail < Detail.WRITTEN


def _knowing(procedure: Procedure, case: Case, context: Context) -> Case:
    """Return a case whose facts include what its ledger and the company say."""
    known = known_of(procedure, case, context.company)
    return replace(case, facts=known)


def deadlines_of(procedure: Procedure, case: Case, context: Context) -> dict[str, Deadline]:
    """Return the deadlines of a case as its state and all that is known of it have it."""
    return awaited(procedure, case, known_of(procedure, case, context.company), context)


def _with_papers(case: Case, given: Mapping[str, Paper]) -> dict[str, Paper]:
    """Return the papers of a case with those given; one already held keeps its status and its day."""
    held = {name: paper for name, paper in case.documents.items() if paper.status.in_hand}
    # What else is known of one that comes, its file say, stays.
    come = {
        name: replace(
            case.documents.get(name, paper), status=paper.status, on=paper.on, by=paper.by
        )
        for name, paper in given.items()
    }
    return {**case.documents, **come, **held}


def undo(procedure: Procedure, case: Case, context: Context, act: Act) -> Outcome:
    """Take back the last step: its state and its facts return to what they were.

    Raises:
        Refused: no step to undo.
    """
    if not case.history:
        raise Refused("aucune étape à annuler.", case=case.ref)
    last = case.history[-1]
    facts, documents = without(case.facts, _chase_fact(procedure)), dict(case.documents)
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
    after = repinned(procedure, case, after, context)
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


def allowed(procedure: Procedure, case: Case, action_id: str) -> Action:
    """Return an action of the state of a case, or raise `NotFound` or `ActionRefused`."""
    action = one_named(f"Action de la procédure « {procedure.id} »", action_id, procedure.actions)
    if case.state not in action.transitions:
        raise guards.not_from_here(procedure, case, action)
    return action


def without(facts: Mapping[str, FactValue], names: Collection[str]) -> dict[str, FactValue]:
    """Return facts but for some."""
    return {name: value for name, value in facts.items() if name not in names}


def forgetting(
    procedure: Procedure, action: Action, facts: Mapping[str, FactValue]
) -> dict[str, FactValue]:
    """Return facts but for those that an action takes away."""
    return without(facts, {*action.forgets, *_chase_fact(procedure)})


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


def repinned(procedure: Procedure, before: Case, after: Case, context: Context) -> Case:
    """Return the case with the edition of its reference date, if that date changed."""
    name = procedure.reference_fact
    if before.facts.get(name) == after.facts.get(name):
        return after
    return replace(after, edition=edition_for(procedure, after.facts, context).id)


def target_of(procedure: Procedure, action: Action, case: Case) -> str:
    """Return the state to which an action of the state of a case leads."""
    target = action.transitions[case.state]
    if target != PREVIOUS_STATE:
        return target
    came_from = case.history[-1].state_from if case.history else None
    return came_from or procedure.initial


def checked_start(
    label: str,
    procedure: Procedure,
    case: Case,
    now: Mapping[str, Deadline],
    context: Context,
    act: Act,
) -> tuple[tuple[str, ...], bool]:
    """Return what is wrong with the start, and whether it had to be forced.

    Raises:
        ActionRefused: the window of the start is impossible or closed, and not forced.
    """
    facts = case.facts
    concerns = start_checks.start_concerns(procedure, now.values(), facts, context, act.at)
    fatal = tuple(Reason(ReasonCode.WINDOW, one.text) for one in concerns if one.fatal)
    if reasons := guards.unforced(fatal, act.forced, act.comment):
        raise ActionRefused(label, reasons)
    return tuple(concern.text for concern in concerns), bool(fatal)
