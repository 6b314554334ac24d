"""How long reading what people bring takes: 20,000 rows of 20 columns, beside openpyxl reading alone.

Run by `make bench`, or `python -m benchmarks.spreadsheets`. One core, no database. Memory is the highest of a
process that reads the file and does nothing else.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from datetime import date, timedelta
from io import BytesIO
from multiprocessing import get_context
from resource import RUSAGE_SELF, getrusage
from time import perf_counter

import xlsxwriter
from openpyxl import load_workbook
from rich.console import Console
from rich.table import Table

from workflow.spreadsheets.reading import read_table

ROWS = 20_000
TEXTS, NUMBERS, DAYS = 12, 4, 4
FIRST = date(2026, 1, 5)


def rows() -> list[list[object]]:
    """Return headings and rows of texts, amounts and days."""
    headings: list[object] = [f"Colonne {rank}" for rank in range(TEXTS + NUMBERS + DAYS)]
    return [headings] + [
        [f"texte {row} {rank}" for rank in range(TEXTS)]
        + [row + rank / 4 for rank in range(NUMBERS)]
        + [FIRST + timedelta(days=(row + rank) % 900) for rank in range(DAYS)]
        for row in range(ROWS)
    ]


def workbook() -> bytes:
    """Return them as an .xlsx."""
    whole = BytesIO()
    book = xlsxwriter.Workbook(whole, {"default_date_format": "dd/mm/yyyy"})
    sheet = book.add_worksheet()
    for number, row in enumerate(rows()):
        sheet.write_row(number, 0, row)
    book.close()
    return whole.getvalue()


def text() -> bytes:
    """Return them as text with separators."""
    lines = (";".join(map(str, row)) for row in rows())
    return "\r\n".join(lines).encode("utf-8-sig")


def ours(content: bytes) -> int:
    """Return the rows that are read."""
    return len(read_table(content, "suivi").rows)


def theirs(content: bytes) -> int:
    """Return the rows that openpyxl reads, headings aside."""
    book = load_workbook(BytesIO(content), read_only=True, data_only=True)
    return sum(1 for _ in book.worksheets[0].iter_rows(values_only=True)) - 1


def measured(read: Callable[[bytes], int], content: bytes) -> tuple[float, float]:
    """Return the seconds and the megabytes of reading a file, in a process of its own."""
    with get_context("spawn").Pool(1) as pool:
        return pool.apply(_measure, (read, content))


def _measure(read: Callable[[bytes], int], content: bytes) -> tuple[float, float]:
    begin = perf_counter()
    assert read(content) == ROWS
    seconds = perf_counter() - begin
    # Bytes on a Mac, thousands of them elsewhere.
    unit = 1e6 if sys.platform == "darwin" else 1e3
    return seconds, getrusage(RUSAGE_SELF).ru_maxrss / unit


def main() -> None:
    """Measure and print."""
    table = Table("Reading", "Time", "Memory", title=f"{ROWS:,} rows of 20 columns")
    book = workbook()
    for name, read, content in (
        (".xlsx", ours, book),
        (".csv", ours, text()),
        (".xlsx, openpyxl alone", theirs, book),
    ):
        seconds, memory = measured(read, content)
        table.add_row(name, f"{seconds:.1f} s", f"{memory:.0f} MB")
    Console().print(table)


if __name__ == "__main__":
    main()
