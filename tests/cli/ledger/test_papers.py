"""`dossier pieces` as typed: how far each paper has come, where it is kept, and who asks for it."""

from __future__ import annotations

import os
from datetime import timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from rich.cells import cell_len

from cli.terminal.failures import Doing
from cli.wiring.session import Session
from tests.support.cli import REF, Desk, plain


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
        "file": None, "expires_on": None,
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
        "file": None, "expires_on": None, "asked_of": "candidat", "asked_by": ["deposer_contrat"],
    }  # fmt: skip
    assert desk.rows() == before


PDF = b"%PDF-1.7\nSacha"


def test_a_file_is_kept_with_its_paper(desk: Desk, tmp_path: Path) -> None:
    """It is copied for its owner alone, named by its content, once for two papers; the rest stays."""
    (tmp_path / "Contrat signé.PDF.exe").write_bytes(PDF)
    desk.must(
        f"dossier pieces {REF} --demandee contrat_type_signe --lien", "contrat_type_signe=R:\\12"
    )
    line = f"dossier pieces {REF} --fichier 'contrat_type_signe=Contrat signé.PDF.exe'"
    desk.must(f"{line} --essai")
    folder = desk.folder / "echeancier-pieces"
    assert not folder.exists()
    desk.must(
        f"{line} --fichier 'infos_salarie=Contrat signé.PDF.exe' --expire contrat_type_signe=+1j"
    )
    digest = sha256(PDF).hexdigest()
    noted = paper(desk, "contrat_type_signe")
    assert (noted["status"], noted["kept_at"], noted["expires_on"]) == (
        "recu",
        "R:\\12",
        "2026-09-02",
    )
    assert noted["file"] == {"name": "Contrat signé.PDF.pdf", "size": len(PDF), "digest": digest}
    (kept,) = folder.iterdir()
    assert (kept.name, kept.read_bytes()) == (f"{digest}.pdf", PDF)
    assert (folder.stat().st_mode & 0o777, kept.stat().st_mode & 0o777) == (0o700, 0o600)
    desk.now += timedelta(days=3)
    shown = desk.must(f"dossier pieces {REF}").shown
    assert "fichier : Contrat signé.PDF.pdf ✗ expirée le 02/09/2026" in shown
    assert (
        "fichier « Contrat signé.PDF.pdf », expire le 02/09/2026"
        in desk.must(f"dossier journal {REF}").shown
    )
    desk.must(f"dossier pieces {REF} --verifiee contrat_type_signe --fichier infos_salarie=")
    assert paper(desk, "contrat_type_signe")["file"] == noted["file"]
    assert paper(desk, "infos_salarie")["file"] is None


