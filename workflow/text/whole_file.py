"""A file written whole or not at all, which its owner alone can read.

Used wherever the program keeps something in a file: mails, sheets, drafts, views. Creates no folder.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import NamedTemporaryFile, mkstemp


def write_whole(path: Path, content: bytes, *, lasting: bool = True) -> None:
    """Put a file in the place of another, or leave that one as it is and nothing beside it.

    Args:
        path: where; the folder exists.
        content: what.
        lasting: False for what a power cut may take back.

    Raises:
        OSError: when the disk or its rights refuse it.
    """
    with NamedTemporaryFile(dir=path.parent, prefix=".", suffix=".tmp", delete=False) as file:
        aside = Path(file.name)
        try:
            file.write(content)
            file.flush()
            if lasting:
                os.fsync(file.fileno())
        except OSError:
            aside.unlink(missing_ok=True)
            raise
    try:
        aside.replace(path)
    except OSError:
        aside.unlink(missing_ok=True)
        raise


@contextmanager
def made_whole(path: Path) -> Iterator[Path]:
    """Lend an empty file to write to, which takes the place of another once it is written.

    It goes away when what writes it fails.

    Args:
        path: where it is put at last; the folder exists.

    Raises:
        OSError: when the disk or its rights refuse it.
    """
    handle, name = mkstemp(dir=path.parent, prefix=".", suffix=".tmp")
    os.close(handle)
    aside = Path(name)
    try:
        yield aside
        with aside.open("rb") as file:
            os.fsync(file.fileno())
        aside.replace(path)
    finally:
        aside.unlink(missing_ok=True)
