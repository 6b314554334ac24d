"""The real program, from its entry point, on the clock of a test: `python -m tests.support.clocked WHEN …`.

WHEN is an instant, or a file that tells it and that the test rewrites to move on. Everything else is what
staff run. Started by `tests.support.programs`.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from cli.main import main


def lived(words: Sequence[str]) -> int:
    """Run what was typed at the instant that the first word tells; return the exit code."""
    when, *typed = words
    file = Path(when)

    def clock() -> datetime:
        told = file.read_text(encoding="utf-8") if file.is_absolute() else when
        return datetime.fromisoformat(told)

    return main(typed, clock=clock)


def run() -> None:
    """Run the command line of this process and leave with its exit code."""
    sys.exit(lived(sys.argv[1:]))


if __name__ == "__main__":
    run()
