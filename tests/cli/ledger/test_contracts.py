"""`dossier contrats` and `dossier anciennete` as typed: the history of a person, and what it is worth."""

from __future__ import annotations

from pathlib import Path

import pytest
from rich.cells import cell_len

from tests.support.cli import Desk, plain

REF = "CIF-2026-0001"
LINE = f"dossier contrats {REF}"
CDD = "--ajouter cdd --jours 01/02/2017..31/05/2017 --heures 600 --chez 'Société X'"
CDI = "--ajouter cdi --jours 01/02/2014..31/01/2017 --heures 5400"


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Desk:
    """Return a desk with one historical file of the CIF-CDD."""
    desk = Desk(tmp_path, monkeypatch)
    desk.prepare(
        "dossier ouvrir cif-cdd --financeur unifaf --historique --fait demarrage_formation=03/09/2018"
    )
    return desk


def test_contracts_are_added_shown_changed_and_taken_away(desk: Desk) -> None:
    """Types and employers are named in words, and a number that is gone is not given again."""
    run = desk.must(f"{LINE} {CDD}")
    words = "CDD du 01/02/2017 au 31/05/2017, 600 h, Employeur privé, Société X"
    assert f"Contrat, ligne 1 {words}" in run.shown
    shown = desk.must(LINE).shown
    assert "1 CDD 01/02/2017 au 31/05/2017 600 h Employeur privé Société X" in shown
    assert f"Contrat, ligne 1 : {words}" in desk.must(f"dossier journal {REF}").shown
    assert "Contrats" in desk.must(f"dossier journal {REF}").shown
    assert "1 contrat noté" in desk.must(f"dossier voir {REF}").shown
    desk.must(f"{LINE} --ligne 1 --type cdd_saisonnier --employeur particulier --chez ''")
    data = desk.must(f"{LINE} --json").json
    assert data["contracts"] == [
        {
            "number": 1, "type": "cdd_saisonnier", "first": "2017-02-01", "last": "2017-05-31",
            "hours": "600", "employer": "particulier", "place": "",
        }
    ]  # fmt: skip
    assert desk.must(f"dossier voir {REF} --json").json["contracts"] == data["contracts"]
    desk.must(f"{LINE} --retirer 1")
    assert "Aucun contrat n’est noté." in desk.must(LINE).shown
    desk.must(f"{LINE} {CDI}")
    assert desk.must(f"{LINE} --json").json["contracts"][0]["number"] == 2


def test_contracts_that_share_days_are_told(desk: Desk) -> None:
    """Two jobs at once are noted, and a sentence says which days will count once."""
    assert "se chevauchent" not in plain(desk.must(f"{LINE} {CDD}").out)
    run = desk.must(f"{LINE} --ajouter cdd --jours 31/05/2017..30/06/2017 --heures 150")
    words = "Les contrats 1 et 2 se chevauchent du 31/05/2017 au 31/05/2017"
    assert words in plain(run.out + run.err)
    assert len(desk.must(f"{LINE} --json").json["contracts"]) == 2


def test_seniority_tells_every_condition_and_the_day_it_suffices(desk: Desk) -> None:
    """February to May is four months but 120 days: one reading is enough, and both are shown."""
    desk.must(f"{LINE} {CDD}")
    desk.must(f"{LINE} {CDI}")
    line = f"dossier anciennete {REF} --au 31/05/2017"
    data = desk.must(f"{line} --json").json
    assert (data["on"], data["verdict"]) == ("2017-05-31", "conforme")
    years, months = data["paths"][0]["conditions"]
    assert (years["verdict"], years["first"], years["last"]) == (
        "conforme", "2012-06-01", "2017-05-31",
    )  # fmt: skip
    assert years["found"] == {"months": 40, "days": 1216, "hours": "6000"}
    assert (months["verdict"], months["found"]) == (
        "conforme", {"months": 4, "days": 120, "hours": "600"},
    )  # fmt: skip
    assert (months["asked"]["months"], months["asked"]["days"]) == (4, 122)
    assert months["source"]["lines"] == "99"
    shown = desk.must(line).shown
    assert "✓ conforme" in shown
    assert "du 01/06/2016 au 31/05/2017 : 4 mois sur 4 ✓ ou 120 jours sur 122 ✗" in shown
    assert "trouvé : 4 mois, 120 jours, 600 heures" in shown
    assert "cif-cdd-2018.txt, l. 99" in shown


def test_seniority_says_from_when_it_would_do(desk: Desk) -> None:
    """A contract that goes on fills the window day after day, and the day it is full is said."""
    desk.must(f"{LINE} --ajouter cdd --jours 01/02/2017..31/12/2017")
    desk.must(f"{LINE} {CDI}")
    data = desk.must(f"dossier anciennete {REF} --au 30/04/2017 --json").json
    assert data["verdict"] == "non_conforme"
    # 1 February + 122 days ends on 2 June; four months end on 31 May.
    assert (data["earliest_on"], data["qualifies_on"]) == ("2017-05-31", "2017-06-02")
    shown = desk.must(f"dossier anciennete {REF} --au 30/04/2017").shown
    assert "✗ non conforme" in shown
    assert (
        "Remplirait les conditions à partir du vendredi 2 juin 2017 ; selon une lecture, "
        "dès le mercredi 31 mai 2017."
    ) in shown
    shown = desk.must(f"dossier anciennete {REF} --au 31/05/2017").shown
    assert "selon une lecture, selon toutes à partir du vendredi 2 juin 2017." in shown
    shown = desk.must(f"dossier anciennete {REF} --au 02/06/2017").shown
    assert "✓ conforme" in shown
    assert "Remplit les conditions ce jour-là." in shown
    assert "aucun jour à partir de celui-là" in desk.must(f"dossier anciennete {REF}").shown


