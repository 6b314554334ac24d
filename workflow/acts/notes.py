"""What is noted on a case between two steps: documents, hours, and why the person is eligible.

Called by `workflow.usecases.noting`. Like the machine, it takes a case and returns an `Outcome`; the state
of the case stays as it is, its deadlines and alerts are computed again. Every kind of note, side by side:
hence its length.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from itertools import combinations

from msgspec.structs import replace

from workflow.acts.guards import against_time, before_previous, in_the_future, unforced
from workflow.acts.outcome import Step, differences, document_changes, fact_changes, outcome
from workflow.case.act import Act
from workflow.case.case import (
    Case,
    Change,
    Eligibility,
    EntryKind,
    FactValue,
    HoursLine,
    Outcome,
    Paper,
    Subject,
)
from workflow.case.ledger import impossible
from workflow.case.money import ACCOUNTS, ZERO, MoneyLine
from workflow.counting.context import edition_for
from workflow.counting.ways_of_counting import Context
from workflow.deadlines.progress import step_dates
from workflow.eligibility.accounts import Accounts, accounts_of
from workflow.eligibility.evaluate import control
from workflow.eligibility.financing import quote
from workflow.errors import ActionRefused, Reason, ReasonCode, Refused, one_named
from workflow.rules.checks import CheckVerdict
from workflow.rules.procedure import Procedure
from workflow.rules.seniority import Contract
from workflow.text import french
from workflow.wording.codec import fact_text


def record_documents(
    procedure: Procedure,
    case: Case,
    papers: Mapping[str, Paper],
    removed: frozenset[str],
    context: Context,
    act: Act,
) -> Outcome:
    """Note how far documents have come, or that one was noted by mistake.

    Raises:
        NotFound: a document the procedure does not have.
        ActionRefused: a status dated in the future.
        Refused: nothing to change.
    """
    for name in (*papers, *removed):
        one_named(f"Pièce de la procédure « {procedure.id} »", name, procedure.documents)
    today = context.day(act.at)
    ahead = [
        Reason(
            ReasonCode.FUTURE,
            f"« {procedure.documents[name].label} » est dans le futur ({french.short_day(paper.on)})",
        )
        for name, paper in papers.items()
        if paper.on > today
    ]
    if ahead:
        raise ActionRefused("Noter des pièces", ahead)
    kept = {name: paper for name, paper in case.documents.items() if name not in removed}
    after = replace(case, documents={**kept, **papers})
    changes = document_changes(case.documents, after.documents)
    if not changes:
        raise Refused("rien à changer, les pièces sont déjà dans cet état.", case=case.ref)
    step = Step(EntryKind.DOCUMENT, changes=changes)
    return outcome(procedure, case, after, context, act, step)


def record_hours(
    procedure: Procedure,
    case: Case,
    lines: tuple[HoursLine, ...],
    context: Context,
    act: Act,
) -> Outcome:
    """Replace the ledger of hours by another: lines added, changed or taken away.

    What cannot be is refused; what looks wrong is told, and stays in the verdict of the file.

    Raises:
        ActionRefused: hours that no timetable could hold, or done in the future.
        Refused: nothing to change.
    """
    lines = tuple(sorted(lines, key=lambda line: line.number))
    cannot = (Reason(ReasonCode.IMPOSSIBLE, words) for words in impossible(lines))
    reasons = (*cannot, *_done_ahead(lines, case, context, act))
    if reasons:
        raise ActionRefused("Noter des heures", reasons)
    changes = _line_changes(Subject.HOURS, case.hours, lines)
    if not changes:
        raise Refused("rien à changer, le relevé d’heures est déjà ainsi.", case=case.ref)
    after = replace(case, hours=lines)
    step = Step(EntryKind.HOURS, changes=changes)
    warnings = _new_concerns(procedure, case, after, context)
    return outcome(procedure, case, after, context, act, step, warnings)


def record_chase(
    procedure: Procedure, case: Case, day: date, context: Context, act: Act
) -> Outcome:
    """Note that what a case awaits was asked for again on a day: the next chase counts from it.

    Raises:
        Refused: a case that awaits nobody, or nothing any more; a procedure that says nothing of chases.
        ActionRefused: a day to come, or before the step or the chase that came before it.
    """
    chasing = procedure.chasing
    if chasing is None or procedure.states[case.state].final:
        raise Refused(f"Dossier {case.ref} : plus rien n’y est attendu, il n’y a rien à relancer.")
    if not any(deadline.dates.awaited for deadline in case.deadlines.values()):
        state = procedure.states[case.state].label
        raise Refused(
            f"Dossier {case.ref} : à l’étape « {state} », aucune réponse n’est attendue, il n’y a personne "
            "à relancer."
        )
    last = case.facts.get(chasing.fact)
    reasons = (
        *in_the_future(procedure, {chasing.fact: day}, context, act.at),
        *before_previous(procedure, case, day, context),
    )
    if isinstance(last, date) and day < last:
        words = f"la dernière relance notée est du {french.short_day(last)}"
        reasons = (*reasons, Reason(ReasonCode.ORDER, words))
    if reasons:
        raise ActionRefused("Relancer", reasons)
    after = replace(case, facts={**case.facts, chasing.fact: day})
    was = fact_text(last) if last is not None else None
    change = Change(Subject.FACT, chasing.fact, was, fact_text(day))
    step = Step(EntryKind.CHASE, on=day, changes=(change,))
    return outcome(procedure, case, after, context, act, step)


def regroup(
    procedure: Procedure, case: Case, cohort: str | None, context: Context, act: Act
) -> Outcome:
    """Put a file in a group, or out of its own with None.

    Raises:
        Refused: it is in that group already, or in none.
    """
    changes = differences(Subject.FILE, {"cohort": case.cohort}, {"cohort": cohort})
    if not changes:
        words = "il est déjà dans ce groupe." if cohort else "il n’est dans aucun groupe."
        raise Refused(words, case=case.ref)
    step = Step(EntryKind.CORRECTION, changes=changes)
    return outcome(procedure, case, replace(case, cohort=cohort), context, act, step)


def opened_in(cohort: str, opened: Outcome) -> Outcome:
    """Return the opening of a file in a group."""
    changes = differences(Subject.FILE, {}, {"cohort": cohort})
    entry = replace(opened.entry, changes=(*changes, *opened.entry.changes))
    return replace(opened, after=replace(opened.after, cohort=cohort), entry=entry)


def _done_ahead(
    lines: tuple[HoursLine, ...], case: Case, context: Context, act: Act
) -> tuple[Reason, ...]:
    """Find hours said to be done on days that have not come, among the lines that change."""
    today = context.day(act.at)
    return tuple(
        Reason(
            ReasonCode.FUTURE,
            f"la ligne {line.number} dit faites des heures qui ne finissent que le "
            f"{french.short_day(line.last)}",
        )
        for line in lines
        if line.done and line.last > today and line not in case.hours
    )


def _line_changes(
    about: Subject,
    before: Sequence[HoursLine | Contract | MoneyLine],
    after: Sequence[HoursLine | Contract | MoneyLine],
) -> tuple[Change, ...]:
    was, now = ({str(line.number): line for line in lines} for lines in (before, after))
    return differences(about, was, now)


def _new_concerns(
    procedure: Procedure, before: Case, after: Case, context: Context
) -> tuple[str, ...]:
    """Return what the verdict says of a change that it did not say before."""
    said = {one.sentence for one in control(procedure, before, context).findings}
    return tuple(
        f"{one.label} : {one.sentence}"
        for one in control(procedure, after, context).findings
        if one.sentence not in said
        and one.verdict in {CheckVerdict.TO_CONFIRM, CheckVerdict.FAILING}
    )


def record_contracts(
    procedure: Procedure,
    case: Case,
    contracts: tuple[Contract, ...],
    context: Context,
    act: Act,
) -> Outcome:
    """Replace the person's history of contracts by another.

    Raises:
        Refused: nothing to change.
    """
    contracts = tuple(sorted(contracts, key=lambda contract: contract.number))
    changes = _line_changes(Subject.CONTRACT, case.contracts, contracts)
    if not changes:
        raise Refused("rien à changer, les contrats sont déjà ainsi.", case=case.ref)
    after = replace(case, contracts=contracts)
    step = Step(EntryKind.CONTRACTS, changes=changes)
    return outcome(procedure, case, after, context, act, step, _shared_days(contracts))


def _shared_days(contracts: tuple[Contract, ...]) -> tuple[str, ...]:
    """Say which contracts share days: two jobs at once are possible, and their days count once."""
    return tuple(
        f"Les contrats {one.number} et {two.number} se chevauchent du "
        f"{french.short_day(max(one.first, two.first))} au "
        f"{french.short_day(min(one.last, two.last))} : ces jours ne comptent qu’une fois ; vérifiez "
        "les dates."
        for one, two in combinations(contracts, 2)
        if one.first <= two.last and two.first <= one.last
    )


def record_money(
    procedure: Procedure, case: Case, lines: tuple[MoneyLine, ...], context: Context, act: Act
) -> Outcome:
    """Replace the claims and payments of a case by others.

    Raises:
        ActionRefused: a line dated in the future; payments beyond what was agreed, not forced.
        Refused: nothing to change.
    """
    lines = tuple(sorted(lines, key=lambda line: line.number))
    changes = _line_changes(Subject.MONEY, case.money, lines)
    if not changes:
        raise Refused(f"Dossier {case.ref} : rien à changer, les lignes d’argent sont déjà ainsi.")
    after = replace(case, money=lines)
    today = context.day(act.at)
    was, now = (
        accounts_of(procedure, one, quote(procedure, one, context, today), context.company)
        for one in (case, after)
    )
    excess = _excess(was, now)
    ahead = (
        Reason(
            ReasonCode.FUTURE,
            f"la ligne {line.number} est dans le futur ({french.short_day(line.on)})",
        )
        for line in lines
        if line.on > today and line not in case.money
    )
    reasons = (*ahead, *unforced(excess, act.forced, act.comment))
    if reasons:
        raise ActionRefused("Noter de l’argent", reasons)
    step = Step(EntryKind.MONEY, changes=changes, forced=bool(excess))
    warnings = (
        *map(str, excess),
        *_beyond_the_claims(was, now),
        *_typed_beside(procedure, case, lines),
        *_before_the_file(procedure, case, lines, context),
    )
    return outcome(procedure, case, after, context, act, step, warnings)


def _excess(was: Accounts, now: Accounts) -> tuple[Reason, ...]:
    """Say that payments come to more than what was agreed, unless they came to as much before."""
    over, agreed = now.excess, now.balance.agreed
    if agreed is None or over <= was.excess:
        return ()
    euros = [french.measured(one, "€") for one in (agreed + over, over, agreed)]
    words = f"les versements font {euros[0]}, soit {euros[1]} de plus que les {euros[2]} accordés"
    return (Reason(ReasonCode.EXCESS, words),)


def _beyond_the_claims(was: Accounts, now: Accounts) -> Iterator[str]:
    """Say which payer, apart from the agreement, has just paid more than it was asked."""
    for share in now.shares if now.balance.agreed is not None else ():
        beyond = share.outstanding is not None and share.outstanding < 0
        if beyond and share.expected is None and share not in was.shares:
            paid, claimed = (
                french.measured(one or ZERO, "€") for one in (share.paid, share.claimed)
            )
            yield f"{share.label} a versé {paid} pour {claimed} demandés : vérifiez le montant."


def _typed_beside(procedure: Procedure, case: Case, lines: tuple[MoneyLine, ...]) -> Iterator[str]:
    """Say which amounts typed before count no more, now that lines tell the same."""
    for kind, id_ in ACCOUNTS.items():
        account = procedure.accounts.get(id_)
        before, now = (any(line.kind is kind for line in some) for some in (case.money, lines))
        if account and now and not before and account.fact in case.facts:
            label = procedure.facts[account.fact].label
            yield f"« {label} » était noté : dans les comptes, les lignes comptent à sa place."


def _before_the_file(
    procedure: Procedure, case: Case, lines: tuple[MoneyLine, ...], context: Context
) -> Iterator[str]:
    """Say which lines just noted are dated before the first step: nothing was asked for by then."""
    began = step_dates(procedure, case)[case.history[0].seq] if case.history else None
    if began is None:
        return
    first = procedure.actions[case.history[0].action or ""].label
    for line in lines:
        if line not in case.money and line.on < context.day(began):
            day = french.short_day(line.on)
            yield f"La ligne {line.number} est du {day}, avant « {first} » : vérifiez la date."


def recompute(procedure: Procedure, case: Case, context: Context, act: Act) -> Outcome | None:
    """Compute the dates of a case again, under a calendar or rules that changed; None if none moves.

    The edition in force on the reference date applies from then on: rules that changed may have
    split the one that the case was pinned to. The comment of the act says what changed.
    """
    after = replace(case, edition=edition_for(procedure, case.facts, context).id)
    found = outcome(procedure, case, after, context, act, Step(EntryKind.RECALCULATION, changes=()))
    now, was = found.after.deadlines, case.deadlines
    # A session may go while the dates stay: the one chosen, or another that was proposed.
    chosen = any(now[id_].sessions != was[id_].sessions for id_ in now.keys() & was.keys())
    return found if chosen or found.opened or found.moved or found.closed else None


def record_eligibility(
    procedure: Procedure,
    case: Case,
    eligibility: Eligibility,
    facts: Mapping[str, FactValue],
    context: Context,
    act: Act,
) -> Outcome:
    """Note why the person is eligible; the journal says that it was noted, never what.

    Args:
        procedure: the procedure.
        case: the case.
        eligibility: the whole restricted part, as it becomes.
        facts: public dates of the proof: seen on, valid until.
        context: calendars, clock and company.
        act: who notes it.

    Raises:
        ActionRefused: a proof seen in the future.
        Refused: nothing to change.
    """
    kept = _without_former_proof(procedure, case, eligibility)
    after = replace(case, eligibility=eligibility, facts={**kept, **facts})
    reasons = (
        *in_the_future(procedure, facts, context, act.at),
        *against_time(procedure, after.facts, facts, context),
    )
    if reasons:
        raise ActionRefused("Noter l’éligibilité", reasons)
    changes = fact_changes(case.facts, after.facts)
    if eligibility == case.eligibility and not changes:
        raise Refused("rien à changer, l’éligibilité est déjà notée ainsi.", case=case.ref)
    step = Step(EntryKind.ELIGIBILITY, changes=changes)
    return outcome(procedure, case, after, context, act, step)


def _without_former_proof(
    procedure: Procedure, case: Case, eligibility: Eligibility
) -> Mapping[str, FactValue]:
    """Return the facts of a case, less the dates of a proof that proves another ground."""
    rules, was = procedure.eligibility, case.eligibility
    if rules is None or was is None or was.ground == eligibility.ground:
        return case.facts
    dates = {rules.proof_seen, rules.proof_until}
    return {name: value for name, value in case.facts.items() if name not in dates}
