"""Questions asked at the terminal, one line each: on stderr, so that stdout stays data.

Used by `cli.asking.questionnaire`. An answer that cannot be read is asked again; what was typed is never
repeated.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from typing import TypeVar

from rich.table import Table

from cli.terminal.hints import sentence
from cli.wiring.session import Session
from display.drawing.layout import text
from display.drawing.typography import shown
from workflow.errors import InvalidInput, OutOfReach

T = TypeVar("T")


def at_terminal() -> bool:
    """Tell whether somebody can answer."""
    return sys.stdin is not None and sys.stdin.isatty()


def ask(session: Session, question: str, read: Callable[[str], T]) -> T | None:
    """Return an answer once it can be read, or None for the Enter key alone.

    Raises:
        InvalidInput: when the input ends: nobody answers any more.
        OutOfReach: when nobody can see the question.
    """
    while True:
        _pose(question)
        typed = sys.stdin.readline()
        if not typed:
            sys.stderr.write("\n")
            raise InvalidInput("Saisie interrompue avant la fin : rien n’a été enregistré.")
        if not typed.strip():
            return None
        try:
            return read(typed.strip())
        except InvalidInput as refusal:
            session.output.say(sentence(refusal))


def _pose(question: str) -> None:
    try:
        sys.stderr.write(shown(f"{question} : "))
        sys.stderr.flush()
    except OSError:
        raise OutOfReach(
            "La question ne peut pas être posée : la sortie d’erreur est fermée ; rien n’a été enregistré."
        ) from None


def choose(
    session: Session, question: str, ids: Sequence[str], labels: Sequence[str]
) -> str | None:
    """Return the id of the label that is chosen by its number, or None for the Enter key alone."""
    grid = Table.grid(padding=(0, 1))
    grid.add_column(justify="right", min_width=3)
    for number, label in enumerate(labels, 1):
        grid.add_row(text(f"{number}."), text(label))
    session.output.say(grid)
    return ask(session, question, lambda typed: numbered(ids, typed))


def numbered(ids: Sequence[str], typed: str) -> str:
    """Return the id that bears a number, counted from 1.

    Raises:
        InvalidInput: when there is none.
    """
    numbers = {str(number): id_ for number, id_ in enumerate(ids, 1)}
    if typed not in numbers:
        raise InvalidInput(f"Donnez un numéro, de 1 à {len(ids)}.")
    return numbers[typed]


def confirm(session: Session, question: str) -> bool:
    """Return True for a yes; the Enter key alone is a no."""

    def meant(typed: str) -> bool:
        if typed.casefold() not in {"oui", "o", "non", "n"}:
            raise InvalidInput("Répondez oui ou non.")
        return typed.casefold() in {"oui", "o"}

    return ask(session, f"{question} (oui ou non)", meant) or False
