"""`dossier heures`: the ledger of hours, shown without options, changed with them."""

from __future__ import annotations

from msgspec.structs import replace

from cli.asking.invocation import Invocation
from cli.ledger.lines import LineTerms
from workflow.case.case import WorkKind
from workflow.errors import InvalidInput, nearest
from workflow.operations import operations
from workflow.operations.requests import Answer, Parameter, Request

_LINES = LineTerms(
    "une ligne",
    "donnée",
    operations.NATURE,
    "la nature",
    "Quelle ligne ? Ajoutez --ajouter formation, mission ou bilan, --ligne N pour en changer une, ou "
    "--retirer N.",
    tuple(WorkKind),
    "n’est pas une nature d’heures",
)
_EMPTIABLE = {one.name: one for one in (operations.PLANNED, operations.DONE, operations.PLACE)}


def hours(asked: Invocation) -> None:
    """Show the ledger of a case, or change its lines."""
    _check_emptied(asked.request)
    _LINES.serve(asked, _show)


def _check_emptied(told: Request) -> None:
    """Refuse what a line cannot say no more."""
    for name in told.many(operations.EMPTIED):
        if name not in _EMPTIABLE:
            hint = nearest(name, _EMPTIABLE) or f" (choisissez parmi : {', '.join(_EMPTIABLE)})"
            raise InvalidInput(f"--vider : « {name} » ne se vide pas{hint}.")
        if told.given(operations.LINE) is None:
            raise InvalidInput(f"--vider {name} : de quelle ligne ? Ajoutez --ligne N.")
        if told.text(_EMPTIABLE[name]):
            raise InvalidInput(f"--vider {name} et --{name} : gardez l’une des deux.")


def _show(asked: Invocation) -> None:
    from cli.ledger import hours_view as hours_views

    session, container = asked.session, asked.session.container
    view = container.cases.view(asked.ref)
    wanted = container.inquiries.goals(view.case)
    if asked.as_json:
        session.output.json(hours_views.ledger_json(view.case, wanted))
        return
    from display.case.case import heading

    looking = session.looking(view.case.agency, view.case.territory)
    session.output.show(heading(view.case, view.procedure))
    session.output.show(*hours_views.ledger(view.case, wanted, looking))
    if not view.case.hours:
        first: dict[Parameter, Answer] = {
            operations.ADDED: WorkKind.TRAINING.value,
            operations.DAYS: "JJ/MM/AAAA",
            operations.PLANNED: "35",
        }
        session.suggest("Ensuite :", replace(asked.request, answers=first))
