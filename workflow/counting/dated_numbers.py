"""Which of a rule's dated numbers hold for the facts of a case, and the line that says so.

Used by `workflow.deadlines.compute`, so that everything else counts with a rule whose numbers are settled.
A number holds from its day on, compared with the date of the fact that the rule names, or with the day from
which the rule counts. Pure: knows no edition and no clock.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal
from typing import TypeVar

from msgspec import Struct
from msgspec.structs import replace

from workflow.case.case import FactValue, Moment
from workflow.counting.explanation import conventions
from workflow.counting.ways_of_counting import Context
from workflow.rules.counts import Constraint, Count, DatedNumber, LastStart
from workflow.rules.deadline_rules import Rule
from workflow.rules.fact_specs import Source
from workflow.rules.procedure import Procedure
from workflow.text import french
from workflow.wording.quantities import span

C = TypeVar("C", bound=Count)


def latest_anchor(
    rule: Rule, facts: Mapping[str, FactValue], context: Context
) -> tuple[str, Moment] | None:
    """Return the fact from which a rule counts, and its moment; None while one of them is unknown."""
    return context.latest(rule.anchors, facts, rule.or_later)


def in_force(rule: Rule, facts: Mapping[str, FactValue], context: Context) -> Rule:
    """Return a rule with the numbers that hold for these facts, each cited from its own text."""
    if not rule.dated:
        return rule
    deciding, commission = _Deciding(rule, facts, context), rule.commission
    return replace(
        rule,
        dated=False,
        source=deciding.source(rule),
        opens=deciding.count(rule.opens),
        closes=deciding.count(rule.closes),
        expects=deciding.count(rule.expects),
        last_start=deciding.last_start(rule.last_start),
        also=tuple(deciding.constraint(one) for one in rule.also),
        commission=commission
        and replace(
            commission,
            before=deciding.constraint(commission.before),
            gap=commission.gap and deciding.constraint(commission.gap),
        ),
    )


class _Deciding(Struct, frozen=True):
    """The dates that choose between the numbers of a rule."""

    rule: Rule
    facts: Mapping[str, FactValue]
    context: Context

    def by(self, one: Count | LastStart) -> tuple[str, date] | None:
        """Return the fact that decides, and its day; the anchor stands in while it is unknown."""
        decided = self.facts.get(one.dated_by or "")
        if one.dated_by and isinstance(decided, date):
            return one.dated_by, self.context.day(decided)
        anchor = latest_anchor(self.rule, self.facts, self.context)
        return (anchor[0], self.context.day(anchor[1])) if anchor else None

    def value(self, one: Count | LastStart) -> DatedNumber | None:
        """Return the dated number that holds, or None before the first of them."""
        found = self.by(one) if one.values else None
        held = (value for value in reversed(one.values) if found and value.since <= found[1])
        return next(held, None)

    def count(self, count: Count | None) -> Count | None:
        """Return a count with the numbers that hold."""
        return count and self._settled(count)

    def _settled(self, count: C) -> C:
        value = self.value(count)
        number = value.number if value else count.number
        then = self.count(count.then)
        return replace(count, number=number, then=then, values=(), dated_by=None)

    def last_start(self, last: LastStart | None) -> LastStart | None:
        """Return a last start with the hours and the period that hold."""
        if last is None:
            return None
        value = self.value(last)
        hours = Decimal(value.number) if value else last.hours
        within = self._settled(last.within)
        return replace(last, hours=hours, within=within, values=(), dated_by=None)

    def constraint(self, one: Constraint) -> Constraint:
        """Return another limit with the number that holds, and the text that sets it."""
        value = self.value(one)
        return replace(self._settled(one), source=value.source if value else one.source)

    def source(self, rule: Rule) -> Source:
        """Return the text that sets what ends the rule, or what opens it when nothing ends it."""
        last = rule.last_start
        ends = (rule.closes, rule.expects, last.within if last else None, last)
        cited = [one for one in ends if one] or [one for one in (rule.opens,) if one]
        values = (self.value(one) for one in cited)
        return next((value.source for value in values if value), rule.source)


def told(
    procedure: Procedure, rule: Rule, facts: Mapping[str, FactValue], context: Context
) -> Iterator[str]:
    """Yield, for each dated number of a rule as its file says it, which one holds and why."""
    deciding = _Deciding(rule, facts, context)
    for _, one in rule.numbers():
        if one.values and (found := deciding.by(one)):
            fact, day = found
            held, because = deciding.value(one), procedure.facts[fact].label
            yield (
                f"Valeur datée : {_number(one, held)}{_stretch(one, held)} ; "
                f"« {because} » est du {french.short_day(day)}."
            )


def supposed(procedure: Procedure, rule: Rule, facts: Mapping[str, FactValue]) -> Iterator[str]:
    """Yield what is taken for granted while a date that decides is unknown."""
    named = {one.dated_by for _, one in rule.numbers() if one.dated_by}
    for name in sorted(named):
        if name not in facts:
            yield conventions()["unknown_deciding_date"].format(fact=procedure.facts[name].label)


def stages(procedure: Procedure, rule: Rule) -> Iterator[str]:
    """Yield, for each dated number of a rule, every number it takes, and what decides between them."""
    for _, one in rule.numbers() if rule.dated else ():
        if one.values:
            deciding = (one.dated_by,) if one.dated_by else rule.anchors
            then = (
                f"{_number(one, value)} à partir du {french.short_day(value.since)}"
                for value in one.values
            )
            decided = french.listing(f"« {procedure.facts[name].label} »" for name in deciding)
            yield f"{', puis '.join((_number(one, None), *then))}, selon la date {decided}"


def _number(one: Count | LastStart, held: DatedNumber | None) -> str:
    if isinstance(one, LastStart):
        return french.measured(Decimal(held.number) if held else one.hours or Decimal(0), "heure")
    return span(held.number if held else one.number or 0, one.unit)


def _stretch(one: Count | LastStart, held: DatedNumber | None) -> str:
    """Return from when to when a number holds, with the texts that begin and end it."""
    words = f" depuis le {french.short_day(held.since)}, {held.source}" if held else ""
    later = (value for value in one.values if held is None or value.since > held.since)
    if following := next(later, None):
        day = french.short_day(following.since)
        words += f" ; {_number(one, following)} à partir du {day}, {following.source}"
    return words
