"""`dossier relancer`: note that what a file awaits was asked for again; the next chase counts from then."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from cli.asking.invocation import Invocation
from cli.shared.acting import act
from workflow.case.case import Outcome
from workflow.deadlines.chases import chases
from workflow.operations import operations
from workflow.wording.journal_text import chase_words


def chase(asked: Invocation) -> None:
    """Note a chase, and say how many there were."""
    container = asked.session.container

    def noted(outcome: Outcome) -> Mapping[str, Any]:
        case, entry = outcome.after, outcome.entry
        before = (one for one in container.cases.store.journal(case.ref) if one.seq < entry.seq)
        procedure = container.rulebook.of(case)
        return {"chases": chases(procedure, case, (*before, entry))}

    outcome = act(asked.dated(operations.ON), noted)
    if not asked.as_json:
        words = chase_words(noted(outcome)["chases"])
        asked.session.output.say(f"Relances : {words}.")
