"""What a change would move in many files: each file, its deadlines, old dates and new ones.

Used by `commissions`, before anything is saved, and by `regles comparer`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from rich.console import RenderableType
from rich.table import Table

from cli.shared.shapes import outcome_json
from display.case import outcome as outcome_views
from display.drawing.layout import line, text, under
from notifications.schedule.viewpoint import Looking
from workflow.case.case import Outcome
from workflow.text import french
from workflow.usecases.cases import CaseService

LookingFrom = Callable[[str, str], Looking]
"""From when and where an agency of a territory looks."""


def touched(outcomes: Sequence[Outcome], looking_from: LookingFrom) -> Iterator[RenderableType]:
    """Yield each file that moves, with the old and new dates of its deadlines."""
    for outcome in outcomes:
        case = outcome.after
        title = f"  {case.title}" if case.title else ""
        yield line((case.ref, "strong"), title, (f"  ({case.agency})", "muted"))
        looking = looking_from(case.agency, case.territory)
        for shown in outcome_views.dates(outcome, looking):
            yield under(shown)
        if case.alerts and outcome.before and case.alerts != outcome.before.alerts:
            yield under(_alerts(outcome))


def _alerts(outcome: Outcome) -> Table:
    grid = Table.grid(padding=(0, 1))
    for words in outcome.new_alerts:
        grid.add_row(text("✗", "late"), text(words))
    return grid


def counted(outcomes: Sequence[Outcome]) -> str:
    """Return « 3 dossiers touchés », or that there is none."""
    if not outcomes:
        return "Aucun dossier ouvert n’est touché."
    return f"{french.count(len(outcomes), 'dossier touché', 'dossiers touchés')}."


def touched_json(
    outcomes: Sequence[Outcome], cases: CaseService, *, saved: bool
) -> list[dict[str, Any]]:
    """Return each file that moves, as after any other act, with its title and its sessions."""
    return [
        {
            "title": outcome.after.title,
            "agency": outcome.after.agency,
            **outcome_json(outcome, cases, saved=saved),
            "rechosen": [
                {
                    "id": move.new.id,
                    "old": move.old.dates.commission,
                    "new": move.new.dates.commission,
                }
                for move in outcome_views.rechosen(outcome)
            ],
        }
        for outcome in outcomes
    ]
