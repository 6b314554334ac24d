"""What came back, given as files: one mail each, or many in one (mbox), or a folder of them.

Used by `courriels retours`. Reads the head of each mail when it is its turn, so that a mailbox of any size
weighs nothing.
"""

from __future__ import annotations

import errno
import re
import stat
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from pathlib import Path
from typing import Final

from msgspec import Struct

from notifications.returns.incoming import LOOKED_AT
from workflow.errors import InvalidInput
from workflow.text.os_errors import cause

_ENDINGS: Final = frozenset({".eml", ".mbox"})
_MANY: Final = b"From "
"""What every mail of an mbox begins with; in its text, a line may begin so too."""
_FIELD: Final = re.compile(rb"[!-9;-~]+:")
"""What a head begins with: a text that goes on after such a line does not."""


class FiledMail(Struct, frozen=True):
    """A mail of a file."""

    source: str
    """Its file, and its rank where it holds many."""
    head: Callable[[], bytes]
    """Reads as much of it as a report needs; raises `OSError`."""


def filed(files: Iterable[Path], folder: Path | None) -> list[FiledMail]:
    """Return the mails of some files, and those of a folder, in the order of their names.

    What cannot be read of a folder is told when it is its turn.

    Raises:
        InvalidInput: a file or folder that cannot be read, or a folder without any mail.
    """
    found = list[FiledMail]()
    for path in files:
        try:
            found += _mails(path)
        except OSError as error:
            raise InvalidInput(
                f"« {path} » ne peut être lu : {cause(error)} ; vérifiez le chemin donné."
            ) from error
    for path in _inside(folder):
        try:
            found += list(_mails(path))
        except OSError as error:
            found.append(FiledMail(path.name, partial(_refuse, error)))
    return found


def _inside(folder: Path | None) -> list[Path]:
    if folder is None:
        return []
    try:
        found = sorted(one for one in folder.iterdir() if one.suffix.lower() in _ENDINGS)
    except OSError as error:
        raise InvalidInput(
            f"Dossier « {folder} » : {cause(error)} ; vérifiez le chemin donné."
        ) from error
    if not found:
        raise InvalidInput(
            f"Dossier « {folder} » : aucun fichier .eml ni .mbox ; donnez-en un autre."
        )
    return found


def _mails(path: Path) -> Iterator[FiledMail]:
    if not stat.S_ISREG(path.stat().st_mode):
        # Neither a folder, nor a pipe that nobody fills.
        raise OSError(errno.EISDIR if path.is_dir() else errno.ENODEV, "")
    with path.open("rb") as file:
        many = file.read(len(_MANY)) == _MANY
    if not many:
        yield FiledMail(path.name, partial(_head, path, 0, LOOKED_AT + 1))
        return
    for rank, (start, stop) in enumerate(_bounds(path), 1):
        size = min(stop - start, LOOKED_AT + 1)
        yield FiledMail(f"{path.name} n° {rank}", partial(_head, path, start, size))


def _bounds(path: Path) -> Iterator[tuple[int, int]]:
    """Yield where each mail of a file begins, after the line that parts it from the last, and ends.

    The blank line before that one is none of its own: the same mail in a file alone is the same.
    """
    at, blank, parted, start = 0, 0, None, None
    with path.open("rb") as file:
        for line in file:
            if parted is not None and _FIELD.match(line):
                if start is not None:
                    yield start, parted
                start = at
            parted = at - blank if (blank or not at) and line.startswith(_MANY) else None
            blank = 0 if line.strip() else len(line)
            at += len(line)
    if start is not None:
        yield start, at - blank


def _head(path: Path, start: int, size: int) -> bytes:
    with path.open("rb") as file:
        file.seek(start)
        content = file.read(size)
    if start and not content:
        # Somebody took it away since it was counted.
        raise OSError(errno.ENOENT, "")
    return content


def _refuse(error: OSError) -> bytes:
    raise error
