"""From a sheet to a table: where its headings are, where its data ends, what is neither.

Used by `workflow.spreadsheets.reading`. What is set aside is said.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from decimal import Decimal
from typing import Final

from msgspec import Struct

from workflow.spreadsheets.table import CellFault, CellValue, Grid, TableRow, cell, column_letters
from workflow.text import french
from workflow.text.folding import fold, plain_spaces

HEADED_BY: Final = 10
"""Rows among which the headings are looked for."""
_ENOUGH: Final = 2
"""Cells that a row of headings fills: one alone is the title of the sheet."""
_NAMED: Final = 0.6
"""Part of those cells that hold words: some name a column by a year or a sign."""
_TOTALS: Final = (
    "total",
    "totaux",
    "sous-total",
    "sous total",
    "somme",
    "moyenne",
    "nombre de",
    "t o t a l",
)
_LISTED: Final = 10
"""Rows that a remark names."""


class Headed(Struct, frozen=True):
    """The headings of a sheet."""

    names: tuple[str, ...]
    row: int
    """Number of the row they stand on; of the first, when they take two."""
    after: int
    """Number of the row after them."""


def headed(sheet: Grid, known: Collection[str]) -> Headed | None:
    """Return the headings of a sheet: the row of the first ones that knows most, or else fills most columns.

    Args:
        sheet: as it was read.
        known: headings that mean something to whoever asks, folded.
    """
    rows = sheet.rows[:HEADED_BY]
    widest = max((_filled(row) for row in sheet.rows[: HEADED_BY * 2]), default=0)
    best, score = None, (0, 0)
    for number, row in enumerate(rows, 1):
        if not _is_heading(row, widest):
            continue
        found = _headed(sheet, number)
        now = (sum(heading_key(name) in known for name in found.names), -number)
        if best is None or now > score:
            best, score = found, now
    return best


def heading_key(name: str) -> str:
    """Return a heading as it is compared: small letters, without accents or marks at its end."""
    return " ".join(fold(plain_spaces(name)).split()).strip(" :*.")


def data_rows(sheet: Grid, found: Headed) -> tuple[tuple[TableRow, ...], tuple[str, ...]]:
    """Return the rows under the headings, and what was set aside or is unusual among them."""
    width = len(found.names)
    rows = [
        TableRow(number, _under_headings(sheet, number, width), number in sheet.hidden)
        for number in range(found.after, len(sheet.rows) + 1)
    ]
    rows = [row for row in rows if any(value is not None for value in row.values)]
    again = [row for row in rows if _repeats(row, found.names)]
    rows = [row for row in rows if row not in again] if again else rows
    totals = list[TableRow]()
    while rows and _is_total(rows[-1]):
        totals.insert(0, rows.pop())
    return tuple(rows), tuple(_remarks(sheet, found, rows, again, totals))


def _is_heading(row: Sequence[CellValue], widest: int) -> bool:
    named = sum(isinstance(value, str) and any(map(str.isalpha, value)) for value in row)
    filled = _filled(row)
    return filled >= min(_ENOUGH, widest) and filled * 2 >= widest and named > filled * _NAMED


def _headed(sheet: Grid, number: int) -> Headed:
    """Return the headings that begin on a row; a second row names what the first only groups."""
    first = _spread(sheet, number)
    below, after = (*sheet.rows[number : number + 2], (), ())[:2]
    gaps = sum(value is None for value in sheet.rows[number - 1])
    merged = any((number, column) in sheet.spans for column in range(len(first)))
    if not (
        (gaps or merged) and _names_more(sheet.rows[number - 1], below) and _holds_numbers(after)
    ):
        return Headed(
            _trimmed(_heading(value) for value in sheet.rows[number - 1]), number, number + 1
        )
    width = max(len(first), len(below))
    pairs = zip(_padded(first, width), _padded(below, width), strict=True)
    names = (" ".join(filter(None, (_heading(top), _heading(low)))) for top, low in pairs)
    return Headed(_trimmed(names), number, number + 2)


def _spread(sheet: Grid, number: int) -> list[CellValue]:
    """Return a row of groups, each name over all the columns that it covers."""
    spread, current = list[CellValue](), None
    for column, value in enumerate(sheet.rows[number - 1]):
        # Merged or not, a name of a group stands over the empty cells that follow it.
        held = (number, column) in sheet.spans or value is None
        current = current if held else value
        spread.append(current)
    return spread


def _names_more(groups: Sequence[CellValue], below: Sequence[CellValue]) -> bool:
    texts = [value for value in below if value is not None]
    fills = sum(
        value is not None and (column >= len(groups) or groups[column] is None)
        for column, value in enumerate(below)
    )
    apart = len({heading_key(str(value)) for value in texts}) == len(texts)
    return apart and not _holds_numbers(below) and len(texts) > _filled(groups) and fills > 0


def _holds_numbers(row: Sequence[CellValue]) -> bool:
    """Tell whether a row holds what headings do not: anything but words."""
    return any(
        value is not None and (not isinstance(value, str) or any(map(str.isdigit, value)))
        for value in row
    )


def _under_headings(sheet: Grid, number: int, width: int) -> tuple[CellValue, ...]:
    row = sheet.rows[number - 1]
    return tuple(
        CellFault.MERGED
        if (number, column) in sheet.spans
        else row[column]
        if column < len(row)
        else None
        for column in range(width)
    )


def _repeats(row: TableRow, names: Sequence[str]) -> bool:
    pairs = [(value, name) for value, name in zip(row.values, names, strict=True) if name]
    return all(
        isinstance(value, str) and heading_key(value) == heading_key(name) for value, name in pairs
    )


def _is_total(row: TableRow) -> bool:
    first = next((value for value in row.values if isinstance(value, str)), None)
    return isinstance(first, str) and fold(first).startswith(_TOTALS)


def _remarks(
    sheet: Grid,
    found: Headed,
    rows: Sequence[TableRow],
    again: Sequence[TableRow],
    totals: Sequence[TableRow],
) -> Iterator[str]:
    if found.after > found.row + 1:
        yield f"En-têtes lus sur deux lignes ({found.row} et {found.row + 1})."
    seen = dict[str, int]()
    for column, name in enumerate(found.names):
        if name and (before := seen.setdefault(heading_key(name), column)) != column:
            places = f"{cell(found.row, before)} et {cell(found.row, column)}"
            yield f"L’en-tête « {name} » est écrit deux fois ({places}) : dites quelle colonne lire."
    if again:
        yield f"Les en-têtes sont répétés ({_numbers(again)}) : mis de côté."
    if totals:
        yield f"Total en fin de tableau ({_numbers(totals)}) : mis de côté."
    if unnamed := _unnamed(sheet, found):
        listed = french.first(map(column_letters, unnamed), _LISTED, ", ")
        yield f"Sans en-tête, rien n’est lu d’une colonne ({listed}) : donnez-lui un nom."
    hidden = [row for row in rows if row.hidden]
    if hidden:
        yield f"Lignes masquées ou filtrées ({_numbers(hidden)}) : lues comme les autres."
    merged = [row for row in rows if CellFault.MERGED in row.values]
    if merged:
        yield f"Cellules fusionnées ({_numbers(merged)}) : écrivez la valeur dans chaque cellule."


def _unnamed(sheet: Grid, found: Headed) -> list[int]:
    """Return the columns that hold something under no heading."""
    named = {column for column, name in enumerate(found.names) if name}
    rows = sheet.rows[found.after - 1 :]
    filled = {column for row in rows for column, value in enumerate(row) if value is not None}
    return sorted(filled - named)


def _numbers(rows: Sequence[TableRow]) -> str:
    numbers = french.first((str(row.number) for row in rows), _LISTED, ", ")
    return f"{'lignes' if len(rows) > 1 else 'ligne'} {numbers}"


def _heading(value: CellValue) -> str:
    return " ".join(str(value).split()) if isinstance(value, str | Decimal) else ""


def _trimmed(names: Iterable[str]) -> tuple[str, ...]:
    kept = list(names)
    while kept and not kept[-1]:
        kept.pop()
    return tuple(kept)


def _padded(row: Sequence[CellValue], width: int) -> list[CellValue]:
    return [*row, *[None] * (width - len(row))]


def _filled(row: Sequence[CellValue]) -> int:
    return sum(value is not None for value in row)
