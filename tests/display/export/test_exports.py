"""Tables written for a spreadsheet, read back by programs that we did not write."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from zoneinfo import ZoneInfo

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook

from display.export.delimited import write_delimited
from display.export.tables import Heading, Holds, Imprint, ListTable, Value
from display.export.workbook import write_workbook
from workflow.text.formulas import guarded, unguarded

AT = datetime(2026, 12, 1, 15, 30, tzinfo=ZoneInfo("Europe/Paris"))
IMPRINT = Imprint("Échéancier – Essai", "agence de Dijon", "Zoé Müller", AT)
HEADINGS = tuple(Heading(holds.value, holds) for holds in Holds)
TYPED = (
    "=1+1",
    "+33 6",
    "-2",
    "@SUM(A1)",
    "\tx",
    "\rx",
    "'quote",
    "http://x.example",
    "012",
    "{=1}",
)


def rows() -> Iterator[tuple[Value, ...]]:
    """Yield a row for each text that a spreadsheet could take for something else."""
    for number, text in enumerate(TYPED):
        amount = Decimal("-1234.56")
        yield text, date(2026, 12, 31), AT, amount, Decimal("7.25"), number
    yield "", None, date(2026, 2, 3), None, None, None


def grid() -> ListTable:
    """Return the table of these tests."""
    return ListTable("Échéances", HEADINGS, rows())


def test_a_workbook_holds_what_it_was_given(tmp_path: Path) -> None:
    """Dates are dates, amounts numbers, what was typed text; it says the day, the filter and who made it."""
    path = tmp_path / "essai.xlsx"
    assert write_workbook(path, [grid()], IMPRINT) == {"Échéances": len(TYPED) + 1}
    book = openpyxl.load_workbook(path)
    assert book.sheetnames == ["Comment lire ce fichier", "Échéances"]
    said = book.properties
    assert (said.creator, said.subject) == ("Zoé Müller", "agence de Dijon")
    assert said.created == datetime(2026, 12, 1, 15, 30)  # noqa: DTZ001 - a workbook has no zone
    first = {row[0].value: row[1].value for row in book.worksheets[0].iter_rows()}
    assert (first["Par"], first["Filtre"]) == ("Zoé Müller", "agence de Dijon")
    assert first["Fait le"] == "mardi\xa01er\xa0décembre\xa02026 à 15:30"
    sheet = book["Échéances"]
    assert (sheet.freeze_panes, sheet.auto_filter.ref) == ("B2", f"A1:F{len(TYPED) + 2}")
    assert sheet.column_dimensions["A"].width == pytest.approx(14, abs=1)
    for row, text in enumerate(TYPED, 2):
        cells = [cell.value for cell in sheet[row]]
        assert (sheet.cell(row, 1).data_type, sheet.cell(row, 1).hyperlink) == ("s", None)
        assert cells[0].replace("_x000D_", "\r") == text
        assert cells[1:] == [
            datetime(2026, 12, 31),  # noqa: DTZ001
            datetime(2026, 12, 1, 15, 30),  # noqa: DTZ001
            *(-1234.56, 7.25, row - 2),
        ]
    assert (sheet.cell(2, 4).number_format, sheet.cell(2, 2).number_format) == (
        "#,##0.00 €",
        "dd/mm/yyyy",
    )
    assert sheet.cell(len(TYPED) + 2, 3).number_format == "dd/mm/yyyy"


def test_another_reader_finds_the_same(tmp_path: Path) -> None:
    """What reads imports reads the export with the same types."""
    path = tmp_path / "essai.xlsx"
    write_workbook(path, [grid()], IMPRINT)
    found = CalamineWorkbook.from_path(path).get_sheet_by_name("Échéances").to_python()
    assert found[0] == [heading.words for heading in HEADINGS]
    assert found[1][1:] == [date(2026, 12, 31), AT.replace(tzinfo=None), -1234.56, 7.25, 0.0]
    assert found[3][0] == "-2"


def test_delimited_text_is_read_back_as_it_was(tmp_path: Path) -> None:
    """It opens in French, and no cell begins a formula; taken away, the sign gives back what was typed."""
    path = tmp_path / "essai.csv"
    write_delimited(path, grid())
    assert path.read_bytes().startswith(b"\xef\xbb\xbf")
    with path.open(encoding="utf-8-sig", newline="") as file:
        titles, *found = csv.reader(file, delimiter=";")
    assert titles == [heading.words for heading in HEADINGS]
    assert [unguarded(row[0]) for row in found] == [*TYPED, ""]
    assert not [row[0] for row in found if row[0].startswith(("=", "+", "-", "@", "\t", "\r"))]
    assert found[0][1:] == ["31/12/2026", "01/12/2026 15:30", "-1234,56", "7,25", "0"]


@given(st.text(max_size=20) | st.sampled_from(TYPED).flatmap(lambda text: st.just("'" + text)))
def test_what_is_guarded_is_given_back(text: str) -> None:
    """Whatever was typed, its guard is taken away whole, and takes nothing else with it."""
    assert unguarded(guarded(text)) == text
    assert not guarded(text).startswith(("=", "+", "-", "@", "\t", "\r", "\n"))
