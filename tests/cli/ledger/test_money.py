"""`dossier argent` as typed: claims and payments, what each payer owes, what is refused."""

from __future__ import annotations

from pathlib import Path

import pytest
from rich.cells import cell_len

from tests.support.cli import REF, Desk, plain

LINE = f"dossier argent {REF}"
CLAIM = "--ajouter demande --le 20/08/2026 --montant '1 234,56' --payeur akto"
AGREED = (
    f"dossier corriger {REF} --fait montant_accorde=1700 --fait programme=classique "
    "--fait heures_formation=100"
)
"""100 h at 18 €/h, the last rate known, are 1 800 €, of which 1 700 € are agreed."""


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Desk:
    """Return a desk with one file of the CIPI."""
    desk = Desk(tmp_path, monkeypatch)
    desk.open_case()
    return desk


def test_lines_are_added_shown_changed_and_taken_away(desk: Desk) -> None:
    """Payers are named in words, the journal says each change, and a number is never given twice."""
    words = "demande du 20/08/2026, 1 234,56 €, AKTO – Réseau FAF.TT"
    assert f"Argent, ligne 1 {words}" in desk.must(f"{LINE} {CLAIM}").shown
    assert f"Argent, ligne 1 : {words}" in desk.must(f"dossier journal {REF}").shown
    assert "1 ligne notée" in desk.must(f"dossier voir {REF}").shown
    desk.must(f"{LINE} --ligne 1 --mois 08/2026 --reference 'DR 12' --note relancé")
    assert "1 demande 20/08/2026 1 234,56 € AKTO" in desk.must(LINE).shown
    line = {
        "number": 1, "kind": "demande", "on": "2026-08-20", "payer": "akto", "amount": "1234.56",
        "month": "2026-08-01", "reference": "DR 12", "note": "relancé",
    }  # fmt: skip
    data = desk.must(f"{LINE} --json").json
    assert data["lines"] == [line] == desk.must(f"dossier voir {REF} --json").json["money"]
    desk.must(
        f"{LINE} --ligne 1 --nature versement --payeur fpett --mois '' --reference '' --note ''"
    )
    (line,) = desk.must(f"{LINE} --json").json["lines"]
    assert (line["kind"], line["payer"], line["month"], line["note"]) == (
        "versement",
        "fpett",
        None,
        "",
    )
    desk.must(f"{LINE} --retirer 1")
    assert "Aucune demande, aucun versement." in desk.must(LINE).shown
    desk.must(f"{LINE} --ajouter versement --montant 5 --payeur akto")
    (line,) = desk.must(f"{LINE} --json").json["lines"]
    assert (line["number"], line["on"]) == (2, "2026-09-01")


def test_each_payer_is_told_what_it_owes(desk: Desk) -> None:
    """The agreement less the absences is expected of AKTO; what FPETT is asked stands apart."""
    desk.must(AGREED)
    days = "--jours 03/08/2026..21/08/2026"
    desk.must(f"dossier heures {REF} --ajouter formation {days} --prevues 100 --faites 90")
    desk.must(f"{LINE} {CLAIM}")
    desk.must(f"{LINE} --ajouter demande --le 21/08/2026 --montant 300 --payeur fpett")
    desk.must(f"{LINE} --ajouter versement --le 28/08/2026 --montant 1000 --payeur akto")
    data = desk.must(f"comptes {REF} --json").json
    told = [
        [one[name] for name in ("payer", "expected", "claimed", "paid", "outstanding")]
        for one in data["payers"]
    ]
    # 10 h missed at 18 €/h: 1 700 − 180 = 1 520 €.
    assert told == [
        ["akto", "1520.00", "1234.56", "1000.00", "520.00"],
        ["fpett", None, "300.00", "0.00", "300.00"],
    ]
    assert data["accounts"] == {
        "asked": None, "agreed": "1700.00", "claimed": "1534.56", "paid": "1000.00", "remaining": "520.00",
    }  # fmt: skip
    (lost,) = (one for one in data["quote"]["amounts"] if one["id"] == "absence")
    assert (lost["value"], lost["certain"], lost["notes"][0][:9]) == ("180.00", False, "Déduction")
    (case,) = desk.must("comptes --json").json["cases"]
    assert {name: case[name] for name in data["accounts"]} == data["accounts"]
    assert "absence déduites pour 1 dossier, à vérifier" in desk.must("comptes").shown


def test_lines_come_before_what_was_typed(desk: Desk) -> None:
    """An amount typed before is read until a line says the same, which is told when it happens."""
    desk.must(f"dossier corriger {REF} --fait montant_paye=400 --fait montant_accorde=900")
    data = desk.must(f"{LINE} --json").json
    assert (data["accounts"]["paid"], data["payers"][0]["outstanding"]) == ("400.00", "500.00")
    assert "Sans jour ni payeur : payé 400,00 €." in desk.must(LINE).shown
    desk.must(f"{LINE} {CLAIM}")
    desk.must(f"{LINE} --ajouter demande --le 21/08/2026 --montant 300 --payeur fpett")
    # Two may have paid: nobody said who did.
    assert {one["outstanding"] for one in desk.must(f"{LINE} --json").json["payers"]} == {None}
    assert desk.must(f"{LINE} --json").json["accounts"]["paid"] == "400.00"
    run = desk.must(f"{LINE} --ajouter versement --montant 100 --payeur akto")
    assert "« Montant payé » était noté" in plain(run.out + run.err)
    assert desk.must(f"{LINE} --json").json["accounts"]["paid"] == "100.00"


