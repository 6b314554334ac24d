"""`dossier ouvrir`: a new case, with its dates shown at once and an impossible start refused."""

from __future__ import annotations

from typing import Annotated

import typer

from cli.asking import completion
from cli.asking.options import Comment, DryRun, Facts, Force, Funder, Json, read_pairs, session_of
from cli.config.identity import agency_of
from cli.shared.acting import conclude

_Procedure = Annotated[
    str,
    typer.Argument(
        metavar="PROCÉDURE",
        help="Procédure, par exemple cipi.",
        autocompletion=completion.procedures,
    ),
]
_Reference = Annotated[
    str | None, typer.Option("--ref", metavar="REF", help="Référence voulue ; sinon la suivante.")
]
_Title = Annotated[
    str,
    typer.Option("--libelle", metavar="TEXTE", help="Nom du dossier ; jamais un motif de santé."),
]
_Historical = Annotated[
    bool,
    typer.Option("--historique", help="Dossier ancien d’un dispositif qui a pris fin (CIF)."),
]
_Territory = Annotated[
    str | None,
    typer.Option("--territoire", metavar="CODE", help="Jours fériés ; sinon ceux de l’agence."),
]
_Agency = Annotated[
    str | None, typer.Option("--agence", metavar="ID", help="Agence du dossier ; sinon la vôtre.")
]
_Owner = Annotated[
    str | None, typer.Option("--suivi-par", metavar="ID", help="Qui le suit ; sinon vous.")
]


def open_case(
    ctx: typer.Context,
    procedure: _Procedure,
    facts: Facts = None,
    ref: _Reference = None,
    title: _Title = "",
    agency: _Agency = None,
    owner: _Owner = None,
    territory: _Territory = None,
    funder: Funder = None,
    historical: _Historical = False,
    comment: Comment = "",
    forced: Force = False,
    dry_run: DryRun = False,
    as_json: Json = False,
) -> None:
    """Open a case."""
    session = session_of(ctx)
    session.writes(dry_run=dry_run)
    settings, by = session.configuration.settings, session.acting
    outcome = session.container.cases.open(
        procedure,
        read_pairs(facts),
        by=by,
        agency=agency_of(by, agency, settings),
        # Whoever opens a case follows it, unless the configuration does not know them.
        owner=owner or (by if by in settings.people else None),
        territory=territory,
        title=title,
        funder=funder,
        ref=ref,
        forced=forced,
        historical=historical,
        comment=comment,
    )
    conclude(session, outcome, dry_run=dry_run, as_json=as_json)
