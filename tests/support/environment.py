"""What tests and the programs they start find in their environment: the same on every machine.

`tests/conftest.py` puts it in place of whatever the shell names; `tests.faults.runs` gives it to the program
it kills. Names what is kept rather than what is taken away: a variable of tomorrow is taken away as well.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

ROOT = Path(__file__).parents[2]

_KEPT = frozenset(
    {"PATH", "TZ", "TMPDIR", "TEMP", "TMP", "LD_LIBRARY_PATH", "LD_PRELOAD", "SYSTEMROOT"}
)
"""Where programs and temporary files are, and the zone: tests hold in every zone."""
_KEPT_PREFIXES = ("PYTEST_", "ANYDAY_")
_HOMES = {
    "HOME": "",
    "XDG_CACHE_HOME": "cache",
    "XDG_CONFIG_HOME": "config",
    "XDG_DATA_HOME": "data",
    "XDG_STATE_HOME": "state",
}


def isolated(environment: Mapping[str, str], home: Path) -> dict[str, str]:
    """Return the environment of tests, and of every program they start.

    Args:
        environment: what the shell names.
        home: stands in for the user's folders; need not exist.
    """
    kept = {
        name: value
        for name, value in environment.items()
        if name in _KEPT or name.startswith(_KEPT_PREFIXES)
    }
    homes = {name: str(home / folder) for name, folder in _HOMES.items()}
    # The packages are found from any folder, and programs say what they say in UTF-8.
    return {**kept, **homes, "PYTHONPATH": str(ROOT), "LC_ALL": "C.UTF-8"}
