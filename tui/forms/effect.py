"""What an act would change, as a form shows it before it is saved."""

from __future__ import annotations

from rich.console import Group

from display.case import outcome as drawn
from tui.frame.office import Office
from workflow.case.case import Outcome
from workflow.rules.procedure import Procedure


def effect(outcome: Outcome, procedure: Procedure, office: Office) -> Group:
    """Return everything an act would change, most important first."""
    looking = office.looking_at(outcome.after)
    return Group(*drawn.effect(outcome, procedure, looking, office.directory))
