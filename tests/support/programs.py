"""Python in a process of its own, in the environment of the test: code of ours, or the program on a clock.

What it says is UTF-8, whatever the locale of the tests, and it never reads the time of the machine.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from tests.support.environment import ROOT

PATIENCE = 300.0
"""Seconds that a program is waited for: only one that is stuck takes them, however slow the machine."""


def begun(
    *words: str, folder: Path = ROOT, named: Mapping[str, str] | None = None, **streams: Any
) -> subprocess.Popen[str]:
    """Start an interpreter and return it running.

    Args:
        words: what follows `python`.
        folder: where it runs.
        named: variables of the environment, besides those of the test.
        streams: what stands in for the pipes to stdout and stderr.
    """
    pipes: dict[str, Any] = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, **streams}
    # In bytes: a locale without accents could not pass them on.
    command = [word.encode("utf-8", "surrogateescape") for word in (sys.executable, *words)]
    environment = {**os.environ, **(named or {})}
    return subprocess.Popen(command, cwd=folder, env=environment, encoding="utf-8", **pipes)


def run(*words: str, **options: Any) -> subprocess.CompletedProcess[str]:
    """Run an interpreter to its end; takes what `begun` takes."""
    with begun(*words, **options) as process:
        try:
            out, err = process.communicate(timeout=PATIENCE)
        except subprocess.TimeoutExpired:
            process.kill()
            raise
    return subprocess.CompletedProcess(words, process.returncode, out, err)


def program(when: datetime | Path, *words: str, before: str = "") -> tuple[str, ...]:
    """Return what makes an interpreter run the program, for `begun` and `run`.

    Args:
        when: the present; or the file that tells it, for a clock that moves.
        words: what is typed after `echeancier`.
        before: statements that are run first.
    """
    present = when.isoformat() if isinstance(when, datetime) else str(when)
    if before:
        return ("-c", f"{before}\nfrom tests.support.clocked import run\nrun()", present, *words)
    return ("-m", "tests.support.clocked", present, *words)
