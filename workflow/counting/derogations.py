"""What a derogation moves of a window, and the line that names it.

Used by `workflow.deadlines.compute` and `workflow.deadlines.planner` once a window is counted, and by
`workflow.acts.guards` for a step dated while deposits are suspended. Reads no clock.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, timedelta

from msgspec import Struct
from msgspec.structs import replace

from workflow.case.case import FactValue
from workflow.counting.ways_of_counting import ComputedLimit, Context
from workflow.rules.counts import Count, Unit
from workflow.rules.deadline_rules import DeadlineSpec
from workflow.rules.derogations import Derogation
from workflow.rules.procedure import Procedure
from workflow.text import french

_ONE_DAY = timedelta(days=1)
_LONGEST_MONTH = 31
_DAYS = {Unit.MONTHS: _LONGEST_MONTH, Unit.WORKING_DAYS: 7}
"""More days than a unit has; any other counts for one."""


class Window(Struct, frozen=True):
    """The days of an act, and what moved them.

    Args:
        opens_on: first day.
        limit: its end.
        by: derogations that changed one or the other.
    """

    opens_on: date | None
    limit: ComputedLimit
    by: tuple[Derogation, ...] = ()

    @property
    def told(self) -> tuple[str, ...]:
        """One line for each derogation, with its days and its source."""
        return tuple(
            " ".join((f"Dérogation : {titled(one)} ; {one.source}.", *one.notes)) for one in self.by
        )


def titled(derogation: Derogation) -> str:
    """Return « arrêt du dépôt des DRF, du 19/06/2027 au 29/08/2027 »."""
    first, last = (french.short_day(day) for day in (derogation.first, derogation.last))
    return f"{derogation.label}, du {first} au {last}"


def derogated(
    procedure: Procedure,
    spec: DeadlineSpec,
    opens_on: date | None,
    limit: ComputedLimit,
    facts: Mapping[str, FactValue],
    context: Context,
) -> Window:
    """Return a window as derogations leave it: first those that reopen it, then those that suspend it."""
    window = Window(opens_on, limit)
    if not procedure.derogations:
        return window
    for one in procedure.derogations:
        if spec.id in one.tells and _concerns(one, facts, context) and _meets(one, window, context):
            window = Window(opens_on, limit, (*window.by, one))
        if spec.id in one.reopens and _concerns(one, facts, context):
            window = _moved(window, one, opens_on, _reopened(one, window.limit, context))
    for one in suspensions(procedure, spec):
        opening = window.opens_on
        late = opening is not None and one.covers(opening)
        end = _suspended(one, window.limit, context)
        window = _moved(window, one, one.last + _ONE_DAY if late else opening, end)
    return window


def last_derogated(procedure: Procedure, spec: DeadlineSpec) -> date:
    """Return the last start whose window a derogation may still move, `date.min` when none does."""
    moving = (one.last for one in procedure.derogations if spec.id in one.suspends | one.reopens)
    last = max(moving, default=date.min)
    if last == date.min:
        return last
    counts = (one for rule in spec.rules for _, one in rule.numbers() if isinstance(one, Count))
    days = sum((one.number or _LONGEST_MONTH) * _DAYS.get(one.unit, 1) for one in counts)
    return last + timedelta(days=days)


def suspensions(procedure: Procedure, spec: DeadlineSpec) -> Iterator[Derogation]:
    """Yield the derogations during which nothing can be deposited for a deadline."""
    return (one for one in procedure.derogations if spec.id in one.suspends)


def _moved(window: Window, by: Derogation, opens_on: date | None, limit: ComputedLimit) -> Window:
    if (opens_on, limit) == (window.opens_on, window.limit):
        return window
    return Window(opens_on, limit, (*window.by, by))


def _concerns(one: Derogation, facts: Mapping[str, FactValue], context: Context) -> bool:
    """Tell whether a file is among those that a derogation is for."""
    if one.between is None:
        return True
    name, first, last = one.between.fact, one.between.first, one.between.last
    value = facts.get(name)
    return isinstance(value, date) and first <= context.day(value) <= last


def _meets(one: Derogation, window: Window, context: Context) -> bool:
    end = window.limit.strict or window.limit.prudent
    return end is not None and one.meets(window.opens_on, context.day_of_end(end))


def _reopened(one: Derogation, limit: ComputedLimit, context: Context) -> ComputedLimit:
    """Put a limit that falls on one of its days back to the last of them."""
    end = limit.strict or limit.prudent
    day = context.day_of_end(end) if end else one.last
    late = day < one.last and (one.between is not None or one.first <= day)
    return _ending(one.last, limit, context) if late else limit


def _suspended(one: Derogation, limit: ComputedLimit, context: Context) -> ComputedLimit:
    """Bring an end that falls on one of its days forward to the day before the first."""
    if limit.strict is not None and one.covers(context.day_of_end(limit.strict)):
        return _ending(one.first - _ONE_DAY, limit, context)
    if limit.prudent is not None and one.covers(limit.prudent):
        return replace(limit, prudent=context.staff.careful.on_or_before(one.first - _ONE_DAY))
    return limit


def _ending(day: date, limit: ComputedLimit, context: Context) -> ComputedLimit:
    """Return a limit that ends with a day, with the last working day up to it as its prudent date."""
    return replace(
        limit,
        strict=None if limit.strict is None else day,
        prudent=context.staff.careful.on_or_before(day),
        clocks=None,
    )
