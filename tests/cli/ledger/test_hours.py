"""`dossier heures` as typed: the ledger, its sums, what is left to do, and what no timetable could hold."""

from __future__ import annotations

import pytest
from rich.cells import cell_len

from tests.support.cli import REF, Desk

LINE = f"dossier heures {REF}"
MISSION = (
    "--ajouter mission --jours 24/08/2026..28/08/2026 --prevues 35 --faites 32,5 --lieu 'Société X'"
)


def test_a_line_is_added_shown_and_told(desk: Desk) -> None:
    """A line shows in the outcome, the ledger, the sheet of the case and the journal, in French."""
    run = desk.must(f"{LINE} {MISSION}")
    words = "mission du 24/08/2026 au 28/08/2026, 35 h prévues, 32,5 h faites, Société X"
    assert f"Heures, ligne 1 {words}" in run.shown
    shown = desk.must(LINE).shown
    assert "1 mission 24/08/2026 au 28/08/2026 35 h 32,5 h Société X" in shown
    assert "mission 35 h 32,5 h" in desk.must(f"dossier voir {REF}").shown
    assert f"Heures, ligne 1 : {words}" in desk.must(f"dossier journal {REF}").shown


def test_the_json_of_the_ledger_is_exact(desk: Desk) -> None:
    """Hours are text, so that no digit is lost; sums are by kind and by place, whatever its case."""
    desk.must(f"{LINE} {MISSION}")
    desk.must(f"{LINE} --ajouter formation --jours 10/08/2026 --prevues 7 --lieu Alpha")
    desk.must(f"{LINE} --ajouter mission --jours 31/08/2026 --faites 0,1 --lieu 'SOCIÉTÉ X'")
    data = desk.must(f"{LINE} --json").json
    assert data["lines"][0] == {
        "number": 1, "kind": "mission", "first": "2026-08-24", "last": "2026-08-28",
        "planned": "35", "done": "32.5", "place": "Société X",
    }  # fmt: skip
    assert data["totals"]["mission"] == {"planned": "35.1", "done": "32.6"}
    assert data["totals"]["tout"] == {"planned": "42.1", "done": "32.6"}
    assert [place["place"] for place in data["places"]] == ["Société X", "Alpha"]
    assert data["goals"] == [
        {
            "id": "mission", "label": "Commencer la mission obligatoire de 70 heures",
            "hours": "70", "done": "32.6", "left": "37.4", "last_start": None,
        }
    ]  # fmt: skip
    case = desk.must(f"dossier voir {REF} --json").json
    assert case["hours"] == data["lines"]


def test_what_is_left_is_counted_towards_the_rule(desk: Desk) -> None:
    """The bar goes towards the hours of the rule, with the last possible start of the open deadline."""
    desk.must(f"dossier corriger {REF} --fait debut_contrat=24/08/2026")
    desk.must(f"{LINE} {MISSION}")
    desk.must(f"dossier avancer {REF} deposer_drf")
    desk.must(f"dossier avancer {REF} accorder_drf")
    (mission,) = [
        one
        for one in desk.must(f"dossier voir {REF} --json").json["deadlines"]
        if one["id"] == "mission"
    ]
    assert desk.must(f"{LINE} --json").json["goals"][0]["last_start"] == mission["prudent"]
    shown = desk.must(LINE).shown
    assert "[###########.............] 32,5 h sur 70 h demandées" in shown
    assert "dernier départ possible : mardi 16 février 2027" in shown
    assert "32,5 h sur 35 h prévues" in shown


def test_hours_all_done_are_said_to_be(desk: Desk) -> None:
    """Once the hours of the rule are done, no start is awaited any more."""
    desk.must(f"{LINE} --ajouter mission --jours 03/08/2026..28/08/2026 --faites 70")
    shown = desk.must(LINE).shown
    assert "70 h sur 70 h demandées ✓ toutes les heures demandées sont faites" in shown


def test_a_line_changes_and_goes(desk: Desk) -> None:
    """`--ligne` changes what is given and keeps the rest; a number that is gone is not given again."""
    desk.must(f"{LINE} {MISSION}")
    desk.must(f"{LINE} --ligne 1 --faites 35 --nature formation --lieu ''")
    (line,) = desk.must(f"{LINE} --json").json["lines"]
    assert (line["kind"], line["done"], line["planned"], line["place"]) == (
        "formation", "35", "35", "",
    )  # fmt: skip
    run = desk.must(f"{LINE} --retirer 1")
    assert "→ retiré" in run.shown
    assert "Aucune heure n’est notée." in desk.must(LINE).shown
    assert "dossier heures" in desk.must(LINE).err
    desk.must(f"{LINE} {MISSION}")
    assert desk.must(f"{LINE} --json").json["lines"][0]["number"] == 2


