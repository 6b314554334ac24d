"""Lines that are read without Typer: each says what Typer would have said, to the last word."""

from __future__ import annotations

from functools import cache
from random import Random
from typing import Any

import pytest

from cli.asking.commands import command_of
from cli.asking.invocation import Invocation, invoked
from cli.asking.reading import CommandLine, read
from cli.terminal.arguments import hoisted
from cli.terminal.failures import Doing
from cli.wiring.session import Session
from tests.support.sweep import commands, lines
from workflow.errors import InvalidInput
from workflow.operations.operations import COMMANDS, OPERATIONS

KNOWN = commands()
DRAWN = 60


@cache
def typer_of(operation: str) -> tuple[Any, list[Invocation]]:
    """Return the command of an operation, made once, and the list that it adds invocations to."""
    found: list[Invocation] = []
    return command_of(OPERATIONS[operation], lambda: found.append), found


def by_typer(session: Session, line: CommandLine, rest: list[str]) -> Any:
    """Return the invocation that Typer makes of what follows the words of a command, or its refusal."""
    command, found = typer_of(line.operation.id)
    try:
        command.main(args=rest, prog_name="x", standalone_mode=False, obj=session)
    except InvalidInput as refusal:
        return refusal.message
    return found.pop()


def by_us(session: Session, line: CommandLine) -> Any:
    """Return the invocation that we make of a line, or its refusal."""
    try:
        return invoked(session, line.operation, line.about, line.told)
    except InvalidInput as refusal:
        return refusal.message


@pytest.mark.parametrize("name", sorted(KNOWN))
def test_what_is_read_at_once_typer_reads_alike(name: str) -> None:
    """Of many lines of a command, right and wrong, those that are not left to Typer mean the same to it."""
    count = 0
    for drawn in lines(name, KNOWN[name], Random(name), DRAWN):
        line = read(drawn.words)
        if line is None:
            continue
        count += 1
        session = Session(Doing(drawn.words))
        told = by_typer(session, line, after(hoisted(drawn.words), line))
        assert told == by_us(session, line), drawn
    assert count > DRAWN // 3


def after(words: list[str], line: CommandLine) -> list[str]:
    """Return what follows the words of a command, options that hold everywhere being in front."""
    left = list(words)
    while left[0].startswith("-"):
        left = left[1 if "=" in left[0] else 2 :]
    return left[len(line.operation.command) :]


@pytest.mark.parametrize(
    "line",
    [
        "", "--version", "dossier", "dossier voir", "dossier voir X Y", "dossier voir --json=oui X",
        "dossier voir X --inconnu", "dossier voir -- X", "dossier corriger X --libelle --essai",
        "dossier corriger X --libelle", "absences noter --du demain", "inconnu", "--par --json echeances",
        "dossier voir X --help", "dossier voir \udce9", "dossier corriger X --libelle --par malik Durand",
        "importer", "importer x.csv y.csv", "importer -- lister",
    ],
)  # fmt: skip
def test_what_is_wrong_is_left_to_typer(line: str) -> None:
    """A word missing, in excess, unknown or misplaced: Typer is asked, and says so."""
    assert read(line.split()) is None


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("importer lister", "importer lister"),
        ("importer ./lister", "importer"),
        ("importer --json x", "importer"),
    ],
)
def test_a_word_that_is_a_command_alone_begins_others_too(line: str, words: str) -> None:
    """What follows is the second word of a command where there is one, and else what the first is given."""
    told = read(line.split())
    assert told is not None
    assert " ".join(told.operation.command) == words


def test_options_that_hold_everywhere_stand_anywhere() -> None:
    """They are read in front of the command, behind it, and in one word with their value."""
    line = read(["dossier", "voir", "X", "--par=claire", "--base", "sqlite:///x.db"])
    assert line is not None
    assert line.operation is COMMANDS["dossier", "voir"]
    assert line.about == ["X"]
    assert {one.name: value for one, value in line.everywhere.items()} == {
        "par": "claire",
        "base": "sqlite:///x.db",
    }
