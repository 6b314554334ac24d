"""One command as it was typed: what is asked, in which session, and how it answers.

Made by `cli.asking.commands` for every command. Values that are not text are read here rather than by
Typer, whose refusals are in English. Prepares nothing and writes nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from enum import StrEnum
from itertools import zip_longest
from pathlib import Path
from typing import TypeVar

from msgspec import Struct
from msgspec.structs import replace

from cli.terminal.spelling import JSON, SEEN, asked, option
from cli.wiring.session import Session
from workflow.errors import InvalidInput, unknown
from workflow.operations import operations
from workflow.operations.requests import (
    Answer,
    Operation,
    Parameter,
    Question,
    Request,
    Shape,
    Takes,
)
from workflow.text import french

E = TypeVar("E", bound=StrEnum)

_EXAMPLES = {
    Takes.FACT: "demarrage_formation=08/09/2026",
    Takes.PLACE: "contrat_type_signe=classeur 3",
    Takes.COLUMN: "OF=organisme_formation",
    Takes.PAPER_DAY: "contrat_type_signe=31/12/2026",
    Takes.PAPER_FILE: "contrat_type_signe=contrat.pdf",
}
"""A pair that is written right, for messages."""


class Invocation(Struct, frozen=True):
    """A command as it was typed.

    Args:
        session: the run it belongs to.
        request: what is asked, its parameters as typed.
        seen: the version of the file that was read, if it was said.
        as_json: True when the answer is for another program.
    """

    session: Session
    request: Request
    seen: int | None = None
    as_json: bool = False

    @property
    def dry_run(self) -> bool:
        """Tell whether nothing may be written."""
        return self.request.flag(operations.DRY_RUN)

    @property
    def confirmed(self) -> bool:
        """Tell whether it is written without asking."""
        return self.request.flag(operations.CONFIRMED)

    def about(self, rank: int = 0) -> str | None:
        """Return what the command is done to, by its rank, None when it was not named."""
        return self.request.about[rank] if rank < len(self.request.about) else None

    @property
    def ref(self) -> str:
        """Return the reference of the file that the command is done to."""
        return self.request.about[0]

    @property
    def changes(self) -> bool:
        """Tell whether something was given that only serves to write on a file."""
        return bool(self.request.text(operations.COMMENT) or self.seen or self.dry_run)

    def asks(self, *parameters: Parameter) -> bool:
        """Tell whether one of these parameters was given."""
        return any(one in self.request.answers for one in parameters)

    def telling(self, answers: Mapping[Parameter, Answer]) -> Invocation:
        """Return the same command, told these parameters in place of what was typed."""
        told = {**self.request.answers, **answers}
        return replace(self, request=replace(self.request, answers=told))

    def dated(self, *parameters: Parameter) -> Invocation:
        """Return the same command with these days written out: « demain » is another one tomorrow."""
        days = ((one, self.day(one)) for one in parameters)
        return self.telling({one: french.short_day(day) for one, day in days if day is not None})

    def writes(self) -> None:
        """Refuse an invented present to a command about to write; raises like `Session.writes`."""
        self.session.writes(dry_run=self.dry_run)

    def must_confirm(self) -> bool:
        """Tell whether to ask before writing many files.

        Raises:
            InvalidInput: when it must be asked and nobody can answer, or `--maintenant` was given.
        """
        from cli.asking.questions import at_terminal

        self.writes()
        if self.confirmed and self.dry_run:
            raise InvalidInput(
                "--oui enregistre, --essai n’enregistre rien : gardez l’un des deux."
            )
        if self.confirmed or self.dry_run:
            return False
        if self.as_json or not at_terminal():
            raise InvalidInput(
                "Personne ne peut confirmer ici : ajoutez --oui pour enregistrer, ou --essai pour voir."
            )
        return True

    def filters(self) -> tuple[str | None, str | None]:
        """Return the agency and the person that a list is about.

        Raises:
            NotFound: a name that nothing bears: an empty list would look like an answer.
        """
        agency = self.request.given(operations.AGENCY)
        person = self.request.given(operations.PERSON)
        directory = self.session.places.directory
        if agency:
            directory.agency(agency)
        if person:
            directory.person(person)
        return agency, person

    def group(self) -> str | None:
        """Return the group that a list is about, as it is written; raises `NotFound`."""
        typed = self.request.given(operations.GROUP)
        return None if typed is None else self.session.container.cohorts.named(typed)

    def day(self, parameter: Parameter) -> date | None:
        """Return a day that was given; raises like `read_day`."""
        typed = self.request.given(parameter)
        return None if typed is None else read_day(self.session, option(parameter), typed)

    def about_days(self) -> tuple[date, ...]:
        """Return the days that the command is done to; raises like `read_day`."""
        names = [one.parameter.name.upper() for one in self.request.operation.about]
        # The last of them may be told several times.
        typed = zip_longest(names, self.request.about, fillvalue=names[-1])
        return tuple(read_day(self.session, name, day) for name, day in typed)

    def days(self, parameter: Parameter) -> list[date]:
        """Return the days that were given; raises like `read_day`."""
        typed = self.request.many(parameter)
        return [read_day(self.session, option(parameter), one) for one in typed]

    def count(self, parameter: Parameter, *, least: int = 0, most: int = 999_999) -> int | None:
        """Return a whole number that was given; raises like `read_count`."""
        return read_count(option(parameter), self.request.given(parameter), least=least, most=most)

    def counts(self, parameter: Parameter) -> list[int]:
        """Return the numbers, from 1 on, that were given; raises like `read_count`."""
        typed = self.request.many(parameter)
        found = (read_count(option(parameter), one, least=1) for one in typed)
        return [one for one in found if one is not None]

    def path(self, parameter: Parameter) -> Path | None:
        """Return a path that was given."""
        typed = self.request.given(parameter)
        return None if typed is None else Path(typed)


def invoked(
    session: Session,
    operation: Operation,
    about: Iterable[str | list[str] | None],
    told: Mapping[Parameter, str | bool | list[str] | None],
) -> Invocation:
    """Return a command as it was typed: `about` its arguments were given, `told` its options.

    Raises:
        InvalidInput: for pairs that are none, or a version that is no number.
    """
    words = [word for one in about for word in ([one] if isinstance(one, str) else one or ())]
    answers: dict[Parameter, Answer] = {}
    for question in asked(operation):
        shape, value = question.parameter.shape, told.get(question.parameter)
        if shape is Shape.NAMED and isinstance(value, list):
            answers[question.parameter] = read_named(question, value)
        # A flag says nothing by its absence; an empty text, and a no that was typed, say something.
        elif value or value == "" or (value is False and shape is Shape.EITHER):
            answers[question.parameter] = value
    seen = answers.pop(SEEN.parameter, None)
    as_json = answers.pop(JSON.parameter, None) is True
    version = read_count(option(SEEN.parameter), seen, least=1) if isinstance(seen, str) else None
    return Invocation(session, Request(operation, tuple(words), answers), version, as_json)


def read_named(question: Question, typed: Iterable[str]) -> dict[str, str]:
    """Read the `NAME=VALUE` words that were given to a question.

    Raises:
        InvalidInput: for a word without name or sign, or a name given twice.
    """
    values: dict[str, str] = {}
    for rank, word in enumerate(typed, 1):
        name, sign, value = word.partition("=")
        name = name.strip()
        if not sign or not name:
            raise InvalidInput(f"{option(question.parameter)} {_unpaired(question, rank, word)}")
        if name in values:
            raise InvalidInput(f"{option(question.parameter)} {_twice(question, rank, name)}")
        values[name] = value
    return values


def _unpaired(question: Question, rank: int, word: str) -> str:
    if question.takes is Takes.ANSWER:
        # What is typed about a person is not repeated.
        return f": la réponse {rank} ne s’écrit pas {question.placeholder}."
    example = _EXAMPLES[question.takes]
    return f"« {word} » : écrivez {question.placeholder}, par exemple {example}."


def _twice(question: Question, rank: int, name: str) -> str:
    if question.takes is Takes.ANSWER:
        return f": la réponse {rank} reprend une question ; gardez-en une seule."
    return f"« {name} » : donné deux fois ; gardez une seule valeur."


def read_count(
    option: str, typed: str | None, *, least: int = 0, most: int = 999_999
) -> int | None:
    """Read a whole number.

    Raises:
        InvalidInput: when it is not one, is too small or too large.
    """
    if typed is None:
        return None
    # Unicode has other digits than ours, which isdigit() accepts.
    digits = typed.isascii() and typed.isdigit()
    # Its length first: int() refuses thousands of digits.
    if digits and (len(typed.lstrip("0")) > len(str(most)) or int(typed) > most):
        raise InvalidInput(f"{option} « {typed[:20]} » : écrivez un nombre entier, {most} au plus.")
    if not digits or int(typed) < least:
        raise InvalidInput(
            f"{option} « {typed} » : écrivez un nombre entier d’au moins {least}, par exemple 7."
        )
    return int(typed)


def read_member(kind: type[E], what: str, typed: str, also: Sequence[str] = ()) -> E:
    """Read one of the values of an enumeration; `also` are those that mean none of them.

    Raises:
        NotFound: when it is none of them.
    """
    if typed not in set(kind):
        raise unknown(what, typed, (*kind, *also))
    return kind(typed)


def read_day(session: Session, option: str, typed: str) -> date:
    """Read a date as staff write it, « demain » and « +3j » included.

    Raises:
        InvalidInput: when it does not exist or cannot be read.
    """
    from workflow.calendar.calendars import territory
    from workflow.wording import ledger_text

    return ledger_text.read_day(typed, territory("FR").zone, session.present, option)


def existing_file(option: str, path: Path) -> Path:
    """Return a path that is a file.

    Raises:
        InvalidInput: when it is something else, or nothing is there.
    """
    told = f"{option} « {path} »"
    if path.is_file():
        return path
    if path.is_dir():
        raise InvalidInput(f"{told} est un dossier : donnez le fichier qu’il contient.")
    if path.is_fifo():
        raise InvalidInput(f"{told} est un tube : donnez un fichier enregistré.")
    if path.exists():
        raise InvalidInput(f"{told} est un périphérique : donnez un fichier enregistré.")
    raise InvalidInput(f"{told} : ce fichier n’existe pas ; vérifiez le chemin.")
