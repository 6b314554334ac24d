"""Every error, turned in one place into one French sentence on stderr and an exit code.

Called by `cli.main` with whatever went wrong. Never shows a traceback, unless `ECHEANCIER_DEBUG=1`
asks for it; what nobody foresaw is written to a log whose place is said.
"""

from __future__ import annotations

import os
import re
import shlex
import sys
import traceback
from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import TextIO

from msgspec import Struct, field

from cli.terminal.arguments import global_words, sub_commands, without_password
from cli.terminal.exits import ExitCode
from cli.terminal.hints import sentence
from cli.terminal.streams import ReaderGone
from display.drawing.typography import shown
from workflow.errors import (
    Conflict,
    EcheancierError,
    InvalidDefinition,
    InvalidInput,
    NotFound,
    OutOfReach,
    Refused,
    StaleCase,
)
from workflow.text.folding import visible
from workflow.text.french import typeset
from workflow.text.os_errors import cause

DEBUG = "ECHEANCIER_DEBUG"

_CODES: tuple[tuple[type[EcheancierError], ExitCode], ...] = (
    (InvalidInput, ExitCode.USAGE),
    (Refused, ExitCode.REFUSED),
    (NotFound, ExitCode.NOT_FOUND),
    (Conflict, ExitCode.CONFLICT),
    (InvalidDefinition, ExitCode.INVALID_DEFINITION),
    (OutOfReach, ExitCode.OUT_OF_REACH),
)

_COMMAND = re.compile(r"« echeancier ([^»]*?) »")
_ELSEWHERE = ("--config", "--base", "--par")
"""Global options that a command to type next needs too: the present of another time is none of them."""
_NAMED = 3
"""Things written that a failure names."""
_USAGE_BASE = "UsageError"
_LOG_BYTES = 1_000_000
"""Size from which the log of errors starts anew; the one before is kept beside it."""


class Doing(Struct, frozen=True):
    """What a command is doing, so that a failure can say what became of it.

    Args:
        argv: what was typed, without the name of the program.
        program: how the program was called, so that a command shown can be copied.
        wrote: what this command has already written; it grows as it goes.
    """

    argv: tuple[str, ...]
    program: str = "echeancier"
    wrote: list[str] = field(default_factory=list)

    def hinted(self, text: str) -> str:
        """Return a text whose commands, written « echeancier … », can be typed as they stand.

        With the global options of this run: without them, a command would act on another base.
        """
        given = global_words(self.argv, _ELSEWHERE)
        return _COMMAND.sub(lambda found: f"« {self.typed([*given, *found[1].split()])} »", text)

    def typed(self, argv: Sequence[str]) -> str:
        """Return a command as it can be typed again, where a password comes from a variable."""
        return shlex.join([self.program, *map(without_password, argv)])


def report(error: BaseException, doing: Doing) -> ExitCode:
    """Say what went wrong on stderr and return the code to leave with."""
    if isinstance(error, BrokenPipeError | ReaderGone):
        return _reader_left()
    if os.environ.get(DEBUG) == "1":
        traceback.print_exception(error)
    if isinstance(error, EcheancierError):
        _say(doing.hinted(sentence(error)), *_details(error, doing))
        return code_of(error)
    if isinstance(error, KeyboardInterrupt):
        _say(f"Interrompu au clavier : {_fate(doing)}.")
        return ExitCode.INTERRUPTED
    if any(kind.__name__ == _USAGE_BASE for kind in type(error).__mro__):
        return _report_usage(error)
    if isinstance(error, OSError) and error.errno is not None:
        where = f"« {error.filename} »" if error.filename else "Lecture ou écriture impossible"
        _say(f"{where} : {cause(error)} ; {_fate(doing)}.")
        return ExitCode.OUT_OF_REACH
    return _report_unexpected(error, doing)


def code_of(error: EcheancierError) -> ExitCode:
    """Return the exit code of a foreseen error."""
    return next((code for kind, code in _CODES if isinstance(error, kind)), ExitCode.UNEXPECTED)


