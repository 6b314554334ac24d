"""`dossier pieces`: how far each paper has come, shown without options, noted with them."""

from __future__ import annotations

from cli.asking.invocation import Invocation
from cli.shared.acting import act
from cli.terminal.spelling import option
from workflow.errors import InvalidInput
from workflow.operations import operations
from workflow.operations.operations import PAPER_MARKS
from workflow.operations.requests import Request


def documents(asked: Invocation) -> None:
    """Show the papers of a case, or note how far they have come."""
    if not asked.asks(*PAPER_MARKS.values(), operations.REMOVED, operations.KEPT_AT):
        _refuse_alone(asked)
        _show(asked)
        return
    _refuse_twice(asked.request)
    act(asked.dated(operations.ON))


def _refuse_alone(asked: Invocation) -> None:
    """Refuse what says how to write when nothing is to be written."""
    if asked.changes or asked.asks(operations.ON):
        marks = ", ".join(map(option, PAPER_MARKS.values()))
        raise InvalidInput(f"Aucune pièce : ajoutez {marks}, --retirer ou --ou, avec la pièce.")


def _refuse_twice(told: Request) -> None:
    """Refuse a paper that two options tell differently."""
    found: dict[str, str] = {}
    for parameter in (*PAPER_MARKS.values(), operations.REMOVED):
        spelt = option(parameter)
        for name in dict.fromkeys(told.many(parameter)):
            if name in found:
                raise InvalidInput(
                    f"Pièce « {name} » : donnée à {found[name]} et à {spelt} ; gardez l’une des deux."
                )
            found[name] = spelt
    for name in told.named(operations.KEPT_AT):
        if name in told.many(operations.REMOVED):
            raise InvalidInput(f"Pièce « {name} » : retirée, elle n’est rangée nulle part.")


def _show(asked: Invocation) -> None:
    from cli.ledger import papers_view

    session = asked.session
    view = session.container.cases.view(asked.ref)
    if asked.as_json:
        session.output.json(papers_view.papers_json(view.case, view.procedure))
        return
    from display.case.case import heading

    session.output.show(heading(view.case, view.procedure))
    session.output.show(*papers_view.table(view.case, view.procedure))
