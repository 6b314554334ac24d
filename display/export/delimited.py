"""A table as delimited text (CSV) that a French spreadsheet opens as it is, and that runs nothing.

UTF-8 with its mark, semicolons, `31/12/2026`, `1234,56`: what Excel and LibreOffice in French read without
asking. What a person typed never begins a formula (`workflow.text.formulas`). Data alone: who made it, when
and with what filter is told by whoever asked for it.
"""

from __future__ import annotations

import csv
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

from display.export.tables import ListTable, Value, in_hours
from workflow.text.formulas import guarded


def write_delimited(path: Path, grid: ListTable) -> dict[str, int]:
    """Write a table; return how many rows it has.

    Raises:
        OSError: the disk refuses.
    """
    count = 0
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        out = csv.writer(file, delimiter=";", lineterminator="\r\n")
        out.writerow([heading.words for heading in grid.headings])
        for values in grid.rows:
            out.writerow([_cell(value) for value in values])
            count += 1
    return {grid.name: count}


def _cell(value: Value) -> str:
    match value:
        case None:
            return ""
        case datetime():
            return f"{in_hours(value):%d/%m/%Y %H:%M}"
        case date():
            return f"{value:%d/%m/%Y}"
        case Decimal():
            return f"{value:f}".replace(".", ",")
        case int():
            return str(value)
    return guarded(value)
