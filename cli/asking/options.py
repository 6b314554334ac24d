"""Arguments and options that several commands share, and the reading of those Typer cannot read.

Used by every command. Values that are not text are read here rather than by Typer, whose refusals are
in English.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from pathlib import Path
from typing import Annotated

import typer

from cli.asking import completion
from cli.wiring.session import Session
from workflow.errors import InvalidInput

Ref = Annotated[
    str,
    typer.Argument(
        metavar="REF", help="Référence du dossier.", autocompletion=completion.references
    ),
]
Json = Annotated[bool, typer.Option("--json", help="Donne du JSON, pour un autre programme.")]
DryRun = Annotated[
    bool, typer.Option("--essai", help="Montre ce qui serait fait, sans rien enregistrer.")
]
Facts = Annotated[
    list[str] | None,
    typer.Option(
        "--fait",
        metavar="NOM=VALEUR",
        help="Fait à noter : date, nombre, oui ou non…",
        autocompletion=completion.facts,
    ),
]
Documents = Annotated[
    list[str] | None,
    typer.Option(
        "--piece",
        metavar="PIÈCE",
        help="Pièce reçue aujourd’hui.",
        autocompletion=completion.documents,
    ),
]
Comment = Annotated[
    str, typer.Option("--commentaire", metavar="TEXTE", help="Commentaire gardé au journal.")
]
Force = Annotated[
    bool,
    typer.Option("--forcer", help="Passe outre une fenêtre fermée ; demande un commentaire."),
]
SeenVersion = Annotated[
    str | None,
    typer.Option(
        "--version-vue",
        metavar="N",
        help="Version que vous avez lue : refuse si le dossier a changé depuis.",
    ),
]
AgencyFilter = Annotated[
    str | None, typer.Option("--agence", metavar="ID", help="Seulement cette agence.")
]
PersonFilter = Annotated[
    str | None, typer.Option("--personne", metavar="ID", help="Seulement cette personne.")
]

Funder = Annotated[
    str | None,
    typer.Option(
        "--financeur",
        metavar="ID",
        help="Quand la procédure en a plusieurs.",
        autocompletion=completion.funders,
    ),
]
ProcedureFilter = Annotated[
    str | None,
    typer.Option(
        "--procedure",
        metavar="ID",
        help="Seulement cette procédure.",
        autocompletion=completion.procedures,
    ),
]
Yes = Annotated[bool, typer.Option("--oui", help="Enregistre sans poser la question.")]


def session_of(context: typer.Context) -> Session:
    """Return the session of a command."""
    session = context.obj
    assert isinstance(session, Session), "cli.main gives every command its session"  # noqa: S101
    return session


def read_pairs(typed: Iterable[str] | None) -> dict[str, str]:
    """Read the facts of `--fait`; raises like `read_named`."""
    return read_named("--fait", typed, "NOM=VALEUR", "demarrage_formation=08/09/2026")


def read_named(
    option: str, typed: Iterable[str] | None, shape: str, example: str
) -> dict[str, str]:
    """Read `NAME=VALUE` words.

    Args:
        option: the option they were given to.
        typed: the words.
        shape: how they are written, for messages.
        example: one that is right, for messages.

    Raises:
        InvalidInput: for a word without name or sign, or a name given twice.
    """
    values: dict[str, str] = {}
    for word in typed or ():
        name, sign, value = word.partition("=")
        name = name.strip()
        if not sign or not name:
            raise InvalidInput(f"{option} « {word} » : écrivez {shape}, par exemple {example}.")
        if name in values:
            raise InvalidInput(f"{option} « {name} » : donné deux fois ; gardez une seule valeur.")
        values[name] = value
    return values


def must_confirm(session: Session, *, yes: bool, dry_run: bool, as_json: bool) -> bool:
    """Tell whether to ask before writing many files.

    Raises:
        InvalidInput: when it must be asked and nobody can answer, or `--maintenant` was given.
    """
    from cli.asking.questions import at_terminal

    session.writes(dry_run=dry_run)
    if yes and dry_run:
        raise InvalidInput("--oui enregistre, --essai n’enregistre rien : gardez l’un des deux.")
    if yes or dry_run:
        return False
    if as_json or not at_terminal():
        raise InvalidInput(
            "Personne ne peut confirmer ici : ajoutez --oui pour enregistrer, ou --essai pour voir."
        )
    return True


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


def read_day(session: Session, option: str, typed: str) -> date:
    """Read a date as staff write it, « demain » and « +3j » included.

    Raises:
        InvalidInput: when it does not exist or cannot be read.
    """
    from workflow.calendar.calendars import territory
    from workflow.rules.fact_specs import FactSpec, FactType
    from workflow.wording.fact_text import read_fact

    spec = FactSpec(option, option, FactType.DATE, future=True)
    value = read_fact(spec, typed, territory("FR").zone, session.present)
    assert isinstance(value, date), "a date fact is a date"  # noqa: S101
    return value


def existing_file(option: str, path: Path) -> Path:
    """Return a path that is a file.

    Raises:
        NotFound: when nothing is there.
    """
    if path.is_dir():
        raise InvalidInput(
            f"{option} « {path} » est un dossier : donnez le fichier qu’il contient."
        )
    if path.is_fifo():
        raise InvalidInput(f"{option} « {path} » est un tube : donnez un fichier enregistré.")
    if path.exists() and not path.is_file():
        raise InvalidInput(
            f"{option} « {path} » est un périphérique : donnez un fichier enregistré."
        )
    if not path.is_file():
        raise InvalidInput(f"{option} « {path} » : ce fichier n’existe pas ; vérifiez le chemin.")
    return path
