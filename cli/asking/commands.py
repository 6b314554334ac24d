"""The command of an operation: arguments and options made of its questions, words read as an invocation.

Used by `cli.app`. Typer parses the line; what it says of it in English is said here in French, and an option
is never taken for the value of another. Does no work of its own: the function of the command is imported
when it runs.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import partial
from inspect import Parameter as Argument
from inspect import Signature
from typing import Annotated, Any

import typer
from typer import core
from typer.main import get_command

from cli.asking import help as pages
from cli.asking import wordchecks
from cli.asking.invocation import Invocation, invoked
from cli.terminal.spelling import asked, help_of, options
from cli.wiring.session import Session
from workflow.errors import InvalidInput, nearest
from workflow.operations.requests import Operation, Parameter, Question, Shape, Takes

_PRIVATE = frozenset({"UsageError", "InvalidInput"})
"""Errors whose sentence may hold what was typed."""


class _French:
    """What a command and a group have in common: checks of the words, and help made from the registry."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Read the command line, or refuse a word that cannot be what it stands for."""
        wordchecks.refuse_swallowed(self, ctx)
        for param in self.get_params(ctx):  # type: ignore[attr-defined] # Typer's
            # Everything is a text or a flag: Typer would load Pydantic to find that out.
            vars(param).setdefault("process_value", partial(_as_typed, param, param.process_value))
        rest: list[str] = super().parse_args(ctx, args)  # type: ignore[misc] # Typer's
        wordchecks.refuse_broken(self, ctx)
        return rest

    def format_help(self, ctx: Any, formatter: Any) -> None:
        """Write the help page."""
        program, *words = ctx.command_path.split()
        formatter.write(pages.page(program, tuple(words)))


class FrenchCommand(_French, core.TyperCommand):
    """A command whose help is in French."""


class Discreet(FrenchCommand):
    """A command whose refusal of a badly typed line does not repeat the line."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Read the command line, or say only that it cannot be read."""
        try:
            return super().parse_args(ctx, args)
        except Exception as error:
            if not any(kind.__name__ in _PRIVATE for kind in type(error).__mro__):
                raise
            raise InvalidInput(
                "Éligibilité : la ligne ne se lit pas (référence absente, option inconnue ou sans "
                f"valeur, mot en trop). Aide : « {ctx.command_path} --help »."
            ) from None


class FrenchGroup(_French, core.TyperGroup):
    """A group whose help and whose refusal of an unknown command are in French."""

    alone: Any = None
    """The command that its own word is too, for what follows and is none of its commands."""

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        """Find a command, or say which one is nearest."""
        name = args[0]
        if not ctx.resilient_parsing and not name.startswith("-") and name not in self.commands:
            hint = nearest(name, self.commands) or f" (connues : {', '.join(self.commands)})"
            raise InvalidInput(f"Commande inconnue : « {name} »{hint}.")
        found, command, rest = super().resolve_command(ctx, args)
        if not isinstance(command, FrenchGroup) or command.alone is None:
            return found, command, rest
        # While what follows is completed, both are proposed.
        begins = rest[0] in command.commands if rest else ctx.resilient_parsing
        return found, command if begins else command.alone, rest

    def shell_complete(self, ctx: Any, incomplete: str) -> Any:
        """Return what goes on from what is typed: its commands, and the options of its own word."""
        own = self.alone.shell_complete(ctx, incomplete) if self.alone else []
        return [*super().shell_complete(ctx, incomplete), *own]


class Commands(Mapping[str, Any]):
    """Commands by name, each made by its maker when it is looked at."""

    def __init__(self, makers: Mapping[str, Callable[[], Any]]) -> None:
        self._makers = makers
        self._made: dict[str, Any] = {}

    def __getitem__(self, name: str) -> Any:
        if name not in self._made:
            self._made[name] = self._makers[name]()
        return self._made[name]

    def __contains__(self, name: object) -> bool:
        return name in self._makers

    def __iter__(self) -> Iterator[str]:
        return iter(self._makers)

    def __len__(self) -> int:
        return len(self._makers)


