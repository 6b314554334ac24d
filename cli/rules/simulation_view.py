"""The result of a simulation in the terminal: each date, and the four lines that justify it.

Used by `simuler`. There is no case: what lies in the past is not said to be late.
"""

from __future__ import annotations

from collections.abc import Iterator

from rich.console import RenderableType

from display.case import deadlines
from display.drawing.layout import line
from notifications.schedule.viewpoint import Looking
from workflow.rules.procedure import Procedure
from workflow.trials.simulation import Simulation


def shown(result: Simulation, procedure: Procedure, looking: Looking) -> Iterator[RenderableType]:
    """Yield the simulation."""
    yield line((procedure.label, "strong"), f"  ({procedure.name})")
    edition = procedure.edition(result.edition).label
    yield line((f"Règles : {edition}. Jours fériés : {result.territory}.", "muted"))
    if procedure.funder:
        yield line((f"Financeur : {procedure.funder_label}.", "muted"))
    for deadline in result.deadlines:
        yield ""
        yield deadlines.titled(deadline, looking, awaited=False)
        yield from deadlines.explained(deadline, looking)
        yield from deadlines.read(deadline)
    if not result.deadlines:
        yield "Aucune échéance ne découle de ces seuls faits."