def test_more_than_what_was_agreed_is_refused_or_forced(desk: Desk) -> None:
    """A payment beyond the agreement asks for a reason; what was so already refuses nothing more."""
    desk.must(AGREED)
    pay = f"{LINE} --ajouter versement --payeur akto --montant"
    desk.must(f"{pay} 1700")
    desk.refuses(
        f"{pay} 0,01", 3, "font 1 700,01 €, soit 0,01 € de plus que les 1 700,00 € accordés"
    )
    desk.refuses(f"{pay} 0,01 --forcer", 3, "demande un « --commentaire »")
    assert desk.must(f"{pay} 0,01 --forcer --commentaire Arrondi --json").json["entry"]["forced"]
    desk.must(f"{LINE} --ligne 2 --note 'à rendre'")
    apart = desk.must(f"{LINE} --ajouter versement --payeur fpett --montant 30000")
    assert "FPETT a versé 30 000,00 € pour 0,00 € demandés" in plain(apart.out + apart.err)


def test_money_of_before_the_file_is_told(desk: Desk) -> None:
    """A year mistyped is noted with a warning, and a file that nobody pays yet shows no empty table."""
    assert "Par payeur" not in desk.must(LINE).shown
    desk.must(f"dossier avancer {REF} deposer_drf --fait drf_deposee_le=20/08/2026")
    old = desk.must(f"{LINE} --ajouter demande --le 20/08/2016 --montant 3 --payeur akto")
    told = "La ligne 1 est du 20/08/2016, avant « Saisir la DRF » : vérifiez la date."
    assert told in plain(old.out + old.err)


@pytest.mark.parametrize(
    ("tail", "code", "sentence"),
    [
        ("--ajouter virement --montant 3", 2, "le plus proche : « versement »"),
        ("--ajouter demande --montant 3", 2, "donnez la nature (--ajouter demande ou versement)"),
        ("--ajouter demande --payeur akto", 2, "le montant (--montant)"),
        ("--ajouter demande --payeur AKTO --montant 3", 4, "le plus proche : « akto »"),
        ("--ajouter demande --payeur aktto --montant 3", 4, "le plus proche : « akto »"),
        ("--ajouter demande --payeur akto --montant 0", 2, "0 € ne se demande"),
        ("--ajouter demande --payeur akto --montant trois", 2, "écrivez un nombre"),
        ("--ajouter demande --payeur akto --montant 3 --le 02/09/2026", 3, "dans le futur"),
        ("--ajouter demande --payeur akto --montant 3 --mois 13/2026", 2, "un mois comme 09/2026"),
        ("--ajouter demande --payeur akto --montant 3 --note 'au RSA'", 3, "peut révéler"),
        ("--ajouter demande --payeur akto --montant ''", 2, "--montant : valeur vide"),
        ("--ligne 1", 2, "que changer ?"),
        ("--ligne 2 --montant 3", 4, "pas de ligne d’argent 2 (lignes : 1)"),
        ("--ligne 1 --montant 1234,56", 3, "rien à changer"),
        ("--retirer 2", 4, "pas de ligne d’argent 2"),
        ("--montant 3", 2, "Quelle ligne ?"),
        (f"{CLAIM} --version-vue 1", 5, "il a changé depuis que vous l’avez lu"),
    ],
)
def test_bad_input_is_told_and_writes_nothing(
    desk: Desk, tail: str, code: int, sentence: str
) -> None:
    """Each mistake has its sentence and its code, and leaves the lines as they were."""
    desk.must(f"{LINE} {CLAIM}")
    desk.refuses(f"{LINE} {tail}", code, sentence)


def test_where_no_money_goes_through_the_agency_it_is_told(desk: Desk) -> None:
    """An OPACIF pays the person: its files have no line of money."""
    start = "--fait demarrage_formation=03/09/2018"
    desk.must(f"dossier ouvrir cif-cdd --financeur unifaf --historique {start}")
    run = desk.type("dossier argent CIF-2026-0001 --ajouter demande --montant 3")
    assert (run.code, "aucun argent ne passe par l’agence" in run.said) == (3, True)
    assert "Aucun argent" in desk.must("dossier argent CIF-2026-0001").shown


def test_it_fits_the_terminal(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """No line is wider than a narrow terminal."""
    desk.must(f"{LINE} {CLAIM} --mois 08/2026 --reference 'Demande de remboursement 2026-000123'")
    monkeypatch.setenv("COLUMNS", "80")
    assert all(cell_len(row) <= 80 for row in desk.must(LINE).out.splitlines())
