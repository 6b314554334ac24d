"""Help pages, look-up of commands and reading of their words, in French: Typer's own are in English.

Used as the class of every command and group of `cli.app`. Says how a command is typed, what each
argument and option is, for a misspelt command the nearest one, and never takes an option for the value
of another. Runs nothing.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import Any

from rich.console import Console, Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text
from typer import core

from cli.asking import wordchecks
from cli.terminal.output import THEME, line, text
from cli.terminal.streams import Stream
from workflow.errors import InvalidInput, nearest

_WIDTH = 100
_TYPER_OPTIONS = {
    "--help": "Montre cette aide.",
    "--install-completion": "Installe la complétion pour votre interpréteur de commandes.",
    "--show-completion": "Montre le script de complétion, pour le copier ou l’adapter.",
}


class FrenchCommand(core.TyperCommand):
    """A command whose help is in French."""

    def format_help(self, ctx: Any, formatter: Any) -> None:
        """Write the help page."""
        formatter.write(_render(self, ctx, ()))

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Read the command line, or refuse a word that cannot be what it stands for."""
        wordchecks.refuse_swallowed(self, ctx)
        rest = super().parse_args(ctx, args)
        wordchecks.refuse_broken(self, ctx)
        return rest


class FrenchGroup(core.TyperGroup):
    """A group whose help and whose refusal of an unknown command are in French."""

    def format_help(self, ctx: Any, formatter: Any) -> None:
        """Write the help page."""
        commands = [self.get_command(ctx, name) for name in self.list_commands(ctx)]
        formatter.write(_render(self, ctx, [c for c in commands if c and not c.hidden]))

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Read the command line, or refuse a word that cannot be what it stands for."""
        wordchecks.refuse_swallowed(self, ctx)
        rest = super().parse_args(ctx, args)
        wordchecks.refuse_broken(self, ctx)
        return rest

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        """Find a command, or say which one is nearest."""
        name = args[0]
        if not ctx.resilient_parsing and not name.startswith("-") and name not in self.commands:
            hint = nearest(name, self.commands) or f" (connues : {', '.join(self.commands)})"
            raise InvalidInput(f"Commande inconnue : « {name} »{hint}.")
        return super().resolve_command(ctx, args)


def _render(command: Any, ctx: Any, commands: Sequence[Any]) -> str:
    buffer = io.StringIO()
    console = Console(
        file=Stream(buffer),  # type: ignore[arg-type] # it writes, which is all that is asked
        force_terminal=Console().is_terminal,
        width=min(Console().width, _WIDTH),
        theme=THEME,
        markup=False,
        emoji=False,
        highlight=False,
    )
    console.print(_page(command, ctx, commands))
    return buffer.getvalue()


def _page(command: Any, ctx: Any, commands: Sequence[Any]) -> Group:
    params = [param for param in command.get_params(ctx) if not getattr(param, "hidden", False)]
    arguments = [param for param in params if param.param_type_name == "argument"]
    options = [param for param in params if param.param_type_name == "option"]
    parts: list[RenderableType] = [_usage(ctx, arguments, commands)]
    if command.help:
        parts.append(Padding(text(command.help), (1, 2, 0, 2)))
    parts += _section("Arguments", [(_metavar(p), _help(p)) for p in arguments])
    parts += _section("Commandes", [(c.name, c.get_short_help_str(_WIDTH)) for c in commands])
    parts += _section("Options", [(_option(p), _help(p)) for p in options])
    if command.epilog:
        parts.append(Padding(Text(command.epilog, "muted"), (1, 2, 0, 2)))
    return Group(*parts)


def _usage(ctx: Any, arguments: Sequence[Any], commands: Sequence[Any]) -> Text:
    pieces = [_metavar(p) if p.required else f"[{_metavar(p)}]" for p in arguments]
    tail = ["[OPTIONS]", *pieces, *(["COMMANDE …"] if commands else [])]
    return line(("Usage : ", "muted"), (f"{ctx.command_path} ", "strong"), " ".join(tail))


def _section(title: str, rows: Sequence[tuple[str, str]]) -> list[RenderableType]:
    if not rows:
        return []
    table = Table.grid(padding=(0, 2))
    table.add_column(no_wrap=True)
    table.add_column()
    for name, words in rows:
        table.add_row(Text(name, "command"), text(words))
    return [Padding(text(title, "strong"), (1, 0, 0, 0)), Padding(table, (0, 2))]


def _metavar(param: Any) -> str:
    name = param.metavar or param.name.upper()
    return f"{name} …" if param.nargs == -1 else name


def _option(param: Any) -> str:
    names = ", ".join((*param.opts, *param.secondary_opts))
    return names if param.is_flag else f"{names} {param.metavar or 'VALEUR'}"


def _help(param: Any) -> str:
    known = next((_TYPER_OPTIONS[name] for name in param.opts if name in _TYPER_OPTIONS), None)
    words = known or param.help or ""
    return f"{words} (répétable)" if getattr(param, "multiple", False) else words
