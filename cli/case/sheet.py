"""`dossier fiche`: what to type in the funder's portal, on the screen, in a file, or as a page to print.

Reads the case; writes nothing but the file that was asked for.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cli.asking import completion
from cli.asking.options import Json, Ref, session_of
from cli.wiring.session import Session
from workflow.errors import InvalidInput, nearest

if TYPE_CHECKING:
    from cli.shared.write_file import Format
    from workflow.eligibility.portal_sheet import Sheet


_PAGES = frozenset({".html", ".htm"})
_Step = Annotated[
    str | None,
    typer.Option(
        "--etape",
        metavar="ACTION",
        help="Action à saisir ; sans elle, celle de l’étape du dossier.",
        autocompletion=completion.actions,
    ),
]
_Format = Annotated[
    str | None,
    typer.Option(
        "--format",
        metavar="texte|html",
        help="Texte, ou page à imprimer ; déduit du nom du fichier s’il finit par .html.",
    ),
]
_To = Annotated[
    Path | None,
    typer.Option("--sortie", metavar="FICHIER", help="Fichier à écrire, à la place de l’écran."),
]
_Replace = Annotated[bool, typer.Option("--remplacer", help="Écrit par-dessus un fichier déjà là.")]


def portal_sheet(
    ctx: typer.Context,
    ref: Ref,
    step: _Step = None,
    format_: _Format = None,
    to: _To = None,
    replace: _Replace = False,
    as_json: Json = False,
) -> None:
    """Show or write the portal sheet of a case."""
    session = session_of(ctx)
    if as_json and (format_ or to):
        raise InvalidInput(
            "--json donne des données, sans mise en page : retirez --format et --sortie."
        )
    if replace and to is None:
        raise InvalidInput("--remplacer ne sert qu’avec --sortie FICHIER.")
    laid_out_as = None if as_json else _read_format(format_, to)
    found = session.container.inquiries.sheet(ref, step)
    if laid_out_as is None:
        from cli.case.sheet_view import sheet_json

        session.output.json(sheet_json(found))
        return
    _deliver(session, found, laid_out_as, to, replace=replace)


def _read_format(typed: str | None, to: Path | None) -> Format:
    """Return the format asked for, or the one that the name of the file says.

    Raises:
        InvalidInput: a format that does not exist.
    """
    from cli.shared.write_file import Format

    if typed is None:
        return Format.PAGE if to and to.suffix.lower() in _PAGES else Format.TEXT
    if typed not in set(Format):
        hint = nearest(typed, list(Format)) or f" (connus : {', '.join(Format)})"
        raise InvalidInput(f"--format « {typed} » n’existe pas{hint}.")
    return Format(typed)


def _deliver(
    session: Session, sheet: Sheet, laid_out_as: Format, to: Path | None, *, replace: bool
) -> None:
    from cli.case.sheet_view import page
    from cli.shared.write_file import render, write

    case = sheet.case
    looking = session.looking(case.agency, case.territory)
    content = render(laid_out_as, page(sheet, looking, session.typed))
    if to is None:
        session.output.raw(content)
        return
    write(to, content, replace=replace)
    session.wrote(f"« {to} »")
    session.output.say(f"Fiche « {sheet.action.label} » du dossier {case.ref} : « {to} ».")
