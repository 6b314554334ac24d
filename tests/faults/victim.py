"""The program as it is, in a process that can be killed at any fault point.

`python -m tests.faults.victim --now 2026-09-01T09:00+02:00 --die 'avant COMMIT#2' -- --config … service
--une-fois` runs one command and dies there. Without arguments it serves `tests.faults.runs`: everything is
loaded once, then each run asked for on its input is a process of its own, forked, that runs `cli.main`
from the first option to the exit code, on connections that it opens itself.
"""

from __future__ import annotations

import argparse
import gc
import io
import json
import os
import sys
import time
from contextlib import redirect_stderr, redirect_stdout
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from tests.faults.hooks import Points, install

_POINTS = Points()


def main() -> None:
    """Run one command, or serve."""
    install(_POINTS)
    if len(sys.argv) > 1:
        _run_one(sys.argv[1:])
    _load_everything()
    sys.stdout.write("prêt\n")
    sys.stdout.flush()
    for line in sys.stdin:
        asked = json.loads(line)
        ended = _rehearsed(asked) if asked["rehearse"] else _forked(asked)
        sys.stdout.write(json.dumps(ended) + "\n")
        sys.stdout.flush()


def _run_one(words: list[str]) -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.faults.victim")
    parser.add_argument("--now", required=True, type=datetime.fromisoformat)
    parser.add_argument(
        "--speed", type=float, default=0.0, help="seconds told for each that passes"
    )
    parser.add_argument("--die", help="fault point, as the page of results writes it")
    parser.add_argument("command", nargs="+")
    asked = parser.parse_args(words)
    sys.exit(_lived(asked.command, asked.now, asked.die, speed=asked.speed))


def _load_everything() -> None:
    """Load now what the program loads when it is first wanted: a fork then costs milliseconds."""
    import psycopg  # noqa: F401

    from cli.dispatch import function_of
    from workflow.operations.operations import COMMANDS
    from workflow.rulefiles.rulebook import load_rulebook

    for operation in COMMANDS.values():
        function_of(operation)
    load_rulebook()


def _rehearsed(asked: dict[str, Any]) -> dict[str, int]:
    """Run a command in this very process, so that its forks find in memory what it had to load."""
    said = io.StringIO()
    with redirect_stdout(said), redirect_stderr(said):
        code = _lived(asked["argv"], datetime.fromisoformat(asked["now"]), None)
    # Left where they are: a fork does not copy what the collector does not touch.
    gc.freeze()
    return {"code": code, "signal": 0}


def _forked(asked: dict[str, Any]) -> dict[str, int]:
    """Run a command in a new process; return how it ended."""
    child = os.fork()
    if child == 0:
        _be_the_child(asked)
    _, status = os.waitpid(child, 0)
    if os.WIFSIGNALED(status):
        return {"code": -1, "signal": os.WTERMSIG(status)}
    return {"code": os.WEXITSTATUS(status), "signal": 0}


def _be_the_child(asked: dict[str, Any]) -> None:
    code = 70
    try:
        said = os.open(asked["said"], os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        for stream in (1, 2):
            os.dup2(said, stream)
        code = _lived(
            asked["argv"], datetime.fromisoformat(asked["now"]), asked["die"], asked["trace"]
        )
        sys.stdout.flush()
        sys.stderr.flush()
    finally:
        # Nothing of the parent's own end is run twice.
        os._exit(code)


def _lived(
    argv: list[str], now: datetime, die: str | None, trace: str | None = None, speed: float = 0.0
) -> int:
    from cli.main import main as program

    started = time.monotonic()

    def clock() -> datetime:
        return now + timedelta(seconds=speed * (time.monotonic() - started))

    _POINTS.start(deadly=die, record=trace is not None)
    code = program(argv, clock=clock)
    if trace is not None:
        _POINTS.save(Path(trace))
    return code


if __name__ == "__main__":
    main()
