"""A group, from the keyboard: opened from a list, moved once, its people apart."""

from __future__ import annotations

from typing import Any

import pytest

from tests.support.cli import Desk

NAME, LIST = "'CACES, octobre'", "DURAND;Inès\nNguyen Linh\nŁukasz WIŚNIEWSKI\n"
START, LATER = "'demarrage_formation=05/10/2026 09:00'", "'demarrage_formation=12/10/2026 09:00'"
OPEN = f"groupe ouvrir cipi {NAME} --fait {START} --noms noms.txt --oui"
INES, LINH, LUKASZ = (f"CIPI-2026-000{number}" for number in (2, 3, 4))


@pytest.fixture
def group(desk: Desk) -> Desk:
    """Return a desk where a group of three people is open."""
    (desk.folder / "noms.txt").write_text(LIST, encoding="utf-8")
    desk.must(OPEN)
    return desk


def results(told: Any) -> dict[str, str]:
    """Return what became of each file."""
    return {one["title"].split()[0]: one["result"] for one in told["cases"]}


def asked(desk: Desk, line: str, *, code: int = 0) -> Any:
    """Return what a command answers, with a code."""
    run = desk.type(f"{line} --json")
    assert run.code == code, run.err
    return run.json


def test_a_list_becomes_a_group_once(group: Desk) -> None:
    """Each person has a file with the common facts; the same command again opens only who is new."""
    again = asked(group, OPEN.replace("CACES, octobre", "caces, OCTOBRE"))
    assert not again["saved"]
    assert set(results(again).values()) == {"inchange"}
    (group.folder / "noms.txt").write_text(f"{LIST}Óscar Ó Briain\n", encoding="utf-16")
    assert "1 enregistré, 3 déjà ainsi." in group.must(OPEN).said
    assert [one["files"] for one in asked(group, "groupe lister")] == [4]
    assert "Groupe" in group.must(f"dossier journal {INES}").shown


def test_a_double_is_asked_and_never_opened(group: Desk) -> None:
    """Who has a file of the same start elsewhere is said; the others of the list are opened."""
    (group.folder / "noms.txt").write_text("Inès Durand\nZoé ÉBOUÉ", encoding="utf-8")
    other = OPEN.replace("CACES, octobre", "Soudure")
    told = asked(group, other, code=3)
    assert results(told) == {"Inès": "choisir", "Zoé": "fait"}
    assert f"{INES} (groupe « CACES, octobre »)" in told["cases"][0]["why"]
    moved = "groupe ajouter Soudure"
    assert results(asked(group, f"{moved} {INES}", code=3)) == {"DURAND": "refuse"}
    group.must(f"groupe retirer {NAME} {INES}")
    assert results(asked(group, f"{moved} {INES}")) == {"DURAND": "fait"}
    assert results(asked(group, f"{moved} {INES}")) == {"DURAND": "inchange"}
    assert results(asked(group, other)) == {"DURAND": "inchange", "Zoé": "inchange"}


def test_the_date_of_a_group_moves_once(group: Desk) -> None:
    """All who shared the date move together; who differs or is over is shown and left, unless asked."""
    group.must(f"dossier corriger {LINH} --fait 'demarrage_formation=07/10/2026 09:00'")
    group.must(f"dossier avancer {LUKASZ} abandonner --fait abandonne_le=31/08/2026")
    move = f"groupe corriger {NAME} --fait {LATER}"
    (group.folder / "noms.txt").write_text(f"{LIST}Zoé ÉBOUÉ\nAmin Sy", encoding="utf-8")
    group.must(OPEN)
    tried = group.must(f"{move} --essai")
    assert tried.shown.count("~ Saisir la DRF") == 1
    assert "3 prêts, 2 laissés comme ils sont." in tried.said
    told = asked(group, f"{move} --oui")
    first, *_ = told["cases"]
    assert list(results(told).values()) == ["fait", "a_part", "a_part", "fait", "fait"]
    assert [one["id"] for one in first["outcome"]["moved"]] == ["drf"]
    assert not asked(group, f"{move} --oui")["saved"]
    seen = asked(group, f"groupe voir {NAME}")
    assert seen["common"]["demarrage_formation"].startswith("2026-10-12T09:00")
    assert list(seen["cases"][1]["differs"]) == ["demarrage_formation"]
    assert (
        "Ceux qui diffèrent CIPI-2026-0003 Nguyen Linh" in group.must(f"groupe voir {NAME}").shown
    )
    assert results(asked(group, f"{move} --tous --oui"))["Nguyen"] == "fait"


def test_a_step_is_done_in_each_file(group: Desk) -> None:
    """Who cannot take the step is said, and stops no other; where nobody can, it is said once."""
    group.must(f"dossier avancer {LINH} deposer_drf --fait drf_deposee_le=31/08/2026")
    line = f"groupe avancer {NAME} deposer_drf --fait drf_deposee_le=01/09/2026 --oui"
    told = asked(group, line, code=3)
    assert list(results(told).values()) == ["fait", "refuse", "fait"]
    group.refuses(line, 3, "l’étape")
    group.refuses(f"groupe avancer {NAME} rien --oui", 4, "« rien » n’existe pas")


def test_a_list_shows_the_files_of_a_group(group: Desk) -> None:
    """Lists and exports keep one group when asked; a search finds it by its name, without accents."""
    kept = "dossier lister --groupe 'caces, octobre' --json"
    for line in (kept, "dossier lister --texte caces --json"):
        assert {one["cohort"] for one in group.must(line).json["cases"]} == {"CACES, octobre"}
    said = group.must(f"exporter dossiers --sortie liste.csv --groupe {NAME}").said
    assert "groupe « CACES, octobre »" in said
    assert len((group.folder / "liste.csv").read_text("utf-8-sig").splitlines()) == 4


def test_what_a_group_cannot_be_is_said(group: Desk) -> None:
    """Whatever a group cannot be or be told has its sentence and its exit code."""
    for line, code, words in (
        ("groupe voir 'CACES, octobr'", 4, "le plus proche : « CACES, octobre »"),
        (OPEN.removesuffix(" --oui"), 2, "Personne ne peut confirmer ici"),
        (f"groupe corriger {NAME} --oui", 2, "Rien à corriger"),
        (f"groupe corriger {NAME} --fait demarrage_formation=30/02/2027 --oui", 2, "30/02/2027"),
        (f"groupe ajouter {NAME}", 2, "Quel dossier ?"),
        (f"groupe ajouter {NAME} CIPI-2026-0099", 4, "n’existe pas"),
        (OPEN.replace("noms.txt", "absent.txt"), 2, "ce fichier n’existe pas"),
    ):
        group.refuses(line, code, words)
