"""The same rows as a workbook of each kind and as text, made by other libraries than the one we read with."""

from __future__ import annotations

import csv
from collections.abc import Callable, Sequence
from datetime import date, datetime
from decimal import Decimal
from io import BytesIO, StringIO
from itertools import pairwise

from odf.opendocument import OpenDocumentSpreadsheet
from odf.table import CoveredTableCell, Table, TableCell, TableRow
from odf.text import P
from openpyxl import Workbook

Cells = Sequence[Sequence[object]]


class Formula(str):
    """A formula that nobody computed."""

    __slots__ = ()


class Wrong(str):
    """The error that a cell shows."""

    __slots__ = ()


class Wide(str):
    """A text over this cell and the next one, merged."""

    __slots__ = ()


def xlsx(sheets: dict[str, Cells], hidden: Sequence[int] = ()) -> bytes:
    """Return an .xlsx; `hidden` are numbers of rows of each sheet."""
    book = Workbook()
    book.remove(book.active)
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for number, row in enumerate(rows, 1):
            for column, value in enumerate(row, 1):
                if value is None:
                    continue
                cell = sheet.cell(
                    number, column, str(value) if isinstance(value, Wide | Wrong) else value
                )
                if isinstance(value, Wrong):
                    cell.data_type = "e"
                elif isinstance(value, str) and not isinstance(value, Formula):
                    cell.data_type = "s"
                if isinstance(value, Wide):
                    sheet.merge_cells(None, number, column, number, column + 1)
            sheet.row_dimensions[number].hidden = number in hidden
    whole = BytesIO()
    book.save(whole)
    return whole.getvalue()


def ods(sheets: dict[str, Cells], hidden: Sequence[int] = ()) -> bytes:
    """Return an .ods; arguments as `xlsx`."""
    book = OpenDocumentSpreadsheet()
    for name, rows in sheets.items():
        table = Table(name=name)
        book.spreadsheet.addElement(table)
        for number, row in enumerate(rows, 1):
            line = TableRow(visibility="filter" if number in hidden else "visible")
            table.addElement(line)
            for before, value in pairwise((None, *row)):
                covered = isinstance(before, Wide)
                line.addElement(CoveredTableCell() if covered else _open_cell(value))
    whole = BytesIO()
    book.write(whole)
    return whole.getvalue()


def _open_cell(value: object) -> TableCell:
    if isinstance(value, Formula):
        return TableCell(formula=f"of:{value}")
    if isinstance(value, bool):
        return TableCell(valuetype="boolean", booleanvalue=str(value).lower())
    if isinstance(value, date):
        return TableCell(valuetype="date", datevalue=value.isoformat())
    if isinstance(value, int | float | Decimal):
        return TableCell(valuetype="float", value=str(value))
    if value is None:
        return TableCell()
    told = {"numbercolumnsspanned": 2, "numberrowsspanned": 1} if isinstance(value, Wide) else {}
    formula = {"formula": "of:=1/0"} if isinstance(value, Wrong) else {}
    cell = TableCell(valuetype="string", **told, **formula)
    cell.addElement(P(text=str(value)))
    return cell


def text(sheets: dict[str, Cells], separator: str = ";", encoding: str = "utf-8-sig") -> bytes:
    """Return the first sheet as text with separators, numbers and days as they are shown in France."""
    whole = StringIO()
    writer = csv.writer(whole, delimiter=separator, lineterminator="\r\n")
    writer.writerows([_shown(value) for value in row] for row in next(iter(sheets.values())))
    return whole.getvalue().encode(encoding)


def _shown(value: object) -> str:
    if isinstance(value, datetime):
        return f"{value:%d/%m/%Y %H:%M}"
    if isinstance(value, date):
        return f"{value:%d/%m/%Y}"
    if isinstance(value, bool):
        return "oui" if value else "non"
    if isinstance(value, int | float | Decimal):
        return str(value).replace(".", ",")
    return "" if value is None else str(value)


WRITERS: dict[str, Callable[[dict[str, Cells]], bytes]] = {"xlsx": xlsx, "ods": ods, "csv": text}
"""By what the file is called."""
