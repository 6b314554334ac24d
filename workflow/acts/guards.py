"""Why an act is refused: each guard returns its reasons, none when it lets the act pass.

Used by `workflow.acts.transitions`. A reason says what is missing or wrong and what it is about; how to go
on is for whoever asks to say. Guards look; they change nothing. Every reason to refuse, side by side: hence
its length.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from itertools import pairwise

from workflow.case import money
from workflow.case.case import Case, FactValue, Moment, Paper
from workflow.case.known_facts import derived
from workflow.case.ledger import by_kind
from workflow.counting.derogations import suspensions, titled
from workflow.counting.explanation import Reckoning
from workflow.counting.ways_of_counting import Context
from workflow.deadlines.compute import reckon
from workflow.deadlines.evidence import unfounded
from workflow.deadlines.progress import step_dates
from workflow.deadlines.start_checks import is_after, missed
from workflow.errors import ActionRefused, Reason, ReasonCode
from workflow.rules.deadline_rules import DeadlineSpec
from workflow.rules.procedure import Action, Procedure
from workflow.text import french

_MAY_FORCE = Reason(ReasonCode.MAY_FORCE, "on peut passer outre, en disant pourquoi")
"""Among the reasons of a refusal that a person may go against."""

_LEDGERS = {"heures": "du relevé d’heures", "argent": "des demandes et versements"}
"""Where facts are read from, as a reason says it."""

_COMMENT_ASKED = Reason(ReasonCode.COMMENT_ASKED, "dites pourquoi passer outre")


def not_from_here(procedure: Procedure, case: Case, action: Action) -> ActionRefused:
    """Build the refusal of an action that the state, or the funder, does not allow."""
    if (never := procedure.unavailable.get(action.id)) is not None:
        return ActionRefused(
            action.label, [Reason(ReasonCode.STATE, f"{never.say} ({never.source.place})")]
        )
    state = procedure.states[case.state].label
    possible = [
        f"« {a.label} » ({a.id})" for a in procedure.actions.values() if case.state in a.transitions
    ]
    advice = f"actions possibles : {', '.join(possible)}" if possible else "le dossier est terminé"
    said = Reason(ReasonCode.STATE, f"impossible à l’étape « {state} » ({advice})")
    return ActionRefused(action.label, [said])


def ended(procedure: Procedure, today: date, *, historical: bool) -> tuple[Reason, ...]:
    """Say that a scheme has ended, unless a historical file is asked for; or that it has not."""
    over = procedure.ended is not None and procedure.edition_on(today) is None
    if historical and not over:
        said = "un dossier ne s’ouvre comme historique que pour un dispositif qui a pris fin"
        return (Reason(ReasonCode.NOT_ENDED, said),)
    if over and not historical:
        return (Reason(ReasonCode.ENDED, f"{procedure.ended}"),)
    return ()


def missing_facts(action: Action, facts: Mapping[str, FactValue]) -> tuple[str, ...]:
    """Return the facts an action needs and does not have."""
    return tuple(name for name in (action.dated_by, *action.needs) if name not in facts)


def fact_reasons(procedure: Procedure, missing: Iterable[str]) -> tuple[Reason, ...]:
    """Say which facts are missing and how to give them."""
    return tuple(
        Reason(
            ReasonCode.MISSING_FACT, f"il manque « {procedure.facts[name].label} »", {"fact": name}
        )
        for name in missing
    )


def missing_documents(
    procedure: Procedure, action: Action, papers: Mapping[str, Paper]
) -> tuple[str, ...]:
    """Return the documents an action asks for that the agency does not hold."""
    return not_in_hand(procedure, action.documents, papers)


def not_in_hand(
    procedure: Procedure, names: Iterable[str], papers: Mapping[str, Paper]
) -> tuple[str, ...]:
    """Return the documents among some that the agency does not hold."""
    held = {name for name, paper in papers.items() if paper.status.in_hand}
    return tuple(
        name
        for name in names
        if name not in held and held.isdisjoint(procedure.documents[name].any_of)
    )


def document_reasons(procedure: Procedure, missing: Iterable[str]) -> tuple[Reason, ...]:
    """Say which documents are missing and how to note them as received."""
    return tuple(
        Reason(
            ReasonCode.MISSING_PAPER,
            f"il manque la pièce « {procedure.documents[name].label} »",
            {"papers": " ou ".join(procedure.documents[name].any_of) or name},
        )
        for name in missing
    )


def missing(procedure: Procedure, action: Action, case: Case) -> tuple[Reason, ...]:
    """Say which facts and documents an action asks for and the case does not have."""
    return (
        *fact_reasons(procedure, missing_facts(action, case.facts)),
        *document_reasons(procedure, missing_documents(procedure, action, case.documents)),
    )


def outside_window(
    procedure: Procedure,
    action: Action,
    edition: str,
    facts: Mapping[str, FactValue],
    context: Context,
) -> tuple[Reason, ...]:
    """Say whether the date of a step falls before its window opens or after it closes."""
    done = facts.get(action.dated_by)
    spec = procedure.deadlines.get(action.window or "")
    if spec is None or not isinstance(done, date):
        return ()
    window = reckon(procedure, procedure.edition(edition), spec, facts, context)
    if window is None:
        return ()
    for one in suspensions(procedure, spec):
        if one.covers(context.day(done)):
            return (_window(f"la fenêtre « {spec.label} » est suspendue : {titled(one)}"),)
    return _beyond(spec, action, done, window, context)


def _beyond(
    spec: DeadlineSpec, action: Action, done: Moment, window: Reckoning, context: Context
) -> tuple[Reason, ...]:
    opens_on, strict = window.opens_on, window.limit.strict
    if opens_on and context.day(done) < opens_on:
        opening = french.short_day(opens_on)
        return (_window(f"trop tôt : la fenêtre « {spec.label} » n’ouvre que le {opening}"),)
    late = missed(done, strict, context) if strict else False
    if late is None and strict:
        return (_asks_the_hour(spec, action, done, strict),)
    if late and strict:
        limit = french.end(strict)
        return (_window(f"trop tard : la fenêtre « {spec.label} » a fermé le {limit}"),)
    return ()


def _window(words: str) -> Reason:
    return Reason(ReasonCode.WINDOW, words)


def _asks_the_hour(spec: DeadlineSpec, action: Action, done: date, strict: Moment) -> Reason:
    """Ask at what hour of the day of its limit a step was done: the day alone does not tell."""
    day = french.short_day(done)
    return Reason(
        ReasonCode.HOUR_ASKED,
        f"heure à préciser : la fenêtre « {spec.label} » ferme le {french.end(strict)}, la date seule ne "
        f"dit pas si l’étape a été faite avant ; notez-la avec son heure, comme « {day} 09:00 »",
        {"fact": action.dated_by, "example": f"{day} 09:00"},
    )


def unfounded_step(
    procedure: Procedure, action: Action, case: Case, context: Context
) -> tuple[Reason, ...]:
    """Say what a step does not stand on yet: a training that goes on, hours of which none is noted."""
    done = case.facts.get(action.dated_by)
    if not isinstance(done, date):
        return ()
    day = context.day(done)
    found = (unfounded(procedure, one, case.facts, day, case.ref) for one in action.evidence)
    return tuple(reason for reason in found if reason is not None)


def unforced(window: tuple[Reason, ...], forced: bool, comment: str) -> tuple[Reason, ...]:
    """Turn a window that refuses into reasons, unless the person goes against it and says why."""
    if forced and not comment.strip():
        return (*window, _COMMENT_ASKED)
    if not window or forced:
        return ()
    return (*window, _MAY_FORCE)


def in_the_future(
    procedure: Procedure, facts: Mapping[str, FactValue], context: Context, now: datetime
) -> tuple[Reason, ...]:
    """Say which facts that have happened are dated in the future."""
    return tuple(
        Reason(
            ReasonCode.FUTURE,
            f"« {procedure.facts[name].label} » est dans le futur ({french.moment(value)})",
        )
        for name, value in facts.items()
        if isinstance(value, date) and not procedure.facts[name].future
        if is_after(value, now.astimezone(context.zone), context)
    )


def against_time(
    procedure: Procedure, facts: Mapping[str, FactValue], touched: Iterable[str], context: Context
) -> tuple[Reason, ...]:
    """Say which of the facts touched would come before what they follow."""
    given = set(touched)
    reasons = []
    for first, second in procedure.chronology:
        one, two = facts.get(first), facts.get(second)
        if not isinstance(one, date) or not isinstance(two, date) or not given & {first, second}:
            continue
        if context.day(one) > context.day(two):
            labels = [procedure.facts[name].label for name in (first, second)]
            reasons.append(_passing(labels, two, one))
    return tuple(reasons)


def _passing(labels: Sequence[str], two: Moment, one: Moment) -> Reason:
    return Reason(
        ReasonCode.ORDER,
        f"« {labels[1]} » ({french.moment(two)}) passerait avant « {labels[0]} » ({french.moment(one)})",
    )


def undone_steps(procedure: Procedure, case: Case, touched: Iterable[str]) -> tuple[Reason, ...]:
    """Say which facts date a step that was not done: it is done by its action, not by a correction."""
    dated = {action.dated_by: action for action in procedure.actions.values()}
    return tuple(
        Reason(
            ReasonCode.STEP_NOT_DONE,
            f"« {procedure.facts[name].label} » date une étape qui n’est pas faite",
            {"ref": case.ref, "action": dated[name].id},
        )
        for name in touched
        if name in dated and name not in case.facts
    )


def before_previous(
    procedure: Procedure, case: Case, done: FactValue, context: Context
) -> tuple[Reason, ...]:
    """Say whether a step is dated before the one that came before it."""
    if not case.history or not isinstance(done, date):
        return ()
    last = case.history[-1]
    before = step_dates(procedure, case)[last.seq]
    if before is None or not is_after(before, done, context):
        return ()
    label = procedure.actions[last.action or ""].label
    said = f"la date est antérieure à l’étape précédente (« {label} », {french.moment(before)})"
    return (Reason(ReasonCode.ORDER, said),)


def out_of_order(procedure: Procedure, case: Case, context: Context) -> tuple[Reason, ...]:
    """Say which steps of a corrected case are no longer in the order of their dates."""
    dates = step_dates(procedure, case)
    reasons = []
    for first, second in pairwise(case.history):
        one, two = dates[first.seq], dates[second.seq]
        if one and two and is_after(one, two, context):
            labels = [procedure.actions[step.action or ""].label for step in (first, second)]
            reasons.append(_passing(labels, two, one))
    return tuple(reasons)


def from_ledger(procedure: Procedure, case: Case, touched: Iterable[str]) -> tuple[Reason, ...]:
    """Say which facts are read from the lines of a file, hours or money, and are changed there."""
    specs, kinds = (procedure.facts[name] for name in touched), by_kind(case.hours)
    return tuple(
        Reason(
            ReasonCode.FROM_LEDGER,
            f"« {spec.label} » vient {_LEDGERS[where]}",
            {"ref": case.ref, "where": where},
        )
        for spec in specs
        if spec.derived and derived(kinds, case.money, spec.derived) is not None
        for where in ("argent" if spec.derived in money.DERIVATIONS else "heures",)
    )


def stands_on(procedure: Procedure, case: Case, removed: frozenset[str]) -> tuple[Reason, ...]:
    """Say which facts cannot be taken back: the reference date, and what dates a step already done."""
    dated = {procedure.actions[step.action or ""].dated_by for step in case.history}
    needed = removed & {procedure.reference_fact, *dated}
    return tuple(
        Reason(
            ReasonCode.NEEDED,
            f"« {procedure.facts[name].label} » ne peut pas être retiré : corrigez sa valeur ou annulez "
            "l’étape",
        )
        for name in sorted(needed)
    )


def steps_outside_window(
    procedure: Procedure, case: Case, touched: frozenset[str], context: Context
) -> tuple[Reason, ...]:
    """Say which steps already done would fall outside their window after a correction.

    Args:
        procedure: the procedure.
        case: the case as corrected.
        touched: facts that the correction changes; other steps are left as they were recorded.
        context: calendars, clock and delays.
    """
    reasons: list[Reason] = []
    for step in case.history:
        action = procedure.actions[step.action or ""]
        if _awaited_again(procedure, action, case):
            continue
        if touched & {action.dated_by, *_window_anchors(procedure, action)}:
            reasons += outside_window(procedure, action, case.edition, case.facts, context)
        if touched & {action.dated_by, *(one.fact for one in action.evidence if one.past)}:
            reasons += unfounded_step(procedure, action, case, context)
    # A step done twice gives its reason once.
    return tuple({reason.words: reason for reason in reasons}.values())


def _awaited_again(procedure: Procedure, action: Action, case: Case) -> bool:
    """Tell whether the window of a step done before is awaited anew, as after a refusal."""
    spec = procedure.deadlines.get(action.window or "")
    return spec is not None and case.state in spec.states


def _window_anchors(procedure: Procedure, action: Action) -> frozenset[str]:
    spec = procedure.deadlines.get(action.window or "")
    return frozenset(name for rule in spec.rules for name in rule.deciding) if spec else frozenset()
