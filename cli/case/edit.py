"""What changes a case: `dossier avancer`, `corriger`, `annuler`, `attribuer`.

Each prepares an outcome with the service and hands it to `acting.conclude`. An action that is missing
or refused is answered with what can be done, and why the rest cannot.
"""

from __future__ import annotations

from typing import Annotated

import typer

from cli.asking import completion
from cli.asking.options import (
    Comment,
    Documents,
    DryRun,
    Facts,
    Force,
    Json,
    Ref,
    SeenVersion,
    read_count,
    read_pairs,
    session_of,
)
from cli.shared.acting import conclude
from cli.wiring.session import Session
from workflow.errors import InvalidInput, NotFound, nearest
from workflow.usecases import operations
from workflow.usecases.requests import Answer, Parameter, Request

_Action = Annotated[
    str | None,
    typer.Argument(
        metavar="ACTION",
        help="Action ; sans elle, la liste des possibles.",
        autocompletion=completion.actions_of_case,
    ),
]
_Gone = Annotated[
    list[str] | None,
    typer.Option("--retirer", metavar="FAIT", help="Fait noté par erreur, à effacer."),
]
_Title = Annotated[
    str | None, typer.Option("--libelle", metavar="TEXTE", help="Nouveau nom du dossier.")
]
_Owner = Annotated[
    str | None,
    typer.Option("--personne", "--suivi-par", metavar="ID", help="Qui suivra le dossier."),
]
_Agency = Annotated[
    str | None, typer.Option("--agence", metavar="ID", help="Agence qui le reprend.")
]


def advance(
    ctx: typer.Context,
    ref: Ref,
    action: _Action = None,
    facts: Facts = None,
    documents: Documents = None,
    comment: Comment = "",
    forced: Force = False,
    version: SeenVersion = None,
    dry_run: DryRun = False,
    as_json: Json = False,
) -> None:
    """Do an action on a case."""
    session = session_of(ctx)
    session.writes(dry_run=dry_run)
    typed, seen = read_pairs(facts), _seen(version)
    cases = session.container.cases
    if action is None and as_json:
        from cli.shared.shapes import offer_json

        session.output.json([offer_json(offer) for offer in cases.view(ref).offers])
        return
    _check_action(session, ref, action)
    told: dict[Parameter, Answer] = {
        operations.FACTS: typed,
        operations.PAPERS: documents,
        operations.FORCED: forced,
        operations.COMMENT: comment,
    }
    outcome = session.prepare(Request(operations.ADVANCE, (ref, action or ""), told), seen)
    conclude(session, outcome, dry_run=dry_run, as_json=as_json)


def correct(
    ctx: typer.Context,
    ref: Ref,
    facts: Facts = None,
    gone: _Gone = None,
    title: _Title = None,
    comment: Comment = "",
    forced: Force = False,
    version: SeenVersion = None,
    dry_run: DryRun = False,
    as_json: Json = False,
) -> None:
    """Correct facts or the title of a case."""
    session = session_of(ctx)
    session.writes(dry_run=dry_run)
    typed, seen = read_pairs(facts), _seen(version)
    if not typed and not gone and title is None:
        raise InvalidInput(
            "Rien à corriger : ajoutez --fait NOM=VALEUR, --retirer NOM ou --libelle TEXTE."
        )
    told: dict[Parameter, Answer] = {
        operations.TITLE: title,
        operations.FACTS: typed,
        operations.REMOVED: gone,
        operations.FORCED: forced,
        operations.COMMENT: comment,
    }
    outcome = session.prepare(Request(operations.CORRECT, (ref,), told), seen)
    conclude(session, outcome, dry_run=dry_run, as_json=as_json)


def undo(
    ctx: typer.Context,
    ref: Ref,
    comment: Comment = "",
    version: SeenVersion = None,
    dry_run: DryRun = False,
    as_json: Json = False,
) -> None:
    """Undo the last step of a case."""
    session = session_of(ctx)
    session.writes(dry_run=dry_run)
    request = Request(operations.UNDO, (ref,), {operations.COMMENT: comment})
    outcome = session.prepare(request, _seen(version))
    conclude(session, outcome, dry_run=dry_run, as_json=as_json)


def transfer(
    ctx: typer.Context,
    ref: Ref,
    owner: _Owner = None,
    agency: _Agency = None,
    comment: Comment = "",
    version: SeenVersion = None,
    dry_run: DryRun = False,
    as_json: Json = False,
) -> None:
    """Hand a case over."""
    session = session_of(ctx)
    session.writes(dry_run=dry_run)
    if owner is None and agency is None:
        raise InvalidInput("À qui ? Ajoutez --personne ID, --agence ID, ou les deux.")
    told: dict[Parameter, Answer] = {
        operations.PERSON: owner,
        operations.AGENCY: agency,
        operations.COMMENT: comment,
    }
    outcome = session.prepare(Request(operations.TRANSFER, (ref,), told), _seen(version))
    conclude(session, outcome, dry_run=dry_run, as_json=as_json)


def _seen(version: str | None) -> int | None:
    return read_count("--version-vue", version, least=1)


def _check_action(session: Session, ref: str, action: str | None) -> None:
    """Answer a missing or unknown action with what this case offers now."""
    view = session.container.cases.view(ref)
    if action in view.procedure.actions:
        return
    from cli.case.case_view import offers

    session.output.say(*offers(view.offers))
    if action is None:
        raise InvalidInput(f"Dossier {ref} : quelle action ? Donnez l’une de celles ci-dessus.")
    raise NotFound(
        f"Action : « {action} » n’existe pas dans la procédure « {view.procedure.id} »"
        f"{nearest(action, view.procedure.actions)}."
    )
