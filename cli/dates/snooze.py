"""`dossier reporter`: put the reminder of a deadline off until a day, with a reason that the team reads.

The deadline itself does not move. Never past the last useful day, and never for the manager.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from cli.asking.invocation import Invocation
from cli.shared.acting import act
from workflow.case.case import Outcome
from workflow.errors import InvalidInput
from workflow.operations import operations


def snooze(asked: Invocation) -> None:
    """Put a reminder off, or take that back."""
    if asked.about(1) is None:
        _refuse_unnamed(asked)
    if asked.asks(operations.WAKE) is asked.asks(operations.UNTIL):
        raise InvalidInput("Jusqu’à quand ? Ajoutez --jusqu-au DATE, ou --reprendre pour annuler.")

    def more(outcome: Outcome) -> Mapping[str, Any]:
        from notifications.schedule.viewpoint import reminders_json

        case = outcome.after
        looking = asked.session.looking(case.agency, case.territory)
        return reminders_json(case.deadlines[asked.request.about[1]], looking)

    act(asked.dated(operations.UNTIL), more)


def _refuse_unnamed(asked: Invocation) -> None:
    """Answer a missing deadline with those that are open."""
    from display.case.deadlines import names

    case = asked.session.container.cases.view(asked.ref).case
    asked.session.output.say(*names(case.deadlines.values()))
    raise InvalidInput(f"Dossier {asked.ref} : quelle échéance ? Donnez l’une de celles ci-dessus.")
