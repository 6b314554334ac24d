"""An empty table from the keyboard, filled by somebody and taken in."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import openpyxl

from tests.support.cli import Desk


def test_an_empty_table_is_filled_and_taken_in(desk: Desk, tmp_path: Path) -> None:
    """It explains each column and offers the choices of the house; what is written in it is entered."""
    path = tmp_path / "m.xlsx"
    said = desk.must(f"importer modele --procedure cipi --sortie {path} --json").json
    book = openpyxl.load_workbook(path)
    sheet, told = book["Dossiers"], book["Comment remplir"]
    headings = [cell.value for cell in sheet[1]]
    assert headings == [one["heading"] for one in said["columns"]]
    assert [row[0].value for row in told.iter_rows(3)] == headings
    assert book["Listes"].sheet_state == "hidden"
    assert "Clos" in {cell.value for row in book["Listes"].iter_rows() for cell in row}
    names = [one["name"] for one in said["columns"]]
    places = [str(one.sqref) for one in sheet.data_validations.dataValidation]
    offered = {names[sheet[place.partition(":")[0]].column - 1] for place in places}
    assert {"procedure", "etat", "agence", "suivi_par"} <= offered
    start = names.index("demarrage_formation")
    assert "AKTO" not in sheet.cell(1, start + 1).comment.text
    assert "Saisir la DRF" in sheet.cell(1, start + 1).comment.text
    row: dict[str, object] = {
        "nom": "DURAND",
        "prenom": "Inès",
        "agence": "Agence de Metz",
        "procedure": "CIPI",
    }
    row |= {"demarrage_formation": datetime(2026, 10, 6, 9)}  # noqa: DTZ001 - a workbook has no zone
    for name, value in row.items():
        sheet.cell(2, names.index(name) + 1, value)
    book.save(path)
    taken = desk.must(f"importer {path} --essai --json").json
    assert (taken["counts"]["creer"], {one["found"] for one in taken["columns"]}) == (
        1,
        {"en-tête"},
    )
    desk.refuses("importer modele", 2, "./modele")
    desk.refuses(f"importer modele --procedure cipi --sortie {path}", 3, "--remplacer")
