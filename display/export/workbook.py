"""Tables as one workbook (XLSX): a page that says how to read it, then a sheet for each table.

Written row by row, so that a hundred thousand lines take the memory of one. What a person typed is text,
never a formula nor a link. Reads no clock: the workbook bears the instant of its imprint.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from decimal import Decimal
from itertools import zip_longest
from pathlib import Path
from typing import Any, Final

from xlsxwriter import Workbook
from xlsxwriter.exceptions import FileCreateError
from xlsxwriter.utility import xl_col_to_name
from xlsxwriter.worksheet import Worksheet

from display.export.tables import (
    Heading,
    Holds,
    Imprint,
    JoinedTables,
    ListTable,
    Value,
    in_hours,
)
from workflow.errors import InvalidInput
from workflow.text import french

MOST_ROWS: Final = 1_048_575
"""Rows of a sheet, its headings apart."""
_MARKED: Final = "#FFE699"
"""Colour of a cell to be looked at."""
_LONGEST: Final = 32_767
"""Characters of a cell."""
_FIRST_YEAR: Final = 1900
"""A spreadsheet has no date before."""
_FORMATS: Final[Mapping[Holds, str]] = {
    Holds.TEXT: "@",
    Holds.DAY: "dd/mm/yyyy",
    Holds.MOMENT: "dd/mm/yyyy hh:mm",
    Holds.EUROS: "#,##0.00 €",
    Holds.HOURS: "#,##0.00",
    Holds.COUNT: "0",
}
_NOTE: Final = {"author": "Échéancier", "x_scale": 2.5, "y_scale": 1.6}
_OFF_THE_LIST: Final = "Choisissez une valeur de la liste de cette colonne."
_AS_TYPED: Final = {
    "constant_memory": True,
    "strings_to_formulas": False,
    "strings_to_numbers": False,
    "strings_to_urls": False,
}


def write_workbook(
    path: Path, grids: Iterable[ListTable | JoinedTables], imprint: Imprint, *, told: bool = True
) -> dict[str, int]:
    """Write a workbook; return how many rows each table has.

    Args:
        path: where; overwritten.
        grids: the tables, written one after the other; one of them at most offers choices.
        imprint: what it says of itself.
        told: False for one that says in a table of its own how it is read.

    Raises:
        InvalidInput: a table has more rows than a sheet.
        OSError: the disk refuses.
    """
    counts: dict[str, int] = {}
    with _closed(Workbook(str(path), _AS_TYPED | {"tmpdir": str(path.parent)})) as book:
        made = in_hours(imprint.at)
        said = {"title": imprint.title, "subject": imprint.kept, "author": imprint.by}
        book.set_properties(said | {"created": made, "comments": f"{imprint.at:%d/%m/%Y %H:%M}"})
        styles, marked = (
            {holds: book.add_format({"num_format": _FORMATS[holds], **more}) for holds in Holds}
            for more in ({}, {"bg_color": _MARKED})
        )
        strong = book.add_format({"bold": True, "bottom": 1})
        joined = [one if isinstance(one, JoinedTables) else _alone(one) for one in grids]
        if told:
            _write_first(book, [grid for one in joined for grid in one.tables], imprint, strong)
        for one in joined:
            sheets = [(book.add_worksheet(grid.name), grid) for grid in one.tables]
            rows = _write_sheets(sheets, one.rows, (styles, marked), strong)
            counts |= {grid.name: row for row, (_, grid) in zip(rows, sheets, strict=True)}
            for sheet, grid in sheets:
                _offer_choices(book, sheet, grid)
    return counts


@contextmanager
def _closed(book: Workbook) -> Iterator[Workbook]:
    """Lend a workbook that is written when it closes."""
    try:
        with book:
            yield book
    except FileCreateError as error:
        raise OSError(*error.args[0].args) from error


def _write_first(book: Workbook, grids: Sequence[ListTable], imprint: Imprint, strong: Any) -> None:
    sheet = book.add_worksheet("Comment lire ce fichier")
    sheet.set_column(0, 0, 28)
    sheet.set_column(1, 2, 60)
    lines = [
        (imprint.title, ""),
        ("Fait le", f"{french.long_day(imprint.at.date())} à {imprint.at:%H:%M}"),
        ("Par", imprint.by),
        ("Filtre", imprint.kept),
        ("", ""),
        (
            "Les feuilles",
            "Une table par feuille ; les titres restent en haut et filtrent leur colonne.",
        ),
        (
            "Les dates",
            "De vraies dates, à l’heure de l’agence ; une case vide : personne ne sait.",
        ),
        ("Les montants", "En euros, tels qu’ils sont notés."),
        ("Ce qui n’y est pas", "Pourquoi une personne est éligible, et ce qui le prouve."),
        *imprint.more,
        ("", ""),
    ]
    lines += [(grid.name, ", ".join(one.words for one in grid.headings)) for grid in grids]
    for row, (name, words) in enumerate(lines):
        sheet.write_string(row, 0, name, strong if not row else None)
        sheet.write_string(row, 1, words)


def _alone(grid: ListTable) -> JoinedTables:
    return JoinedTables((grid,), ((0, values) for values in grid.rows))


def _write_sheets(
    sheets: Sequence[tuple[Worksheet, ListTable]],
    rows: Iterable[tuple[int, Sequence[Value]]],
    both: tuple[Mapping[Holds, Any], Mapping[Holds, Any]],
    strong: Any,
) -> list[int]:
    """Write the sheets of some tables; return how many rows each has."""
    for sheet, grid in sheets:
        _write_headings(sheet, grid, both[0], strong)
    counts = [0] * len(sheets)
    for place, values in rows:
        counts[place] += 1
        sheet, grid = sheets[place]
        _write_row(sheet, grid, counts[place], values, both)
    for count, (sheet, grid) in zip(counts, sheets, strict=True):
        sheet.autofilter(0, 0, max(count, 1), len(grid.headings) - 1)
    return counts


def _write_headings(
    sheet: Worksheet, grid: ListTable, styles: Mapping[Holds, Any], strong: Any
) -> None:
    for column, heading in enumerate(grid.headings):
        sheet.set_column(column, column, heading.width, styles[heading.holds])
    for column, heading in enumerate(grid.headings):
        sheet.write_string(0, column, heading.words, strong)
        if heading.note:
            sheet.write_comment(0, column, heading.note, _NOTE)
    sheet.freeze_panes(1, 1)


def _write_row(
    sheet: Worksheet,
    grid: ListTable,
    row: int,
    values: Sequence[Value],
    both: tuple[Mapping[Holds, Any], Mapping[Holds, Any]],
) -> None:
    if row > MOST_ROWS:
        raise InvalidInput(
            f"« {grid.name} » : plus de {french.number(MOST_ROWS)} lignes, une feuille n’en tient pas "
            "davantage ; filtrez, ou donnez un nom en .csv."
        )
    for column, (heading, value) in enumerate(zip(grid.headings, values, strict=True)):
        marked = (row - 1, column) in grid.marked
        style = both[marked][_holds(heading, value)]
        if marked:
            sheet.write_blank(row, column, None, style)
        _write_cell(sheet, row, column, value, style)


def _offer_choices(book: Workbook, sheet: Worksheet, grid: ListTable) -> None:
    """Offer the choices of a column in its cells, from a hidden sheet: a cell alone holds too few."""
    offered = [(rank, one.choices) for rank, one in enumerate(grid.headings) if one.choices]
    if not offered:
        return
    lists = book.add_worksheet("Listes")
    lists.hide()
    for row, words in enumerate(zip_longest(*(choices for _, choices in offered), fillvalue="")):
        lists.write_row(row, 0, words)
    for place, (rank, choices) in enumerate(offered):
        column = xl_col_to_name(place, col_abs=True)
        source = f"=Listes!{column}$1:{column}${len(choices)}"
        said = {"error_title": "Hors de la liste", "error_message": _OFF_THE_LIST}
        offer = {"validate": "list", "source": source, **said}
        sheet.data_validation(1, rank, MOST_ROWS, rank, offer)


def _holds(heading: Heading, value: Value) -> Holds:
    """Return what a cell is: a day without its hour stands among moments."""
    whole_day = heading.holds is Holds.MOMENT and not isinstance(value, datetime)
    return Holds.DAY if whole_day else heading.holds


def _write_cell(sheet: Worksheet, row: int, column: int, value: Value, style: Any) -> None:
    match value:
        case None | "":
            return
        case datetime() if value.year >= _FIRST_YEAR:
            sheet.write_datetime(row, column, in_hours(value), style)
        case date() if value.year >= _FIRST_YEAR and not isinstance(value, datetime):
            sheet.write_datetime(row, column, value, style)
        case int() | Decimal():
            sheet.write_number(row, column, float(value), style)
        case _:
            sheet.write_string(row, column, str(value)[:_LONGEST], style)
