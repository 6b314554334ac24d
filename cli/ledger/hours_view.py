"""The ledger of hours: its lines, its sums by kind and by place, and how far the mission has come.

Used by `dossier heures`, and for the sums by `dossier voir`. How many hours are owed and until when they
can begin comes from the rules of the procedure.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from rich.console import RenderableType
from rich.table import Table

from cli.shared.picking import picked
from cli.shared.shapes import line_json
from display.drawing.layout import figures, headed, line, section, text
from display.ledger.ledger import add_sum, advance, bar, measured, numbers, totals
from notifications.schedule.viewpoint import Looking
from workflow.case.case import Case, HoursLine, WorkKind
from workflow.case.ledger import ALL, by_kind, done_hours, planned_hours
from workflow.deadlines.hours_due import Goal
from workflow.text import french
from workflow.wording.journal_text import ABSENT

_NOWHERE = "lieu non noté"


def ledger(case: Case, wanted: Sequence[Goal], looking: Looking) -> Iterator[RenderableType]:
    """Yield the lines of a case, their sums, and how far they are from what the rules ask."""
    if case.hours:
        yield _lines(case.hours)
        yield from section("Par nature")
        yield totals(case.hours)
        yield from section("Par lieu")
        yield _places(case.hours)
    else:
        yield "Aucune heure n’est notée."
    yield from section("Avancement")
    for goal in wanted:
        yield from advance(goal, looking)
    planned, done = planned_hours(case.hours), done_hours(case.hours)
    if planned:
        yield line(("Toutes les heures", "strong"))
        yield bar(done, planned, "prévues")


def ledger_json(case: Case, wanted: Sequence[Goal]) -> dict[str, Any]:
    """Return the ledger for another program: lines, sums, and what the rules ask."""
    kinds = by_kind(case.hours)
    return {
        **picked(case, "ref version"),
        "lines": [line_json(one) for one in case.hours],
        "totals": {kind: _sum_json(kinds.get(kind, ())) for kind in (*WorkKind, ALL)},
        "places": [{"place": place, **_sum_json(found)} for place, found in _by_place(case.hours)],
        "goals": [_goal_json(goal) for goal in wanted],
    }


def _goal_json(goal: Goal) -> dict[str, Any]:
    deadline = goal.deadline
    return {
        **picked(goal.spec, "id label"),
        **picked(goal.work, "hours done left"),
        "last_start": deadline.dates.act_on if deadline else None,
    }


def _sum_json(lines: Sequence[HoursLine]) -> dict[str, Any]:
    return {"planned": planned_hours(lines), "done": done_hours(lines)}


def _lines(lines: Iterable[HoursLine]) -> Table:
    planned, done = figures("Prévues"), figures("Faites")
    grid = headed(figures("Ligne"), "Nature", "Jours", planned, done, "Lieu")
    for one in lines:
        grid.add_row(
            text(str(one.number)),
            text(one.kind.value),
            text(_days(one)),
            text(measured(one.planned)),
            text(measured(one.done)),
            text(one.place or ABSENT),
        )
    return grid


def _days(one: HoursLine) -> str:
    if one.first == one.last:
        return french.short_day(one.first)
    return f"{french.short_day(one.first)} au {french.short_day(one.last)}"


def _places(lines: Sequence[HoursLine]) -> Table:
    grid = numbers("")
    for place, found in _by_place(lines):
        add_sum(grid, place or _NOWHERE, found)
    return grid


def _by_place(lines: Sequence[HoursLine]) -> list[tuple[str, tuple[HoursLine, ...]]]:
    """Return the lines of each place, as first written, whatever the case of its letters."""
    names: dict[str, str] = {}
    found: dict[str, tuple[HoursLine, ...]] = {}
    for one in lines:
        key = one.place.casefold()
        names.setdefault(key, one.place)
        found[key] = (*found.get(key, ()), one)
    return [(names[key], found[key]) for key in found]
