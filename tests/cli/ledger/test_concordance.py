"""`dossier concordance`: what each paper says, noted and compared."""

from __future__ import annotations

import pytest

from tests.support.cli import REF, Desk

NOTE = f"dossier concordance {REF}"


def test_what_papers_say_is_noted_then_compared(desk: Desk) -> None:
    """What a paper says is kept with it, told by the journal, and the first difference stands out."""
    assert "Rien à comparer" in desk.must(NOTE).shown
    desk.must(f"{NOTE} convention_formation --fait heures_formation=14 --fait prix_formation=1500")
    run = desk.must(f"{NOTE} certificat_realisation --fait", "heures_formation=13 h 30")
    told = "La convention dit 14 h, le certificat 13,5 h ; faites corriger ce qui est faux."
    assert f"Heures de formation externe prévues : {told}" in run.shown
    shown = desk.must(NOTE).shown
    assert "Convention Programme Certificat Facture" in shown
    assert "Heures 14 h 13,5 h ✗" in shown
    assert told in desk.must(f"dossier controler {REF}").shown
    assert (
        "Heures de formation externe prévues : 13,5 h" in desk.must(f"dossier journal {REF}").shown
    )
    found = {one["id"]: one for one in desk.must(f"{NOTE} --json").json["facts"]}
    hours = found["heures_formation"]
    assert (hours["called"], hours["said"], hours["differs"], hours["sentence"].split()) == (
        "Heures",
        {"convention_formation": "14", "certificat_realisation": "13.50"},
        "certificat_realisation",
        told.split(),
    )
    assert found["prix_formation"]["differs"] is found["fin_formation"]["sentence"] is None
    papers = desk.must(f"dossier voir {REF} --json").json["documents"]
    assert papers["convention_formation"]["says"] == {
        "heures_formation": "14",
        "prix_formation": "1500",
    }


def test_what_a_paper_does_not_say_is_taken_back(desk: Desk) -> None:
    """A fact is taken back alone; the paper stays, and what it says follows it from step to step."""
    desk.must(f"{NOTE} facture_organisme --fait heures_formation=14 --fait prix_formation=1500")
    desk.must(f"{NOTE} facture_organisme --retirer prix_formation")
    desk.must(f"dossier pieces {REF} --verifiee facture_organisme")
    paper = desk.must(f"dossier voir {REF} --json").json["documents"]["facture_organisme"]
    assert (paper["status"], paper["says"]) == ("verifie", {"heures_formation": "14"})


@pytest.mark.parametrize(
    ("typed", "code", "said"),
    [
        ("--fait heures_formation=14", 2, "Quelle pièce ? Donnez-la après la référence"),
        ("facture_organisme", 2, "Rien à noter : ajoutez --fait ou --retirer"),
        ("convention --fait heures_formation=14", 4, "« convention » n’existe pas"),
        ("facture_organisme --fait debut_mission=01/09/2026", 4, "« debut_mission » n’existe pas"),
        ("facture_organisme --fait siret_organisme=12345678900012", 2, "la clé de ce SIRET"),
    ],
)
def test_what_cannot_be_noted_is_refused(desk: Desk, typed: str, code: int, said: str) -> None:
    """One sentence says what is missing or unknown, and nothing is written."""
    run = desk.type(f"{NOTE} {typed}")
    assert run.code == code
    assert said in run.said
    assert desk.must(f"dossier voir {REF} --json").json["version"] == 1


def test_a_dry_run_writes_nothing(desk: Desk) -> None:
    """A trial shows what would be noted, and keeps none of it."""
    desk.must(f"{NOTE} facture_organisme --fait heures_formation=14 --essai")
    assert desk.must(f"dossier voir {REF} --json").json["documents"] == {}


def test_each_procedure_compares_its_own_papers(desk: Desk) -> None:
    """A reconversion begins with its agreement, a PTP with the request for leave, a CIF with the wages."""
    desk.must("dossier ouvrir reconversion --ref REC-1 --fait debut_reconversion=03/05/2027")
    note = "dossier concordance REC-1 accord_ecrit --fait debut_reconversion=04/05/2027"
    assert "L’accord écrit dit 04/05/2027, le dossier 03/05/2027" in desk.must(note).shown
    assert (
        "Accord écrit Convention Certificat Dossier" in desk.must("dossier concordance REC-1").shown
    )
    desk.must("dossier ouvrir ptp --ref PTP-1 --fait demarrage_formation=03/05/2027")
    note = "dossier concordance PTP-1 demande_conge --fait demarrage_formation=04/05/2027"
    assert "La demande de congé dit 04/05/2027, le dossier 03/05/2027" in desk.must(note).shown
    ended = "--financeur unifaf --historique --fait demarrage_formation=01/03/2018"
    desk.must(f"dossier ouvrir cif-cdd --ref CIF-1 {ended}")
    desk.must("dossier concordance CIF-1 biaf --fait fin_dernier_cdd=31/12/2017")
    note = "dossier concordance CIF-1 bulletins_quatre_mois --fait fin_dernier_cdd=30/12/2017"
    assert "Le BIAF dit 31/12/2017, le dernier bulletin 30/12/2017" in desk.must(note).shown
