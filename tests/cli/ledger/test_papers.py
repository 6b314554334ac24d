"""`dossier pieces` as typed: how far each paper has come, where it is kept, and who asks for it."""

from __future__ import annotations

from typing import Any

import pytest
from rich.cells import cell_len

from tests.support.cli import REF, Desk


def paper(desk: Desk, name: str) -> Any:
    """Return what the case says of a paper."""
    return desk.must(f"dossier voir {REF} --json").json["documents"][name]


@pytest.mark.parametrize(
    ("option", "status", "words"),
    [
        ("--a-obtenir", "a_obtenir", "○ à obtenir"),
        ("--demandee", "demande", "… demandée"),
        ("--recue", "recu", "✓ reçue"),
        ("--verifiee", "verifie", "✓ vérifiée"),
        ("--transmise", "transmis", "✓ transmise"),
    ],
)
def test_each_option_notes_its_status(desk: Desk, option: str, status: str, words: str) -> None:
    """Each option notes a status, by whom and when, shown by a sign and words in every view."""
    desk.must(f"--par malik dossier pieces {REF} {option} infos_salarie")
    assert paper(desk, "infos_salarie") == {
        "status": status, "on": "2026-09-01", "by": "malik", "kept_at": "", "says": {},
    }  # fmt: skip
    assert f"{words} Informations" in desk.must(f"dossier pieces {REF}").shown
    assert f"{words} le 01/09/2026 Informations" in desk.must(f"dossier voir {REF}").shown
    assert f"{words[2:]} le 01/09/2026" in desk.must(f"dossier journal {REF}").shown


def test_one_command_notes_several_papers_at_their_date(desk: Desk) -> None:
    """Several papers, each at its status, take the day of `--le`, in one entry of the journal."""
    line = f"dossier pieces {REF} --demandee contrat_type_signe --recue infos_salarie"
    run = desk.must(f"{line} --recue programme_formation --le 28/08/2026 --json").json
    assert [change["new"] for change in run["entry"]["changes"]] == [
        "demande 2026-08-28", "recu 2026-08-28", "recu 2026-08-28",
    ]  # fmt: skip
    assert run["version"] == 2


def test_where_a_paper_is_kept_follows_it(desk: Desk) -> None:
    """The place stays when the status moves on, and the place alone says that the paper is there."""
    desk.must(f"dossier pieces {REF} --ou", "infos_salarie=Classeur 3")
    assert paper(desk, "infos_salarie")["status"] == "recu"
    desk.must(f"dossier pieces {REF} --verifiee infos_salarie")
    noted = paper(desk, "infos_salarie")
    assert (noted["status"], noted["kept_at"]) == ("verifie", "Classeur 3")
    assert "rangée : Classeur 3" in desk.must(f"dossier pieces {REF}").shown


def test_without_option_the_table_says_who_asks(desk: Desk) -> None:
    """Every paper is listed with the step that asks for it, and nothing is written."""
    before = desk.rows()
    shown = desk.must(f"dossier pieces {REF}").shown
    assert "○ à obtenir Facture de l’organisme de Demander le remboursement du" in shown
    data = desk.must(f"dossier pieces {REF} --json").json
    assert (data["ref"], data["version"]) == (REF, 1)
    asked = {one["id"]: one["asked_by"] for one in data["documents"]}
    assert asked["feuilles_emargement"] == ["saisir_presences"]
    assert data["documents"][0] == {
        "id": "infos_salarie", "label": "Informations relatives au salarié, saisies au portail",
        "status": "a_obtenir", "on": None, "by": None, "kept_at": "", "says": {},
        "asked_by": ["deposer_contrat"],
    }  # fmt: skip
    assert desk.rows() == before


def test_a_paper_asked_for_does_not_satisfy_a_step(desk: Desk) -> None:
    """Only what the agency holds lets a step pass; `--piece` of `avancer` notes it as received."""
    desk.must(f"dossier avancer {REF} deposer_drf")
    desk.must(f"dossier avancer {REF} accorder_drf")
    papers = ("contrat_type_signe", "convention_formation", "programme_formation")
    pieces = " ".join(f"--piece {name}" for name in papers)
    desk.must(f"dossier pieces {REF} --demandee infos_salarie")
    line = f"dossier avancer {REF} deposer_contrat --fait debut_contrat=05/10/2026 {pieces}"
    assert "il manque la pièce « Informations relatives" in desk.type(line).said
    desk.must(f"dossier pieces {REF} --verifiee infos_salarie")
    desk.must(line)
    assert paper(desk, "programme_formation")["status"] == "recu"


def test_the_table_fits_a_narrow_terminal(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """At 60 columns nothing is cut, and each id can still be copied."""
    monkeypatch.setenv("COLUMNS", "60")
    out = desk.must(f"dossier pieces {REF}").out
    assert all(cell_len(row) <= 60 for row in out.splitlines())
    assert "certificat_realisation" in out


@pytest.mark.parametrize(
    ("tail", "code", "sentence"),
    [
        ("--recue facture", 4, "« facture » n’existe pas"),
        ("--retirer facture", 4, "« facture » n’existe pas"),
        ("--ou facture=ici", 4, "« facture » n’existe pas"),
        ("--recue ''", 4, "« » n’existe pas"),
        ("--retirer infos_salarie", 3, "rien à changer"),
        ("--recue infos_salarie --le 02/09/2026", 3, "est dans le futur (02/09/2026)"),
        ("--recue infos_salarie --le 31/02/2026", 2, "cette date n’existe pas"),
        ("--recue infos_salarie --le ''", 2, "--le : valeur vide"),
        ("--ou infos_salarie", 2, "--ou « infos_salarie » : écrivez PIÈCE=LIEU"),
        ("--ou infos_salarie=a --ou infos_salarie=b", 2, "donné deux fois"),
        ("--ou 'infos_salarie=dossier RQTH'", 3, "contient un mot qui peut révéler"),
        ("--recue infos_salarie --transmise infos_salarie", 2, "donnée à --recue et à --transmise"),
        ("--recue infos_salarie --retirer infos_salarie", 2, "donnée à --recue et à --retirer"),
        ("--retirer infos_salarie --ou infos_salarie=a", 2, "elle n’est rangée nulle part"),
        ("--essai", 2, "Aucune pièce : ajoutez"),
        ("--recue infos_salarie --version-vue 9", 2, "en est à la version 1"),
    ],
)
def test_bad_input_is_told_and_writes_nothing(
    desk: Desk, tail: str, code: int, sentence: str
) -> None:
    """Each mistake has its sentence and its code, and leaves every table as it was."""
    desk.refuses(f"dossier pieces {REF} {tail}", code, sentence)
