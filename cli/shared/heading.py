"""The first line of whatever is shown of a file: its reference, its title, where it stands."""

from __future__ import annotations

from rich.console import RenderableType

from display.layout import line
from workflow.case.case import Case
from workflow.rules.procedure import Procedure


def heading(case: Case, procedure: Procedure) -> RenderableType:
    """Return « CIPI-2026-0001  Soudeur, promotion de mars  (DRF déposée) »."""
    title = f"  {case.title}" if case.title else ""
    return line((case.ref, "strong"), title, (f"  ({procedure.states[case.state].label})", "muted"))
