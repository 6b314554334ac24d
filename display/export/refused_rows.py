"""The rows of a table that could not be entered, as the table they came from, with why, to be given again.

Called by `importer`. What may not be kept is not written again: a number of social security, a word that
tells why a person is eligible, a column that is never read.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Final

from display.case.importing import Reread
from display.export.tables import Heading, Holds, Imprint, ListTable, Value
from display.export.workbook import write_workbook
from workflow.imports.recognition import Column, FoundBy
from workflow.rules.procedure import Procedure
from workflow.spreadsheets.table import CellFault, CellValue, Table
from workflow.takeover.rereading import ImportedRow
from workflow.text import french
from workflow.text.nir import holds_nir
from workflow.wording.act_text import reveals

WHY: Final = "Pourquoi"
"""Heading of the column that says why; a table that is given again may still have it."""
_WIDE: Final = 80


def write_refused(
    path: Path, reread: Reread, procedures: Sequence[Procedure], by: str, at: datetime
) -> int:
    """Write the rows that do not stand in a workbook; return how many.

    Args:
        path: of the workbook.
        reread: the table and what its rows would do.
        procedures: give the words that reveal why a person is eligible.
        by: who asks.
        at: when, in their zone.

    Raises:
        OSError: the disk refuses.
    """
    table = reread.asked.table
    grid = refused_rows(table, reread.asked.columns, reread.rows, procedures)
    imprint = Imprint(
        "Échéancier – Lignes à corriger", f"lignes à corriger de « {table.file} »", by, at
    )
    return sum(write_workbook(path, [grid], imprint).values())


def refused_rows(
    table: Table,
    columns: Sequence[Column],
    rows: Sequence[ImportedRow],
    procedures: Sequence[Procedure],
) -> ListTable:
    """Return the rows that do not stand, each with its reasons, the cells in question marked."""
    wrong = {row.number: row for row in rows if not row.result.stands}
    kept = [one for one in columns if one.found is not FoundBy.REFUSED and one.heading != WHY]
    lines = [row for row in table.rows if row.number in wrong]
    cells = {fault.cell for row in wrong.values() for fault in row.faults if fault.cell}
    headings = [
        Heading(one.heading, _holds([row.values[one.rank] for row in lines])) for one in kept
    ]
    marked = {
        (place, column)
        for place, row in enumerate(lines)
        for column, one in enumerate(kept)
        if table.at(row, one.rank) in cells
    }

    def values() -> Iterator[Sequence[Value]]:
        for row in lines:
            why = " ".join(fault.words for fault in wrong[row.number].faults)
            pairs = zip(kept, headings, strict=True)
            read = (
                _value(row.values[one.rank], heading.holds, procedures) for one, heading in pairs
            )
            yield [*read, why]

    return ListTable(
        table.sheet or "À corriger",
        [*headings, Heading(WHY, width=_WIDE)],
        values(),
        frozenset(marked),
    )


def _holds(values: Sequence[CellValue]) -> Holds:
    """Return what a column is, when all of it is the same."""
    filled = [value for value in values if value is not None]
    if filled and all(isinstance(value, datetime) for value in filled):
        return Holds.MOMENT
    if filled and all(isinstance(value, date) for value in filled):
        return Holds.MOMENT if any(isinstance(value, datetime) for value in filled) else Holds.DAY
    if filled and all(isinstance(value, Decimal) and value % 1 == 0 for value in filled):
        return Holds.COUNT
    return Holds.TEXT


def _value(value: CellValue, holds: Holds, procedures: Sequence[Procedure]) -> Value:
    if holds is Holds.TEXT and isinstance(value, date):
        return french.moment(value) if isinstance(value, datetime) else french.short_day(value)
    match value:
        case CellFault() | None:
            return None
        case bool():
            return "oui" if value else "non"
        case timedelta():
            minutes = value // timedelta(minutes=1)
            return f"{minutes // 60} h {minutes % 60:02}"
        case time():
            return f"{value:%H:%M}"
        case _:
            words = str(value)
            hidden = holds_nir(words) or any(reveals(one, words) for one in procedures)
            return None if hidden else value
