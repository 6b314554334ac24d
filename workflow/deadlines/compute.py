"""From a rule and the facts of a case to a dated deadline that explains itself.

Used by the machine (deadlines of a case) and the simulation (every deadline the facts allow). Pure: rules,
facts and calendars in, `Deadline` values out; the present never matters here. One way from a rule to its
date, hence its length.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import date, datetime, timedelta
from decimal import Decimal

from msgspec.structs import replace

from workflow.calendar import counting
from workflow.case.case import Dates, Deadline, Explanation, FactValue, Moment
from workflow.counting.comparisons import resolve
from workflow.counting.dated_numbers import in_force, latest_anchor, supposed, told
from workflow.counting.derogations import derogated
from workflow.counting.explanation import Reckoning
from workflow.counting.readings import computed, settled, spans
from workflow.counting.ways_of_counting import (
    CLOSERS,
    EXPECTERS,
    ComputedLimit,
    Context,
    Detail,
    Work,
    opening,
)
from workflow.deadlines.chases import chased
from workflow.deadlines.evidence import lacking, proved_by_facts
from workflow.deadlines.evidence import work as work_asked
from workflow.rules.counts import LastStart
from workflow.rules.deadline_rules import DeadlineSpec, Kind, Rule
from workflow.rules.procedure import Edition, Procedure
from workflow.text import french
from workflow.wording.codec import fact_text

__all__ = ["Context", "compute", "every", "first_start", "is_met", "live", "reckon", "retold"]

_SHORT_REPLY_DAYS = 2
"""A reply that comes this close to the start leaves no time to act on it."""

_SEARCH_DAYS = 400
"""How far ahead a first possible start is looked for."""


def compute(
    procedure: Procedure,
    edition: Edition,
    spec: DeadlineSpec,
    facts: Mapping[str, FactValue],
    context: Context,
) -> Deadline | None:
    """Return a deadline, or None while a fact it counts from is missing.

    Args:
        procedure: the procedure that has the deadline.
        edition: the edition pinned to the case.
        spec: the deadline.
        facts: typed facts of the case.
        context: calendars, clock and configured delays.
    """
    reckoning = _reckoned(procedure, edition, spec, facts, context)
    if reckoning is None:
        return None
    dates = _dates(reckoning)
    if context.detail < Detail.WRITTEN:
        explanation = Explanation((), reckoning.rule.source, "")
    else:
        explanation = _explanation(procedure, reckoning, facts, context)
    since = context.day(reckoning.anchor) if dates.awaited else None
    return Deadline(spec.id, spec.label, spec.kind, dates, explanation, awaited_since=since)


def retold(
    procedure: Procedure,
    edition: Edition,
    deadline: Deadline,
    facts: Mapping[str, FactValue],
    context: Context,
) -> Deadline:
    """Return a deadline as the rules explain it now, with its readings, while they give its dates."""
    spec = procedure.deadlines.get(deadline.id)
    found = spec and _reckoned(procedure, edition, spec, facts, context)
    if not found or _dates(found).moments != deadline.dates.moments:
        return deadline
    explanation = _explanation(procedure, found, facts, context)
    readings = tuple(computed(found.readings, found.limit))
    return replace(deadline, explanation=replace(explanation, readings=readings))


def _reckoned(
    procedure: Procedure,
    edition: Edition,
    spec: DeadlineSpec,
    facts: Mapping[str, FactValue],
    context: Context,
) -> Reckoning | None:
    found = reckon(procedure, edition, spec, facts, context)
    return found and chased(procedure, found, facts, context)


def _dates(found: Reckoning) -> Dates:
    limit = found.limit
    return Dates(
        opens_on=found.opens_on,
        strict=limit.strict,
        prudent=limit.prudent,
        expected_at=limit.expected_at,
        chase_on=limit.chase_on,
        commission=found.commission,
    )


def _explanation(
    procedure: Procedure, found: Reckoning, facts: Mapping[str, FactValue], context: Context
) -> Explanation:
    spec = found.spec
    concerns = _reply_concerns(procedure, spec, found.limit, facts, context)
    return Explanation(
        steps=found.steps,
        source=found.rule.source,
        binding=found.binding,
        options=found.options,
        portal=procedure.portal_on(_dates(found).act_on) if spec.portal else None,
        warnings=(*found.warnings, *concerns),
    )


def is_anchored(
    spec: DeadlineSpec, edition: Edition, facts: Mapping[str, FactValue], context: Context
) -> bool:
    """Tell whether the facts give what a deadline counts from."""
    rule = _ruling(spec, edition, facts)
    return rule is not None and latest_anchor(rule, facts, context) is not None


def _reply_concerns(
    procedure: Procedure,
    spec: DeadlineSpec,
    limit: ComputedLimit,
    facts: Mapping[str, FactValue],
    context: Context,
) -> Iterator[str]:
    """Say that a reply counted in days or months would come after the start, or just before it.

    Nothing is said of one that no text dates: the agency's own idea of it announces nothing.
    """
    if spec.kind is Kind.INTERNAL:
        return
    start = facts.get(procedure.reference_fact)
    reply = limit.expected_at
    if reply is None or isinstance(reply, datetime) or not isinstance(start, date):
        return
    start = context.day(start)
    if words := reply_concern(reply, start):
        day = f" du {french.short_day(start)}" if start < reply else ""
        yield f"La réponse, attendue le {french.short_day(reply)}, {words}{day}."


def reply_concern(reply: date, start: date) -> str | None:
    """Say what is wrong with a reply that comes after the start, or just before it."""
    left = (start - reply).days
    if left < 0:
        return "viendrait après le départ"
    if left <= _SHORT_REPLY_DAYS:
        return f"ne viendrait que {french.count(left, 'jour', 'jours')} avant le départ"
    return None


def reckon(
    procedure: Procedure,
    edition: Edition,
    spec: DeadlineSpec,
    facts: Mapping[str, FactValue],
    context: Context,
) -> Reckoning | None:
    """Return the dates of a deadline before their story is told, or None while a fact is missing."""
    written = _ruling(spec, edition, facts)
    found = latest_anchor(written, facts, context) if written else None
    if written is None or found is None:
        return None
    rule = in_force(written, facts, context)
    label, anchor = procedure.facts[found[0]].label, found[1]
    work = work_asked(rule.last_start, facts) if rule.last_start else None
    if (rule.last_start and work is None) or _comes_too_late(rule, anchor, facts, context):
        return None
    opens_on = opening(anchor, rule.opens, context) if rule.opens else None
    resolution = resolve(rule, anchor, label, opens_on, context)
    limit = resolution.limit if resolution else _limit(rule, anchor, work, context)
    read = spans(procedure, rule, found, facts, resolution.session if resolution else None, context)
    kept = settled(limit, opens_on, read, context)
    window = derogated(procedure, spec, opens_on, kept, facts, context)
    return Reckoning(
        spec,
        rule,
        anchor,
        label,
        window.opens_on,
        window.limit,
        context,
        opens_on,
        limit,
        resolution,
        tuple(_assumed(procedure, written, facts)),
        tuple(told(procedure, written, facts, context)) if written.dated else (),
        window.told,
        read,
        kept,
    )


def _assumed(procedure: Procedure, written: Rule, facts: Mapping[str, FactValue]) -> Iterator[str]:
    """Yield what a rule takes for granted, for want of a fact."""
    yield from (words for name, words in written.assumes.items() if name not in facts)
    if written.dated:
        yield from supposed(procedure, written, facts)


def every(
    procedure: Procedure, edition: Edition, facts: Mapping[str, FactValue], context: Context
) -> tuple[Deadline, ...]:
    """Return each deadline whose facts are known, with its readings, whatever the state, in order."""
    found = (
        compute(procedure, edition, spec, facts, context) for spec in procedure.deadlines.values()
    )
    return tuple(retold(procedure, edition, one, facts, context) for one in found if one)


def live(
    procedure: Procedure,
    edition: Edition,
    state: str,
    facts: Mapping[str, FactValue],
    context: Context,
) -> dict[str, Deadline]:
    """Return the deadlines awaited in a state, by id."""
    return {
        deadline.id: deadline
        for spec in procedure.deadlines.values()
        if state in spec.states and not is_met(spec, edition, facts, context)
        if (deadline := compute(procedure, edition, spec, facts, context))
    }


def first_start(
    procedure: Procedure,
    spec: DeadlineSpec,
    facts: Mapping[str, FactValue],
    context: Context,
    today: date,
    fits: Callable[[Dates], bool],
) -> date | None:
    """Return the first working day on which the reference date could still fall, or None.

    Args:
        procedure: the procedure.
        spec: the deadline whose window decides.
        facts: facts of the case; the reference date in them is replaced, its hour kept.
        context: calendars, clock and configured delays.
        today: the first day tried.
        fits: tells whether a window can still be used.
    """
    known = facts.get(procedure.reference_fact)
    for offset in range(_SEARCH_DAYS):
        day = today + timedelta(days=offset)
        edition = procedure.edition_on(day)
        if edition is None or not context.staff.is_working(day):
            continue
        moved: Moment = day
        if isinstance(known, datetime):
            moved = datetime.combine(day, context.instant(known).timetz())
        known_then = {**facts, procedure.reference_fact: moved}
        found = _reckoned(procedure, edition, spec, known_then, context)
        if found and not (trial := _dates(found)).impossible and fits(trial):
            return day
    return None


def is_met(
    spec: DeadlineSpec, edition: Edition, facts: Mapping[str, FactValue], context: Context
) -> bool:
    """Tell whether facts alone meet a deadline that is awaited: nothing that proves it is missing."""
    rule = rule_for(spec, edition, facts, context)
    return proved_by_facts(spec, rule) and not lacking(spec, rule, facts, over=False)


def _comes_too_late(
    rule: Rule, anchor: Moment, facts: Mapping[str, FactValue], context: Context
) -> bool:
    """Tell whether a rule has nothing to say: its anchor does not fall before the planned date."""
    known = (facts.get(name) for name in rule.unless_after)
    planned = next((value for value in known if isinstance(value, date)), None)
    if not rule.unless_after:
        return False
    return planned is None or context.day(anchor) >= context.day(planned)


def rule_for(
    spec: DeadlineSpec, edition: Edition, facts: Mapping[str, FactValue], context: Context
) -> Rule | None:
    """Return the first rule of an edition that speaks for these facts, with the numbers that hold."""
    written = _ruling(spec, edition, facts)
    return in_force(written, facts, context) if written else None


def _ruling(spec: DeadlineSpec, edition: Edition, facts: Mapping[str, FactValue]) -> Rule | None:
    if spec.editions and edition.id not in spec.editions:
        return None
    return next(
        (
            rule
            for rule in spec.rules
            if (not rule.editions or edition.id in rule.editions) and _speaks(rule, facts)
        ),
        None,
    )


def _speaks(rule: Rule, facts: Mapping[str, FactValue]) -> bool:
    return (
        all(name in facts for name in rule.when_known)
        and all(_is_one_of(facts.get(name), values) for name, values in rule.when.items())
        and not any(_is_one_of(facts.get(name), values) for name, values in rule.unless.items())
        and all(
            isinstance(value := facts.get(name), Decimal | int) and value < least
            for name, least in rule.when_below.items()
        )
    )


def _is_one_of(value: FactValue | None, values: tuple[str, ...]) -> bool:
    return value is not None and fact_text(value) in values


def _limit(rule: Rule, anchor: Moment, work: Work | None, context: Context) -> ComputedLimit:
    if rule.expects:
        return EXPECTERS[rule.expects.unit, rule.expects.direction](anchor, rule.expects, context)
    if rule.last_start and work:
        return _last_start(rule.last_start, anchor, work, context)
    if rule.closes:
        return CLOSERS[rule.closes.unit, rule.closes.direction](anchor, rule.closes, context)
    return ComputedLimit()


def _last_start(last: LastStart, anchor: Moment, work: Work, context: Context) -> ComputedLimit:
    period = CLOSERS[last.within.unit, last.within.direction](anchor, last.within, context)
    assert period.strict is not None, "a period ends"  # noqa: S101
    assert period.prudent is not None, "a period ends"  # noqa: S101
    per_day, ends_on = context.settings[last.hours_per_day], context.day(period.strict)
    prudent = counting.last_start(period.prudent, work.left, per_day, context.staff.careful)
    strict = counting.last_start(ends_on, work.left, per_day, context.staff)
    return ComputedLimit(
        strict, prudent, passed=(prudent, period.prudent), ends_on=ends_on, work=work
    )
