"""A table as it was brought: headings, rows and what each cell holds, with the place of all of them.

Values, made by `workflow.spreadsheets.reading`. Nothing in them was guessed: a cell without a value that can
be trusted says so (`CellFault`).
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, time, timedelta
from decimal import Decimal
from enum import Enum
from string import ascii_uppercase
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

_LETTERS: Final = 26


class CellFault(Enum):
    """Why nothing can be read in a cell that is not empty."""

    ERROR = "erreur"
    FORMULA = "formule"
    MERGED = "fusion"


CellValue = str | bool | Decimal | date | time | timedelta | CellFault | None
"""A text, a number, a day or a moment (without a zone), an hour, a duration; None when empty."""


class Grid(Struct, frozen=True):
    """A sheet as it was read, before its headings are looked for."""

    name: str
    """Empty for a text file, which has none."""
    rows: tuple[tuple[CellValue, ...], ...]
    """From the first row and the first column of the sheet."""
    hidden: frozenset[int] = frozenset()
    """Numbers of the rows that are not shown."""
    spans: Mapping[tuple[int, int], tuple[int, int]] = {}
    """TableRow number and column of each cell under a merged one → those of the cell that holds the value."""


class TableRow(Struct, frozen=True):
    """A row of data."""

    number: int
    """As the spreadsheet counts."""
    values: tuple[CellValue, ...]
    """One for each heading."""
    hidden: bool = False


class Table(Struct, frozen=True):
    """What a person brought."""

    file: str
    sheet: str
    headings: tuple[str, ...]
    """By column, empty where a column has none; two may be the same."""
    heading_row: int
    rows: tuple[TableRow, ...]
    remarks: tuple[str, ...]
    """What was set aside or is unusual, a French sentence each."""
    brought: tuple[TableRow, ...] = ()
    """Its rows before any cell was put right; none where none was."""

    def at(self, row: TableRow, column: int) -> str:
        """Return where a value stands, « C12 »."""
        return cell(row.number, column)

    def put_right(self, cells: Mapping[str, str]) -> Table:
        """Return the same table with other words in some cells, by their names; no words empty a cell."""
        numbers = {int(name.lstrip(ascii_uppercase)) for name in cells}
        return replace(
            self,
            brought=self.brought or self.rows,
            rows=tuple(
                replace(
                    row,
                    values=tuple(
                        cells[at] or None if (at := self.at(row, column)) in cells else value
                        for column, value in enumerate(row.values)
                    ),
                )
                if row.number in numbers
                else row
                for row in self.rows
            ),
        )


def cell(row: int, column: int) -> str:
    """Return the name of a cell, « C12 »; the first column is 0, the first row 1."""
    return f"{column_letters(column)}{row}"


def column_letters(column: int) -> str:
    """Return the name of a column, « C »; the first is 0."""
    letters = ""
    column += 1
    while column:
        column, rank = divmod(column - 1, _LETTERS)
        letters = chr(ord("A") + rank) + letters
    return letters
