"""A command line that is right as it stands, read by the questions of its operation.

Used by `cli.main`, so that most commands do without Typer, which takes as long to load as they take to run. A
line that is not understood to its last word is left to it: it says what is wrong. What is read here, Typer
reads alike: a test compares both over thousands of lines.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from msgspec import Struct

from cli.asking.help import GLOBALS
from cli.terminal.arguments import hoisted, is_text, swallowed
from cli.terminal.spelling import asked, options
from workflow.operations.operations import COMMANDS
from workflow.operations.requests import Operation, Parameter, Question, Shape, Takes


class CommandLine(Struct, frozen=True):
    """What a line says.

    Args:
        everywhere: the options that hold for every command.
        operation: what is asked.
        about: what each of its arguments is given, in order.
        told: what its options are given.
    """

    everywhere: dict[Parameter, str]
    operation: Operation
    about: list[str | list[str] | None]
    told: dict[Parameter, str | bool | list[str]]


class _Left(Exception):
    """A line that is left to Typer."""


def read(argv: Sequence[str]) -> CommandLine | None:
    """Return what a line says, None when it is left to Typer."""
    words = hoisted(argv)
    if not all(map(is_text, words)):
        return None
    try:
        line = _line(words)
    except _Left:
        return None
    valued = (one for one in (*GLOBALS, *asked(line.operation)) if one.takes is not Takes.NOTHING)
    # Read as it was typed: options that hold everywhere are in front by now.
    forgotten = swallowed(argv, {name for one in valued for name in options(one)})
    return None if forgotten else line


def _line(words: Sequence[str]) -> CommandLine:
    left = iter(words)
    everywhere: dict[Parameter, str] = {}
    known = {options(one)[0]: one for one in GLOBALS}
    for word in left:
        if not word.startswith("-"):
            break
        question, value = _option(known, word, left)
        everywhere[question.parameter] = str(value)
    else:
        raise _Left
    rest = list(left)
    # A word that is a command alone too begins those of two words first.
    if (operation := COMMANDS.get((word, *rest[:1]))) is not None:
        del rest[:1]
    elif (operation := COMMANDS.get((word,))) is None:
        raise _Left
    return CommandLine(everywhere, operation, *_answers(operation, iter(rest)))


def _answers(
    operation: Operation, left: Iterator[str]
) -> tuple[list[str | list[str] | None], dict[Parameter, str | bool | list[str]]]:
    questions = asked(operation)
    known = {name: one for one in questions for name in options(one)}
    told: dict[Parameter, str | bool | list[str]] = {}
    placed: list[str] = []
    for word in left:
        # A dash alone is a value.
        if not word.startswith("-") or word == "-":
            placed.append(word)
            continue
        question, value = _option(known, word, left)
        if question.parameter.shape in {Shape.MANY, Shape.NAMED}:
            several = told.setdefault(question.parameter, [])
            assert isinstance(several, list), "so are its values kept"  # noqa: S101
            several.append(str(value))
        else:
            told[question.parameter] = value
    if any(one.required and one.parameter not in told for one in questions):
        raise _Left
    return _arguments(operation.about, placed), told


def _option(
    known: dict[str, Question], word: str, left: Iterator[str]
) -> tuple[Question, str | bool]:
    """Return what an option answers, and its value, taken from what is left of the line."""
    name, sign, value = word.partition("=")
    question = known.get(name)
    if question is None:
        raise _Left
    if question.takes is Takes.NOTHING:
        if sign:
            raise _Left
        return question, name == options(question)[0]
    if sign:
        return question, value
    after = next(left, None)
    if after is None:
        raise _Left
    return question, after


def _arguments(about: Sequence[Question], placed: list[str]) -> list[str | list[str] | None]:
    found: list[str | list[str] | None] = []
    for question in about:
        if question.parameter.shape is Shape.MANY:
            found.append(placed)
            placed = []
        else:
            found.append(placed.pop(0) if placed else None)
        if question.required and found[-1] is None:
            raise _Left
    if placed:
        raise _Left
    return found
