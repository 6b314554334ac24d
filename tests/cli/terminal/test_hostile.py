"""Texts that somebody has written straight in the base: neither a terminal nor a shell obeys them."""

from __future__ import annotations

import os
import re
import shutil
import sqlite3
import subprocess
from contextlib import closing

import pytest

from tests.support.cli import MORNING, REF, START, Desk

ORDERS = "\x1b]52;c;UFdORUQ=\x07\x1b[31m\x9b31m\u202erouge\x7f\r"
"""Clipboard, colour, the same in one byte, direction of writing, deletion, start of the line."""
SHELL = r"""\$(touch PWNED)`touch PWNED`' " % ; touch PWNED ] \e"""
UNSEEN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]")

TEXTS = {
    "case_file": ("title",),
    "journal": ("comment",),
    "document_check": ("kept_at",),
    "hours_line": ("place",),
    "outbox": ("subject", "answer"),
}
READINGS = (
    "dossier lister",
    f"dossier voir {REF}",
    f"dossier journal {REF}",
    f"dossier pieces {REF}",
    f"dossier heures {REF}",
    f"dossier fiche {REF}",
    f"dossier controler {REF}",
    "echeances --jours 90",
    "courriels lister",
    "courriels voir 1",
    "synthese",
    "comptes",
)
SILENT = {"synthese", "comptes"}
"""What shows none of these texts on that day."""


def rewritten(desk: Desk, text: str) -> Desk:
    """Write a text over every one that somebody may have typed."""
    with closing(sqlite3.connect(desk.database)) as base, base:
        for table, columns in TEXTS.items():
            for column in columns:
                done = base.execute(f"UPDATE {table} SET {column} = ?", [text])
                assert done.rowcount, (table, column)
    return desk


@pytest.fixture
def desk(desk: Desk) -> Desk:
    """Return a desk with two files, a paper, hours, a mail that was sent and an absence."""
    desk.must("dossier ouvrir cipi --ref AUTRE-1 --libelle Autre --commentaire essai --fait", START)
    desk.must(f"dossier pieces {REF} --recue convention_formation --ou convention_formation=ici")
    desk.must(f"dossier heures {REF} --ajouter mission --jours 07/09/2026 --prevues 7 --lieu Lyon")
    desk.now = MORNING.replace(day=28)
    desk.must("synthese --envoyer --personne claire")
    desk.now = MORNING
    desk.must("absences noter malik --du 02/08/2049 --au 20/08/2049 --remplacant claire")
    return desk


@pytest.mark.parametrize("line", READINGS)
def test_a_reading_gives_no_order_to_a_terminal(desk: Desk, line: str) -> None:
    """What cannot be seen is shown as a sign, in every list and every page."""
    run = rewritten(desk, ORDERS).must(line)
    assert not UNSEEN.search(run.out + run.err), repr(run.out)
    assert ("␛" in run.out) == (line not in SILENT)


def test_json_keeps_what_stands_in_the_base(desk: Desk) -> None:
    """JSON has its own way to write a control character, and gives the text as it is."""
    run = rewritten(desk, ORDERS).must(f"dossier voir {REF} --json")
    assert run.json["title"] == ORDERS
    assert "\x1b" not in run.out


def test_an_accent_is_read_whatever_the_locale(desk: Desk) -> None:
    """Where the locale knows no accent, what is typed in UTF-8 is that text all the same."""
    plain = {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}
    run = desk.apart("dossier", "corriger", REF, "--libelle", "Éloïse Nguyễn", named=plain)
    assert run.returncode == 0, run.stderr
    assert desk.must(f"dossier voir {REF} --json").json["title"] == "Éloïse Nguyễn"


def test_a_refusal_gives_no_order_to_a_terminal(desk: Desk) -> None:
    """What was typed, and what another has written meanwhile, are repeated with signs."""
    for line in ("dossier voir", f"dossier avancer {REF}", "courriels lister --dossier"):
        run = desk.type(line, ORDERS)
        assert run.code != 0
        assert not UNSEEN.search(run.out + run.err), repr(run.err)


def completed(desk: Desk, shell: str, typed: str) -> str:
    """Return what a shell is given on Tab after what was typed."""
    words = f"echeancier {typed}"
    named = {
        "_ECHEANCIER_COMPLETE": f"complete_{shell}",
        "_TYPER_COMPLETE_ARGS": words,
        "_TYPER_COMPLETE_FISH_ACTION": "get-args",
        "COMP_WORDS": words,
        "COMP_CWORD": str(len(words.split(" ")) - 1),
    }
    return desk.apart(named=named).stdout.strip()


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish", "powershell"])
def test_a_shell_is_given_no_text_that_somebody_typed(desk: Desk, shell: str) -> None:
    """What a shell evaluates on Tab holds values of the program and plain words, nothing else."""
    rewritten(desk, SHELL)
    for typed in (
        "dossier voir ",
        f"dossier avancer {REF} ",
        f"dossier reporter {REF} ",
        "courriels voir ",
        "absences annuler ",
        "preferences voir ",
        "simuler ",
    ):
        answered = completed(desk, shell, typed)
        inner = re.sub(r"^_arguments '\*: :\(\((.*)\)\)'$", r"\1", answered, flags=re.DOTALL)
        assert re.fullmatch(r'[\w\s.=@+/,’«»()–":-]+', inner), (typed, answered)
        assert "touch" not in answered


def test_a_value_that_means_something_to_a_shell_is_not_proposed(desk: Desk) -> None:
    """A reference that another program has written with an order in it is left out; the others stay."""
    with closing(sqlite3.connect(desk.database)) as base, base:
        base.execute("UPDATE case_file SET ref = ? WHERE ref <> ?", [SHELL, REF])
    assert completed(desk, "bash", "dossier voir ").split() == [REF]


def test_a_shell_runs_nothing_on_tab(desk: Desk) -> None:
    """What zsh evaluates is evaluated by a shell with a command in its place: the title runs nothing."""
    rewritten(desk, SHELL)
    bash = shutil.which("bash")
    assert bash is not None
    script = '_arguments() { printf "%s\\n" "$@"; }; eval $ANSWER; ls'
    answer = completed(desk, "zsh", "dossier voir CIPI")
    run = subprocess.run(
        [bash, "-c", script],
        cwd=desk.folder,
        env={**os.environ, "ANSWER": answer},
        check=True,
        capture_output=True,
        encoding="utf-8",
    )
    assert REF in run.stdout
    assert "PWNED" not in run.stdout
