"""A workbook (.xlsx, .ods) → its sheets: values by python-calamine, and what it leaves out by our own eyes.

Used by `workflow.spreadsheets.reading`. The library is loaded when a workbook is read, and not before.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final

from msgspec import Struct

from workflow.spreadsheets.delimited import COLUMNS, ROWS
from workflow.spreadsheets.marks import Marks, Misplaced, office_marks, open_marks
from workflow.spreadsheets.package import packed, parts_of
from workflow.spreadsheets.refusal import AS_XLSX, IN_PARTS, refused
from workflow.spreadsheets.table import CellValue, Grid

if TYPE_CHECKING:
    from python_calamine import CalamineWorkbook

_DIGITS: Final = 15
"""Digits of a number that a spreadsheet keeps; what follows is noise of its binary form."""
_HALF_A_SECOND: Final = timedelta(milliseconds=500)


class Workbook(Struct, frozen=True):
    """A workbook that opened."""

    name: str
    parts: dict[str, bytes]
    library: CalamineWorkbook
    sheets: tuple[str, ...]
    """Names, in their order."""
    shown: tuple[str, ...]
    """Those that are not hidden."""

    def sheet(self, named: str) -> Grid:
        """Return a sheet.

        Raises:
            InvalidInput: too large, or damaged.
        """
        marks = self._marks(named)
        if marks.is_too_wide or marks.bottom > ROWS or marks.right >= COLUMNS:
            why = f"la feuille « {named} » a plus de {ROWS} lignes ou de {COLUMNS} colonnes"
            raise refused(self.name, why, IN_PARTS)
        values = _read(self.name, self.library.get_sheet_by_name, named).to_python(
            skip_empty_area=False
        )
        rows = tuple(tuple(_values(row, number, marks)) for number, row in enumerate(values, 1))
        return Grid(named, rows, frozenset(marks.hidden), marks.spans)

    def _marks(self, named: str) -> Marks:
        marks = open_marks if "content.xml" in self.parts else office_marks
        try:
            return marks(self.parts, named)
        except Misplaced:
            raise refused(self.name, f"la feuille « {named} » est abîmée", AS_XLSX) from None


def workbook(content: bytes, name: str) -> Workbook:
    """Open a workbook.

    Raises:
        InvalidInput: when it cannot be read.
    """
    from python_calamine import CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum  # noqa: PLC0415

    parts = parts_of(content, name)
    library = _read(name, CalamineWorkbook.from_filelike, packed(parts))
    sheets = [one for one in library.sheets_metadata if one.typ == SheetTypeEnum.WorkSheet]
    shown = tuple(one.name for one in sheets if one.visible == SheetVisibleEnum.Visible)
    return Workbook(name, parts, library, tuple(one.name for one in sheets), shown)


def _read(name: str, read: Any, what: object) -> Any:
    from python_calamine import CalamineError  # noqa: PLC0415

    try:
        return read(what)
    except (CalamineError, OSError, ValueError, OverflowError):
        raise refused(name, "il ne se lit pas", AS_XLSX) from None


def _values(row: Iterable[object], number: int, marks: Marks) -> Iterable[CellValue]:
    for column, found in enumerate(row):
        yield marks.faults.get((number, column)) or _value(found)


def _value(found: object) -> CellValue:
    if isinstance(found, str):
        return found.strip() or None
    if isinstance(found, bool):
        return found
    if isinstance(found, int | float):
        return Decimal(f"{found:.{_DIGITS}g}") if isinstance(found, float) else Decimal(found)
    if isinstance(found, datetime):
        # Moments are kept as fractions of a day: 09:30 may come back a few milliseconds before.
        return (found + _HALF_A_SECOND).replace(microsecond=0)
    return found if isinstance(found, date | time | timedelta) else None
