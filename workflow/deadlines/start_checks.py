"""What can be said of a window at a given instant: open, impossible, closed, or short of its margin.

Used by the machine (to refuse or warn when a start date is typed) and by the simulation.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta

from msgspec import Struct

from workflow.case.case import Dates, Deadline, FactValue, Moment, utc
from workflow.counting.ways_of_counting import Context, Detail
from workflow.deadlines.compute import first_start
from workflow.rules.procedure import Procedure
from workflow.text import french


class Concern(Struct, frozen=True):
    """What is wrong with a window.

    Args:
        text: a French sentence, with the first start that would work.
        fatal: True when the window cannot be used at all, False when only its margin is gone.
    """

    text: str
    fatal: bool


def start_concerns(
    procedure: Procedure,
    found: Iterable[Deadline],
    facts: Mapping[str, FactValue],
    context: Context,
    now: datetime | None,
) -> tuple[Concern, ...]:
    """Look at each window that decides whether the start is possible.

    Args:
        procedure: the procedure.
        found: its deadlines that no act has met yet.
        facts: typed facts.
        context: calendars, clock and delays.
        now: present instant; None looks only at the windows themselves.
    """
    concerns = []
    for deadline in found:
        if not procedure.deadlines[deadline.id].checks_start:
            continue
        concern = window_concern(deadline, context, now)
        if concern is None:
            continue
        advice = ""
        if context.detail >= Detail.SAID:
            advice = _advice(procedure, deadline, facts, context, now, fatal=concern.fatal)
        concerns.append(Concern(concern.text + advice, concern.fatal))
    return tuple(concerns)


def _advice(
    procedure: Procedure,
    deadline: Deadline,
    facts: Mapping[str, FactValue],
    context: Context,
    now: datetime | None,
    *,
    fatal: bool,
) -> str:
    """Say the first start that would work, and the first one that keeps the margin."""
    today = context.day(now) if now else deadline.dates.act_on
    first = (
        max(today, context.day(_reference(procedure, facts)))
        if deadline.dates.impossible
        else today
    )
    spec = procedure.deadlines[deadline.id]

    def open_(trial: Dates) -> bool:
        return now is None or trial.strict is None or not is_past(trial.strict, now, context)

    def roomy(trial: Dates) -> bool:
        return trial.act_on >= today

    possible = first_start(procedure, spec, facts, context, first, open_) if fatal else None
    kept = first_start(procedure, spec, facts, context, possible or first, roomy)
    advice = f" Premier départ encore possible : {french.long_day(possible)}" if possible else ""
    if kept and kept != possible:
        advice += " ; en gardant la marge : " if advice else " Premier départ qui garde la marge : "
        advice += french.long_day(kept)
    return f"{advice}." if advice else ""


def _reference(procedure: Procedure, facts: Mapping[str, FactValue]) -> Moment:
    value = facts[procedure.reference_fact]
    assert isinstance(value, date), "a window counts from a date"  # noqa: S101 - kept by the checker
    return value


def window_concern(deadline: Deadline, context: Context, now: datetime | None) -> Concern | None:
    """Return what is wrong with a window, or None."""
    label, dates = f"« {deadline.label} »", deadline.dates
    if dates.impossible and dates.opens_on:
        closing, opening = french.short_day(dates.act_on), french.short_day(dates.opens_on)
        return Concern(
            f"Fenêtre impossible : {label} fermerait le {closing}, avant d’ouvrir le {opening}.",
            True,
        )
    if now is None or dates.strict is None:
        return None
    limit = french.end(dates.strict)
    if is_past(dates.strict, now, context):
        return Concern(
            f"Fenêtre déjà fermée : {label} n’était possible que jusqu’au {limit}.", True
        )
    if dates.prudent and dates.prudent < context.day(now):
        prudent = french.short_day(dates.prudent)
        return Concern(
            f"Marge consommée : {label} était à faire prudemment au plus tard le {prudent} ; "
            f"la limite stricte reste le {limit}.",
            False,
        )
    return None


def is_past(limit: Moment, now: datetime, context: Context) -> bool:
    """Tell whether a limit is over: an instant once passed, a day once ended."""
    if isinstance(limit, datetime):
        return utc(limit) < utc(now)
    return limit < context.day(now)


def is_after(done: Moment, limit: Moment, context: Context) -> bool:
    """Tell whether something was done after a limit; where an hour is missing, only days count."""
    if isinstance(done, datetime) and isinstance(limit, datetime):
        return utc(done) > utc(limit)
    return context.day(done) > context.day(limit)


def missed(done: Moment, limit: Moment, context: Context) -> bool | None:
    """Tell whether an act came after a limit; None when only its hour, which nobody noted, would tell."""
    if isinstance(done, datetime) or not isinstance(limit, datetime):
        return is_after(done, limit, context)
    if context.instant(done) >= limit:
        return True
    return None if context.instant(done + timedelta(days=1)) > limit else False
