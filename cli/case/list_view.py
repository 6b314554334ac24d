"""Cases as a table of 80 columns: reference, state, and the date to act on next.

Used by `dossier lister`. Shows the title staff gave and nothing else about a person.
"""

from __future__ import annotations

from collections.abc import Callable

from rich.table import Column, Table

from display.drawing import when
from display.drawing.layout import headed, line, text, whole
from notifications.schedule.viewpoint import Looking
from workflow.ports.stores import CaseLine, CasePage
from workflow.rulefiles.rulebook import Rulebook
from workflow.rules.procedure import Procedure


def table(page: CasePage, rulebook: Rulebook, looking_from: Callable[[str], Looking]) -> Table:
    """Return a page of cases as a table."""
    grid = headed("Dossier", "État", Column(width=2), whole("À faire le"), "Quoi", padding=(0, 1))
    for row in page.lines:
        _add(grid, row, rulebook.procedures.get(row.procedure), looking_from(row.agency))
    return grid


def _add(grid: Table, row: CaseLine, procedure: Procedure | None, looking: Looking) -> None:
    known = procedure.states.get(row.state) if procedure else None
    state = known.label if known else row.state
    title = f"\n{row.title}" if row.title else ""
    name = line((row.ref, "strong"), (title, "muted"))
    if row.next_deadline is None:
        grid.add_row(name, text(state), "", "", "")
        return
    where = looking.standing(row.next_deadline)
    style = when.style_of(where)
    grid.add_row(
        name,
        text(state),
        text(where.sign, style),
        text(when.stacked(where.on), style),
        line(row.next_deadline.label, (f"\n{where.words}", style)),
    )
