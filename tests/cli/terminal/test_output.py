"""What commands show: data on stdout, narration on stderr, JSON, colours that may be absent, 80 columns."""

from __future__ import annotations

import io
import json
import re
import sqlite3
import subprocess
import sys
from base64 import b64decode
from contextlib import closing
from datetime import UTC, datetime
from functools import partial

import pytest
from rich.cells import cell_len

from cli.terminal.output import Output
from tests.support.cli import MORNING, REF, START, Desk
from tests.support.programs import PATIENCE, program
from tests.support.sweep import commands
from workflow.errors import InvalidInput

LATE = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)
ESCAPE = "\x1b["
COLOUR = re.compile(r"\x1b\[[0-9;]*3[0-9][0-9;]*m")

READINGS = (
    "dossier lister",
    f"dossier voir {REF}",
    f"dossier journal {REF}",
    f"dossier pieces {REF}",
    f"dossier heures {REF}",
    f"dossier eligibilite {REF}",
    "echeances --jours 90",
    "courriels lister",
    "courriels voir 1",
    "preferences voir",
    "absences lister",
    "synthese",
    "diagnostic",
    "regles voir",
    "regles voir cipi",
    "regles verifier",
    f"simuler cipi --fait '{START}'",
)


@pytest.fixture
def desk(desk: Desk) -> Desk:
    """Return a desk with one open case whose title and comment are long."""
    long = (
        "Anne-Charlotte de Bonneval-Saint-Hippolyte, préparatrice de commandes en horaires décalés"
    )
    desk.must("dossier ouvrir cipi --ref AGENCE-DE-LYON/2026-2027/PROMOTION-001 --fait", START,
              "--libelle", long, "--commentaire", long)  # fmt: skip
    return desk


@pytest.fixture
def busy(desk: Desk) -> Desk:
    """Return the same desk with a mail that was sent, and somebody away."""
    desk.now = MORNING.replace(day=28)
    desk.must("synthese --envoyer --personne claire")
    desk.now = MORNING
    desk.must("absences noter malik --du 02/08/2049 --au 20/08/2049 --remplacant claire")
    return desk


@pytest.mark.parametrize("line", READINGS)
def test_every_reading_has_a_json_form(busy: Desk, line: str) -> None:
    """`--json` writes one JSON document on stdout, and nothing else."""
    assert busy.must(f"{line} --json").json is not None


@pytest.mark.parametrize("line", READINGS)
def test_every_reading_is_fit_to_be_read(busy: Desk, line: str) -> None:
    """No line is wider than 80 columns, a sign stays with its word, and a pipe gets nothing but text."""
    run = busy.must(line)
    assert run.out
    for row in run.out.splitlines():
        assert cell_len(row) <= 80
        assert row == row.rstrip()
        assert not re.match(r"\s+[;:!?»](\s|$)", row)
    assert not re.search(r"« | »| [;!?](\s|$)| :(\s|$)", run.out)
    assert ESCAPE not in run.out + run.err


