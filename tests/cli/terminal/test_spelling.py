"""How a request is spelt as a command that can be typed."""

from __future__ import annotations

import shlex
from pathlib import Path

import pytest

from cli.terminal.spelling import words_of
from tests.support.cli import REF, Desk
from workflow.operations import operations
from workflow.operations.requests import Request


@pytest.mark.parametrize("title", ["Durand, cariste", "--essai", "-5 %", "a=b"])
def test_what_is_shown_can_be_typed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, title: str
) -> None:
    """Whatever a title looks like, the command that is shown for it does the same when it is typed."""
    desk = Desk(tmp_path, monkeypatch)
    desk.open_case()
    words = words_of(Request(operations.CORRECT, (REF,), {operations.TITLE: title}))
    desk.must(shlex.join(words))
    assert desk.must(f"dossier voir {REF} --json").json["title"] == title