def without_option(argv: Sequence[str], name: str) -> list[str]:
    """Return a command line without one option and its value."""
    kept: list[str] = []
    words = iter(argv)
    for word in words:
        if word == name:
            next(words, None)
        elif not word.startswith(f"{name}="):
            kept.append(word)
    return kept


def _details(error: EcheancierError, doing: Doing) -> list[str]:
    if isinstance(error, StaleCase):
        again = doing.typed(without_option(doing.argv, "--version-vue"))
        return [
            typeset("Pour le relire, puis refaire la même saisie :"),
            f"  {doing.typed([*global_words(doing.argv), 'dossier', 'voir', error.ref])}",
            f"  {again}",
        ]
    if isinstance(error, InvalidDefinition):
        problems = (str(problem) for problem in error.problems)
        return [typeset(f"  {problem}") for problem in problems if problem not in error.message]
    return []


def _fate(doing: Doing) -> str:
    """Return what became of the data, which is the first thing a person wonders."""
    if doing.wrote:
        from workflow.text import french

        # The last ones first: a day in the interface writes hundreds.
        wrote = list(dict.fromkeys(reversed(doing.wrote)))
        left = len(wrote) - _NAMED
        others = f" et de {french.count(left, 'autre', 'autres')}" if left > 0 else ""
        return f"l’enregistrement de {', '.join(wrote[:_NAMED])}{others} était déjà fait"
    return "rien n’a été enregistré"


def _report_usage(error: BaseException) -> ExitCode:
    from cli.terminal.usage import usage_sentence

    if type(error).__name__ == "NoArgsIsHelpError":
        sys.stderr.write(f"{error}\n")
    else:
        _say(usage_sentence(error))
    return ExitCode.USAGE


def _report_unexpected(error: BaseException, doing: Doing) -> ExitCode:
    log = _write_log(error, doing)
    where = f"le détail est dans « {log} »" if log else f"relancez avec {DEBUG}=1 pour le détail"
    _say(f"Erreur inattendue du programme ({type(error).__name__}) : {_fate(doing)} ; {where}.")
    return ExitCode.UNEXPECTED


def _write_log(error: BaseException, doing: Doing) -> Path | None:
    """Append where it happened to a log that its owner alone can read; None when that fails too."""
    from platformdirs import user_log_path

    from cli.terminal import clock

    path = user_log_path("echeancier", appauthor=False) / "erreurs.log"
    # What was typed may hold names: the log keeps the command, not its values, and where errors happened,
    # not what they say.
    command = " ".join(sub_commands(doing.argv))
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        if path.exists() and path.stat().st_size > _LOG_BYTES:
            path.replace(path.with_suffix(".log.1"))
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        with os.fdopen(descriptor, "a", encoding="utf-8") as file:
            file.write(f"--- {clock.now().isoformat()} echeancier {command}\n")
            for one in _chain(error):
                file.writelines(traceback.format_tb(one.__traceback__))
                file.write(f"{type(one).__qualname__}\n")
    except OSError:
        return None
    return path


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    """Yield an error after those it came from."""
    if error is not None:
        yield from _chain(error.__cause__ or error.__context__)
        yield error


def _reader_left() -> ExitCode:
    """Leave quietly: whoever closed the pipe (`| head`) has read all that was wanted."""
    for stream in (sys.stdout, sys.stderr):
        empty(stream)
    return ExitCode.DONE


def empty(stream: TextIO) -> None:
    """Write what is buffered, or drop it: failing again at the very end would change the exit code."""
    try:
        stream.flush()
    except (OSError, ValueError):
        with suppress(OSError, ValueError):
            os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())


def _say(*lines: str) -> None:
    first, *others = lines
    text = shown(first)
    if sys.stderr.isatty() and not os.environ.get("NO_COLOR"):
        text = f"\x1b[1;31m{text}\x1b[0m"
    # Nobody may be left to read it, but the code says it too.
    with suppress(OSError):
        sys.stderr.write("\n".join([text, *map(visible, others)]) + "\n")
    empty(sys.stderr)
