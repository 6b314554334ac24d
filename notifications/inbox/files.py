"""What came back, given as files: one mail each, or many in one (mbox), or a folder of them.

Used by `courriels retours`. Reads the head of each mail when it is its turn, so that a mailbox of any size
weighs nothing.
"""

from __future__ import annotations

import errno
import stat
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, closing, contextmanager
from functools import partial
from mailbox import NoSuchMailboxError, mbox
from pathlib import Path
from typing import Final

from msgspec import Struct

from notifications.returns.incoming import LOOKED_AT
from workflow.errors import InvalidInput
from workflow.text.os_errors import cause

_ENDINGS: Final = frozenset({".eml", ".mbox"})
_MANY: Final = b"From "
"""What every mail of an mbox begins with."""


class FiledMail(Struct, frozen=True):
    """A mail of a file."""

    source: str
    """Its file, and its rank where it holds many."""
    head: Callable[[], bytes]
    """Reads as much of it as a report needs; raises `OSError`."""


class _Boxes(ExitStack):
    """The files that hold many, one open at a time: a system lends a thousand or so."""

    _path: Path | None = None
    _box: mbox

    def of(self, path: Path) -> mbox:
        """Return a file, opened unless it was the last; raises `OSError`."""
        if path != self._path:
            self.close()
            self._path = None
            self._box = self.enter_context(closing(mbox(path, create=False)))
            self._path = path
        return self._box


@contextmanager
def filed(files: Iterable[Path], folder: Path | None) -> Iterator[list[FiledMail]]:
    """Lend the mails of some files, and those of a folder, in the order of their names.

    Raises:
        InvalidInput: a file or folder that cannot be read, or a folder without any mail.
    """
    with _Boxes() as boxes:
        found = list[FiledMail]()
        for path in (*files, *_inside(folder)):
            try:
                found += _mails(path, boxes)
            except OSError as error:
                raise InvalidInput(
                    f"« {path} » ne peut être lu : {cause(error)} ; vérifiez le chemin donné."
                ) from error
        yield found


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


def _mails(path: Path, boxes: _Boxes) -> Iterator[FiledMail]:
    if not stat.S_ISREG(path.stat().st_mode):
        # Neither a folder, nor a pipe that nobody fills.
        raise OSError(errno.EISDIR if path.is_dir() else errno.ENODEV, "")
    with path.open("rb") as file:
        many = file.read(len(_MANY)) == _MANY
    if not many:
        yield FiledMail(path.name, partial(_head, path))
        return
    for rank, key in enumerate(boxes.of(path).keys(), 1):
        yield FiledMail(f"{path.name} n° {rank}", partial(_of_many, boxes, path, key))


def _head(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(LOOKED_AT + 1)


def _of_many(boxes: _Boxes, path: Path, key: str) -> bytes:
    try:
        with boxes.of(path).get_file(key) as part:
            content: bytes = part.read(LOOKED_AT + 1)
            return content
    except (KeyError, NoSuchMailboxError) as error:
        # Somebody took it away since it was counted.
        raise OSError(errno.ENOENT, "") from error
