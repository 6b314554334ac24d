"""`dossier argent`: claims and payments, payer by payer; shown without options, changed with them."""

from __future__ import annotations

from msgspec.structs import replace

from cli.asking.invocation import Invocation
from cli.ledger.lines import LineTerms
from workflow.case.money import MoneyKind
from workflow.operations import operations
from workflow.operations.requests import Answer, Parameter

_LINES = LineTerms(
    "une ligne",
    "donnée",
    operations.NATURE,
    "la nature",
    "Quelle ligne ? Ajoutez --ajouter demande ou versement, --ligne N pour en changer une, ou "
    "--retirer N.",
    tuple(MoneyKind),
    "n’est ni une demande ni un versement",
)


def money(asked: Invocation) -> None:
    """Show the claims and payments of a case, or change them."""
    _LINES.serve(asked, _show)


def _show(asked: Invocation) -> None:
    session = asked.session
    case, _, accounts = session.container.inquiries.quote(asked.ref)
    procedure = session.container.rulebook.of(case)
    if asked.as_json:
        from cli.rights.accounts_view import money_json

        session.output.json(money_json(case, accounts))
        return
    from display.case.case import heading
    from display.ledger import accounts as drawn

    session.output.show(heading(case, procedure), *drawn.money(case, procedure, accounts))
    if not case.money and procedure.payers:
        first: dict[Parameter, Answer] = {
            operations.ADDED: MoneyKind.CLAIM.value,
            operations.ON: "JJ/MM/AAAA",
            operations.AMOUNT: "EUROS",
            operations.PAYER: next(iter(procedure.payers)),
        }
        session.suggest("Ensuite :", replace(asked.request, answers=first))
