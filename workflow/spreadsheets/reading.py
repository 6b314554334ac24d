"""A file that somebody brings → one table: headings, rows, where each value stands, what was set aside.

Called by whoever imports. Writes nothing, and knows no fact: what a value means is decided elsewhere.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from pathlib import Path
from typing import Final

from workflow.errors import InvalidInput, OutOfReach, unknown
from workflow.spreadsheets.delimited import sheet_of_text
from workflow.spreadsheets.headings import HEADED_BY, Headed, data_rows, headed, heading_key
from workflow.spreadsheets.package import is_text
from workflow.spreadsheets.refusal import refused
from workflow.spreadsheets.table import Grid, Table
from workflow.spreadsheets.workbooks import workbook
from workflow.text.folding import visible
from workflow.text.os_errors import cause

_LARGEST: Final = 100 * 2**20
"""Bytes of a file that a spreadsheet of an agency never has."""


def content_of(path: Path) -> bytes:
    """Return the bytes of a file that is there.

    Raises:
        InvalidInput: it is larger than any spreadsheet of an agency.
        OutOfReach: it cannot be read.
    """
    try:
        if path.stat().st_size > _LARGEST:
            raise InvalidInput(
                f"« {path.name} » est trop grand pour un tableau de dossiers ; coupez-le."
            )
        return path.read_bytes()
    except OSError as error:
        raise OutOfReach(f"« {path} » ne se lit pas : {cause(error)}.") from error


def sheets_of(content: bytes, name: str) -> tuple[str, ...]:
    """Return the names of the sheets of a file that are shown, none for a text; raises `InvalidInput`."""
    return () if is_text(content, name) else tuple(workbook(content, name).shown)


def read_table(
    content: bytes, name: str, *, sheet: str | None = None, known: Collection[str] = ()
) -> Table:
    """Return the table of a file.

    Args:
        content: of the file: .xlsx, .ods, or text with separators, whatever its name says.
        name: of the file, for what is said of it.
        sheet: the one to read; None for the only one with headings, or the one whose headings are known best.
        known: headings that mean something.

    Raises:
        InvalidInput: nothing can be read, or two sheets could be meant; a French sentence says the cure.
        NotFound: no sheet bears that name.
    """
    keys = frozenset(map(heading_key, known))
    if is_text(content, name):
        return _table(name, sheet_of_text(content, name), keys)
    book = workbook(content, name)
    if sheet is not None:
        if sheet not in book.sheets:
            raise unknown(f"Feuille de « {visible(name, breaks=False)} »", sheet, book.sheets)
        return _table(name, book.sheet(sheet), keys)
    read = [book.sheet(one) for one in book.shown]
    filled = [one for one in read if any(any(row) for row in one.rows)]
    if len(filled) <= 1:
        return _table(name, filled[0] if filled else Grid("", ()), keys)
    scores = {one.name: _known_by(headed(one, keys), keys) for one in filled}
    best = [one for one in filled if scores[one.name] == max(scores.values())]
    if len(best) > 1:
        listed = ", ".join(f"« {one.name} »" for one in filled)
        raise refused(name, f"plusieurs feuilles sont remplies ({listed})", "dites laquelle lire")
    return _table(name, best[0], keys)


def read_tables(
    content: bytes, name: str, known: Mapping[str, Iterable[str]]
) -> dict[str, Table] | None:
    """Return the tables of some sheets of a workbook, each by its known headings; None when one is not there.

    Raises:
        InvalidInput: what is a workbook cannot be read.
    """
    if is_text(content, name):
        return None
    book = workbook(content, name)
    if not known.keys() <= set(book.sheets):
        return None
    return {
        sheet: _table(name, book.sheet(sheet), frozenset(map(heading_key, headings)))
        for sheet, headings in known.items()
    }


def _known_by(found: Headed | None, keys: frozenset[str]) -> int:
    return sum(heading_key(name) in keys for name in found.names) if found else -1


def _table(name: str, sheet: Grid, keys: frozenset[str]) -> Table:
    found = headed(sheet, keys)
    if found is None:
        where = f"la feuille « {sheet.name} » n’a" if sheet.name else "il n’y a"
        cure = f"écrivez-les sur une des {HEADED_BY} premières lignes, une par colonne"
        raise refused(name, f"{where} pas d’en-têtes de colonnes", cure)
    rows, remarks = data_rows(sheet, found)
    return Table(name, sheet.name, found.names, found.row, rows, remarks)
