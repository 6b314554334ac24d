"""`regles comparer`: open files whose dates the rules, holidays and closures of today would move."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from cli.asking.options import Json, ProcedureFilter, Yes, must_confirm, session_of
from cli.shared.acting import DRY_RUN, keep, watched
from workflow.errors import InvalidInput

_Apply = Annotated[
    bool,
    typer.Option("--appliquer", help="Enregistre les nouvelles dates, toutes ou aucune."),
]
_Rules = Annotated[
    Path | None,
    typer.Option("--regles", metavar="DOSSIER", help="Règles à venir, à la place de celles-ci."),
]


def compare(
    ctx: typer.Context,
    procedure: ProcedureFilter = None,
    rules: _Rules = None,
    applied: _Apply = False,
    yes: Yes = False,
    as_json: Json = False,
) -> None:
    """Show the open files whose dates would move, or move them."""
    session = session_of(ctx)
    if yes and not applied:
        raise InvalidInput("--oui confirme --appliquer : ajoutez-la, ou retirez --oui.")
    if rules is not None and applied:
        raise InvalidInput(
            "--regles ne fait que comparer : installez ces règles, puis relancez avec --appliquer."
        )
    asks = applied and must_confirm(session, yes=yes, dry_run=False, as_json=as_json)
    changes = session.container.changes(watched(session, "Dossiers recalculés"), rules)
    prepared = changes.compare(by=session.acting, procedure_id=procedure)
    session.output.warn_each(prepared.unreadable)
    saved = applied and keep(session, changes, prepared, asks=asks, as_json=as_json)
    if not applied and not as_json:
        from cli.shared import touched_view as views

        session.output.show(*views.touched(prepared.outcomes, session.looking))
        session.output.say(views.counted(prepared.outcomes))
        if prepared.outcomes and rules is None:
            session.output.say(DRY_RUN)
            words = ["regles", "comparer", *(["--procedure", procedure] if procedure else [])]
            session.output.suggest("Pour enregistrer :", session.typed(*words, "--appliquer"))
    if as_json:
        from cli.shared.touched_view import touched_json

        session.output.json({"saved": saved, "files": touched_json(prepared.outcomes, saved=saved)})
