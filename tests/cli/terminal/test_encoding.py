"""A terminal without accents: nothing crashes, and JSON loses nothing."""

from __future__ import annotations

import json
import subprocess

from tests.support.cli import REF, Desk

ASCII = {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}


def in_ascii(desk: Desk, *words: str) -> subprocess.CompletedProcess[str]:
    """Run a command as a terminal that knows ASCII alone would."""
    return desk.apart(*words, named=ASCII)


def test_a_terminal_without_accents_gets_plain_letters(desk: Desk) -> None:
    """Under LC_ALL=C a sheet is written with the nearest letters, and an error as well."""
    run = in_ascii(desk, "dossier", "voir", REF)
    assert run.returncode == 0, run.stderr
    assert "Echeances" in run.stdout
    assert "v Preparation" in run.stdout or "* Preparation" in run.stdout
    missing = in_ascii(desk, "dossier", "voir", "RIEN")
    assert missing.returncode == 4
    assert '"' in missing.stderr
    assert "\\x" not in missing.stderr


def test_json_loses_no_accent_on_such_a_terminal(desk: Desk) -> None:
    """JSON escapes what the terminal cannot write, and reads back the same."""
    run = in_ascii(desk, "dossier", "voir", REF, "--json")
    assert json.loads(run.stdout)["state_label"] == "Préparation"
