"""Reads the files that a person names and that are short by nature: a configuration, a secret.

Used by `cli.config.configuration` and `cli.config.credentials`. Never waits for a pipe that nobody fills,
never reads without end, never decodes.
"""

from __future__ import annotations

import errno
import stat
from pathlib import Path
from typing import Final

MOST_BYTES: Final = 1_000_000
"""Far more than any of them."""


def read_small(path: Path) -> bytes:
    """Return the bytes of a file.

    Raises:
        OSError: also for a pipe or a device, and for a file of more than `MOST_BYTES`.
    """
    found = path.stat()
    if stat.S_ISDIR(found.st_mode):
        raise OSError(errno.EISDIR, "")
    if not stat.S_ISREG(found.st_mode):
        raise OSError(errno.ENODEV, "")
    if found.st_size > MOST_BYTES:
        raise OSError(errno.EFBIG, "")
    return path.read_bytes()