def session_of(context: typer.Context) -> Session:
    """Return the session of a command."""
    session = context.obj
    assert isinstance(session, Session), "cli.main gives every command its session"  # noqa: S101
    return session


def group(name: str, makers: Mapping[str, Callable[[], Any]], alone: Any = None) -> Any:
    """Return the group of the commands that begin with a word; `alone` is the command that it is too."""
    commands: Any = Commands(makers)
    words = pages.GROUPS.get(name) or alone.help
    found = FrenchGroup(name=name, help=words, commands=commands, no_args_is_help=True)
    found.alone = alone
    return found


def command_of(operation: Operation, function: Callable[[], Callable[[Invocation], Any]]) -> Any:
    """Return the command of an operation; `function` gives what does it, imported only then."""
    about, told = operation.about, asked(operation)

    def run(ctx: typer.Context, **typed: Any) -> Any:
        words = [typed[_name(one.parameter, "about")] for one in about]
        answers = {one.parameter: typed[_name(one.parameter, "told")] for one in told}
        return function()(invoked(session_of(ctx), operation, words, answers))

    arguments = {_name(one.parameter, "about"): _argument(one) for one in about}
    arguments |= {_name(one.parameter, "told"): _option(operation, one) for one in told}
    _declare(run, arguments)
    # What is asked about a person is not repeated.
    kind = Discreet if any(one.takes is Takes.GROUND for one in told) else FrenchCommand
    app = typer.Typer(add_completion=False, rich_markup_mode=None)
    app.command(operation.command[-1], cls=kind, help=help_of(operation))(run)
    return get_command(app)


def _declare(run: Any, arguments: Mapping[str, tuple[Any, Any]]) -> None:
    """Give a function the parameters that Typer reads."""
    context = Argument("ctx", Argument.POSITIONAL_OR_KEYWORD, annotation=typer.Context)
    found = [
        Argument(name, Argument.KEYWORD_ONLY, default=default, annotation=annotation)
        for name, (annotation, default) in arguments.items()
    ]
    run.__signature__ = Signature([context, *found])
    run.__annotations__ = {one.name: one.annotation for one in (context, *found)}


def _name(parameter: Parameter, role: str) -> str:
    """Return the name of what holds a value, which staff never see."""
    name = parameter.name.replace("-", "_")
    return name if role == "about" else f"{role}_{name}"


def _argument(question: Question) -> tuple[Any, Any]:
    several = question.parameter.shape is Shape.MANY
    info = typer.Argument(
        metavar=question.parameter.name.upper(),
        help=question.words,
        autocompletion=_completion(question),
    )
    kind: Any = (list[str] if several else str) if question.required else _given(several)
    return Annotated[kind, info], Signature.empty if question.required else None


def _option(operation: Operation, question: Question) -> tuple[Any, Any]:
    shape, spelt = question.parameter.shape, options(question)
    words = help_of(operation, question)
    if shape is Shape.FLAG:
        return Annotated[bool, typer.Option(*spelt, help=words)], False
    if shape is Shape.EITHER:
        return Annotated[bool | None, typer.Option("/".join(spelt), help=words)], None
    info = typer.Option(
        *spelt, metavar=question.placeholder, help=words, autocompletion=_completion(question)
    )
    if question.required:
        return Annotated[str, info], Signature.empty
    return Annotated[_given(shape is not Shape.ONE), info], None


def _given(several: bool) -> Any:
    return list[str] | None if several else str | None


def _completion(question: Question) -> Callable[..., Any]:
    def complete(ctx: typer.Context, incomplete: str) -> list[tuple[str, str]]:
        from cli.asking.completion import proposed

        return proposed(question, ctx, incomplete)

    return complete


def _as_typed(param: Any, process: Callable[..., Any], ctx: Any, value: Any) -> Any:
    if param.required and param.value_is_missing(value):
        # Typer says what is missing.
        return process(ctx, value)
    return value if param.callback is None else param.callback(ctx, param, value)
