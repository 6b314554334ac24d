"""The entry point of `echeancier`: the quick answers first, then the application.

`run` is what the installed command calls, `main` what tests call. Loads nothing heavy by itself: the
version is told before the command-line library is even imported. Catches everything, once, and hands
it to `cli.terminal.failures`.
"""

from __future__ import annotations

import gc
import os
import sys

# What type checkers read as true; importing `typing` for it would cost a tenth of `--version`.
TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from datetime import datetime
    from typing import Any

    from cli.terminal.failures import Doing
    from cli.wiring.session import Session

PROGRAM = "echeancier"
VERSION_OPTIONS = ("--version", "-V")
HELP_OPTION = "--help"
_COMPLETING = "_ECHEANCIER_COMPLETE"


_GARBAGE = 50_000
"""Objects made before Python looks for those that are out of use, rather than 700."""


def run() -> None:
    """Run the command line of this process and leave with its exit code."""
    # What a start loads is there to stay: looking through it again and again takes a tenth of the time.
    gc.set_threshold(_GARBAGE)
    # Nor does Pydantic look, at its first model, for plugins among all that is installed.
    os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")
    sys.exit(main(sys.argv[1:], called_as=sys.argv[0]))


def main(
    argv: Sequence[str],
    clock: Callable[[], datetime] | None = None,
    called_as: str = PROGRAM,
) -> int:
    """Run one command and return its exit code.

    Args:
        argv: what was typed, without the name of the program.
        clock: source of the present; None reads the machine's.
        called_as: path under which the program was started, for the commands it suggests.
    """
    from cli.terminal.encoding import make_writable

    if None in {sys.stdin, sys.stdout, sys.stderr}:
        from cli.terminal.streams import stand_in_for_closed

        stand_in_for_closed()
    make_writable(sys.stdout, sys.stderr)
    doing = None
    try:
        if _told_at_once(argv):
            return 0
        doing = _doing(argv, called_as)
        return _run_app(doing, clock)
    # The one place where everything ends: an error that nobody foresaw still becomes a sentence.
    except (Exception, KeyboardInterrupt) as error:  # noqa: BLE001
        from cli.terminal.failures import report

        return int(report(error, doing or _doing(argv, called_as)))


def _doing(argv: Sequence[str], called_as: str) -> Doing:
    from cli.terminal.arguments import as_typed, program_name
    from cli.terminal.failures import Doing

    return Doing(tuple(map(as_typed, argv)), program_name(called_as, PROGRAM))


def _told_at_once(argv: Sequence[str]) -> bool:
    """Write a version or a page of help, which need nothing that a command does; tell whether it was."""
    found = None
    if argv and argv[0] in VERSION_OPTIONS:
        from cli.terminal.version import version_line

        found = f"{version_line()}\n"
    elif argv and argv[-1] == HELP_OPTION:
        from cli.asking.help import page

        found = page(PROGRAM, tuple(argv[:-1]))
    if found is not None:
        sys.stdout.write(found)
        sys.stdout.flush()
    return found is not None


def _run_app(doing: Doing, clock: Callable[[], datetime] | None) -> int:
    from cli.terminal.arguments import for_screens
    from cli.terminal.exits import ExitCode
    from cli.terminal.failures import empty
    from cli.wiring.session import Session
    from cli.wiring.tui import at_screen

    session = Session(doing) if clock is None else Session(doing, clock)
    options = for_screens(doing.argv) if at_screen() else None
    try:
        # Nothing asked at a terminal opens the screens, which do without the command-line library.
        code = _run_command(doing, session) if options is None else _open_screens(options, session)
    finally:
        session.close()
    if code == ExitCode.INTERRUPTED:
        # Typer turns the interruption into its code; it deserves a sentence.
        raise KeyboardInterrupt
    # A full disk or a closed pipe shows here, where it can still be told.
    sys.stdout.flush()
    # What was only told is dropped where it cannot be written: what was done is done.
    empty(sys.stderr)
    return int(code or 0)


def _open_screens(options: Mapping[str, str], session: Session) -> int:
    from pathlib import Path

    from cli.wiring import tui

    config = options.get("--config")
    session.config = None if config is None else Path(config)
    session.base = options.get("--base")
    session.at, session.by = options.get("--maintenant"), options.get("--par")
    return tui.run(session)


def _run_command(doing: Doing, session: Session) -> Any:
    from cli.asking.reading import read
    from cli.dispatch import run as run_line

    # What the shell asks to complete, Typer answers.
    if _COMPLETING not in os.environ and (line := read(doing.argv)) is not None:
        return run_line(line, session)
    from cli.app import command
    from cli.terminal.arguments import hoisted

    return command().main(
        args=hoisted(doing.argv), prog_name=PROGRAM, standalone_mode=False, obj=session
    )
