"""What holds for every test: an environment of its own, random draws that are the same each time."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from itertools import count
from pathlib import Path

import pytest
from hypothesis import settings
from hypothesis.configuration import set_hypothesis_home_dir

from tests.support.environment import isolated

pytest_plugins = ["tests.support.databases"]

# No test judges time: a machine that is busy is not a fault.
settings.register_profile("repeatable", deadline=None, derandomize=True, database=None)
settings.register_profile("random", deadline=None, database=None, print_blob=True)
settings.load_profile("repeatable")

_HOMES = pytest.StashKey[Path]()
_numbers = count(1)


def pytest_configure(config: pytest.Config) -> None:
    """Take away what the shell names before any module of the program is loaded."""
    # The workers of pytest-xdist find the shell as it is, so that each world reaches them.
    if not config.getoption("numprocesses", None):
        config.stash[_HOMES] = Path(tempfile.mkdtemp(prefix="echeancier-"))
        set_hypothesis_home_dir(config.stash[_HOMES] / "hypothesis")
        _move_to(config.stash[_HOMES] / "user")


def pytest_unconfigure(config: pytest.Config) -> None:
    """Remove the folders that stood in for the user's."""
    if _HOMES in config.stash:
        shutil.rmtree(config.stash[_HOMES], ignore_errors=True)


@pytest.fixture(autouse=True)
def environment(pytestconfig: pytest.Config) -> Iterator[None]:
    """Give each test folders of a user who has just arrived, and undo what it does to the environment."""
    before = dict(os.environ)
    _move_to(pytestconfig.stash[_HOMES] / str(next(_numbers)))
    yield
    os.environ.clear()
    os.environ.update(before)


@pytest.fixture(scope="session")
def first_seed(pytestconfig: pytest.Config) -> int:
    """Return where the draws that are not of hypothesis start: what `make slow` prints, else 0."""
    return int(pytestconfig.getoption("hypothesis_seed") or 0)


def _move_to(home: Path) -> None:
    kept = isolated(os.environ, home)
    os.environ.clear()
    os.environ.update(kept)
