"""`regles comparer` as typed: what new holidays and closures would move, shown, then written in one go."""

from __future__ import annotations

import shutil
from importlib.resources import files
from pathlib import Path

import pytest

from tests.support.cli import START, Desk

CLOSURE = """
[[agencies.lyon.closures]]
from = 2026-09-28
to = 2026-10-02
label = "Inventaire"
"""


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Desk:
    """Return a desk with two open files of Lyon and one of Metz."""
    desk = Desk(tmp_path, monkeypatch)
    agencies = (("lyon", "Premier"), ("lyon", "Second"), ("metz", "Autre"))
    opening = f"dossier ouvrir cipi --fait '{START}'"
    desk.prepare(*(f"{opening} --agence {agency} --libelle {title}" for agency, title in agencies))
    return desk


def close_for_stocktaking(desk: Desk) -> None:
    """Declare days off that the files did not know of."""
    desk.config.write_text(desk.config.read_text(encoding="utf-8") + CLOSURE, encoding="utf-8")


def drf(desk: Desk, ref: str) -> str:
    """Return the prudent day of the first request."""
    (found,) = (
        one
        for one in desk.must(f"dossier voir {ref} --json").json["deadlines"]
        if one["id"] == "drf"
    )
    prudent: str = found["prudent"]
    return prudent


def test_nothing_moves_while_nothing_changes(desk: Desk) -> None:
    """An empty list is said to be one."""
    run = desk.must("regles comparer")
    assert (run.out, "Aucun dossier ouvert n’est touché." in run.said) == ("", True)
    assert desk.must("regles comparer --json").json == {"saved": False, "files": []}


@pytest.fixture
def rules(tmp_path: Path) -> Path:
    """Return a folder with the rules of tomorrow: an edition from October on, with five days of margin."""
    folder = tmp_path / "regles"
    shutil.copytree(str(files("workflow").joinpath("procedures")), folder)
    # It extends the other, and has editions of its own.
    (folder / "cdpi.toml").unlink()
    file = folder / "cipi.toml"
    text = file.read_text(encoding="utf-8")
    first = text.index("[[deadlines.drf.rules]]")
    rule = text[first : text.index("[deadlines.reponse_akto]")]
    known = 'editions = ["cipi-faftt", "cipi-mon-espace-akto"]'
    old = rule.replace("anchors =", f"{known}\nanchors =", 1)
    new = rule.replace("anchors =", 'editions = ["octobre"]\nanchors =', 1).replace(
        "prudent_working_days = 3", "prudent_working_days = 5"
    )
    source = (
        'source = { document = "circulaire", lines = "1", quote = "x", checked_on = 2026-09-01 }'
    )
    edition = (
        f'[[editions]]\nid = "octobre"\nlabel = "Octobre"\nvalid_from = 2026-10-01\n{source}\n\n'
    )
    text = text.replace(rule, old + new).replace(
        "valid_from = 2026-01-02\n", "valid_from = 2026-01-02\nvalid_until = 2026-09-30\n", 1
    )
    file.write_text(text.replace("[[portals]]", edition + "[[portals]]", 1), encoding="utf-8")
    return folder


def test_rules_to_come_are_compared_before_they_apply(desk: Desk, rules: Path) -> None:
    """A new edition takes over the files whose start it covers, and nothing is written."""
    before = desk.rows()
    run = desk.must("regles comparer --json --regles", str(rules))
    assert [file["ref"] for file in run.json["files"]] == [
        "CIPI-2026-0001",
        "CIPI-2026-0002",
        "CIPI-2026-0003",
    ]
    assert "28/09/2026" in desk.must("regles comparer --regles", str(rules)).shown
    assert (desk.rows(), drf(desk, "CIPI-2026-0001")) == (before, "2026-09-30")


def test_rules_to_come_are_not_applied(desk: Desk, rules: Path) -> None:
    """They only compare; a folder without rules, or with wrong ones, is told in a sentence."""
    assert desk.type("regles comparer --appliquer --oui --regles", str(rules)).code == 2
    assert desk.type("regles comparer --regles", str(rules / "absent")).code == 6
    (rules / "cipi.toml").write_text("", encoding="utf-8")
    run = desk.type("regles comparer --regles", str(rules))
    assert (run.code, "cipi.toml" in run.said) == (6, True)


