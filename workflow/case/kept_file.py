"""The file that is kept with a paper: what tells it from any other, and where it was brought from.

Made by `workflow.papers`, which reads and copies it; part of a `Paper`. Holds nothing of what is in it.
"""

from __future__ import annotations

from pathlib import Path, PurePath

from msgspec import Struct


class KeptFile(Struct, frozen=True):
    """A file as it was copied.

    Args:
        digest: SHA-256 of its bytes, in hexadecimal.
        name: what it is called where it is shown; its ending says what it really is.
        size: its bytes.
    """

    digest: str
    name: str
    size: int

    @property
    def stored(self) -> str:
        """Return its name in the folder of files: that of its content, whoever brought it."""
        return f"{self.digest}{PurePath(self.name).suffix}"


class BroughtFile(Struct, frozen=True):
    """A file that an act would copy.

    Args:
        path: where it is.
        kept: what it was when it was looked at.
    """

    path: Path
    kept: KeptFile
