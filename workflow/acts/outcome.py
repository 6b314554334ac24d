"""The difference an act makes: which deadlines open, move, are met or dropped, and the journal entry.

Used by `workflow.acts.transitions`, which decides; this module only tells.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from msgspec import Struct, field
from msgspec.structs import replace

from workflow.case.act import Act
from workflow.case.case import (
    Case,
    Change,
    Closing,
    Deadline,
    Entry,
    EntryKind,
    FactValue,
    Moment,
    Move,
    Noted,
    Outcome,
    Paper,
    Subject,
)
from workflow.case.known_facts import known_of
from workflow.counting.odd_days import odd_facts
from workflow.counting.ways_of_counting import Context, Detail
from workflow.deadlines.compute import compute, is_anchored, live
from workflow.deadlines.verdicts import unproved, verdicts
from workflow.eligibility.accounts import accounts_of, stake
from workflow.eligibility.evaluate import alerts
from workflow.eligibility.financing import quote
from workflow.rules.procedure import Action, Procedure
from workflow.text import french
from workflow.wording.codec import fact_text


class Step(Struct, frozen=True):
    """What kind of act it is, for the journal.

    Args:
        kind: kind of entry.
        action: the action done, for a step of the procedure.
        on: real date of the step.
        changes: what changed; None finds it by comparing facts and documents.
        forced: True when the person went against a window.
        undoes: entry taken back, for an undo.
        typed: facts typed just now: a warning tells each day of them that is seldom meant.
    """

    kind: EntryKind
    action: Action | None = None
    on: Moment | None = None
    changes: tuple[Change, ...] | None = None
    forced: bool = False
    undoes: int | None = None
    typed: Mapping[str, FactValue] = field(default_factory=dict)


def outcome(
    procedure: Procedure,
    before: Case | None,
    after: Case,
    context: Context,
    act: Act,
    step: Step,
    warnings: tuple[str, ...] = (),
    *,
    now: Mapping[str, Deadline] | None = None,
) -> Outcome:
    """Recompute the deadlines of the case after the act, unless they are given, and tell the difference."""
    known = known_of(procedure, after, context.company)
    was, detail = before.deadlines if before else {}, context.detail
    if detail < Detail.DATES:
        now = after.deadlines
    elif now is None:
        now = awaited(procedure, after, known, context)
    entry = _entry(before, after, act, step, _date_changes(was, now))
    history = (*after.history, entry) if step.kind is EntryKind.ACTION else after.history
    after = replace(after, deadlines=now, version=entry.seq, history=history)
    if detail < Detail.WRITTEN:
        return Outcome(before, after, entry)
    if detail >= Detail.JUDGED:
        after = _judged(procedure, after, known, context, act)
    closed = tuple(_closings(procedure, before, after, known, context, act))
    if detail >= Detail.SAID:
        left = _left_behind(procedure, after, closed, context, act)
        warnings = (*warnings, *odd_facts(procedure, step.typed, context), *left)
    return Outcome(
        before,
        after,
        entry,
        opened=tuple(new for id_, new in now.items() if id_ not in was),
        moved=tuple(_moves(was, now)),
        closed=closed,
        warnings=warnings,
    )


def _judged(
    procedure: Procedure, case: Case, known: Mapping[str, FactValue], context: Context, act: Act
) -> Case:
    """Return a case with what is wrong with it and what is at stake: nothing once it has ended."""
    if procedure.states[case.state].final:
        return replace(case, alerts=(), stake=None, estimated=False)
    at_stake, usual = stake(procedure, case, known, context, context.day(act.at)), None
    if at_stake is None:
        usual = procedure.usual_stake
    wrong = alerts(procedure, case, context)
    amount = usual.amount if usual else at_stake
    return replace(case, alerts=wrong, stake=amount, estimated=usual is not None)


def awaited(
    procedure: Procedure, case: Case, known: Mapping[str, FactValue], context: Context
) -> dict[str, Deadline]:
    """Return the deadlines of a case as its state and facts have it, snoozes of the same dates kept."""
    edition = procedure.edition(case.edition)
    return {
        id_: _still_snoozed(deadline, case.deadlines.get(id_))
        for id_, deadline in live(procedure, edition, case.state, known, context).items()
    }


def _moves(was: Mapping[str, Deadline], now: Mapping[str, Deadline]) -> Iterator[Move]:
    for id_, new in now.items():
        if id_ in was and was[id_].dates.moments != new.dates.moments:
            yield Move(was[id_], new)


def _still_snoozed(now: Deadline, known: Deadline | None) -> Deadline:
    """Return a deadline with the snooze of the same dates; dates that moved forget it."""
    if known is None or known.snoozed_until is None or known.dates.moments != now.dates.moments:
        return now
    return replace(now, snoozed_until=known.snoozed_until)


def _entry(
    before: Case | None, after: Case, act: Act, step: Step, dates: tuple[Change, ...]
) -> Entry:
    changes = step.changes
    if changes is None:
        changes = (
            *fact_changes(before.facts if before else {}, after.facts),
            *document_changes(before.documents if before else {}, after.documents),
        )
    return Entry(
        seq=before.version + 1 if before else 1,
        kind=step.kind,
        at=act.at,
        by=act.by,
        state_from=before.state if before else None,
        state_to=after.state,
        action=step.action.id if step.action else None,
        on=step.on,
        changes=changes,
        dates=dates,
        comment=act.comment,
        forced=step.forced,
        undoes=step.undoes,
    )


def _closings(
    procedure: Procedure,
    before: Case | None,
    after: Case,
    known: Mapping[str, FactValue],
    context: Context,
    act: Act,
) -> Iterator[Closing]:
    """Yield what became of each deadline that is no longer awaited, and what is judged anew."""
    if before is None:
        return
    was_known = known_of(procedure, before, context.company)
    was, now = (
        verdicts(procedure, case, values, context)
        for case, values in ((before, was_known), (after, known))
    )
    edition = procedure.edition(after.edition)
    for id_, spec in procedure.deadlines.items():
        old, verdict = before.deadlines.get(id_), now.get(id_)
        if id_ in after.deadlines or (old is None and id_ not in was):
            continue
        if old is None and was[id_] == verdict:
            # The same verdict is told again once what the limit counts from is gone, or is back.
            anchored = {is_anchored(spec, edition, one, context) for one in (was_known, known)}
            if len(anchored) == 1:
                continue
        deadline = old or compute(procedure, edition, spec, known, context)
        today = context.day(act.at)
        if deadline is None:
            # A fact that it counted from was taken back: no limit is left to have met or missed.
            if gone := compute(procedure, edition, spec, was_known, context):
                yield Closing(gone, met=False, on=today)
            continue
        if verdict is None:
            yield Closing(deadline, met=False, on=today)
        elif verdict.missing:
            yield Closing(replace(deadline, missing=verdict.missing), met=False)
        else:
            yield Closing(deadline, met=True, on=verdict.on or today, late=verdict.late)


def _left_unproved(
    procedure: Procedure, case: Case, closed: tuple[Closing, ...], context: Context
) -> tuple[str, ...]:
    """Say what a case that ends leaves unproved, beside what the act itself tells."""
    told = {closing.deadline.id for closing in closed}
    return tuple(
        f"« {one.label} » reste non vérifiée : il manque {french.listing(one.missing)}."
        for one in unproved(procedure, case, context)
        if one.id not in told
    )


def _left_behind(
    procedure: Procedure, case: Case, closed: tuple[Closing, ...], context: Context, act: Act
) -> tuple[str, ...]:
    """Say what a case that ends leaves unproved, and, unless it went wrong, who still has to pay."""
    if not procedure.states[case.state].final:
        return ()
    unsaid = _left_unproved(procedure, case, closed, context)
    if procedure.states[case.state].setback:
        return unsaid
    worth = quote(procedure, case, context, context.day(act.at))
    owed = accounts_of(procedure, case, worth, context.company).owed
    named = ((f"{who}, " if who else "", french.measured(much, "€")) for who, much in owed)
    parts = " ; ".join(map("".join, named))
    told = f"Reste à recevoir : {parts}. Une fois le dossier clos, plus rien ne le rappelle."
    return (*unsaid, told) if owed else unsaid


def fact_changes(
    before: Mapping[str, FactValue], after: Mapping[str, FactValue]
) -> tuple[Change, ...]:
    """Return each fact that differs."""
    was, now = ({name: fact_text(one) for name, one in facts.items()} for facts in (before, after))
    return differences(Subject.FACT, was, now)


def document_changes(before: Mapping[str, Paper], after: Mapping[str, Paper]) -> tuple[Change, ...]:
    """Return each document whose status, day or place differs: noted again as it was, nothing does."""
    found = differences(Subject.PAPER, before, after)
    return tuple(one for one in found if _told(one.old) != _told(one.new))


def differences(
    about: Subject, before: Mapping[str, Noted | None], after: Mapping[str, Noted | None]
) -> tuple[Change, ...]:
    """Return each value that differs, by name, those of before first."""
    pairs = ((name, before.get(name), after.get(name)) for name in dict.fromkeys((*before, *after)))
    return tuple(Change(about, name, old, new) for name, old, new in pairs if old != new)


def _told(value: Noted | None) -> Noted | None:
    return replace(value, by="") if isinstance(value, Paper) else value


def _date_changes(was: Mapping[str, Deadline], now: Mapping[str, Deadline]) -> tuple[Change, ...]:
    pairs = ((id_, was.get(id_), now.get(id_)) for id_ in dict.fromkeys((*was, *now)))
    return tuple(
        Change(Subject.DATES, id_, old.dates if old else None, new.dates if new else None)
        for id_, old, new in pairs
        if old is None or new is None or old.dates.moments != new.dates.moments
    )
