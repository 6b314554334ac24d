"""What the library leaves out of a sheet: rows not shown, merged cells, errors and formulas without a value.

Used by `workflow.spreadsheets.workbooks`. An error and a formula that nobody computed come out of it empty:
taken for empty cells, they would be lost in silence. Reads the parts as text, once and in one direction:
their writers are programs, and what is written otherwise is read as having no mark.
"""

from __future__ import annotations

import re
from html import unescape
from posixpath import join, normpath
from typing import Final

from msgspec import Struct, field

from workflow.spreadsheets.table import CellFault

CELLS: Final = 8_000_000
"""Cells of the rectangle that holds all that is filled: the library makes room for each of them."""

_Place = tuple[int, int]

_ATTRIBUTE: Final = re.compile(r"""([\w:.-]+)\s*=\s*(?:"([^"]*)"|'([^']*)')""")
_SHEET: Final = re.compile(r"<(?:\w{1,9}:)?sheet\s[^>]*>")
_RELATION: Final = re.compile(r"<(?:\w{1,9}:)?Relationship\s[^>]*>")
_ROW: Final = re.compile(r"<(?:[\w.-]{1,40}:)?row(?=[\s/>])")
_CELL: Final = re.compile(r"<(?:[\w.-]{1,40}:)?c(?=[\s/>])")
_MERGED: Final = re.compile(r"<(?:\w{1,9}:)?mergeCell\s[^>]*>")
_VALUE: Final = re.compile(r"<(?:\w{1,9}:)?(?:v|t)(?:\s[^>]*)?>[^<]")
_FORMULA: Final = re.compile(r"<(?:\w{1,9}:)?f[\s/>]")
_REFERENCE: Final = re.compile(r'\sr="([A-Z]{1,3})([0-9]{1,7})"')
_CORNER: Final = re.compile("([A-Z]{1,3})([0-9]{1,7})")
_NUMBER: Final = re.compile("[0-9]{1,7}")
_OPEN_TAG: Final = re.compile(r"<table:(table-row|table-cell|covered-table-cell)\b([^>]*)>")
_ODS_ERROR: Final = re.compile(r"<text:p>(?:#[^<]{0,20}[!?A]|Err:\d{3})</text:p>")
_SHOWN_AS_ERROR: Final = 200
"""Characters after the start of a cell where its text stands."""


class Misplaced(ValueError):
    """A sheet that is not found, or in which a cell or a row stands at no place."""


class Marks(Struct):
    """What is unusual in a sheet; rows and columns as `workflow.spreadsheets.table` counts them."""

    hidden: set[int] = field(default_factory=set)
    faults: dict[_Place, CellFault] = field(default_factory=dict)
    spans: dict[_Place, _Place] = field(default_factory=dict)
    bottom: int = 0
    right: int = 0
    """Last row and column that hold something."""

    @property
    def is_too_wide(self) -> bool:
        """Tell whether a few cells far away make it too large to be read."""
        return self.bottom * (self.right + 1) > CELLS

    def reaches(self, row: int, column: int) -> None:
        """Note that a cell holds something."""
        self.bottom, self.right = max(self.bottom, row), max(self.right, column)

    def merges(self, first: _Place, last: _Place) -> None:
        """Note that cells were merged, those that hold something at least."""
        for row in range(first[0], min(last[0], self.bottom) + 1):
            for column in range(first[1], min(last[1], self.right) + 1):
                if (row, column) != first:
                    self.spans[row, column] = first


def office_marks(parts: dict[str, bytes], sheet: str) -> Marks:
    """Return the marks of a sheet of an .xlsx; raises `Misplaced`."""
    path = _path_of(parts, sheet)
    if path not in parts:
        raise Misplaced
    text = parts[path].decode("utf-8", "replace")
    marks, number = Marks(), 0
    for written in _ROW.split(text)[1:]:
        tag, *cells = _CELL.split(written)
        told = _attributes(tag.partition(">")[0])
        number = _counted(told.get("r", str(number + 1)))
        if told.get("hidden") in {"1", "true"}:
            marks.hidden.add(number)
        column = -1
        for one in cells:
            place, _, inside = one.partition(">")
            row, column = _placed(place, number, column)
            if not place.endswith("/"):
                marks.reaches(row, column)
                if (fault := _fault(place, inside)) is not None:
                    marks.faults[row, column] = fault
    for tag in _MERGED.findall(text):
        corners = _CORNER.findall(_attributes(tag).get("ref", ""))
        if len(corners) == 2:  # noqa: PLR2004 - the first and the last cell
            first, last = ((int(row), _column(letters)) for letters, row in corners)
            marks.merges(first, last)
    return marks


