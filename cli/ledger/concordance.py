"""`dossier concordance`: what papers say, compared without a paper, noted for one with it."""

from __future__ import annotations

from cli.asking.invocation import Invocation
from cli.shared.acting import act
from workflow.errors import InvalidInput, Refused
from workflow.operations import operations


def concordance(asked: Invocation) -> None:
    """Show what the papers of a case say, or note what one of them says."""
    written = asked.asks(operations.FACTS, operations.REMOVED)
    if asked.about(1) is None:
        if written or asked.changes:
            raise InvalidInput("Quelle pièce ? Donnez-la après la référence du dossier.")
        _show(asked)
        return
    if not written:
        raise InvalidInput("Rien à noter : ajoutez --fait ou --retirer, avec ce que dit la pièce.")
    act(asked)


def _show(asked: Invocation) -> None:
    from workflow.usecases.concordance import compare

    session, cases = asked.session, asked.session.container.cases
    view = cases.view(asked.ref)
    found = compare(cases, view.case, view.procedure)
    if found is None:
        raise Refused(f"La procédure « {view.procedure.id} » ne compare aucune pièce.")
    if asked.as_json:
        from cli.ledger.concordance_view import concordance_json

        session.output.json(concordance_json(view.case, found))
        return
    from display.case.case import heading
    from display.ledger.concordance import concordance as table

    session.output.show(heading(view.case, view.procedure))
    session.output.show(*table(found))
