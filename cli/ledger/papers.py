"""`dossier pieces`: how far each paper has come, shown without options, noted with them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Annotated

import typer

from cli.asking import completion
from cli.asking.options import (
    Comment,
    DryRun,
    Json,
    Ref,
    SeenVersion,
    read_count,
    read_day,
    read_named,
    session_of,
)
from cli.shared.acting import conclude
from cli.terminal.spelling import option
from cli.wiring.session import Session
from workflow.case.case import PaperStatus
from workflow.errors import InvalidInput
from workflow.text import french
from workflow.usecases import operations
from workflow.usecases.operations import PAPER_MARKS
from workflow.usecases.requests import Answer, Parameter, Request

_OPTIONS = {status: option(PAPER_MARKS[status]) for status in PaperStatus}


def _paper(name: str, words: str) -> typer.models.OptionInfo:
    info: typer.models.OptionInfo = typer.Option(
        name, metavar="PIÈCE", help=words, autocompletion=completion.documents
    )
    return info


_ToObtain = Annotated[list[str] | None, _paper("--a-obtenir", "Pièce à obtenir.")]
_Requested = Annotated[list[str] | None, _paper("--demandee", "Pièce demandée.")]
_Received = Annotated[list[str] | None, _paper("--recue", "Pièce reçue.")]
_Checked = Annotated[list[str] | None, _paper("--verifiee", "Pièce vérifiée.")]
_Sent = Annotated[list[str] | None, _paper("--transmise", "Pièce transmise.")]
_Removed = Annotated[list[str] | None, _paper("--retirer", "Pièce notée par erreur.")]
_Where = Annotated[
    list[str] | None,
    typer.Option(
        "--ou",
        metavar="PIÈCE=LIEU",
        help="Où la pièce est rangée : chemin, classeur…",
        autocompletion=completion.documents_to_place,
    ),
]
_On = Annotated[
    str | None, typer.Option("--le", metavar="DATE", help="Jour de l’état ; sinon aujourd’hui.")
]


def documents(
    ctx: typer.Context,
    ref: Ref,
    to_obtain: _ToObtain = None,
    requested: _Requested = None,
    received: _Received = None,
    checked: _Checked = None,
    sent: _Sent = None,
    removed: _Removed = None,
    where: _Where = None,
    on: _On = None,
    comment: Comment = "",
    version: SeenVersion = None,
    dry_run: DryRun = False,
    as_json: Json = False,
) -> None:
    """Show the papers of a case, or note how far they have come."""
    session = session_of(ctx)
    marks = _marks(to_obtain, requested, received, checked, sent)
    places = read_named("--ou", where, "PIÈCE=LIEU", "contrat_type_signe=classeur 3")
    if not marks and not removed and not places:
        _refuse_alone(on, comment, version, dry_run=dry_run)
        _show(session, ref, as_json=as_json)
        return
    session.writes(dry_run=dry_run)
    _refuse_twice(marks, removed or (), places)
    told: dict[Parameter, Answer] = {
        **{PAPER_MARKS[status]: names for status, names in marks.items()},
        operations.REMOVED: removed,
        operations.ON: None if on is None else french.short_day(read_day(session, "--le", on)),
        operations.KEPT_AT: places,
        operations.COMMENT: comment,
    }
    seen = read_count("--version-vue", version, least=1)
    outcome = session.prepare(Request(operations.NOTE_PAPERS, (ref,), told), seen)
    conclude(session, outcome, dry_run=dry_run, as_json=as_json)


def _marks(*typed: list[str] | None) -> dict[PaperStatus, tuple[str, ...]]:
    """Return the papers of each option that was given, by the status it notes."""
    return {status: tuple(names) for status, names in zip(_OPTIONS, typed, strict=True) if names}


def _refuse_alone(on: str | None, comment: str, version: str | None, *, dry_run: bool) -> None:
    """Refuse what says how to write when nothing is to be written."""
    if on is not None or comment or version is not None or dry_run:
        raise InvalidInput(
            f"Aucune pièce : ajoutez {', '.join(_OPTIONS.values())}, --retirer ou --ou, avec la pièce."
        )


def _refuse_twice(
    marks: Mapping[PaperStatus, Iterable[str]], removed: Iterable[str], places: Mapping[str, str]
) -> None:
    """Refuse a paper that two options tell differently."""
    named = [
        *((_OPTIONS[status], names) for status, names in marks.items()),
        ("--retirer", removed),
    ]
    told: dict[str, str] = {}
    for spelt, name in ((spelt, name) for spelt, names in named for name in dict.fromkeys(names)):
        if name in told:
            raise InvalidInput(
                f"Pièce « {name} » : donnée à {told[name]} et à {spelt} ; gardez l’une des deux."
            )
        told[name] = spelt
    for name in places:
        if told.get(name) == "--retirer":
            raise InvalidInput(f"Pièce « {name} » : retirée, elle n’est rangée nulle part.")


def _show(session: Session, ref: str, *, as_json: bool) -> None:
    from cli.ledger import papers_view

    view = session.container.cases.view(ref)
    if as_json:
        session.output.json(papers_view.papers_json(view.case, view.procedure))
        return
    from cli.shared.heading import heading

    session.output.show(heading(view.case, view.procedure))
    session.output.show(*papers_view.table(view.case, view.procedure))
