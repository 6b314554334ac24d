"""A terminal without accents: nothing crashes, and JSON loses nothing."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.cli import REF, Desk

ROOT = Path(__file__).parents[2]
PROGRAM = "import sys; from cli.main import main; sys.exit(main(sys.argv[1:]))"


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Desk:
    """Return a desk with one open case."""
    desk = Desk(tmp_path, monkeypatch)
    desk.open_case()
    return desk


def in_ascii(desk: Desk, *words: str) -> subprocess.CompletedProcess[bytes]:
    """Run a command as a terminal that knows ASCII alone would."""
    return subprocess.run(
        [sys.executable, "-c", PROGRAM, *words],
        cwd=desk.folder,
        env={
            **os.environ,
            "PYTHONPATH": str(ROOT),
            "LC_ALL": "C",
            "PYTHONUTF8": "0",
            "PYTHONCOERCECLOCALE": "0",
        },
        capture_output=True,
        timeout=60,
        check=False,
    )


def test_a_terminal_without_accents_gets_plain_letters(desk: Desk) -> None:
    """Under LC_ALL=C a sheet is written with the nearest letters, and an error as well."""
    run = in_ascii(desk, "dossier", "voir", REF)
    assert run.returncode == 0, run.stderr
    assert b"Echeances" in run.stdout
    assert b"v Preparation" in run.stdout or b"* Preparation" in run.stdout
    missing = in_ascii(desk, "dossier", "voir", "RIEN")
    assert missing.returncode == 4
    assert b'"' in missing.stderr
    assert b"\\x" not in missing.stderr


def test_json_loses_no_accent_on_such_a_terminal(desk: Desk) -> None:
    """JSON escapes what the terminal cannot write, and reads back the same."""
    run = in_ascii(desk, "dossier", "voir", REF, "--json")
    assert json.loads(run.stdout)["state_label"] == "Préparation"