@pytest.mark.parametrize(("day", "moved"), [("2026-10-05", 3), ("2026-10-06", 0)])
def test_a_dated_number_moves_only_the_files_of_its_day(
    desk: Desk, tmp_path: Path, day: str, moved: int
) -> None:
    """One dated line moves the files whose deciding date has come, and none of those of the day before."""
    folder = tmp_path / "regles"
    shutil.copytree(str(files("workflow").joinpath("procedures")), folder)
    file = folder / "cipi.toml"
    old = 'opens = { number = 2, unit = "mois", direction = "avant"'
    source = (
        'source = { document = "circulaire", lines = "1", quote = "x", checked_on = 2026-09-01 }'
    )
    new = f"{old}, values = [{{ from = {day}, number = 3, {source} }}]"
    file.write_text(file.read_text(encoding="utf-8").replace(old, new), encoding="utf-8")
    run = desk.must("regles comparer --json --regles", str(folder))
    assert len(run.json["files"]) == moved


def test_what_would_move_is_shown_and_nothing_written(desk: Desk) -> None:
    """Old and new dates of each file, and no other."""
    close_for_stocktaking(desk)
    before = desk.rows()
    run = desk.must("regles comparer")
    assert "CIPI-2026-0001 Premier (lyon)" in run.shown
    assert "limite prudente 30/09/2026 → 23/09/2026" in run.shown
    assert "CIPI-2026-0003" not in run.shown
    assert "2 dossiers touchés." in run.said
    assert "regles comparer --appliquer" in run.said
    data = desk.must("regles comparer --json --procedure cipi").json
    assert [one["ref"] for one in data["files"]] == ["CIPI-2026-0001", "CIPI-2026-0002"]
    assert data["saved"] is False
    assert desk.must("regles comparer --procedure cdpi --json").json["files"] == []
    assert desk.rows() == before


def test_it_is_applied_in_one_go_with_an_entry_each(desk: Desk) -> None:
    """Every file is moved, its journal says why, and nothing is left to move."""
    close_for_stocktaking(desk)
    data = desk.must("regles comparer --appliquer --oui --json").json
    assert (data["saved"], len(data["files"])) == (True, 2)
    assert drf(desk, "CIPI-2026-0001") == "2026-09-23"
    assert drf(desk, "CIPI-2026-0003") == "2026-09-30"
    told = desk.must("dossier journal CIPI-2026-0002").shown
    assert "Dates recalculées" in told
    assert "Claire Vasseur (claire)" in told
    assert "« Dates recalculées : règles, jours fériés ou fermetures modifiés »" in told
    assert desk.must("regles comparer --json").json["files"] == []


def test_one_file_that_cannot_be_written_stops_them_all(desk: Desk) -> None:
    """One transaction: a database that refuses the second file keeps the first as it was."""
    close_for_stocktaking(desk)
    desk.execute(
        "CREATE TRIGGER no_second BEFORE INSERT ON journal WHEN NEW.case_id = 2 "
        "BEGIN SELECT RAISE(ABORT, 'non'); END"
    )
    before = desk.rows()
    assert desk.type("regles comparer --appliquer --oui").code != 0
    assert (desk.rows(), drf(desk, "CIPI-2026-0001")) == (before, "2026-09-30")


@pytest.mark.parametrize(
    ("line", "code", "sentence"),
    [
        ("--oui", 2, "--oui confirme --appliquer"),
        ("--appliquer", 2, "ajoutez --oui"),
        ("--appliquer --oui --maintenant 2026-08-01", 2, "ne sert qu’à lire"),
        ("--procedure cip", 4, "le plus proche"),
    ],
)
def test_bad_input_is_told_and_writes_nothing(
    desk: Desk, line: str, code: int, sentence: str
) -> None:
    """Each mistake has its sentence and its code."""
    close_for_stocktaking(desk)
    before = desk.rows()
    run = desk.type(f"regles comparer {line}")
    assert sentence in run.said
    assert (run.code, desk.rows()) == (code, before)
