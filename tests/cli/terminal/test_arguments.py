"""Words typed before any command is known: global options, and what the program is called."""

from __future__ import annotations

from pathlib import Path

import pytest

from cli.terminal.arguments import for_screens, global_words, hoisted, program_name


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("dossier voir X", "dossier voir X"),
        ("dossier voir X --base U", "--base U dossier voir X"),
        ("dossier --par c voir X --config=f", "--par c --config=f dossier voir X"),
        ("dossier ouvrir -- --base U", "dossier ouvrir -- --base U"),
        ("dossier voir X --base", "--base dossier voir X"),
    ],
)
def test_global_options_come_first(typed: str, expected: str) -> None:
    """Global options move to the front with their values, in order, up to a double dash."""
    assert hoisted(typed.split()) == expected.split()


def test_global_words_are_those_options_alone() -> None:
    """The options that hold everywhere can be repeated in a suggested command."""
    assert global_words(["a", "--base", "U", "b", "--par=c"]) == ["--base", "U", "--par=c"]


def test_the_program_is_called_as_it_was(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its name is enough when the shell finds the same program; otherwise the path is kept."""
    program = tmp_path / "echeancier"
    program.write_text("#!/bin/sh\n", encoding="utf-8")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", "")
    assert program_name(str(program), "echeancier") == str(program)
    monkeypatch.setenv("PATH", str(tmp_path))
    assert program_name(str(program), "echeancier") == "echeancier"
    assert program_name("/x/cli/__main__.py", "echeancier") == "echeancier"


@pytest.mark.parametrize(
    ("line", "options"),
    [
        ("", {}),
        ("tui", {}),
        ("--config a.toml tui --par=zoe", {"--config": "a.toml", "--par": "zoe"}),
        ("--base sqlite:///a.db --base sqlite:///b.db", {"--base": "sqlite:///b.db"}),
        ("--maintenant=", {"--maintenant": ""}),
        ("tui --lecture-seule", None),
        ("--config", None),
        ("--confg a.toml", None),
        ("dossier lister", None),
        ("--help", None),
        ("-- tui", None),
    ],
)
def test_a_line_that_only_opens_the_screens(line: str, options: dict[str, str] | None) -> None:
    """Global options alone, or with `tui`, are read at once; anything else is left to the commands."""
    assert for_screens(line.split()) == options
