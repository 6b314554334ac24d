"""A list in a file for a spreadsheet, from the keyboard."""

from __future__ import annotations

import csv
import stat
from pathlib import Path

import openpyxl
import pytest

from tests.support.cli import REF, START, Desk


def read(path: Path) -> list[dict[str, str]]:
    """Return the rows of a delimited file, by title."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file, delimiter=";"))


@pytest.fixture
def filled(desk: Desk) -> Desk:
    """Return a desk whose file has a line in every list, and a restricted part."""
    desk.prepare(
        f"dossier heures {REF} --ajouter formation --jours 05/10/2026 --prevues 7,5 --lieu =Greta",
        f"dossier pieces {REF} --recue contrat_type_signe",
        f"dossier argent {REF} --ajouter demande --le 20/08/2026 --montant 1234,56 --payeur akto",
        f"dossier eligibilite {REF} --public minima_sociaux --reponse allocation=rsa",
    )
    return desk


def test_every_list_leaves_in_one_workbook(filled: Desk, tmp_path: Path) -> None:
    """The whole agency is a sheet for each list, its owner's alone, and nothing restricted is in it."""
    path = tmp_path / "agence.xlsx"
    filled.prepare("organisme ajouter Greta", "organisme ajouter Gretta", "organisme ajouter Afpa")
    filled.prepare(f"dossier corriger {REF} --organisme 2", "organisme fusionner 1 2")
    run = filled.must(f"exporter agence --sortie {path} --json").json
    assert (run["files"], run["filter"]) == (1, "dossiers en cours")
    assert all(
        run["rows"][name]
        for name in ("Dossiers", "Échéances", "Pièces", "Heures", "Argent", "Comptes", "Journal")
    )
    assert [run["rows"][name] for name in ("Organismes", "Clients", "Bénéficiaires")] == [1, 0, 0]
    assert stat.S_IMODE(path.stat().st_mode) == stat.S_IRUSR | stat.S_IWUSR
    assert [one.name for one in path.parent.glob(".*.tmp")] == []
    book = openpyxl.load_workbook(path)
    said = [str(cell.value) for sheet in book for row in sheet for cell in row if cell.value]
    assert REF in said
    assert not [text for text in said if "minima" in text.lower() or "rsa" in text.lower().split()]


def test_whole_files_leave_and_come_back(filled: Desk, tmp_path: Path) -> None:
    """They come back from the workbook alone; a changed line is asked about, a lost cell is named."""
    path = tmp_path / "reprise.xlsx"
    filled.must(f"exporter reprise --tous --sortie {path}")
    said = filled.must(f"importer {path} --essai --json").json
    assert said["counts"] == {"creer": 0, "modifier": 0, "inchange": 1, "corriger": 0, "choisir": 0}
    filled.prepare(f"dossier heures {REF} --ligne 1 --prevues 8")
    run = filled.type(f"importer {path} --essai --json")
    assert (run.code, run.json["counts"]["choisir"]) == (3, 1)
    assert "(heures)" in run.json["rows"][0]["faults"][0]["words"]
    book = openpyxl.load_workbook(path)
    assert not [c for sheet in book for row in sheet for c in row if "minima" in str(c.value)]
    book["Heures"]["D2"] = "bientôt"
    book.save(path)
    filled.refuses(f"importer {path} --essai", 2, "feuille « Heures », D2")


def test_a_list_leaves_at_its_filter(filled: Desk, tmp_path: Path) -> None:
    """A filter keeps its files; an amount, an hour and what was typed come back as they were noted."""
    filled.must("dossier ouvrir cipi --libelle 'Inès Faure' --fait", START)
    hours, money, files = (tmp_path / f"{name}.csv" for name in ("heures", "argent", "dossiers"))
    filled.must(f"exporter heures --sortie {hours} --dossier {REF}")
    filled.must(f"exporter argent --sortie {money}")
    (line,), (claim,) = read(hours), read(money)
    assert (line["Du"], line["Prévues"], line["Lieu"]) == ("05/10/2026", "7,5", "'=Greta")
    assert (claim["Montant"], claim["Jour"]) == ("1234,56", "20/08/2026")
    filled.must(f"exporter dossiers --sortie {files} --texte {REF}")
    assert [row["Dossier"] for row in read(files)] == [REF]
    filled.must(f"exporter dossiers --sortie {files} --remplacer")
    assert len(read(files)) == 2


def test_nothing_is_written_unasked(desk: Desk, tmp_path: Path) -> None:
    """A file that is there stays, and a list or a name that cannot be is refused."""
    path = tmp_path / "d.csv"
    path.write_text("ancien")
    desk.refuses(f"exporter dossiers --sortie {path}", 3, "existe déjà : ajoutez --remplacer")
    assert path.read_text() == "ancien"
    for line, sentence in (
        (f"exporter dossiers --sortie {tmp_path / 'd.pdf'}", "en .xlsx ou en .csv"),
        (f"exporter agence --sortie {tmp_path / 'a.csv'}", "donnez un nom en .xlsx"),
        (f"exporter courriels --etat clos --sortie {tmp_path / 'c.csv'}", "se filtrent par"),
    ):
        desk.refuses(line, 2, sentence)
