"""`dossier reporter`: put the reminder of a deadline off until a day, with a reason that the team reads.

The deadline itself does not move. Never past the last useful day, and never for the manager.
"""

from __future__ import annotations

from typing import Annotated

import typer

from cli.asking import completion
from cli.asking.options import DryRun, Json, Ref, SeenVersion, read_count, read_day, session_of
from cli.shared.acting import conclude
from cli.wiring.session import Session
from workflow.errors import InvalidInput
from workflow.text import french
from workflow.usecases import operations
from workflow.usecases.requests import Answer, Parameter, Request

_Deadline = Annotated[
    str | None,
    typer.Argument(
        metavar="ÉCHÉANCE",
        help="Échéance du dossier ; sans elle, la liste.",
        autocompletion=completion.deadlines_of_case,
    ),
]
_Until = Annotated[
    str | None,
    typer.Option("--jusqu-au", metavar="DATE", help="Jour où le rappel revient."),
]
_Reason = Annotated[
    str, typer.Option("--raison", metavar="TEXTE", help="Pourquoi ; toute l’équipe la lit.")
]
_Wake = Annotated[bool, typer.Option("--reprendre", help="Annule le report : rappels aussitôt.")]


def snooze(
    ctx: typer.Context,
    ref: Ref,
    deadline: _Deadline = None,
    until: _Until = None,
    reason: _Reason = "",
    wake: _Wake = False,
    version: SeenVersion = None,
    dry_run: DryRun = False,
    as_json: Json = False,
) -> None:
    """Put a reminder off, or take that back."""
    session = session_of(ctx)
    session.writes(dry_run=dry_run)
    seen = read_count("--version-vue", version, least=1)
    if deadline is None:
        _refuse_unnamed(session, ref)
    if wake is (until is not None):
        raise InvalidInput("Jusqu’à quand ? Ajoutez --jusqu-au DATE, ou --reprendre pour annuler.")
    assert deadline is not None, "refused above"  # noqa: S101
    day = None if until is None else french.short_day(read_day(session, "--jusqu-au", until))
    told: dict[Parameter, Answer] = {
        operations.UNTIL: day,
        operations.WAKE: wake,
        operations.REASON: reason,
    }
    outcome = session.prepare(Request(operations.SNOOZE, (ref, deadline), told), seen)
    from notifications.schedule.viewpoint import reminders_json

    case = outcome.after
    looking = session.looking(case.agency, case.territory)
    more = reminders_json(case.deadlines[deadline], looking)
    conclude(session, outcome, dry_run=dry_run, as_json=as_json, more=more)


def _refuse_unnamed(session: Session, ref: str) -> None:
    """Answer a missing deadline with those that are open."""
    from cli.shared.deadlines_view import names

    case = session.container.cases.view(ref).case
    session.output.say(*names(case.deadlines.values()))
    raise InvalidInput(f"Dossier {ref} : quelle échéance ? Donnez l’une de celles ci-dessus.")
