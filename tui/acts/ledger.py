"""The sums of the hours of a file, and how far they are from what the rules ask.

Used by the tab of hours and by the form of a line, which shows them while one types.
"""

from __future__ import annotations

from collections.abc import Sequence

from rich.table import Table

from display.layout import text
from workflow.case.case import HoursLine
from workflow.case.ledger import done_hours, of_kind, planned_hours
from workflow.deadlines.hours_due import Goal
from workflow.text import french


def totals(lines: Sequence[HoursLine], goals: Sequence[Goal]) -> Table:
    """Return the sums by kind, then what is left to do of what the rules ask."""
    grid = Table.grid(padding=(0, 3))
    for kind in dict.fromkeys(line.kind for line in lines):
        found = of_kind(lines, kind.value)
        grid.add_row(
            text(f"Total {kind.value}", "strong"),
            f"{french.measured(planned_hours(found), 'h')} prévues",
            f"{french.measured(done_hours(found), 'h')} faites",
        )
    for goal in goals:
        left = goal.work.left
        grid.add_row(
            text(goal.spec.label, "strong"),
            f"{french.measured(goal.work.hours, 'h')} demandées",
            f"{french.measured(goal.work.done, 'h')} faites",
            text(f"reste {french.measured(left, 'h')}", "soon")
            if left
            else text("✓ tout est fait", "ok"),
        )
    return grid