def test_the_reference_date_of_the_file_decides(desk: Desk) -> None:
    """Without --au: today, then the day of deposit, then the day the file was received."""
    desk.must(f"{LINE} {CDI}")
    assert desk.must(f"dossier anciennete {REF} --json").json["on"] == "2026-09-01"
    papers = "--piece dossier_complet --piece biaf"
    desk.must(f"dossier avancer {REF} deposer --fait depose_le=14/06/2018 {papers}")
    assert desk.must(f"dossier anciennete {REF} --json").json["on"] == "2018-06-14"
    desk.must(f"dossier avancer {REF} noter_reception --fait dossier_recu_le=18/06/2018")
    assert desk.must(f"dossier anciennete {REF} --json").json["on"] == "2018-06-18"


@pytest.mark.parametrize(
    ("tail", "code", "sentence"),
    [
        ("--ajouter cddd --jours 01/02/2017..31/05/2017", 4, "le plus proche : « cdd »"),
        ("--ajouter '' --jours 01/02/2017..31/05/2017", 2, "--ajouter : valeur vide"),
        ("--ajouter cdd", 2, "donnez ses jours"),
        ("--ajouter cdd --jours 31/05/2017..01/02/2017", 2, "finit avant de commencer"),
        ("--ajouter cdd --jours 31/06/2017", 2, "cette date n’existe pas"),
        ("--ajouter cdd --jours 01/06/2017 --heures -3", 2, "écrivez un nombre"),
        ("--ajouter cdd --jours 01/06/2017 --heures 0", 2, "0 h ne se compte pas"),
        ("--ajouter cdd --jours 01/06/2017 --heures ''", 2, "--heures : valeur vide"),
        ("--ajouter cdd --jours 01/06/2017 --employeur prives", 4, "le plus proche : « prive »"),
        ("--ajouter cdd --type cdi --jours 01/06/2017", 2, "retirez --type"),
        ("--ligne 1 --ajouter cdd", 2, "gardez l’une des deux"),
        ("--ligne 1", 2, "Contrat 1 : que changer ?"),
        ("--ligne 2 --heures 3", 4, "pas de contrat 2 (contrats : 1)"),
        ("--ligne 1 --heures 600", 3, "rien à changer"),
        ("--ligne 1 --retirer 1 --heures 3", 2, "donné à --ligne et à --retirer"),
        ("--retirer un", 2, "écrivez un nombre entier"),
        ("--retirer 2", 4, "pas de contrat 2"),
        ("--retirer 1 --heures 3", 2, "Quel contrat ?"),
        ("--heures 3", 2, "Quel contrat ?"),
        ("--essai", 2, "Quel contrat ?"),
        (f"{CDI} --version-vue 1", 5, "il a changé depuis que vous l’avez lu"),
    ],
)  # fmt: skip
def test_bad_input_is_told_and_writes_nothing(
    desk: Desk, tail: str, code: int, sentence: str
) -> None:
    """Each mistake has its sentence and its code, and leaves the history as it was."""
    desk.must(f"{LINE} {CDD}")
    desk.refuses(f"{LINE} {tail}", code, sentence)


def test_where_nothing_is_asked_of_the_history_it_is_told(desk: Desk) -> None:
    """The CIPI asks nothing; a file without contract has nothing to count."""
    desk.must("dossier ouvrir cipi --fait 'demarrage_formation=05/10/2026 09:00'")
    for line in ("contrats", "anciennete"):
        run = desk.type(f"dossier {line} CIPI-2026-0001")
        assert (run.code, "aucune règle d’ancienneté" in run.said) == (3, True)
    run = desk.type(f"dossier anciennete {REF}")
    assert (run.code, "aucun contrat noté" in run.said) == (3, True)
    run = desk.type(f"dossier anciennete {REF} --au hier")
    assert run.code == 3
    desk.must(f"{LINE} {CDD}")
    assert desk.type(f"dossier anciennete {REF} --au naguère").code == 2
    assert "Au lundi 31 août 2026" in desk.must(f"dossier anciennete {REF} --au hier").shown


@pytest.mark.parametrize("columns", [80, 60])
def test_it_fits_the_terminal(desk: Desk, monkeypatch: pytest.MonkeyPatch, columns: int) -> None:
    """No line is wider than the terminal."""
    desk.must(f"{LINE} {CDD}")
    desk.must(f"{LINE} --ligne 1 --chez 'Compagnie générale de préparation de commandes du Rhône'")
    monkeypatch.setenv("COLUMNS", str(columns))
    for line in (LINE, f"dossier anciennete {REF}"):
        assert all(cell_len(row) <= columns for row in desk.must(line).out.splitlines())
