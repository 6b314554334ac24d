"""The version of the installed program; loads nothing.

Called by `cli.main` before anything else, and by `cli.app`. Reads the name of the folder in which
installers note the version: `importlib.metadata` says the same, and takes longer than all the rest.
"""

from __future__ import annotations

import os
import sys

_PREFIX, _SUFFIX = "echeancier-", ".dist-info"


def version_line() -> str:
    """Return « Échéancier 1.2.3 »."""
    for folder in sys.path:
        try:
            names = os.listdir(folder or ".")  # noqa: PTH208 - pathlib is not loaded yet
        except OSError:
            continue
        for name in names:
            if name.startswith(_PREFIX) and name.endswith(_SUFFIX):
                return f"Échéancier {name.removeprefix(_PREFIX).removesuffix(_SUFFIX)}"
    # A bare checkout, run without being installed.
    return "Échéancier (non installé)"
