"""The real program installed for one person, in a real terminal, on a clock that a test moves."""

from __future__ import annotations

import os
import sys
from datetime import datetime

from tests.support.cli import Desk
from tests.support.programs import program
from tests.support.terminal import Terminal, open_terminal


class Installed:
    """The program installed for one person, in a terminal, on a clock that the test moves.

    Args:
        desk: types commands on the same database, as somebody else would.
    """

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self._present = desk.folder / "present"
        self._opened: list[Terminal] = []
        self.at("2026-07-10 10:00")

    def at(self, when: str) -> None:
        """Move the clock, in Paris in summer and about so in winter."""
        self.desk.now = datetime.fromisoformat(f"{when}+02:00")
        # Whole or not at all: the program reads it at any moment.
        coming = self._present.with_suffix(".new")
        coming.write_text(self.desk.now.isoformat(), encoding="utf-8")
        coming.replace(self._present)

    def start(self, before: str = "", kind: type[Terminal] | None = None) -> Terminal:
        """Open the interface.

        Args:
            before: statements that are run first.
            kind: which terminal, when it matters.
        """
        words = program(self._present, "--config", str(self.desk.config), before=before)
        command = [sys.executable, *words]
        terminal = open_terminal(command, os.environ, self.desk.folder, kind=kind)
        self._opened.append(terminal)
        return terminal

    def close(self) -> None:
        """Close every window."""
        for terminal in self._opened:
            terminal.close()
