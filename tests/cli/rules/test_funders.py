"""Procedures that several funders rule, as typed: opening, showing, simulating, a scheme that ended."""

from __future__ import annotations

from pathlib import Path

import pytest

from cli.asking.completion import proposed
from tests.support.cli import Desk
from workflow.operations.requests import Takes, ask

START = "--fait demarrage_formation=03/09/2018"


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Desk:
    """Return a desk without a database."""
    return Desk(tmp_path, monkeypatch)


def test_a_simulation_shows_the_session_the_others_and_what_to_know(desk: Desk) -> None:
    """The session chosen, its alternatives, the funder, and the warning of the sheet."""
    run = desk.must(
        f"simuler cif-cdd --financeur fongecif-bfc {START} --commission 12/07/2018 "
        "--commission 14/06/2018 --maintenant 2018-03-01"
    )
    assert "Financeur : Fongecif Bourgogne Franche-Comté." in run.shown
    assert "commission jeudi 12 juillet 2018" in run.shown
    assert "Autre choix : commission du 14/06/2018" in run.shown
    assert "aucune valeur légale" in run.said


def test_a_session_in_a_month_without_one_is_left_out(desk: Desk) -> None:
    """The date stays provisional and says so."""
    data = desk.must(
        f"simuler cif-cdd --financeur fongecif-bfc {START} --commission 09/08/2018 --json"
    ).json
    (deposit,) = (one for one in data["deadlines"] if one["id"] == "depot")
    assert deposit["commission"] is None
    assert deposit["warnings"]


def test_a_scheme_that_has_ended_refuses_today_and_names_the_next(desk: Desk) -> None:
    """A start in 2018 is refused as the scheme is over, one in 2027 as no rule covers it."""
    desk.prepare()
    before = desk.rows()
    run = desk.type(f"dossier ouvrir cif-cdd --financeur unifaf {START}")
    assert run.code == 3
    assert "Le CIF a été supprimé le 1er janvier 2019" in run.said
    assert "« ptp »" in run.said
    assert "--historique" in run.said
    run = desk.type(
        "dossier ouvrir cif-cdd --financeur unifaf --historique "
        "--fait demarrage_formation=04/01/2027"
    )
    assert (run.code, "« ptp »" in run.said) == (2, True)
    run = desk.type("dossier ouvrir ptp --historique --fait demarrage_formation=04/05/2027")
    assert (run.code, "ne sert que pour un dispositif qui a pris fin" in run.said) == (3, True)
    assert desk.rows() == before
    desk.must("dossier ouvrir ptp --fait demarrage_formation=04/05/2027")


def test_a_historical_file_lives_with_its_funder(desk: Desk) -> None:
    """Opened, shown, advanced, listed and controlled under the rules of its funder."""
    desk.prepare()
    desk.must(f"dossier ouvrir cif-cdd --financeur unifaf --historique {START} --libelle Ancien")
    ref = "CIF-2026-0001"
    shown = desk.must(f"dossier voir {ref}").shown
    assert "Financeur UNIFAF" in shown
    assert "limite stricte mardi 3 juillet 2018" in shown
    data = desk.must(f"dossier voir {ref} --json").json
    assert (data["funder"], data["contracts"]) == ("unifaf", [])
    assert any(one["id"].startswith("UNIFAF-") for one in
               desk.must(f"dossier controler {ref} --json").json["findings"])  # fmt: skip
    assert desk.must(f"dossier avancer {ref} retirer_dossier").code == 0
    assert "Ancien" in desk.must("dossier lister").shown
    assert desk.must("echeances --retard").code == 0
    desk.must(f"dossier avancer {ref} abandonner")
    assert "Ancien" not in desk.must("dossier lister").out


@pytest.mark.parametrize(
    ("line", "code", "sentence"),
    [
        (f"dossier ouvrir cif-cdd {START} --historique", 2, "ajoutez « --financeur »"),
        (f"dossier ouvrir cif-cdd --financeur unifa {START}", 4, "le plus proche : « unifaf »"),
        ("dossier ouvrir cipi --financeur unifaf", 2, "n’a qu’un financeur"),
        ("regles voir --financeur unifaf", 2, "écrivez laquelle"),
        ("regles voir cif-cdd --financeur unifa", 4, "le plus proche : « unifaf »"),
        ("regles voir cipi --financeur unifaf", 2, "n’a qu’un financeur"),
        (f"simuler cif-cdd {START}", 2, "ajoutez « --financeur »"),
    ],
)  # fmt: skip
def test_a_funder_that_is_missing_or_unknown_is_told(
    desk: Desk, line: str, code: int, sentence: str
) -> None:
    """Each mistake has its sentence and its code."""
    desk.prepare()
    desk.refuses(line, code, sentence)


def test_rules_are_read_for_each_funder(desk: Desk) -> None:
    """The procedure lists its funders; with one, its deadlines and every source are shown."""
    shown = desk.must("regles voir cif-cdd").shown
    assert "UNIFAF unifaf" in shown
    assert "Le CIF a été supprimé" in shown
    shown = desk.must("regles voir cif-cdd --financeur fongecif-bfc").shown
    assert "Déposer le dossier" in shown
    assert "« tous les mois, sauf en janvier et en août »" in shown
    data = desk.must("regles voir cif-cdd --financeur fongecif-bfc --json").json
    assert data["funder"] == "fongecif-bfc"
    (deposit,) = (one for one in data["deadlines"] if one["id"] == "depot")
    assert len(deposit["sources"]) >= 4
    listed = desk.must("regles voir cif-cdd --json").json
    assert {"id": "unifaf", "label": "UNIFAF"} in listed["funders"]


def test_the_shell_proposes_funders_contracts_and_employers() -> None:
    """From the rules of every funder; facts of one funder are proposed too."""

    def offered(takes: Takes, typed: str) -> list[tuple[str, str]]:
        return proposed(ask("x", takes, ""), None, typed)

    assert offered(Takes.FUNDER, "uni") == [("unifaf", "UNIFAF"), ("uniformation", "UNIFORMATION")]
    assert [name for name, _ in offered(Takes.CONTRACT, "int")] == ["interim"]
    assert ("prive", "Employeur privé") in offered(Takes.EMPLOYER, "")
    assert [name for name, _ in offered(Takes.FACT, "post_v")] == ["post_vae="]
    assert [name for name, _ in offered(Takes.FACT, "diplome_branche=b")] == [
        "diplome_branche=branche"
    ]
