"""Where a case stands on its way, on one line.

Used by `cli.case.case_view`; the way itself is found by `workflow.deadlines.progress`.
"""

from __future__ import annotations

from rich.text import Text

from display.layout import line
from workflow.case.case import Case
from workflow.deadlines.progress import ahead, passed
from workflow.rules.procedure import Procedure


def stepper(procedure: Procedure, case: Case) -> Text:
    """Return « ✓ Préparation → ● DRF déposée → ○ DRF accordée … »."""
    parts: list[str | tuple[str, str]] = []
    for state in passed(procedure, case):
        parts += [(f"✓ {procedure.states[state].label}", "ok"), " → "]
    parts.append((f"● {procedure.states[case.state].label}", "strong"))
    for state in ahead(procedure, case.state):
        parts += [" → ", (f"○ {procedure.states[state].label}", "muted")]
    return line(*parts)
