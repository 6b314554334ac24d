"""A desk on which tests type commands: a folder, a configuration, and a clock the test moves.

Runs the real command line in this process, from what is typed to what is shown, on a real SQLite file.
"""

from __future__ import annotations

import io
import json
import shlex
import sqlite3
import subprocess
from contextlib import closing, redirect_stderr, redirect_stdout
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from msgspec import Struct

from cli.main import main
from tests.support import programs, settings

MORNING = datetime(2026, 9, 1, 8, 0, tzinfo=UTC)
"""A Tuesday, 10:00 in Paris."""

START = "demarrage_formation=05/10/2026 09:00"
"""A Monday whose window is open on `MORNING`."""

REF = "CIPI-2026-0001"

CONFIG = "".join(
    (
        settings.DATABASE,
        settings.MAIL,
        "connect_timeout_seconds = 5\nmessage_timeout_seconds = 5\n",
        settings.LYON,
        settings.METZ,
        settings.CLAIRE,
        settings.MALIK,
        settings.CLAIRE_TYPES,
    )
)


_PREPARED: dict[tuple[datetime, tuple[str, ...]], bytes] = {}
"""Databases by the commands that filled them, and when: migrating takes longer than most tests."""


class Run(Struct, frozen=True):
    """What a command answered."""

    code: int
    out: str
    err: str

    @property
    def said(self) -> str:
        """Return what was written on stderr, on one line, with plain spaces."""
        return plain(self.err)

    @property
    def shown(self) -> str:
        """Return what was written on stdout, on one line, with plain spaces."""
        return plain(self.out)

    @property
    def json(self) -> Any:
        """Return stdout read as one JSON document."""
        return json.loads(self.out)


def plain(text: str) -> str:
    """Return a text on one line, every kind of space made plain."""
    return " ".join(text.split())


class Desk:
    """A place to type commands.

    Args:
        folder: an empty folder; the configuration and the database live there.
        monkeypatch: isolates the environment and the current folder.
        transport: `fichier` or `smtp`.
        port: port of the mail server.
    """

    def __init__(
        self,
        folder: Path,
        monkeypatch: pytest.MonkeyPatch,
        *,
        transport: str = "fichier",
        port: int = 25,
    ) -> None:
        self.folder = folder
        self.config = folder / "config.toml"
        self.database = folder / "echeancier.db"
        self.now = MORNING
        self.config.write_text(CONFIG.format(transport=transport, port=port), encoding="utf-8")
        monkeypatch.chdir(folder)
        for name in ("XDG_DATA_HOME", "XDG_CONFIG_HOME", "XDG_STATE_HOME"):
            monkeypatch.setenv(name, str(folder / "home"))
        monkeypatch.setenv("COLUMNS", "80")

    def type(self, line: str, *words: str) -> Run:
        """Run a command, typed as one line, then words taken as they are."""
        out, err = io.StringIO(), io.StringIO()
        with redirect_stdout(out), redirect_stderr(err):
            code = main([*shlex.split(line), *words], clock=lambda: self.now)
        return Run(code, out.getvalue(), err.getvalue())

    def must(self, line: str, *words: str) -> Run:
        """Run a command that has to succeed."""
        run = self.type(line, *words)
        assert run.code == 0, run.err
        return run

    def refuses(self, line: str, code: int, sentence: str) -> None:
        """Run a command that has to be refused with a code and a sentence, every table left as it was."""
        before = self.rows()
        run = self.type(line)
        assert (run.code, sentence in run.said) == (code, True), run.err
        assert "Traceback" not in run.err
        assert self.rows() == before

    def apart(
        self, *words: str, before: str = "", **options: Any
    ) -> subprocess.CompletedProcess[str]:
        """Run a command in a process of its own; see `programs.program` and `programs.begun`."""
        command = programs.program(self.now, *words, before=before)
        return programs.run(*command, **{"folder": self.folder, **options})

    def open_case(self, start: str = START) -> str:
        """Create the database, open a case, and return its reference."""
        self.prepare(f"dossier ouvrir cipi --libelle 'Sacha Morvan' --fait '{start}'")
        return REF

    def prepare(self, *lines: str) -> None:
        """Create the database and run commands that have to succeed: once in each process, then copied."""
        key = self.now, lines
        if key not in _PREPARED:
            for line in ("init", *lines):
                self.must(line)
            _PREPARED[key] = self.database.read_bytes()
        self.database.write_bytes(_PREPARED[key])

    def rows(self) -> dict[str, int]:
        """Return how many rows each table holds; empty when there is no database."""
        if not self.database.exists():
            return {}
        with closing(sqlite3.connect(self.database)) as base:
            names = [
                name
                for (name,) in base.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
                if not name.startswith(("sqlite_", "alembic_"))
            ]
            return {
                name: base.execute(f'SELECT count(*) FROM "{name}"').fetchone()[0] for name in names
            }

    def execute(self, statement: str) -> None:
        """Change the database behind the program's back."""
        with closing(sqlite3.connect(self.database)) as base, base:
            base.execute(statement)