def open_marks(parts: dict[str, bytes], sheet: str) -> Marks:
    """Return the marks of a sheet of an .ods; raises `Misplaced`."""
    text = _open_sheet(parts.get("content.xml", b"").decode("utf-8", "replace"), sheet)
    marks, merged = Marks(), list[tuple[_Place, _Place]]()
    row = column = 0
    repeated = 1
    for found in _OPEN_TAG.finditer(text):
        told = _attributes(found[2])
        if found[1] == "table-row":
            row, column = row + repeated, 0
            repeated = _number(told, "table:number-rows-repeated")
            if told.get("table:visibility") in {"collapse", "filter"}:
                marks.hidden.update(range(row, row + min(repeated, CELLS)))
            continue
        wide = _number(told, "table:number-columns-repeated")
        place = (row, column)
        if not found[2].endswith("/") or any(name.startswith("office:") for name in told):
            marks.reaches(row + repeated - 1, column + wide - 1)
        if (
            fault := _open_fault(told, text[found.end() : found.end() + _SHOWN_AS_ERROR])
        ) is not None:
            marks.faults[place] = fault
        down, across = (
            _number(told, f"table:number-{what}-spanned") for what in ("rows", "columns")
        )
        if max(down, across) > 1:
            merged.append((place, (place[0] + down - 1, column + across - 1)))
        column += wide
    for first, last in merged:
        marks.merges(first, last)
    return marks


def _placed(tag: str, row: int, before: int) -> tuple[int, int]:
    """Return where a cell stands: as it says, or after the one before it."""
    found = _REFERENCE.match(tag)
    if found is None:
        written = _attributes(tag).get("r")
        if written is None:
            return row, before + 1
        found = _CORNER.fullmatch(written)
    if found is None:
        raise Misplaced
    return int(found[2]), _column(found[1])


def _fault(tag: str, inside: str) -> CellFault | None:
    if ' t="e"' in tag or " t='e'" in tag:
        return CellFault.ERROR
    if not _FORMULA.search(inside) or _VALUE.search(inside):
        return None
    # A formula that gave an empty text says that it is a text.
    return None if ' t="str"' in tag else CellFault.FORMULA


def _open_fault(told: dict[str, str], after: str) -> CellFault | None:
    if told.get("calcext:value-type") == "error":
        return CellFault.ERROR
    if "table:formula" not in told:
        return None
    if _ODS_ERROR.match(after):
        return CellFault.ERROR
    return CellFault.FORMULA if "office:value-type" not in told else None


def _open_sheet(text: str, sheet: str) -> str:
    """Return what stands in a sheet of an .ods."""
    for start in re.finditer(r"<table:table\s[^>]*>", text):
        if _attributes(start[0]).get("table:name") == sheet:
            return text[start.end() : text.find("</table:table>", start.end())]
    raise Misplaced


def _path_of(parts: dict[str, bytes], sheet: str) -> str:
    """Return the name of the part that holds a sheet of an .xlsx."""
    book = parts["xl/workbook.xml"].decode("utf-8", "replace")
    related = parts.get("xl/_rels/workbook.xml.rels", b"").decode("utf-8", "replace")
    targets = {
        told.get("Id"): told.get("Target", "")
        for told in map(_attributes, _RELATION.findall(related))
    }
    for told in map(_attributes, _SHEET.findall(book)):
        if told.get("name") == sheet:
            key = next((value for name, value in told.items() if name.endswith(":id")), None)
            target = targets.get(key, "")
            return target.lstrip("/") if target.startswith("/") else normpath(join("xl", target))
    return ""


def _attributes(tag: str) -> dict[str, str]:
    return {name: unescape(one or other) for name, one, other in _ATTRIBUTE.findall(tag)}


def _number(told: dict[str, str], name: str) -> int:
    return _counted(told.get(name, "1"))


def _counted(written: str) -> int:
    if not _NUMBER.fullmatch(written):
        raise Misplaced
    return int(written)


def _column(letters: str) -> int:
    rank = 0
    for letter in letters:
        rank = rank * 26 + ord(letter) - ord("A") + 1
    return rank - 1
