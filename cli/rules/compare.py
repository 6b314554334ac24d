"""`regles comparer`: open files whose dates the rules, holidays and closures of today would move."""

from __future__ import annotations

from cli.asking.invocation import Invocation
from cli.shared.acting import DRY_RUN, keep, watched
from workflow.errors import InvalidInput
from workflow.operations import operations
from workflow.operations.requests import Request


def compare(asked: Invocation) -> None:
    """Show the open files whose dates would move, or move them."""
    session, told, rules = asked.session, asked.request, asked.path(operations.RULES)
    applied, procedure = told.flag(operations.APPLIED), told.given(operations.PROCEDURE)
    if asked.confirmed and not applied:
        raise InvalidInput("--oui confirme --appliquer : ajoutez-la, ou retirez --oui.")
    if rules is not None and applied:
        raise InvalidInput(
            "--regles ne fait que comparer : installez ces règles, puis relancez avec --appliquer."
        )
    asks = applied and asked.must_confirm()
    changes = session.container.changes(watched(session, "Dossiers recalculés"), rules)
    prepared = changes.compare(by=session.acting, procedure_id=procedure)
    session.output.warn_each(prepared.unreadable)
    saved = applied and keep(asked, changes, prepared, asks=asks)
    if not applied and not asked.as_json:
        from cli.shared import touched_view as views

        session.output.show(*views.touched(prepared.outcomes, session.looking))
        session.output.say(views.counted(prepared.outcomes))
        if prepared.outcomes and rules is None:
            session.output.say(DRY_RUN)
            apply = {operations.PROCEDURE: procedure, operations.APPLIED: True}
            session.suggest("Pour enregistrer :", Request(told.operation, (), apply))
    if asked.as_json:
        from cli.shared.touched_view import touched_json

        files = touched_json(prepared.outcomes, changes.cases, saved=saved)
        session.output.json({"saved": saved, "files": files})
