"""The folder of files: whole or absent, each once, and nothing of it taken from a paper."""

from __future__ import annotations

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from workflow.case.kept_file import BroughtFile
from workflow.errors import Conflict, InvalidInput
from workflow.papers.folder import KeptState, PaperFolder

NOW = datetime(2026, 12, 1, 9, tzinfo=UTC)


@pytest.fixture
def folder(tmp_path: Path) -> PaperFolder:
    """Return a folder that nothing was brought to."""
    return PaperFolder(tmp_path / "pieces", 1)


def brought(folder: PaperFolder, name: str = "contrat.pdf", more: bytes = b"") -> BroughtFile:
    """Return a file that somebody brings."""
    path = folder.directory.parent / name
    path.write_bytes(b"%PDF-" + more)
    return folder.look(f"'{path}'")


def aged(folder: PaperFolder, age: timedelta) -> None:
    """Have everything in the folder be of an age."""
    at = (NOW - age).timestamp()
    for path in folder.directory.iterdir():
        os.utime(path, (at, at))


def test_a_file_that_changes_after_it_was_looked_at_is_not_kept(folder: PaperFolder) -> None:
    """What is written in the base is what was looked at, or nothing is."""
    one = brought(folder)
    one.path.write_bytes(b"%PDF-2")
    with pytest.raises(Conflict, match="il a changé"):
        folder.keep(one)
    assert folder.state(one.kept) is KeptState.MISSING


def test_a_file_that_is_brought_again_mends_the_one_that_was_spoilt(folder: PaperFolder) -> None:
    """The same content is kept once, and put back where it was changed."""
    one = brought(folder)
    for spoilt in (b"", b"%PDG-"):
        folder.keep(one)
        folder.noted(one)
        assert folder.state(one.kept) is KeptState.WHOLE
        (kept,) = folder.directory.iterdir()
        kept.write_bytes(spoilt)
        assert folder.state(one.kept) is KeptState.CHANGED


@pytest.mark.parametrize(
    ("age", "marked", "held", "left"),
    [
        (timedelta(days=1), True, False, False),
        (timedelta(hours=23), True, False, True),
        (timedelta(days=400), False, False, True),
        (timedelta(days=400), True, True, True),
    ],
)
def test_only_what_was_never_noted_goes(
    folder: PaperFolder, age: timedelta, marked: bool, held: bool, left: bool
) -> None:
    """A copy that no act has noted for a day is swept; what a paper has, or once had, never is."""
    one = brought(folder)
    folder.keep(one)
    (folder.directory / "*.attente").write_bytes(b"")
    if not marked:
        folder.noted(one)
    digests = {one.kept.digest} if held else set()
    assert folder.strays(digests) == ([] if held else [one.kept.stored])
    aged(folder, age)
    assert folder.sweep(digests, NOW) == (not left)
    assert folder.state(one.kept) is (KeptState.WHOLE if left else KeptState.MISSING)
    assert folder.sweep(digests, NOW) == 0


def test_a_file_that_is_too_large_is_not_read_whole(folder: PaperFolder) -> None:
    """One byte more than the most is refused, with the most."""
    with pytest.raises(InvalidInput, match="dépasse 1 Mo"):
        brought(folder, more=bytes(999_996))
    assert brought(folder, more=bytes(999_995)).kept.size == 1_000_000


def test_a_name_is_shown_without_orders(folder: PaperFolder) -> None:
    """Signs that a terminal obeys are shown as signs; a long name keeps its ending."""
    assert brought(folder, "a\x1b[2J\u202etni.jpg").kept.name == "a␛[2J⟨202E⟩tni.pdf"
    name = brought(folder, "é" * 110 + ".x").kept.name
    assert (len(name), name[-5:]) == (80, "é.pdf")
