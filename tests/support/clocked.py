"""The real program, from its entry point, on the clock of a test: `python -m tests.support.clocked FILE …`.

Reads the present from a file that the test rewrites to move on. Everything else is what staff run.
"""

from __future__ import annotations

import sys
from datetime import datetime
from pathlib import Path

from cli.main import main

if __name__ == "__main__":
    present = Path(sys.argv[1])
    sys.exit(
        main(
            sys.argv[2:], clock=lambda: datetime.fromisoformat(present.read_text(encoding="utf-8"))
        )
    )
