"""Thousands of lines that nobody should type: a sentence, a code of its kind, nothing half written."""

from __future__ import annotations

from pathlib import Path
from random import Random

import pytest

from tests.support.cli import Desk
from tests.support.sweep import Sweeper, commands, lines

FEW, MANY = 6, 225
COMMANDS = sorted(commands())


@pytest.fixture
def sweeper(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Sweeper:
    """Return what tries lines at a desk with one open case."""
    desk = Desk(tmp_path, monkeypatch)
    desk.open_case()
    return Sweeper(desk)


def test_a_few_lines_of_every_command_are_answered(sweeper: Sweeper) -> None:
    """The same few lines each time: no unexpected error, no English, no write with a failing code."""
    known = commands()
    found = [
        wrong
        for name in COMMANDS
        for line in lines(name, known[name], Random(name), FEW)
        if (wrong := sweeper.wrong(line))
    ]
    assert not found, "\n".join(found)


@pytest.mark.slow
@pytest.mark.parametrize("name", COMMANDS)
def test_any_line_is_answered(sweeper: Sweeper, name: str, first_seed: int) -> None:
    """Many lines of each command, drawn by the seed that `make slow` prints."""
    drawn = lines(name, commands()[name], Random(f"{first_seed} {name}"), MANY)
    found = [wrong for line in drawn if (wrong := sweeper.wrong(line))]
    assert not found, "\n".join([f"SEED={first_seed}", *found])
