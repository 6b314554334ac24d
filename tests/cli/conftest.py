"""Where commands are typed: a desk with one open case, unless a file of tests sets its own scene on it."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.cli import Desk


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Desk:
    """Return a desk with one open case, on Tuesday 1 September 2026."""
    desk = Desk(tmp_path, monkeypatch)
    desk.open_case()
    return desk
