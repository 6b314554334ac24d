"""`dossier controler` as typed: one screen, every verdict, the reminders on demand, and no ground ever."""

from __future__ import annotations

import re

import pytest
from rich.cells import cell_len

from tests.support.cli import REF, Desk
from workflow.rulefiles.rulebook import load_rulebook

FACTS = (
    "effectif_ett=50",
    "adhesion_ett=prism_emploi",
    "validation=clea",
    "heures_formation=140",
    "heures_metier=140",
    "heures_missions=105",
    "heures_contrats_mission=105",
    "statut_salarie=interimaire",
    "debut_contrat=05/10/2026",
    "fin_formation=30/10/2026",
)
ELIGIBLE = (
    "--public", "minima_sociaux", "--reponse", "allocation=rsa", "--preuve", "attestation_caf",
    "--vue-le", "01/09/2026", "--valable-jusqu-au", "31/12/2026", "--conservee-a", "coffre 12",
)  # fmt: skip
COLOUR = re.compile(r"\x1b\[[0-9;]*3[0-9][0-9;]*m")
WEIGHT = re.compile(r"\x1b\[[0-9;]*m")


def correct(desk: Desk, *facts: str) -> None:
    """Note facts on the case of the desk."""
    words = [word for fact in facts for word in ("--fait", fact)]
    desk.must(f"dossier corriger {REF}", *words)


@pytest.fixture
def desk(desk: Desk) -> Desk:
    """Return a desk with one open case of which everything a check looks at is noted."""
    correct(desk, *FACTS)
    return desk


def test_a_file_without_an_eligible_person_is_to_confirm(desk: Desk) -> None:
    """What is not known yet makes the whole « à confirmer », with what to do and the source."""
    run = desk.must(f"dossier controler {REF}")
    assert "? À confirmer :" in run.shown
    assert "? CIPI-E Public éligible : Aucun public n’est choisi" in run.shown
    assert "✓ CIPI-D1 Durée totale, formation et missions : 245 h en tout" in run.shown
    assert "(cipi.txt, l. 98-99)" in run.shown


def test_a_complete_file_conforms(desk: Desk) -> None:
    """Once all is noted, the heading says « conforme », and nothing is left to confirm."""
    desk.must(f"dossier eligibilite {REF}", *ELIGIBLE)
    run = desk.must(f"dossier controler {REF}")
    data = desk.must(f"dossier controler {REF} --json").json
    assert "✓ Conforme :" in run.shown
    assert not {"✗", "?"} & {row[:1] for row in run.out.splitlines()}
    assert data["verdict"] == "conforme"


def test_what_fails_is_named_at_the_top_and_comes_first_in_its_theme(desk: Desk) -> None:
    """A failing check makes the whole « non conforme », says what to do, and stands before the rest."""
    correct(desk, "heures_formation=60")
    run = desk.must(f"dossier controler {REF}")
    rows = run.out.splitlines()
    assert rows[1].startswith("✗ Non conforme")
    assert rows[2].split() == ["À", "corriger", ":", "CIPI-D3"]
    first = rows.index("Durées et heures") + 1
    assert rows[first].startswith("✗ CIPI-D3")
    assert "allongez la formation" in run.shown


def test_the_verdict_fits_one_screen(desk: Desk) -> None:
    """A usual file takes forty-five lines of eighty columns at most."""
    for facts in ((), ("heures_formation=60", "heures_missions=10")):
        if facts:
            correct(desk, *facts)
        rows = desk.must(f"dossier controler {REF}").out.splitlines()
        assert len(rows) <= 45
        assert max(map(cell_len, rows)) <= 80


def test_reminders_and_notes_wait_for_tout(desk: Desk) -> None:
    """Reminders are counted and left out; `--tout` shows them, with the notes of each check."""
    short = desk.must(f"dossier controler {REF}")
    long = desk.must(f"dossier controler {REF} --tout")
    assert "CIPI-G1" not in short.out
    assert "Remarque" not in short.out
    assert "--tout les donne, avec les remarques" in short.said
    assert "• CIPI-G1 But du CIPI" in long.shown
    assert "Remarque : Les heures de bilan n’y comptent pas" in long.shown
    assert long.err == ""
    hidden = int(short.said.split()[0])
    assert f"{hidden} rappels" in long.shown
    assert sum(row.startswith("•") for row in long.out.splitlines()) == hidden


def test_the_json_gives_everything(desk: Desk) -> None:
    """`--json` gives every finding with its theme, its source and its notes, reminders included."""
    data = desk.must(f"dossier controler {REF} --json").json
    by_id = {one["id"]: one for one in data["findings"]}
    assert (data["ref"], data["verdict"]) == (REF, "a_confirmer")
    assert data["counts"]["rappel"] == sum(one["verdict"] == "rappel" for one in data["findings"])
    assert sum(data["counts"].values()) == len(data["findings"])
    d1 = by_id["CIPI-D1"]
    assert list(d1) == [
        "id", "label", "theme", "theme_label", "verdict", "sentence", "missing", "blocks", "notes",
        "source",
    ]  # fmt: skip
    assert (d1["theme_label"], d1["verdict"], d1["missing"]) == ("Durées et heures", "conforme", [])
    assert {"document": "cipi.txt", "lines": "98-99"}.items() <= d1["source"].items()


def test_what_is_missing_is_named_by_its_fact(desk: Desk) -> None:
    """A check that lacks a fact gives the name to type, in the sentence and in the JSON."""
    desk.must(f"dossier corriger {REF} --retirer heures_missions")
    data = desk.must(f"dossier controler {REF} --json").json
    d4 = next(one for one in data["findings"] if one["id"] == "CIPI-D4")
    assert d4["missing"] == ["heures_missions"]
    assert "(heures_missions)" in d4["sentence"]


def test_no_color_keeps_the_verdict(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """Colours say nothing that a sign and a word do not say too."""
    monkeypatch.setenv("FORCE_COLOR", "1")
    assert COLOUR.search(desk.must(f"dossier controler {REF}").out)
    monkeypatch.setenv("NO_COLOR", "1")
    plain = desk.must(f"dossier controler {REF}").out
    assert not COLOUR.search(plain)
    assert "? À confirmer" in WEIGHT.sub("", plain)


def test_every_theme_has_its_label() -> None:
    """No check of a shipped procedure stands under a theme that the rule file does not name."""
    for procedure in load_rulebook().procedures.values():
        assert {check.theme for check in procedure.checks} <= procedure.themes.keys()
