"""`dossier archive`: everything that a file has as one ZIP, but for its restricted part."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from zipfile import ZipFile

import pytest

from tests.support.cli import REF, Desk

PDF = b"%PDF-1.7\nSacha"
RESTRICTED = ("minima", "rsa", "caf", "Coffre")


@pytest.fixture
def desk(desk: Desk, tmp_path: Path) -> Desk:
    """Return a desk with a file that has something of everything."""
    (tmp_path / "Contrat signé.pdf").write_bytes(PDF)
    given = "--public minima_sociaux --reponse allocation=rsa --preuve attestation_caf"
    desk.must(f"dossier eligibilite {REF} {given} --conservee-a 'Coffre 4'")
    desk.must(f"dossier pieces {REF} --fichier 'contrat_type_signe=Contrat signé.pdf'")
    desk.now = datetime(2026, 9, 23, 8, tzinfo=UTC)
    desk.must("service --une-fois")
    return desk


def test_an_archive_holds_the_whole_file(desk: Desk) -> None:
    """Its names are ASCII and told; the paper and the mails are as they were; nothing tells the ground."""
    told = desk.must(f"dossier archive {REF} --json").json
    archive = desk.folder / f"{REF}.zip"
    assert (told["ref"], told["file"]) == (REF, archive.name)
    assert archive.stat().st_mode & 0o777 == 0o600
    with ZipFile(archive) as found:
        names, parts = found.namelist(), {name: found.read(name) for name in found.namelist()}
    assert names == told["parts"]
    mails = [name for name in names if name.startswith("courriels/2026-09-23-rappel-")]
    assert mails
    kept = "pieces/01-contrat_type_signe.pdf"
    assert names == ["lisez-moi.txt", "fiche.html", "journal.txt", kept, *mails]
    assert parts[kept] == PDF
    assert b"Subject:" in parts[mails[0]]
    for name, words in (
        ("lisez-moi.txt", "fichier : Contrat signé.pdf"),
        ("lisez-moi.txt", "Facture de l’organisme de formation : ○ à obtenir"),
        ("journal.txt", "Ouverture du dossier"),
        ("fiche.html", "Sacha Morvan"),
    ):
        assert words in parts[name].decode()
    assert all("".join(names).isascii() for name in names)
    whole = b"".join(parts.values()).decode().lower()
    assert not any(f" {word.lower()}" in whole for word in RESTRICTED)


def test_an_archive_is_whole_or_absent(desk: Desk) -> None:
    """What is there stays; another ending, another file and a paper whose file is gone are refused."""
    desk.must(f"dossier archive {REF} --sortie ici.zip")
    line = f"dossier archive {REF} --sortie"
    desk.refuses(f"{line} ici.zip", 3, "existe déjà")
    desk.refuses(f"{line} ici.tar", 2, "en .zip")
    desk.refuses("dossier archive CIPI-2026-0009", 4, "n’existe pas")
    next((desk.folder / "echeancier-pieces").iterdir()).unlink()
    before = (desk.folder / "ici.zip").read_bytes()
    desk.refuses(f"{line} ici.zip --remplacer", 7, "il manque dans")
    assert (desk.folder / "ici.zip").read_bytes() == before
    assert not (desk.folder / "CIPI-2026-0009.zip").exists()
