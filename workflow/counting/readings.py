"""The date of each reading of a rule's text, and the prudent day that satisfies them all where one does.

Used by `workflow.deadlines.compute` and `workflow.deadlines.planner` once a limit is counted, before any
derogation. A reading only ever brings a prudent date forward, and never before the window opens. Pure.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta

from msgspec import Struct
from msgspec.structs import replace

from workflow.case.case import FactValue, Moment
from workflow.case.readings import ComputedReading
from workflow.counting.ways_of_counting import (
    CLOSERS,
    EXPECTERS,
    ComputedLimit,
    Context,
    Sitting,
    opening,
)
from workflow.rules.counts import Count, Direction
from workflow.rules.deadline_rules import CommissionRule, Rule
from workflow.rules.procedure import Procedure
from workflow.rules.readings import RuleReading
from workflow.text import french
from workflow.text.day_ends import day_of_end
from workflow.wording.quantities import DIRECTIONS, span

_ONE_DAY = timedelta(days=1)


class ReadingSpan(Struct, frozen=True):
    """The days that satisfy a reading.

    Args:
        reading: the reading.
        label: name of what it counts from.
        anchor: its moment.
        count: what it counts, with its number.
        gives: the date it gives.
        first: first day that satisfies it, None for no beginning.
        last: last whole day that satisfies it, None for no end.
        chase_on: for a reply, the day to ask again.
    """

    reading: RuleReading
    label: str
    anchor: Moment
    count: Count
    gives: Moment
    first: date | None = None
    last: date | None = None
    chase_on: date | None = None

    def off(self, day: date) -> int:
        """Return by how many days a day breaks it; none when it satisfies it."""
        early = (self.first - day).days if self.first else 0
        late = (day - self.last).days if self.last else 0
        return max(early, late, 0)

    def kept(self, limit: ComputedLimit) -> bool:
        """Tell whether the day to act of a limit satisfies it."""
        if limit.prudent is not None:
            return not self.off(limit.prudent)
        return limit.chase_on is None or limit.chase_on > day_of_end(self.gives)

    @property
    def words(self) -> str:
        """Return « au plus tard le 06/09/2026 à 09:00 »."""
        words = (
            "réponse attendue" if self.chase_on else "au plus tard" if self.last else "au plus tôt"
        )
        return f"{words} le {french.end(self.gives)}"


def spans(
    procedure: Procedure,
    rule: Rule,
    anchor: tuple[str, Moment],
    facts: Mapping[str, FactValue],
    session: Sitting | None,
    context: Context,
) -> tuple[ReadingSpan, ...]:
    """Return the days of each reading whose facts are known; those of a commission, once a session is.

    Args:
        procedure: what names the facts.
        rule: with the numbers that hold.
        anchor: fact that the rule counts from, and its moment.
        facts: typed facts of the case.
        session: the session that was chosen, if any.
        context: calendars and clock.
    """
    own = own_spans(procedure, rule, anchor, facts, context)
    if rule.commission is None or session is None:
        return own
    return own + spans_before(rule.commission, session, context)


def own_spans(
    procedure: Procedure,
    rule: Rule,
    anchor: tuple[str, Moment],
    facts: Mapping[str, FactValue],
    context: Context,
) -> tuple[ReadingSpan, ...]:
    """Return the days of each reading whose facts are known, whatever the session: `spans` without it."""
    found = []
    for one in rule.understood:
        known = context.latest(one.anchors, facts) if one.anchors else anchor
        if known is not None:
            label = procedure.facts[known[0]].label
            own = rule.opens if one.opens else rule.closes or rule.expects
            found.append(_span(one, label, known[1], own, context))
    return tuple(found)


def spans_before(
    commission: CommissionRule, session: Sitting, context: Context
) -> tuple[ReadingSpan, ...]:
    """Return the days of each reading of what a commission asks before one of its sessions."""
    day, before = session.day, commission.before
    return tuple(_span(one, "commission", day, before, context) for one in commission.readings)


def _span(
    one: RuleReading, label: str, anchor: Moment, own: Count | None, context: Context
) -> ReadingSpan:
    count = one.count(context.number(own) if own else 0)
    way = count.unit, count.direction
    if one.opens:
        day = opening(anchor, count, context)
        return ReadingSpan(one, label, anchor, count, day, first=day)
    if one.expects:
        reply = EXPECTERS[way](anchor, count, context)
        assert reply.expected_at is not None, "a reply is expected"  # noqa: S101 - by every expecter
        return ReadingSpan(one, label, anchor, count, reply.expected_at, chase_on=reply.chase_on)
    limit = CLOSERS[way](anchor, count, context)
    end = limit.strict or limit.prudent
    assert end is not None, "a limit ends"  # noqa: S101 - every closer gives a date
    if one.extended:
        end = context.staff.on_or_after(day_of_end(end))
    # An hour does not leave the whole of its day.
    last = end.date() - _ONE_DAY if isinstance(end, datetime) else end
    return ReadingSpan(one, label, anchor, count, end, last=last)


def settled(
    limit: ComputedLimit, opens_on: date | None, found: Sequence[ReadingSpan], context: Context
) -> ComputedLimit:
    """Return a limit whose prudent date satisfies every reading; failing that, the day that breaks least.

    It stays as counted when it satisfies them; otherwise it is the last of the working days that break
    least, from the opening up to the one counted. A reply is chased once it is late by every reading.
    """
    if not found or all(one.kept(limit) for one in found):
        return limit
    if limit.prudent is None:
        return replace(limit, chase_on=max(filter(None, (one.chase_on for one in found))))
    counted, careful = limit.prudent, context.staff.careful
    # What is broken grows on both sides of the days that break least, and these are bounded by ends of
    # spans, or by the opening: the working days next to those are enough to try.
    ends = [end for one in found for end in (one.first, one.last, opens_on) if end]
    tried = (*map(careful.on_or_before, ends), *map(careful.on_or_after, ends))
    within = (day for day in tried if (opens_on or day) <= day <= counted)

    def broken(day: date) -> tuple[int, int]:
        return sum(one.off(day) for one in found), -day.toordinal()

    return replace(limit, prudent=min((counted, *within), key=broken))


def computed(found: Iterable[ReadingSpan], limit: ComputedLimit) -> Iterator[ComputedReading]:
    """Yield each reading with its date and its story."""
    day = limit.prudent or limit.chase_on
    name = "la limite prudente" if limit.prudent else "la relance"
    doing = f" ; {name} du {french.short_day(day)}" if day else ""
    for one in found:
        kept = " la satisfait" if one.kept(limit) else " ne la satisfait pas"
        acted = f"{doing}{kept}" if day else ""
        later = ", porté au premier jour ouvré" if one.reading.extended else ""
        reached = f"{_chained(one.count)}{later}, soit le {french.end(one.gives)}"
        steps = (
            f"Point de départ : {french.lowered(one.label)}, {french.long_moment(one.anchor)}.",
            f"Décompte : {reached} ; {one.reading.source.place}.",
            f"Résultat : {one.words}{acted}.",
        )
        yield ComputedReading(one.reading.id, one.reading.words, one.gives, steps)


def _chained(count: Count) -> str:
    """Return « 2 mois avant puis 15 jours avant »."""
    way = "" if count.direction is Direction.WITHIN else f" {DIRECTIONS[count.direction]}"
    words = f"{span(count.number or 0, count.unit)}{way}"
    return f"{words} puis {_chained(count.then)}" if count.then else words
