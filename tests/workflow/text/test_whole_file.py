"""A file is written whole or not at all."""

from __future__ import annotations

import errno
from pathlib import Path

import pytest

from workflow.text.whole_file import write_whole


def test_a_file_is_replaced_whole_for_its_owner_alone(tmp_path: Path) -> None:
    """What was there gives way at once, and nobody else may read what comes."""
    path = tmp_path / "note.txt"
    path.write_bytes(b"avant")
    path.chmod(0o644)
    write_whole(path, "après".encode())
    assert path.read_bytes() == "après".encode()
    assert path.stat().st_mode & 0o077 == 0
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("lasting", [True, False])
def test_what_cannot_be_written_leaves_nothing(tmp_path: Path, lasting: bool) -> None:
    """Where the file cannot take its place, the disk holds what it held."""
    folder = tmp_path / "dossier"
    folder.mkdir()
    with pytest.raises(OSError) as refusal:  # noqa: PT011 - told by its number
        write_whole(folder, b"texte", lasting=lasting)
    assert refusal.value.errno in {errno.EISDIR, errno.EEXIST, errno.ENOTEMPTY}
    assert list(tmp_path.iterdir()) == [folder]
