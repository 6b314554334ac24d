"""What is said of a file wherever it is shown: its first line, its way, what is wrong, what nothing proves.

Used by most commands about a file and by its screens. Why a person is eligible never comes through here.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from rich.text import Text

from display.drawing.layout import Piece, line
from workflow.case.case import Case
from workflow.deadlines.progress import ahead, passed
from workflow.rules.procedure import Procedure
from workflow.text import french

if TYPE_CHECKING:
    # What shows no file starts without it.
    from workflow.usecases.cases import CaseView


def named(case: Case) -> tuple[Piece, ...]:
    """Return the pieces of « CIPI-2026-0001  Soudeur, promotion de mars »."""
    return (case.ref, "strong"), f"  {case.title}" if case.title else ""


def heading(case: Case, procedure: Procedure) -> Text:
    """Return « CIPI-2026-0001  Soudeur, promotion de mars  (DRF déposée) »."""
    return line(*named(case), (f"  ({procedure.states[case.state].label})", "muted"))


def steps(case: Case, procedure: Procedure) -> Iterator[tuple[Piece, Piece]]:
    """Yield the sign and the name of each state of a file: what is behind, here, and ahead."""
    label = {id_: state.label for id_, state in procedure.states.items()}
    for state in passed(procedure, case):
        yield ("✓ ", "ok"), (label[state], "muted")
    yield ("● ", "accent"), (label[case.state], "strong")
    for state in ahead(procedure, case.state):
        yield ("○ ", "muted"), (label[state], "muted")


def stepper(case: Case, procedure: Procedure) -> Text:
    """Return « ✓ Préparation → ● DRF déposée → ○ DRF accordée … »."""
    return Text(" → ", overflow="fold").join(line(*one) for one in steps(case, procedure))


def alerts(case: Case) -> Iterator[Text]:
    """Yield what is wrong with a file whatever the dates."""
    return (line(("✗ ", "late"), str(alert)) for alert in case.alerts)


def unproved(view: CaseView) -> Iterator[Text]:
    """Yield each deadline that a later step ended and nothing proves, with what to note."""
    for deadline in view.unproved:
        missing = f" : il manque {french.listing(deadline.missing)}"
        yield line(("? ", "soon"), (deadline.label, "strong"), missing)
