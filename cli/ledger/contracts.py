"""`dossier contrats` and `dossier anciennete`: a person's history, and what it is worth on a date."""

from __future__ import annotations

from msgspec.structs import replace

from cli.asking.invocation import Invocation
from cli.ledger.lines import LineTerms
from workflow.errors import Refused
from workflow.operations import operations
from workflow.operations.requests import Answer, Parameter, Request

_LINES = LineTerms(
    "un contrat",
    "donné",
    operations.TYPE,
    "le type",
    "Quel contrat ? Ajoutez --ajouter cdd (ou un autre type), --ligne N pour en changer un, ou "
    "--retirer N.",
)


def contracts(asked: Invocation) -> None:
    """Show the contracts of a case, or change them."""
    _LINES.serve(asked, _show)


def _show(asked: Invocation) -> None:
    from cli.ledger import contracts_view as views

    session = asked.session
    view = session.container.cases.view(asked.ref)
    rules = view.procedure.seniority
    if rules is None:
        raise Refused(f"{view.procedure.funder_label} : aucune règle d’ancienneté connue.")
    if asked.as_json:
        session.output.json(views.contracts_json(view.case, rules))
        return
    from display.case.case import heading

    session.output.show(heading(view.case, view.procedure))
    if not view.case.contracts:
        session.output.show("Aucun contrat n’est noté.")
        first: dict[Parameter, Answer] = {
            operations.ADDED: next(iter(rules.types)),
            operations.DAYS: "JJ/MM/AAAA..JJ/MM/AAAA",
            operations.HOURS: "NOMBRE",
        }
        session.suggest("Ensuite :", replace(asked.request, answers=first))
        return
    session.output.show(views.table(view.case.contracts, rules))
    session.suggest("L’ancienneté :", Request(operations.SENIORITY, (asked.ref,)))


def seniority(asked: Invocation) -> None:
    """Show what the history of a case is worth."""
    from cli.ledger import contracts_view as views

    session, on = asked.session, asked.request.given(operations.LAST)
    case, found = session.container.inquiries.seniority(asked.ref, on=on)
    procedure = session.container.rulebook.of(case)
    rules = procedure.seniority
    assert rules is not None, "an assessment has its rules"  # noqa: S101 - refused otherwise
    if asked.as_json:
        session.output.json(views.assessment_json(case, rules, found))
        return
    from display.case.case import heading

    session.output.show(heading(case, procedure))
    session.output.show(*views.assessment(procedure, rules, found))
