"""The command starts light: what is answered at once, and what is loaded for it."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

from cli.terminal.version import version_line
from tests.support import programs
from tests.support.cli import MORNING, Desk

HEAVY = {"sqlmodel", "sqlalchemy", "jinja2", "pydantic", "holidays", "babel", "apscheduler",
         "aiosmtplib", "alembic"}  # fmt: skip
SCREEN = {"typer", "rich"}
PROGRAM = """
import sys
from tests.support.clocked import lived
code = lived(sys.argv[1:])
import json
sys.stderr.write(json.dumps([code, sorted({name.split(".")[0] for name in sys.modules})]))
"""


def loaded_by(folder: Path, *words: str) -> tuple[int, str, set[str]]:
    """Run a command in a fresh interpreter; return its code, its output and what it had loaded."""
    run = programs.run("-c", PROGRAM, MORNING.isoformat(), *words, folder=folder)
    code, names = json.loads(run.stderr.splitlines()[-1])
    return code, run.stdout, set(names)


@pytest.mark.parametrize("option", ["--version", "-V"])
def test_the_version_is_told_before_anything_is_loaded(tmp_path: Path, option: str) -> None:
    """`--version` answers without the database, the templates, the screen or the option parser."""
    code, out, names = loaded_by(tmp_path, option)
    assert code == 0
    assert out.startswith("Échéancier ")
    assert names & (HEAVY | SCREEN) == set()


def test_the_version_is_that_of_the_installed_program(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The version is read where installers note it."""
    (tmp_path / "echeancier-9.8.7.dist-info").mkdir()
    monkeypatch.setattr(sys, "path", ["/absent", str(tmp_path)])
    assert version_line() == "Échéancier 9.8.7"


def test_the_version_is_told_after_other_options_too(tmp_path: Path) -> None:
    """`--version` is also understood behind another option."""
    code, out, _ = loaded_by(tmp_path, "--par", "x", "--version")
    assert (code, out.split()[0]) == (0, "Échéancier")


def test_help_loads_nothing_heavy(tmp_path: Path) -> None:
    """Showing the help of a command needs neither the database, the calendars nor the option parser."""
    code, _, names = loaded_by(tmp_path, "dossier", "avancer", "--help")
    assert code == 0
    assert names & (HEAVY | SCREEN) == set()


def test_simulating_leaves_the_database_alone(tmp_path: Path) -> None:
    """Computing dates loads neither the database, the mail nor the option parser."""
    _, _, names = loaded_by(tmp_path, "simuler", "cipi", "--fait", "demarrage_formation=8/9/2026")
    heavy = {"sqlmodel", "sqlalchemy", "jinja2", "apscheduler", "aiosmtplib", "typer", "pydantic"}
    assert names & heavy == set()


def test_reading_a_case_leaves_the_mail_alone(tmp_path: Path) -> None:
    """Looking at cases loads neither templates, scheduler nor mail library."""
    code, _, names = loaded_by(tmp_path, "dossier", "lister", "--base", "sqlite:///absente.db")
    assert code == 7
    assert names & {"jinja2", "apscheduler", "aiosmtplib", "alembic"} == set()


THREADS = """
import sys
from pathlib import Path
from threading import Thread
from cli.terminal.failures import Doing
from cli.wiring.session import Session
container = Session(Doing(()), config=Path(sys.argv[1])).container
asked = [lambda: container.database.ready, lambda: container.worklist, lambda: container.cases]
threads = [Thread(target=one, daemon=True) for one in asked]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join(120)
sys.stdout.write(str(sum(thread.is_alive() for thread in threads)))
"""


def test_threads_that_ask_at_once_never_wait_for_each_other(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The interface may ask for every part while nothing is loaded yet: each is given, whatever the order."""
    desk = Desk(tmp_path, monkeypatch)
    desk.must("init")
    run = programs.run("-c", THREADS, str(desk.config))
    assert run.stdout == "0", run.stderr
