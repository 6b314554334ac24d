"""`dossier fiche`: what to type in the funder's portal, on the screen, in a file, or as a page to print.

Reads the case; writes nothing but the file that was asked for.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from cli.asking.invocation import Invocation
from cli.wiring.session import Session
from workflow.errors import InvalidInput, nearest
from workflow.operations import operations

if TYPE_CHECKING:
    from cli.terminal.sheet_layout import Format
    from workflow.eligibility.portal_sheet import Sheet


_PAGES = frozenset({".html", ".htm"})


def portal_sheet(asked: Invocation) -> None:
    """Show or write the portal sheet of a case."""
    session, told, to = asked.session, asked.request, asked.path(operations.FILE)
    replace = told.flag(operations.OVERWRITTEN)
    if asked.as_json and asked.asks(operations.FORMAT, operations.FILE):
        raise InvalidInput(
            "--json donne des données, sans mise en page : retirez --format et --sortie."
        )
    if replace and to is None:
        raise InvalidInput("--remplacer ne sert qu’avec --sortie FICHIER.")
    laid_out_as = None if asked.as_json else _read_format(told.given(operations.FORMAT), to)
    found = session.container.inquiries.sheet(asked.ref, told.given(operations.STEP))
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
    from cli.terminal.sheet_layout import Format

    if typed is None:
        return Format.PAGE if to and to.suffix.lower() in _PAGES else Format.TEXT
    if typed not in set(Format):
        hint = nearest(typed, list(Format)) or f" (connus : {', '.join(Format)})"
        raise InvalidInput(f"--format « {typed} » n’existe pas{hint}.")
    return Format(typed)


def _deliver(
    session: Session, sheet: Sheet, laid_out_as: Format, to: Path | None, *, replace: bool
) -> None:
    from cli.shared.write_file import write
    from cli.terminal.sheet_layout import render
    from display.case.sheet import page

    case = sheet.case
    looking = session.looking(case.agency, case.territory)
    content = render(laid_out_as, page(sheet, looking, session.command_for))
    if to is None:
        session.output.raw(content)
        return
    write(to, content, replace=replace)
    session.wrote(f"« {to} »")
    session.output.say(f"Fiche « {sheet.action.label} » du dossier {case.ref} : « {to} ».")
