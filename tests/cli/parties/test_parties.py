"""`organisme`, `client`, `beneficiaire` as typed: kept once, chosen in files, corrected, merged, refused."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.cli import REF, START, Desk

GRETA = "organisme ajouter 'Greta Metz' --siret '123 456 782 00010' --nda '11 75 12345 75'"
FULL = (
    f"{GRETA} --qualiopi 31/12/2027 "
    "--contact 'Odile Fontaine, référente, odile.fontaine@example.org, 01 23 45 67 89'"
)


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Desk:
    """Return a desk with one file of the CIPI, of Sacha Morvan."""
    desk = Desk(tmp_path, monkeypatch)
    desk.open_case()
    return desk


def test_a_file_takes_from_its_organisation_what_it_knows(desk: Desk) -> None:
    """Chosen by number, SIRET or name, it fills the facts of the file; what was typed stands."""
    desk.must(FULL)
    for typed in ("1", "123 456 782 00010", "metz GRETA"):
        tried = f"dossier corriger {REF} --organisme '{typed}' --essai --json"
        changed = {one["name"]: one["new"] for one in desk.must(tried).json["entry"]["changes"]}
        assert changed == {
            "organisme_formation": "Greta Metz",
            "siret_organisme": "12345678200010",
            "nda_organisme": "11751234575",
            "qualiopi_jusqu_au": "2027-12-31",
            "contact_organisme": "Odile Fontaine",
            "contact_organisme_telephone": "0123456789",
            "contact_organisme_courriel": "odile.fontaine@example.org",
            "organisation": "1",
        }
    desk.must(f"dossier corriger {REF} --organisme 1 --fait nda_organisme=11751234576")
    shown = desk.must(f"dossier voir {REF} --json").json
    assert (shown["organisation"], shown["facts"]["nda_organisme"]) == (1, "11751234576")
    assert "Organisme Greta Metz (n° 1)" in desk.must(f"dossier voir {REF}").shown
    assert "Organisme (répertoire) : n° 1" in desk.must(f"dossier journal {REF}").shown
    desk.must(f"dossier corriger {REF} --retirer organisme")
    assert desk.must(f"dossier voir {REF} --json").json["organisation"] is None


def test_a_name_that_is_known_points_to_who_bears_it(desk: Desk) -> None:
    """Its name is enough, to correct or to open; a name borne already, or another SIRET, points to nobody."""
    desk.must(FULL)
    named, other = "--fait 'organisme_formation=GRETA metz'", "siret_organisme=12345678200028"
    for line, number in (
        (f"corriger {REF} {named} --fait {other}", None),
        (f"corriger {REF} {named} --libelle 'Sacha M.'", None),
        (f"corriger {REF} --fait organisme_formation=Greta", None),
        (f"corriger {REF} {named}", 1),
        (f"ouvrir cipi --fait '{START}' {named}", 1),
    ):
        ref = desk.must(f"dossier {line} --json").json["ref"]
        shown = desk.must(f"dossier voir {ref} --json").json
        siret = shown["facts"]["siret_organisme"]
        assert (shown["organisation"], siret == "12345678200010") == (number, number is not None)


def test_a_correction_reaches_open_files_only_when_asked(desk: Desk) -> None:
    """The files that say otherwise are shown, left as they are, and follow with --dossiers."""
    desk.must(FULL)
    desk.must(f"dossier corriger {REF} --organisme 1")
    line = "organisme corriger 1 --nda '11 75 12345 76'"
    assert "Déclaration d’activité de l’organisme 11 75 12345 75 → 11 75 12345 76" in (
        desk.must(f"{line} --essai").shown
    )
    told = desk.must(f"{line} --json").json
    assert [one["ref"] for one in told["files"]] == [REF]
    assert (told["saved"], told["files_corrected"]) == (True, False)
    facts = f"dossier voir {REF} --json"
    assert desk.must(facts).json["facts"]["nda_organisme"] == "11751234575"
    desk.must("organisme corriger 1 --dossiers")
    assert desk.must(facts).json["facts"]["nda_organisme"] == "11751234576"
    desk.refuses("organisme corriger 1 --dossiers", 3, "rien à changer")


def test_the_files_of_a_person_are_seen_together(desk: Desk) -> None:
    """A person known already is said when a file is opened, chosen, renamed, found by both names."""
    desk.must("beneficiaire ajouter Morvan --prenom Sacha --courriel sacha@example.org")
    start = f"--fait '{START}'"
    said = desk.must(f"dossier ouvrir cipi --libelle 'MORVAN Sacha, soudeur' {start} --essai").shown
    assert "Sacha Morvan (n° 1) est déjà connu, avec 0 dossier" in said
    assert f"Le dossier {REF} porte déjà ce nom et ce début" in said
    desk.must(f"dossier corriger {REF} --beneficiaire 1")
    second = desk.must(f"dossier ouvrir cipi --beneficiaire 1 {start} --json").json["ref"]
    seen = desk.must("beneficiaire voir 'sacha morvan' --json").json
    assert [one["ref"] for one in seen["files"]] == [REF, second]
    assert {one["title"] for one in seen["files"]} == {"Sacha Morvan"}
    desk.must("beneficiaire corriger 1 --nom 'Le Goff' --dossiers")
    for words in ("morvan", "goff"):
        assert desk.must(f"beneficiaire lister --texte {words} --json").json["total"] == 1
    titles = {one["title"] for one in desk.must("dossier lister --texte goff --json").json["cases"]}
    assert titles == {"Sacha Le Goff"}


def test_letters_go_to_those_that_a_file_points_to(desk: Desk) -> None:
    """Without an address in the file, a letter goes to the contact of its party, or to the person."""
    desk.must(
        "client ajouter Alpha --contact 'Léa Roy, tutrice' --contact 'Max Noir, max@example.org'"
    )
    desk.must("beneficiaire ajouter Morvan --prenom Sacha --courriel sacha@example.org")
    desk.must(f"dossier corriger {REF} --client 1 --beneficiaire 2")
    for model, name, address in (
        ("mission", "Max Noir", "max@example.org"),
        ("pieces", "Sacha Morvan", "sacha@example.org"),
        ("convention", "", ""),
    ):
        to = desk.must(f"dossier lettre {REF} {model} --json").json["letter"]["to"]
        assert (to["name"], to["address"]) == (name, address)


def test_doubles_are_said_and_merged_with_both_histories(desk: Desk) -> None:
    """Nearly one name, or one telephone number; what is merged answers to its number, never listed."""
    desk.must("beneficiaire ajouter Morvan --prenom Sacha --telephone '01 23 45 67 89'")
    desk.must("beneficiaire ajouter Morvant --prenom Sacha --courriel sacha@example.org")
    desk.must("beneficiaire ajouter Petit --prenom Zoé --telephone 0123456789")
    pairs = desk.must("beneficiaire doublons --json").json
    assert [[one["number"] for one in pair] for pair in pairs] == [[1, 2], [1, 3]]
    desk.must(f"dossier corriger {REF} --beneficiaire 2")
    desk.must("beneficiaire fusionner 1 2")
    seen = desk.must("beneficiaire voir 2 --json").json
    assert (seen["number"], seen["values"]["courriel"]) == (1, "sacha@example.org")
    assert [one["ref"] for one in seen["files"]] == [REF]
    assert [one["number"] for one in seen["merged"]] == [2]
    assert desk.must("beneficiaire lister --json").json["total"] == 2
    assert "Réunit le n° : 2" in desk.must("beneficiaire voir 1").shown


def test_a_list_is_exported_with_its_contacts(desk: Desk) -> None:
    """Numbers, a real day and each contact on a line, as text that a spreadsheet reads."""
    desk.must(f"{FULL} --contact 'Max Noir'")
    told = desk.must("exporter organismes --sortie o.csv --json").json
    assert (told["rows"], told["filter"]) == ({"Organismes": 2}, "toute la base")
    written = (desk.folder / "o.csv").read_text(encoding="utf-8-sig")
    assert "Greta Metz" in written
    assert "31/12/2027" in written
    assert "Max Noir" in written
    desk.refuses("exporter clients --sortie c.csv --agence lyon", 2, "par --texte seulement")


REFUSED = (
    ("organisme ajouter Greta --siret '123 456 782 00011'", 2, "la clé de ce SIRET est fausse"),
    ("organisme ajouter ''", 2, "il manque le nom"),
    (f"{GRETA}", 5, "a déjà ce SIRET"),
    ("organisme ajouter Greta --contact 'Odile, 01 23 45 67'", 2, "Contact « Odile »"),
    ("organisme voir 12", 4, "organisme ajouter"),
    ("organisme corriger 1", 2, "dites ce qui change"),
    ("organisme corriger 1 --nom 'Greta Metz'", 3, "rien à changer"),
    ("organisme fusionner 1 1", 3, "déjà le même"),
    (
        "client ajouter Alpha --siret 12345678200010 --secteur '1 85 05 78 006 084 91'",
        3,
        "sécurité",
    ),
    ("beneficiaire ajouter Morvan --prenom 'Sacha RQTH'", 3, "peut révéler"),
    (f"dossier corriger {REF} --client 1", 4, "client ajouter"),
)


@pytest.mark.parametrize(("line", "code", "sentence"), REFUSED)
def test_what_cannot_be_is_refused_whole(desk: Desk, line: str, code: int, sentence: str) -> None:
    """One sentence, the code of its kind, nothing written."""
    desk.must(GRETA)
    desk.refuses(line, code, sentence)
