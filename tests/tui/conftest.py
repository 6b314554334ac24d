"""A stage with the demonstration on it, and screens compared with those on file."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from syrupy.assertion import SnapshotAssertion
from syrupy.extensions.image import SVGImageSnapshotExtension

from tests.support.cli import CONFIG, Desk
from tests.support.installed import Installed
from tests.support.tui import Stage, demonstration

_FIRST = "test_today.py"
"""What every `make test` looks at; the other screens have a target of their own."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark the tests of the screens: a running interface takes seconds for each."""
    for item in items:
        if item.path.parent == Path(__file__).parent and item.path.name != _FIRST:
            item.add_marker("screens")


@pytest.fixture
def stage(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Stage]:
    """Lend a stage whose database holds the demonstration."""
    with demonstration(tmp_path, monkeypatch) as prepared:
        yield prepared


@pytest.fixture
def installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Installed]:
    """Lend the program installed for one person, whose database is empty."""
    desk = Desk(tmp_path, monkeypatch)
    desk.config.write_text(CONFIG.format(transport="fichier", port=25), encoding="utf-8")
    installed = Installed(desk)
    desk.must("init")
    yield installed
    installed.close()


@pytest.fixture
def picture(snapshot: SnapshotAssertion) -> SnapshotAssertion:
    """Compare SVG pictures; `pytest --snapshot-update` puts new ones on file."""
    return snapshot.use_extension(SVGImageSnapshotExtension)