def test_no_color_keeps_the_meaning(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """Under NO_COLOR nothing is coloured, and what is late still says so by a sign and words."""
    desk.now = LATE
    monkeypatch.setenv("FORCE_COLOR", "1")
    coloured = desk.must("echeances").out
    assert COLOUR.search(coloured)
    monkeypatch.setenv("NO_COLOR", "1")
    plain = desk.must("echeances").out
    assert not COLOUR.search(plain)
    assert "!!" in plain
    assert "depuis" in plain


def test_an_internal_target_says_so_wherever_it_is_shown(desk: Desk) -> None:
    """A date that no text gives is called an internal target in a simulation, a list and a case."""
    run = desk.must(
        "simuler cipi --fait fin_formation=30/10/2026 --fait financement_accorde_le=01/09/2026 --fait",
        START,
    )
    assert run.shown.count("objectif interne, aucune date légale") == 2
    assert "Objectif interne" in run.shown


def test_the_explanation_has_its_four_lines(desk: Desk) -> None:
    """Anchor, rule with its quoted source, count with the days skipped, and result are all shown."""
    shown = desk.must(f"dossier voir {REF}").shown
    for words in ("Point de départ :", "Règle : «", "(cipi.txt, l. 597-598)", "Décompte :",
                  "jours sautés", "Résultat :"):  # fmt: skip
        assert words in shown


def test_the_path_shows_where_the_case_stands(desk: Desk) -> None:
    """States behind, present and ahead are told apart by a sign."""
    desk.must(f"dossier avancer {REF} deposer_drf")
    shown = desk.must(f"dossier voir {REF}").shown
    assert "✓ Préparation → ● DRF déposée → ○ DRF accordée → ○ Contrat déposé" in shown
    assert shown.count("○ Clos") == 1


def test_the_json_of_a_simulation_is_the_contract(desk: Desk) -> None:
    """`simuler --json` has exactly the keys that other programs rely on."""
    data = desk.must("simuler cipi --json --fait demarrage_formation=2026-09-08T09:00").json
    assert list(data) == [
        "id", "procedure", "funder", "edition", "territory", "deadlines", "warnings",
    ]  # fmt: skip
    (drf,) = data["deadlines"]
    assert {
        "opens_on": "2026-07-08",
        "strict": "2026-09-06T09:00:00+02:00",
        "prudent": "2026-09-03",
    }.items() <= drf.items()
    assert {
        "id", "label", "kind", "opens_on", "strict", "prudent", "expected_at", "chase_on", "commission",
        "binding", "options", "steps", "source", "warnings",
    } <= drf.keys()  # fmt: skip
    assert len(drf["steps"]) == 4
    assert {"document": "cipi.txt", "lines": "597-598"}.items() <= drf["source"].items()


def test_the_json_of_a_case_has_offers_and_deadlines(desk: Desk) -> None:
    """`dossier voir --json` gives the facts, the deadlines with their steps, and every offer."""
    data = desk.must(f"dossier voir {REF} --json").json
    assert (data["ref"], data["state"], data["version"], data["final"]) == (
        REF,
        "preparation",
        1,
        False,
    )
    assert data["facts"] == {"demarrage_formation": "2026-10-05T09:00:00+02:00"}
    assert [deadline["id"] for deadline in data["deadlines"]] == ["drf"]
    assert len(data["deadlines"][0]["steps"]) == 4
    assert {offer["action"]: offer["possible"] for offer in data["offers"]} == {
        "deposer_drf": True,
        "abandonner": True,
    }


def test_the_json_of_what_is_due_has_its_explanation(desk: Desk) -> None:
    """`echeances --json` gives where each date stands, and the four lines behind it."""
    first = desk.must("echeances --jours 60 --json").json[0]
    assert {
        "ref": REF,
        "act_on": "2026-09-30",
        "status": "a_venir",
        "owner": "claire",
    }.items() <= first.items()
    assert len(first["deadline"]["steps"]) == 4


def test_every_json_of_a_deadline_gives_its_readings(desk: Desk) -> None:
    """An act, a file, a list of files and one of dates give the same readings, and the base keeps none."""
    opened = desk.must("dossier ouvrir cipi --essai --json --fait", START).json
    given = [
        opened["opened"][0],
        desk.must(f"dossier voir {REF} --json").json["deadlines"][0],
        desk.must(f"dossier fiche {REF} --json").json["deadlines"][0],
        desk.must("dossier lister --json").json["cases"][0]["next_deadline"],
        desk.must("echeances --jours 60 --json").json[0]["deadline"],
    ]
    assert [one["readings"] for one in given] == [given[0]["readings"]] * len(given)
    assert {one["id"] for one in given[0]["readings"]} >= {"AMB-1"}
    with closing(sqlite3.connect(desk.database)) as connection:
        (kept,) = connection.execute("SELECT explanation FROM deadline").fetchone()
    assert "readings" not in json.loads(kept)


def test_the_json_of_a_write_tells_what_was_done(desk: Desk) -> None:
    """A write under `--json` gives the states, the journal entry and the deadlines opened and closed."""
    data = desk.must(f"dossier avancer {REF} deposer_drf --json").json
    assert (data["saved"], data["state_from"], data["state_to"]) == (
        True,
        "preparation",
        "drf_deposee",
    )
    assert [deadline["id"] for deadline in data["opened"]] == ["reponse_akto"]
    assert [(one["id"], one["met"]) for one in data["closed"]] == [("drf", True)]
    assert data["entry"]["by"] == "claire"


def test_a_reader_who_leaves_early_is_no_error(desk: Desk) -> None:
    """`| head -1` gets its line, and the command ends quietly."""
    for line in (["regles", "voir", "--json"], ["regles", "voir", "cipi"]):
        command = [sys.executable, *program(desk.now, *line)]
        run = subprocess.run(
            ["bash", "-c", '"$0" "$@" | head -1; exit "${PIPESTATUS[0]}"', *command],
            cwd=desk.folder, capture_output=True, encoding="utf-8", timeout=PATIENCE, check=False,
        )  # fmt: skip
        assert (run.returncode, run.stderr) == (0, "")
        assert run.stdout.count("\n") == 1


def test_help_is_in_french_everywhere(desk: Desk) -> None:
    """Every command has a help page in French, with no English left by the libraries."""
    for command in ("", "demo", "dossier", "regles", *commands()):
        page = desk.must(f"{command} --help").shown
        assert page.startswith("Usage :")
        assert not re.search(
            r"\b(Show|Install|required|default|Commands|Missing|this message)\b", page
        )


def test_nothing_typed_shows_the_help(desk: Desk) -> None:
    """The bare command shows its help and succeeds; a bare group shows its own and asks for more."""
    assert "dossier Ouvrir, lire" in desk.must("").shown
    group = desk.type("dossier")
    assert group.code == 2
    assert "avancer Fait une action" in group.said


def test_actions_are_listed_as_json_too(desk: Desk) -> None:
    """`avancer REF --json` without an action gives the actions of the case as one JSON array."""
    offers = desk.must("dossier avancer CIPI-2026-0001 --json").json
    assert "deposer_drf" in {offer["action"] for offer in offers}


def test_installing_completion_is_told_in_french(desk: Desk) -> None:
    """`--install-completion` says in French where it wrote and what to do next."""
    named = {"HOME": str(desk.folder), "_TYPER_COMPLETE_TEST_DISABLE_SHELL_DETECTION": "1"}
    run = desk.apart("--install-completion", "bash", named=named)
    assert run.returncode == 0, run.stderr
    assert run.stdout.startswith("Complétion installée pour bash dans")
    assert "installed" not in run.stdout


def completed(desk: Desk, typed: str) -> str:
    """Return what Tab proposes in bash after what was typed."""
    named = {
        "_ECHEANCIER_COMPLETE": "complete_bash",
        "COMP_WORDS": typed,
        "COMP_CWORD": str(len(typed.split(" ")) - 1),
    }
    return desk.apart(named=named).stdout


@pytest.mark.slow
def test_the_shell_completes_the_cases_of_the_base(busy: Desk) -> None:
    """Cases, their actions and deadlines, people, mails and absences complete from what is there."""
    proposed = partial(completed, busy)
    assert REF in proposed("echeancier dossier voir CIPI")
    assert proposed("echeancier dossier voir ZZZ").strip() == ""
    found = proposed(f"echeancier dossier avancer {REF} ")
    assert "deposer_drf" in found
    assert "cloturer" not in found
    assert "drf" in proposed(f"echeancier dossier reporter {REF} ")
    assert "malik" in proposed("echeancier preferences voir m")
    assert "malik" in proposed("echeancier courriels rediriger 1 --vers m")
    assert proposed("echeancier courriels voir ").split() == ["1"]
    assert proposed("echeancier courriels relancer ").split() == []
    assert proposed("echeancier absences annuler ").split() == ["1"]


def test_the_shell_can_complete(desk: Desk) -> None:
    """Completion proposes procedures, actions and facts, with what they mean."""
    for typed, proposed in (
        ("echeancier simuler ", "cipi"),
        ("echeancier dossier avancer X deposer", "deposer_contrat"),
        ("echeancier dossier ouvrir cipi --fait demar", "demarrage_formation="),
        ("echeancier dossier ouvrir cipi --fait validation=", "clea"),
        ("echeancier dossier pieces X --ou contrat_t", "contrat_type_signe="),
        ("echeancier dossier heures X --ajouter ", "mission"),
    ):
        assert proposed in completed(desk, typed)


class Tty(io.StringIO):
    """A stream that is a terminal."""

    def isatty(self) -> bool:
        """Say so."""
        return True


def test_what_is_copied_goes_to_the_terminal_and_nowhere_else() -> None:
    """The clipboard is asked by the one sign that terminals know; a file or a pipe is no terminal."""
    out, err = io.StringIO(), Tty()
    Output(out, err).copy("Été\x1b[31m")
    asked = err.getvalue()
    assert asked.startswith("\x1b]52;c;")
    assert asked.endswith("\a")
    assert b64decode(asked[7:-1]).decode() == "Été\x1b[31m"
    assert out.getvalue() == ""
    with pytest.raises(InvalidInput, match="demande un terminal"):
        Output(io.StringIO(), io.StringIO()).copy("a")