def test_several_lines_go_at_once(desk: Desk) -> None:
    """`--retirer` can be given twice, and beside a line that is added."""
    desk.must(f"{LINE} {MISSION}")
    desk.must(f"{LINE} --ajouter bilan --jours 17/08/2026 --prevues 3,5")
    desk.must(f"{LINE} --retirer 1 --retirer 2 {MISSION}")
    assert [one["number"] for one in desk.must(f"{LINE} --json").json["lines"]] == [3]


def test_the_kind_is_asked_with_the_options_that_exist(desk: Desk) -> None:
    """What is missing for a new line is asked in the words of the command."""
    run = desk.type(f"{LINE} --ajouter mission --prevues 7")
    assert run.code == 2
    assert (
        "donnez la nature (--ajouter formation, mission ou bilan) et les jours (--jours)"
        in run.said
    )


def test_a_line_says_no_more_what_is_emptied(desk: Desk) -> None:
    """`--vider` takes hours or the place away from a line; the rest stays as it was."""
    desk.must(f"{LINE} {MISSION}")
    desk.must(f"{LINE} --ligne 1 --vider prevues --vider lieu")
    (line,) = desk.must(f"{LINE} --json").json["lines"]
    assert (line["planned"], line["done"], line["place"]) == (None, "32.5", "")


@pytest.mark.parametrize(
    ("tail", "code", "sentence"),
    [
        ("--ajouter mission --jours 20/08/2026 --faites 25", 3, "un jour n’en a que 24"),
        ("--ajouter mission --jours 27/08/2026 --prevues 7 --lieu 'société x'", 3, "deux fois les mêmes"),
        ("--ajouter mission --jours 1/8/2026..2/8/2026..3/8/2026 --prevues 7", 2, "02/03/2026..06/03/2026"),
        ("--ajouter mission --jours 20/08/2026", 2, "donnez les heures prévues (--prevues)"),
        ("--ajouter mission --jours '' --prevues 7", 2, "--jours : valeur vide"),
        ("--ajouter mission --jours 20/08/2026 --prevues ''", 2, "--prevues : valeur vide"),
        ("--ajouter misson --jours 20/08/2026 --prevues 7", 2, "(le plus proche : « mission »)"),
        ("--ajouter '' --jours 20/08/2026 --prevues 7", 2, "choisissez parmi : formation"),
        ("--ligne 2 --faites 7", 4, "pas de ligne d’heures 2 (lignes : 1)"),
        ("--retirer 1 --version-vue 9", 2, "en est à la version 2"),
        ("--retirer 7", 4, "pas de ligne d’heures 7 (lignes : 1)"),
        ("--retirer un", 2, "--retirer « un » : écrivez un nombre entier"),
        ("--ligne 0 --faites 7", 2, "--ligne « 0 » : écrivez un nombre entier d’au moins 1"),
        ("--ligne 1", 2, "Ligne 1 : que changer ?"),
        ("--ligne 1 --retirer 1 --faites 7", 2, "donnée à --ligne et à --retirer"),
        ("--ligne 1 --faites 32,5", 3, "rien à changer"),
        ("--ligne 1 --ajouter mission", 2, "gardez l’une des deux"),
        ("--ajouter mission --nature bilan", 2, "retirez --nature"),
        ("--faites 7", 2, "Quelle ligne ?"),
        ("--essai", 2, "Quelle ligne ?"),
        ("--retirer 1 --faites 7", 2, "Quelle ligne ?"),
        ("--ligne 1 --vider faite", 2, "ne se vide pas (le plus proche : « faites »)"),
        ("--ligne 1 --vider jours", 2, "choisissez parmi : prevues, faites, lieu"),
        ("--vider lieu", 2, "de quelle ligne ? Ajoutez --ligne N"),
        ("--ajouter mission --jours 20/08/2026 --faites 7 --vider lieu", 2, "de quelle ligne ?"),
        ("--ligne 1 --faites 7 --vider faites", 2, "gardez l’une des deux"),
        ("--ligne 1 --vider faites --vider prevues", 2, "donnez les heures prévues"),
    ],
)  # fmt: skip
def test_bad_input_is_told_and_writes_nothing(
    desk: Desk, tail: str, code: int, sentence: str
) -> None:
    """Each mistake has its sentence and its code, and leaves the ledger as it was."""
    desk.must(f"{LINE} {MISSION}")
    ledger = desk.must(f"{LINE} --json").json
    desk.refuses(f"{LINE} {tail}", code, sentence)
    assert desk.must(f"{LINE} --json").json == ledger


@pytest.mark.parametrize("columns", [80, 60])
def test_the_ledger_fits_the_terminal(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, columns: int
) -> None:
    """No line is wider than the terminal, even with a long place."""
    desk.must(f"{LINE} {MISSION}")
    desk.must(f"{LINE} --ligne 1 --lieu 'Compagnie générale de préparation de commandes du Rhône'")
    monkeypatch.setenv("COLUMNS", str(columns))
    assert all(cell_len(row) <= columns for row in desk.must(LINE).out.splitlines())