def test_the_file_of_a_paper_is_opened(
    desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where no screen is, its path is told; one that is missing or changed is refused."""
    (tmp_path / "contrat.pdf").write_bytes(PDF)
    desk.must(f"dossier pieces {REF} --fichier contrat_type_signe=contrat.pdf")
    place = desk.folder / "echeancier-pieces" / f"{sha256(PDF).hexdigest()}.pdf"
    monkeypatch.delenv("DISPLAY", raising=False)
    monkeypatch.delenv("WAYLAND_DISPLAY", raising=False)
    run = desk.must(f"dossier pieces {REF} --ouvrir")
    assert (run.out.strip(), "ouvrez ce chemin" in run.said) == (str(place), True)
    told = desk.must(f"dossier pieces {REF} contrat_type_signe --ouvrir --json").json
    assert told == {
        "ref": REF,
        "id": "contrat_type_signe",
        "name": "contrat.pdf",
        "path": str(place),
    }
    desk.refuses(f"dossier pieces {REF} --ouvrir infos_salarie", 4, "qui a un fichier")
    place.write_bytes(PDF.lower())
    desk.refuses(f"dossier pieces {REF} --ouvrir", 7, "il a été changé depuis qu’il est gardé")
    place.unlink()
    desk.refuses(f"dossier pieces {REF} --ouvrir", 7, "il manque dans")


@pytest.mark.parametrize(
    ("tail", "code", "sentence"),
    [
        ("contrat_type_signe=absent.pdf", 2, "pas de fichier à ce chemin"),
        ("contrat_type_signe=.", 2, "c’est un dossier"),
        ("contrat_type_signe=~personne/contrat.pdf", 2, "pas de fichier à ce chemin"),
        (f"contrat_type_signe={'a' * 300}", 7, "nom trop long"),
        ("contrat_type_signe=page.pdf", 2, "ni un PDF, ni une image"),
        ("contrat_type_signe=vide.pdf", 2, "il est vide"),
        ("contrat_type_signe=1850578006048.pdf", 3, "un numéro de sécurité sociale"),
        ("contrat_type_signe=RQTH.pdf", 3, "n’est jamais copiée"),
        ("attestation_caf=contrat.pdf", 3, "n’est jamais copiée"),
        ("facture=contrat.pdf", 4, "« facture » n’existe pas"),
        ("contrat_type_signe", 2, "écrivez PIÈCE=FICHIER"),
    ],
)
def test_a_file_that_is_not_kept_says_why(
    desk: Desk, tmp_path: Path, tail: str, code: int, sentence: str
) -> None:
    """Neither the base nor the folder changes, and no refusal repeats a number or a ground."""
    for name, content in (
        ("page.pdf", b"<html>"),
        ("vide.pdf", b""),
        ("RQTH.pdf", PDF),
        ("contrat.pdf", PDF),
    ):
        (tmp_path / name).write_bytes(content)
    desk.refuses(f"dossier pieces {REF} --fichier '{tail}'", code, sentence)
    said = desk.type(f"dossier pieces {REF} --fichier '{tail}'").said
    assert not any(word in said for word in ("1850578006048", "RQTH", "attestation_caf"))
    assert not (desk.folder / "echeancier-pieces").exists()


def test_a_full_disk_notes_nothing(desk: Desk, tmp_path: Path) -> None:
    """A folder that cannot be written leaves the base as it was."""
    (tmp_path / "contrat.pdf").write_bytes(PDF)
    (desk.folder / "echeancier-pieces").write_bytes(b"")
    line = f"dossier pieces {REF} --fichier contrat_type_signe=contrat.pdf"
    desk.refuses(line, 7, "rien n’a été noté")


def test_what_happens_to_files_is_found(desk: Desk, tmp_path: Path) -> None:
    """`diagnostic` names what is missing, changed or of no use; the service sweeps what was never noted."""
    for number, name in enumerate(("contrat_type_signe", "infos_salarie", "convention_formation")):
        (tmp_path / f"{number}.pdf").write_bytes(PDF + bytes([number]))
        desk.must(f"dossier pieces {REF} --fichier {name}={number}.pdf")
    first, second, third = (
        desk.folder / "echeancier-pieces" / f"{sha256(PDF + bytes([number])).hexdigest()}.pdf"
        for number in range(3)
    )
    first.unlink()
    second.write_bytes(PDF + b"\2")
    desk.must(f"dossier pieces {REF} --retirer convention_formation")
    (found,) = [row for row in desk.must("diagnostic --json").json if row["name"] == "Pièces"]
    for words in (
        "2 fichiers",
        f"manque : {REF} contrat_type_signe",
        f"changé depuis : {REF} infos_salarie",
        f"sans pièce : {third.name[:12]}…",
    ):
        assert words in plain(found["message"])
    session = Session(Doing(()), lambda: desk.now, config=desk.config)
    mark = third.with_suffix(".attente")
    mark.write_bytes(b"")
    os.utime(mark, (0, 0))
    session.container.keep_house(desk.now)
    session.close()
    assert (third.exists(), mark.exists(), second.exists()) == (False, False, True)


def test_a_paper_asked_for_does_not_satisfy_a_step(desk: Desk) -> None:
    """Only what is held lets a step pass; `--piece` of `avancer` notes no more than its receipt."""
    desk.must(f"dossier avancer {REF} deposer_drf")
    desk.must(f"dossier avancer {REF} accorder_drf")
    papers = ("contrat_type_signe", "convention_formation", "programme_formation")
    pieces = " ".join(f"--piece {name}" for name in papers)
    desk.must(f"dossier pieces {REF} --demandee infos_salarie")
    line = f"dossier avancer {REF} deposer_contrat --fait debut_contrat=05/10/2026 {pieces}"
    assert "il manque la pièce « Informations relatives" in desk.type(line).said
    desk.must(f"dossier pieces {REF} --verifiee infos_salarie")
    desk.must(
        f"dossier pieces {REF} --demandee programme_formation --expire programme_formation=+9j"
    )
    desk.must(line)
    noted = paper(desk, "programme_formation")
    assert (noted["status"], noted["expires_on"]) == ("recu", "2026-09-10")


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
