"""Several limits on one act: each is computed, the most restrictive decides and is named.

Used by `workflow.deadlines.compute` for an act that several rules limit, or that a funder's commission
decides, and by `workflow.deadlines.planner`. Sessions come with the context; without any, months without a
session still count, and the date is provisional. Pure, like everything that counts.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta

from msgspec import Struct
from msgspec.structs import replace

from workflow.case.case import Moment
from workflow.counting.ways_of_counting import (
    CLOSERS,
    ComputedLimit,
    Context,
    Sitting,
    strictly_before,
)
from workflow.rules.counts import Count
from workflow.rules.deadline_rules import CommissionRule, Rule
from workflow.rules.fact_specs import Source
from workflow.text import french
from workflow.text.day_ends import day_of_end
from workflow.wording.quantities import span

_ONE_DAY = timedelta(days=1)


class Bound(Struct, frozen=True):
    """One limit on an act.

    Args:
        words: « 1 mois avant la commission du 12/07/2018 ».
        limit: its dates.
        source: where it is written.
        session: the session it counts from, if any.
    """

    words: str
    limit: ComputedLimit
    source: Source
    session: Sitting | None = None


class Resolution(Struct, frozen=True):
    """What several limits give together.

    Args:
        bounds: every limit that counts, in the order of the rule.
        binding: the one that decides.
        session: the session chosen: the latest that satisfies every limit.
        options: other sessions that would do, latest first, each with its limits.
        provisional: True when sessions are needed and none that is known would do.
    """

    bounds: tuple[Bound, ...]
    binding: Bound
    session: Sitting | None = None
    options: tuple[tuple[Sitting, ComputedLimit], ...] = ()
    provisional: bool = False

    @property
    def limit(self) -> ComputedLimit:
        """The strict date of the limit that decides, and the earliest prudent date of all."""
        prudent = min(
            (bound.limit.prudent for bound in self.bounds if bound.limit.prudent),
            default=None,
        )
        return replace(self.binding.limit, prudent=prudent)


def resolve(
    rule: Rule, anchor: Moment, label: str, opens_on: date | None, context: Context
) -> Resolution | None:
    """Weigh every limit of a rule, or return None when it has a single one.

    Args:
        rule: the rule, with its other limits and its commission.
        anchor: what it counts from: the start.
        label: name of the anchor, in French and in lower case.
        opens_on: first day on which the act is possible.
        context: calendars, sessions and delays.
    """
    if rule.commission is None and not rule.also:
        return None
    own = tuple(of_anchor(rule, anchor, label, context))
    if rule.commission is None:
        return Resolution(own, tightest(own))
    return _with_sessions(rule.commission, own, context.day(anchor), opens_on, context)


def _with_sessions(
    commission: CommissionRule,
    own: tuple[Bound, ...],
    start: date,
    opens_on: date | None,
    context: Context,
) -> Resolution:
    feasible = []
    for session in sorted(context.sessions, reverse=True):
        if why_not(commission, session, start, context) is not None:
            continue
        bounds = (*own, *before_session(commission, session, context))
        whole = Resolution(bounds, tightest(bounds), session)
        if opens_on is None or last_day(whole.limit) >= opens_on:
            feasible.append(whole)
    if not feasible:
        bounds = (*own, *without_calendar(commission, start, context))
        return Resolution(bounds, tightest(bounds), provisional=True)
    best, *others = feasible
    options = tuple((other.session, other.limit) for other in others if other.session)
    return replace(best, options=options)


def why_not(
    commission: CommissionRule, session: Sitting, start: date, context: Context
) -> str | None:
    """Return why a session cannot decide for a start, or None when it can."""
    day = french.short_day(session.day)
    if session.day.month in commission.blackouts:
        return f"pas de commission en {french.month(session.day.month)} ({day})"
    if session.day >= start:
        return f"la commission du {day} ne se tient pas avant le départ"
    if session.day > latest_session(commission, start, context):
        return f"la commission du {day} est trop près du départ"
    return None


def latest_session(commission: CommissionRule, start: date, context: Context) -> date:
    """Return the last day on which a session may be held for a start, months without one aside."""
    if commission.gap is None:
        return start - _ONE_DAY
    return strictly_before(start, commission.gap, context)


def before_session(
    commission: CommissionRule, session: Sitting, context: Context
) -> tuple[Bound, ...]:
    """Return the limits that a session sets: so long before it, and its own cut-off."""
    day = french.short_day(session.day)
    count = commission.before
    limit = CLOSERS[count.unit, count.direction](session.day, count, context)
    words = f"{count_words(commission.before, context)} avant la commission du {day}"
    bounds = (Bound(words, limit, commission.before.source, session),)
    if session.cutoff is None:
        return bounds
    prudent = context.staff.careful.on_or_before(session.cutoff)
    cut = ComputedLimit(session.cutoff, prudent, passed=(prudent + _ONE_DAY, session.cutoff))
    words = f"clôture des dépôts pour la commission du {day}"
    return (*bounds, Bound(words, cut, commission.before.source, session))


def of_anchor(rule: Rule, anchor: Moment, label: str, context: Context) -> Iterable[Bound]:
    """Yield every limit that counts from the anchor alone."""
    first = ((rule.closes, rule.source),) if rule.closes else ()
    for count, source in (*first, *((one, one.source) for one in rule.also)):
        limit = CLOSERS[count.unit, count.direction](anchor, count, context)
        words = f"{count_words(count, context)} avant : {label}"
        yield Bound(words, limit, source)


def without_calendar(commission: CommissionRule, start: date, context: Context) -> Iterable[Bound]:
    """Yield what is certain without a calendar: no session in certain months, so long before the start."""
    last = latest_session(commission, start, context)
    held = _out_of_blackout(last, commission.blackouts)
    if held == last and commission.gap is None:
        return
    source = commission.blackouts_source if held != last else None
    source = source or (commission.gap.source if commission.gap else commission.before.source)
    count = commission.before
    limit = CLOSERS[count.unit, count.direction](held, count, context)
    words = (
        f"{count_words(commission.before, context)} avant une commission tenue au plus tard le "
        f"{french.short_day(held)}"
    )
    yield Bound(words, limit, source)


def _out_of_blackout(day: date, blackouts: frozenset[int]) -> date:
    """Return the last day up to another whose month may hold a session."""
    while day.month in blackouts:
        day = day.replace(day=1) - _ONE_DAY
    return day


def tightest(bounds: Iterable[Bound]) -> Bound:
    """Return the limit that falls first; of equal ones, the first named."""
    return min(bounds, key=lambda bound: (last_day(bound.limit), bound.limit.prudent or date.max))


def last_day(limit: ComputedLimit) -> date:
    """Return the last day of a limit: its strict date, or its target when it has none."""
    last = limit.strict or limit.prudent
    assert last is not None, "a limit ends"  # noqa: S101 - every closer gives a date
    return day_of_end(last)


def count_words(count: Count, context: Context) -> str:
    """Return « 2 mois puis 15 jours »."""
    words = []
    while True:
        words.append(span(context.number(count), count.unit, shortly=True))
        if count.then is None:
            return " puis ".join(words)
        count = count.then
