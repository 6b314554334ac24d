"""What changes a case: `dossier ouvrir`, `avancer`, `corriger`, `annuler`, `attribuer`.

Each asks the use case of its operation, through `acting.act`. An action that is missing or refused is
answered with what can be done, and why the rest cannot.
"""

from __future__ import annotations

from cli.asking.invocation import Invocation
from cli.config.identity import agency_of
from cli.shared.acting import act
from workflow.errors import InvalidInput, NotFound, nearest
from workflow.operations import operations


def open_case(asked: Invocation) -> None:
    """Open a case: its dates are shown at once, and an impossible start is refused."""
    session, told = asked.session, asked.request
    settings, by = session.configuration.settings, session.acting
    # Whoever opens a case follows it, unless the configuration does not know them.
    owner = told.given(operations.FOLLOWED_BY) or (by if by in settings.people else None)
    agency = agency_of(by, told.given(operations.AGENCY), settings)
    act(asked.telling({operations.AGENCY: agency, operations.FOLLOWED_BY: owner}))


def advance(asked: Invocation) -> None:
    """Do an action on a case."""
    asked.writes()
    if asked.about(1) is None and asked.as_json:
        from cli.shared.shapes import offer_json

        view = asked.session.container.cases.view(asked.ref)
        asked.session.output.json([offer_json(offer) for offer in view.offers])
        return
    _check_action(asked)
    act(asked)


def correct(asked: Invocation) -> None:
    """Correct facts or the title of a case."""
    changing = operations.FACTS, operations.REMOVED, operations.TITLE
    if not asked.asks(*changing, *operations.POINTED.values()):
        raise InvalidInput(
            "Rien à corriger : ajoutez --fait NOM=VALEUR, --retirer NOM, --libelle TEXTE, ou ses "
            "--organisme, --client, --beneficiaire."
        )
    act(asked)


def undo(asked: Invocation) -> None:
    """Undo the last step of a case."""
    act(asked)


def transfer(asked: Invocation) -> None:
    """Hand a case over."""
    if not asked.asks(operations.PERSON, operations.AGENCY):
        raise InvalidInput("À qui ? Ajoutez --personne ID, --agence ID, ou les deux.")
    act(asked)


def _check_action(asked: Invocation) -> None:
    """Answer a missing or unknown action with what this case offers now."""
    view, action = asked.session.container.cases.view(asked.ref), asked.about(1)
    if action in view.procedure.actions:
        return
    from cli.case.case_view import offers

    asked.session.output.say(*offers(view.offers))
    if action is None:
        raise InvalidInput(
            f"Dossier {asked.ref} : quelle action ? Donnez l’une de celles ci-dessus."
        )
    raise NotFound(
        f"Action : « {action} » n’existe pas dans la procédure « {view.procedure.id} »"
        f"{nearest(action, view.procedure.actions)}."
    )
