"""What spreadsheets cost: 20,000 rows of 20 columns read, beside openpyxl reading alone; more written.

Run by `make bench`, or `python -m benchmarks.spreadsheets`. One core. Memory is the highest of a process
that reads or writes the file and does nothing else, then of the command that previews files and enters them,
half of which have steps behind them.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import redirect_stdout
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from io import BytesIO
from multiprocessing import get_context
from pathlib import Path
from resource import RUSAGE_SELF, getrusage
from tempfile import TemporaryDirectory
from time import perf_counter

import xlsxwriter
from openpyxl import load_workbook
from rich.console import Console
from rich.table import Table

from cli.main import main as run_command
from display.export.spreadsheet import write_tables
from display.export.tables import Heading, Holds, Imprint, ListTable, Value
from workflow.spreadsheets.reading import read_table

ROWS = 20_000
OUT = 5
"""Times more rows that are written."""
TEXTS, NUMBERS, DAYS = 12, 4, 4
FIRST = date(2026, 1, 5)
NOW = datetime(2026, 12, 1, 18, tzinfo=UTC)


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


def table(count: int) -> ListTable:
    """Return a list to export: the same columns, each row made when it is written."""
    headings = [
        *(Heading(f"Texte {rank}") for rank in range(TEXTS)),
        *(Heading(f"Montant {rank}", Holds.EUROS) for rank in range(NUMBERS)),
        *(Heading(f"Jour {rank}", Holds.DAY) for rank in range(DAYS)),
    ]

    def made() -> Iterator[list[Value]]:
        for row in range(count):
            texts = (f"texte {row} {rank}" for rank in range(TEXTS))
            days = (FIRST + timedelta(days=(row + rank) % 900) for rank in range(DAYS))
            yield [*texts, *(Decimal(row) + rank for rank in range(NUMBERS)), *days]

    return ListTable("Dossiers", headings, made())


def out(ending: bytes) -> int:
    """Return the rows that are written, in parts of what is read."""
    imprint = Imprint("Mesure", "tout", "personne", datetime(2026, 1, 5, tzinfo=UTC))
    with TemporaryDirectory() as folder:
        path = Path(folder) / "liste"
        written = write_tables(path, ending.decode(), iter([table(ROWS * OUT)]), imprint)
    return sum(written.values()) // OUT


def measured(read: Callable[[bytes], int], content: bytes) -> tuple[float, float]:
    """Return the seconds and the megabytes of reading a file, in a process of its own."""
    with get_context("spawn").Pool(1) as pool:
        return pool.apply(_measure, (read, content))


def _measure(read: Callable[[bytes], int], content: bytes) -> tuple[float, float]:
    begin = perf_counter()
    assert read(content) == ROWS
    seconds = perf_counter() - begin
    return seconds, _megabytes()


def _megabytes() -> float:
    # Bytes on a Mac, thousands of them elsewhere.
    unit = 1e6 if sys.platform == "darwin" else 1e3
    return getrusage(RUSAGE_SELF).ru_maxrss / unit


FILES = (
    "Nom;Prénom;Début;Fin formation;Début contrat;Nb heures;Heures mission;OF;Intitulé;N° DRF;N° AKTO;"
    "Conseiller;DRF déposée le;DRF accordée le;Prix formation;Contact OF;Montant demandé;Agence;"
    "Suivi par;Client"
)
CONFIG = """
[database]
url = "sqlite:///b.db"
[mail]
transport = "fichier"
directory = "courriels"
sender = "e@ett.test"
[agencies.lyon]
name = "Lyon"
email = "lyon@ett.test"
[people.claire]
name = "Claire"
email = "claire@ett.test"
agency = "lyon"
[user]
id = "claire"
"""


def files() -> str:
    """Return the spreadsheet of an agency: a quarter of its files have one step done, a quarter have two."""
    lines = [FILES]
    for row in range(ROWS):
        steps = max(row % 4 - 1, 0)
        start = date(2026, 9, 7) + timedelta(days=row % 60 if steps else 100 + row * 7 % 420)
        days = [
            start,
            start + timedelta(days=40),
            start,
            *(start - timedelta(days=n) for n in (20, 12)),
        ]
        first, end, contract, asked, agreed = (f"{day:%d/%m/%Y}" for day in days)
        dated = (asked if steps else "", agreed if steps > 1 else "")
        said = (
            200 + row % 40,
            150,
            f"Centre {row % 80}",
            f"Métier {row % 50}",
            f"D{row}",
            f"K{row}",
            "Léa",
        )
        left = (f"{1500 + row % 300},50", f"Noé {row % 80}", "", "Lyon", "", f"Client {row % 200}")
        lines.append(
            ";".join(map(str, (f"NOM{row}", "Zoé", first, end, contract, *said, *dated, *left)))
        )
    return "\n".join(lines)


def taken(*options: str) -> tuple[float, float]:
    """Return the seconds and the megabytes of the command that takes these files over, on an empty base."""
    with TemporaryDirectory() as folder:
        Path(folder, "config.toml").write_text(CONFIG, encoding="utf-8")
        Path(folder, "suivi.csv").write_text(files(), encoding="utf-8")
        with get_context("spawn").Pool(1) as pool:
            return pool.apply(_take, (folder, options))


def _take(folder: str, options: tuple[str, ...]) -> tuple[float, float]:
    os.chdir(folder)
    with Path(os.devnull).open("w", encoding="utf-8") as nowhere, redirect_stdout(nowhere):
        assert run_command(["init"], lambda: NOW) == 0
        begin = perf_counter()
        assert (
            run_command(["importer", "suivi.csv", "--procedure", "cipi", *options], lambda: NOW)
            == 0
        )
    return perf_counter() - begin, _megabytes()


def main() -> None:
    """Measure and print."""
    table = Table("What", "Time", "Memory", title=f"{ROWS:,} rows of 20 columns")
    book = workbook()
    for name, read, content in (
        (".xlsx", ours, book),
        (".csv", ours, text()),
        (".xlsx, openpyxl alone", theirs, book),
        (f"{ROWS * OUT:,} rows out, .xlsx", out, b".xlsx"),
        (f"{ROWS * OUT:,} rows out, .csv", out, b".csv"),
    ):
        seconds, memory = measured(read, content)
        table.add_row(name, f"{seconds:.1f} s", f"{memory:.0f} MB")
    for name, options in (
        ("files, preview", ("--essai",)),
        ("files, entered", ("--oui", "--bonnes")),
    ):
        seconds, memory = taken(*options)
        table.add_row(name, f"{seconds:.1f} s", f"{memory:.0f} MB")
    Console().print(table)


if __name__ == "__main__":
    main()
