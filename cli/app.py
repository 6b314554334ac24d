"""The tree of commands, and the options that hold for all of them.

Built by `cli.main` for the lines that `cli.asking.reading` leaves, and for the shell that completes: each
command is made when the line names it. Does no work of its own.
"""

from __future__ import annotations

from functools import lru_cache, partial
from typing import Annotated, Any

import typer
from typer.main import get_command

from cli.asking import shell
from cli.asking.commands import (
    Commands,
    FrenchGroup,
    command_of,
    group,
    session_of,
)
from cli.asking.help import GLOBALS, GROUPS
from cli.dispatch import begin, function_of
from cli.terminal.spelling import options
from workflow.operations.operations import COMMANDS
from workflow.operations.requests import Operation


@lru_cache
def command() -> Any:
    """Return the command to run; those that it leads to are made when they are looked at."""
    app = typer.Typer(
        cls=FrenchGroup,
        help=GROUPS[""],
        pretty_exceptions_show_locals=False,
        rich_markup_mode=None,
        invoke_without_command=True,
    )
    app.callback(cls=FrenchGroup, invoke_without_command=True)(_globals)
    root: Any = get_command(app)
    root.commands = Commands({words[0]: partial(_branch, words[0]) for words in COMMANDS})
    return shell.speak_french(root)


def _branch(name: str) -> Any:
    """Return a command, or the group of those that begin with a word."""
    found = {words[1]: one for words, one in COMMANDS.items() if words[0] == name and words[1:]}
    alone = _leaf(COMMANDS[name,]) if (name,) in COMMANDS else None
    if alone is not None and not found:
        return alone
    return group(name, {word: partial(_leaf, one) for word, one in found.items()}, alone)


def _leaf(operation: Operation) -> Any:
    return command_of(operation, partial(function_of, operation))


_CONFIG, _BASE, _AT, _BY = (
    typer.Option(*options(one), metavar=one.placeholder, help=one.words) for one in GLOBALS
)
_VERSION = typer.Option("--version", "-V", help="Donne la version.")


def _globals(
    ctx: typer.Context,
    config: Annotated[str | None, _CONFIG] = None,
    base: Annotated[str | None, _BASE] = None,
    maintenant: Annotated[str | None, _AT] = None,
    par: Annotated[str | None, _BY] = None,
    version: Annotated[bool, _VERSION] = False,
) -> None:
    """Keep the global options for the command; without one, show the help."""
    session = session_of(ctx)
    begin(session, config, base, maintenant, par)
    if version:
        from cli.terminal.version import version_line

        session.output.raw(version_line())
        raise typer.Exit
    if ctx.invoked_subcommand is None:
        session.output.raw(ctx.get_help())
