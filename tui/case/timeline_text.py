"""The life of a file as lanes on a scale of days: steps done, windows, limits, what is planned.

Used by the screen of a file, drawn by `tui.case.timeline`. Says where things stand, never why.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from msgspec import Struct

from display.drawing.when import style_of
from notifications.schedule.viewpoint import Looking
from workflow.case.case import Case, Deadline, civil
from workflow.deadlines.progress import step_dates
from workflow.rules.deadline_rules import Kind
from workflow.rules.procedure import Procedure
from workflow.text.day_ends import day_of_end

_MARGIN = timedelta(days=4)
_LONGEST = 7
"""Lanes at most: the most pressing are kept."""


class TimelineMark(Struct, frozen=True):
    """A sign on a day."""

    on: date
    sign: str
    style: str


class Span(Struct, frozen=True):
    """Days in a row, both ends included."""

    first: date
    last: date
    sign: str
    style: str


class Lane(Struct, frozen=True):
    """A line of the picture; marks are drawn over spans, the last one on top."""

    label: str
    spans: tuple[Span, ...] = ()
    marks: tuple[TimelineMark, ...] = ()

    @property
    def days(self) -> Iterator[date]:
        """Every day the lane has something on."""
        yield from (mark.on for mark in self.marks)
        for span in self.spans:
            yield from (span.first, span.last)


class TimelinePicture(Struct, frozen=True):
    """The lanes and the days they stand on."""

    lanes: tuple[Lane, ...]
    first: date
    last: date
    today: date


def picture(case: Case, procedure: Procedure, looking: Looking) -> TimelinePicture:
    """Return the picture of a file."""
    today = looking.today
    in_order = sorted(case.deadlines.values(), key=lambda deadline: deadline.dates.act_on)
    steps = tuple(_steps(case, procedure, looking))
    since = max((mark.on for mark in steps), default=today)
    lanes = [
        Lane("Étapes", (Span(steps[0].on, max(since, steps[0].on), "─", "muted"),), steps)
        if steps
        else Lane("Étapes"),
        *(_deadline(deadline, looking, since) for deadline in in_order[:_LONGEST]),
        *_planned(case, procedure, looking),
    ]
    days = [today, *(day for lane in lanes for day in lane.days)]
    return TimelinePicture(tuple(lanes), min(days) - _MARGIN, max(days) + _MARGIN, today)


def _steps(case: Case, procedure: Procedure, looking: Looking) -> Iterator[TimelineMark]:
    """Yield the opening and the steps done, each on its day as corrections have left it."""
    yield TimelineMark(civil(looking.local(case.opened_at)), "○", "muted")
    dates = step_dates(procedure, case)
    for entry in case.history:
        yield TimelineMark(civil(looking.local(dates[entry.seq] or entry.at)), "✓", "ok")


def _deadline(deadline: Deadline, looking: Looking, since: date) -> Lane:
    """Return a lane: the window, its comfortable part, its margin, and its limits."""
    where, internal = looking.standing(deadline), deadline.kind is Kind.INTERNAL
    dates = deadline.dates
    style = style_of(where)
    if dates.awaited:
        reply = looking.planner.chase_day(dates, looking.agency)
        return Lane(
            deadline.label,
            (Span(min(since, reply), reply, "┄", "awaited"),),
            (TimelineMark(reply, "?", style),),
        )
    strict = day_of_end(looking.local(dates.strict)) if dates.strict else None
    last = strict or dates.prudent or dates.opens_on or since
    prudent = dates.prudent or last
    first = dates.opens_on or min(since, last)
    spans = [Span(first, max(first, prudent), "━" if dates.opens_on else "┄", "ok")]
    if prudent < last:
        spans.append(Span(max(prudent, first), last, "╍", "soon"))
    marks = []
    if dates.opens_on:
        marks.append(TimelineMark(dates.opens_on, "┣", "ok"))
    if dates.prudent and dates.prudent >= first:
        marks.append(TimelineMark(dates.prudent, "◆", "internal" if internal else "soon"))
    if strict:
        marks.append(TimelineMark(strict, "┃", style if style == "late" else "late"))
    return Lane(deadline.label, tuple(spans), tuple(marks))


def _planned(case: Case, procedure: Procedure, looking: Looking) -> Iterator[Lane]:
    """Yield what is planned: from the reference date to the last planned date."""
    days = {
        name: civil(looking.local(value))
        for name, value in case.facts.items()
        if isinstance(value, date) and name in procedure.facts and procedure.facts[name].future
    }
    start = days.get(procedure.reference_fact)
    if start is None:
        return
    label = procedure.facts[procedure.reference_fact].label.partition(" (")[0]
    later = [day for day in days.values() if day > start]
    spans = (Span(start, max(later), "▒", "awaited"),) if later else ()
    yield Lane(label[:1].upper() + label[1:], spans, (TimelineMark(start, "▲", "accent"),))
