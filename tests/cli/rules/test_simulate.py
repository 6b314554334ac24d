"""`simuler` and `regles`: dates without a case, files of examples, and rule files that are wrong."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from tests.support.cli import START, Desk

RULES = Path(__file__).parents[3] / "workflow" / "procedures"

LOT = """
[[example]]
id = "juste"
procedure = "cipi"
facts = { demarrage_formation = 2026-09-08T09:00:00 }
[example.expect.drf]
opens_on = 2026-07-08
strict = 2026-09-06T09:00:00
prudent = 2026-09-03
"""
WRONG = """
[[example]]
id = "faux"
procedure = "cipi"
facts = { demarrage_formation = 2026-09-08T09:00:00 }
[example.expect.drf]
prudent = 2026-09-04
"""
UNKNOWN = """
[[example]]
id = "inconnu"
procedure = "cip"
facts = { demarrage_formation = 2026-09-08T09:00:00 }
"""


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Desk:
    """Return a desk without a database: simulating needs none."""
    return Desk(tmp_path, monkeypatch)


@pytest.mark.parametrize(
    ("content", "code", "said"),
    [
        (LOT, 0, "1 exemple, conforme."),
        (LOT + WRONG, 3, "faux : drf.prudent : attendu 2026-09-04, calculé 2026-09-03"),
        (LOT + WRONG + UNKNOWN, 4, "inconnu : Procédure : « cip » n’existe pas"),
    ],
)
def test_a_lot_gives_one_line_an_example(desk: Desk, content: str, code: int, said: str) -> None:
    """Each example gives one JSON line; what differs or fails is told on stderr and by the code."""
    (desk.folder / "lot.toml").write_text(content, encoding="utf-8")
    run = desk.type("simuler --lot lot.toml")
    assert run.code == code
    assert said in run.said
    lines = [json.loads(line) for line in run.out.splitlines()]
    assert [line["id"] for line in lines] == ["juste", "faux", "inconnu"][: content.count("[[")]
    for line in lines:
        if line["id"] == "inconnu":
            assert set(line) == {"id", "error"}
        else:
            assert line["deadlines"][0]["prudent"] == "2026-09-03"


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "aucun exemple"),
        (b"[[example", "TOML illisible"),
        ("[[example]]\nid = 'été'".encode("latin-1"), "n’est pas en UTF-8"),
    ],
    ids=["empty", "broken", "encoding"],
)
def test_a_lot_that_cannot_be_read_is_one_sentence(desk: Desk, content: bytes, said: str) -> None:
    """An empty, broken or oddly encoded file of examples is refused with code 2."""
    (desk.folder / "lot.toml").write_bytes(content)
    run = desk.type("simuler --lot lot.toml")
    assert (run.code, run.out) == (2, "")
    assert said in run.said


def test_a_start_that_is_too_late_says_which_would_work(desk: Desk) -> None:
    """A start in the past is computed all the same, with a warning and the first start possible."""
    run = desk.must("simuler cipi --fait demarrage_formation=24/08/2026")
    assert "Attention : Fenêtre déjà fermée" in run.said
    assert "Premier départ encore possible" in run.said
    assert "dépassée" not in run.shown


def test_the_territory_changes_the_dates(desk: Desk) -> None:
    """A holiday of Alsace-Moselle moves the prudent date there and nowhere else."""
    words = "simuler cipi --json --fait demarrage_formation=2029-12-28T09:00"

    def prudent(options: str) -> str:
        data = desk.must(f"{words} {options}").json
        return str(data["deadlines"][0]["prudent"])

    assert prudent("") == "2029-12-24"
    assert prudent("--territoire FR-57") == "2029-12-21"
    assert prudent("--agence metz") == "2029-12-21"


def test_closures_of_the_agency_count(desk: Desk) -> None:
    """Days off of the configuration move the prudent date, and the explanation names them."""
    text = desk.config.read_text(encoding="utf-8")
    closures = (
        '[calendar]\nclosures = [{ from = 2026-09-02, to = 2026-09-03, label = "Inventaire" }]\n'
    )
    desk.config.write_text(text + closures, encoding="utf-8")
    run = desk.must("simuler cipi --fait", "demarrage_formation=2026-09-08T09:00")
    assert "limite prudente mardi 1er septembre 2026" in run.shown
    assert "Inventaire" in run.shown


def test_the_shipped_rules_are_right(desk: Desk) -> None:
    """The rules of the program pass their own check, examples included."""
    assert "aucun problème" in desk.must("regles verifier").said


def test_every_problem_of_every_rule_file_is_listed(desk: Desk) -> None:
    """A wrong rule file lists all its problems with file and key, and the command answers 6."""
    folder = desk.folder / "regles"
    shutil.copytree(RULES, folder)
    text = (folder / "cipi.toml").read_text(encoding="utf-8")
    broken = text.replace(
        'reference_fact = "demarrage_formation"', 'reference_fact = "demarage_formation"'
    )
    broken = broken.replace("[states.clos]", "[states.close]")
    (folder / "cipi.toml").write_text(broken, encoding="utf-8")
    (folder / "vide.toml").write_text("", encoding="utf-8")
    (folder / "casse.toml").write_text("[[", encoding="utf-8")
    run = desk.type("regles verifier --dossier regles")
    assert run.code == 6
    for words in (
        "cipi.toml : reference_fact",
        "(le plus proche : « demarrage_formation »)",
        "vide.toml : le fichier est vide",
        "casse.toml : TOML illisible",
    ):
        assert words in run.shown
    problems = desk.type("regles verifier --dossier regles --json")
    assert problems.code == 6
    assert {"file", "key", "message"} == set(problems.json["problems"][0])


def test_a_procedure_is_shown_with_its_sources(desk: Desk) -> None:
    """`regles voir` shows what can be typed and where each rule is written."""
    shown = desk.must("regles voir cipi").shown
    for words in ("deposer_drf", "Préparation → DRF déposée", "(cipi.txt, l. 597-598)", "demarrage_formation",
                  "Mon Espace AKTO depuis le", "surcout_jours_ouvres",
                  "objectif interne, aucune date légale"):  # fmt: skip
        assert words in shown


def test_simulating_needs_no_configuration(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without any configuration dates are computed with the default delays."""
    desk.config.unlink()
    assert desk.must("simuler cipi --fait", START).out
    assert desk.rows() == {}
