"""A spreadsheet of the agency's own, from the keyboard."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import openpyxl
import pytest

from tests.support.cli import Desk
from tests.support.spreadsheets import WRITERS

HEADINGS = ["Nom", "Prénom", "Début", "Fin formation", "RQTH", "N° DRF", "DRF déposée le", "RQTH"]
GOOD = ["ÉBOUÉ", "Zoé", "15/01/2027", "26/02/2027", "oui", "2026-7", None]
BAD = ["NGUYEN", "Linh", "30/02/2027", None, "oui", None, None]


@pytest.fixture(params=WRITERS)
def suivi(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """Return a spreadsheet of two rows, of each kind: one that stands, one with a date that is none."""
    path = tmp_path / f"suivi.{request.param}"
    path.write_bytes(WRITERS[request.param]({"Suivi": [HEADINGS, GOOD, BAD]}))
    return path


def incomplete(desk: Desk, line: str) -> Any:
    """Return what a command answers that some rows cannot be entered."""
    run = desk.type(line)
    assert run.code == 3, run.err
    return run.json


def test_a_spreadsheet_becomes_files(desk: Desk, suivi: Path, tmp_path: Path) -> None:
    """Rows are read again first; the good ones alone go in when asked; corrected, the others follow."""
    line, back = f"importer {suivi} --procedure cipi", tmp_path / "refus.xlsx"
    tried = incomplete(desk, f"{line} --essai --json")
    assert {name: n for name, n in tried["counts"].items() if n} == {"creer": 1, "corriger": 1}
    assert not tried["saved"]
    assert tried["rows"][1]["faults"][0]["cell"] == "C3"
    assert "RQTH" not in str(tried)
    assert not incomplete(desk, f"{line} --oui --json")["saved"]
    assert incomplete(desk, f"{line} --oui --bonnes --refuses {back} --json")["saved"]
    assert "ÉBOUÉ Zoé" in desk.must("dossier lister").out

    book = openpyxl.load_workbook(back)
    sheet = book.worksheets[-1]
    titles = [cell.value for cell in sheet[1]]
    assert "RQTH" not in titles
    assert sheet["C2"].fill.fgColor.rgb == "FFFFE699"
    assert "cette date n’existe pas" in sheet.cell(2, titles.index("Pourquoi") + 1).value
    sheet["C2"] = "28/02/2027"
    book.save(back)
    again = desk.must(f"importer {back} --procedure cipi --oui --json").json
    assert (again["counts"]["creer"], again["saved"]) == (1, True)
    assert incomplete(desk, f"{line} --oui --bonnes --json")["counts"]["inchange"] == 1
    past = desk.must("importer lister --json").json
    assert [(one["number"], one["file"], one["created"]) for one in past] == [
        (2, back.name, 1),
        (1, suivi.name, 1),
    ]
    assert back.name in desk.must("importer lister").out

    desk.refuses("importer annuler 2", 2, "ajoutez --oui")
    assert "1 dossier sera abandonné." in desk.must("importer annuler 2 --essai").shown
    (file,) = desk.must("importer annuler 2 --oui --json").json["files"]
    assert (file["created"], file["rests"]) == (True, "")
    assert desk.must("importer lister --json").json[0]["undone"]["left"] == 0
    desk.refuses("importer annuler 2 --oui", 3, "déjà annulé")
    desk.refuses("importer annuler 3 --oui", 4, "pas d’import")
    (ref,) = (one["ref"] for one in tried["rows"] if one["result"] == "creer")
    desk.must(f"dossier corriger {ref} --libelle Autre")
    rests = desk.type("importer annuler 1 --oui")
    assert (rests.code, "Correction" in rests.shown) == (3, True)


def test_what_cannot_be_imported_is_said(desk: Desk, suivi: Path) -> None:
    """A procedure that nobody tells, a column that is not there, a file that is none, nobody to confirm."""
    for line, code, sentence in (
        (f"importer {suivi} --essai", 2, "De quelle procédure"),
        (f"importer {suivi} --procedure cipi --essai --colonne Nmo=nom", 4, "Nmo"),
        (f"importer {suivi.parent / 'rien.xlsx'} --essai", 2, "n’existe pas"),
        (f"importer {suivi} --procedure cipi", 2, "ajoutez --oui"),
        (f"importer {suivi} --procedure cipi --oui --bonnes --refuses r.csv", 2, "en .xlsx"),
    ):
        desk.refuses(line, code, sentence)


def test_columns_are_read_as_they_were_before(desk: Desk, tmp_path: Path) -> None:
    """What a person said of a column is remembered under a name, until it is said otherwise."""
    path = tmp_path / "suivi.csv"
    path.write_text("Qui ?;Entrée;Fin\nÉBOUÉ Zoé;15/01/2027;26/02/2027\n", encoding="utf-8")
    line = f"importer {path} --procedure cipi --modele Lyon --oui --json"
    said = [
        "--colonne",
        "Qui ?=libelle",
        "--colonne",
        "Entrée=demarrage_formation",
        "--ignorer",
        "Fin",
    ]
    assert incomplete(desk, line)["counts"]["creer"] == 0
    assert desk.type(line, *said).json["saved"]
    again = desk.must(line).json
    assert (again["counts"]["inchange"], [one["found"] for one in again["columns"]]) == (
        1,
        ["dit", "dit", "ignoré"],
    )
    desk.refuses(f"importer {path} --procedure cipi --modele RQTH --oui", 3, "Le nom du modèle")


def test_each_kind_of_fault_is_shown_before_it_comes_back(desk: Desk, tmp_path: Path) -> None:
    """A column that is wrong all along hides no other, and dates in doubt say which one casts it."""
    path = tmp_path / "suivi.csv"
    days = [*["05/02/2027"] * 30, "02/23/2027", "30/02/2027"]
    path.write_text("\n".join(["Nom;Début", *(f"{n};{day}" for n, day in enumerate(days))]))
    shown = desk.type(f"importer {path} --procedure cipi --essai").shown
    assert "mois d’abord (« 02/23/2027 » en B32)" in shown
    assert "B33 : « 30/02/2027 »" in shown
