"""Tables as a file for a spreadsheet, in the form that the ending of its name says.

Used by `cli.case.export` and by `tui.forms.export_file`.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Final

from display.export.delimited import write_delimited
from display.export.tables import Imprint, JoinedTables, ListTable
from display.export.workbook import write_workbook

CSV: Final = ".csv"
ENDINGS: Final = frozenset({".xlsx", CSV})


def write_tables(
    path: Path, ending: str, grids: Iterator[ListTable | JoinedTables], imprint: Imprint
) -> dict[str, int]:
    """Write tables; return how many rows each has.

    Args:
        path: where; overwritten.
        ending: the form, one of `ENDINGS`; delimited text holds the first table alone.
        grids: the tables.
        imprint: what a workbook says of itself.

    Raises:
        InvalidInput: a table has more rows than a sheet.
        OSError: the disk refuses.
    """
    if ending == CSV and isinstance(first := next(grids), ListTable):
        return write_delimited(path, first)
    return write_workbook(path, grids, imprint)
