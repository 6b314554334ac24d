"""Help pages, in French, made from the registry: how a command is typed, what each argument and option is.

Used by `cli.asking.commands`, and by `cli.main` when a page is all that is asked: neither Rich nor what
parses a command line is loaded for it, which would take longer than all the rest. Runs nothing.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Mapping, Sequence

from msgspec import Struct

from cli.terminal.spelling import asked, help_of, options
from workflow.operations.operations import COMMANDS
from workflow.operations.requests import Operation, Question, Shape, Takes, ask
from workflow.text.french import typeset

_WIDTH, _DEFAULT = 100, 80
_LEAST = 20
"""Fewer columns are no room for words beside names."""

GROUPS: Mapping[str, str] = {
    "": "Suivi de dossiers de formation et de leurs échéances.",
    "dossier": "Ouvrir, lire et faire avancer les dossiers.",
    "groupe": "Suivre ensemble les personnes d’une même session de formation.",
    "commissions": "Tenir le calendrier des commissions d’un financeur.",
    "regles": "Vérifier et lire les règles des procédures.",
    "preferences": "Choisir comment et quand une personne est prévenue.",
    "absences": "Noter qui est absent, et qui est prévenu à sa place.",
    "courriels": "Lire les courriels du service ; relancer, rediriger ou abandonner ceux qui échouent.",
    "organisme": "Tenir les organismes de formation, leurs numéros et leurs contacts.",
    "client": "Tenir les entreprises clientes et leurs contacts.",
    "beneficiaire": "Tenir les personnes formées, et voir leurs dossiers ensemble.",
    "lettres": "Lister et vérifier les modèles de lettres à l’extérieur.",
}
"""What the commands of a group are for; of all groups, under no name."""

GLOBALS = (
    ask("config", Takes.FILE, "Configuration à lire (config.toml)."),
    ask("base", Takes.WORDS, "Base de données, à la place de la configurée.", sign="URL"),
    ask("maintenant", Takes.DAY, "Fait comme si c’était ce jour (lecture)."),
    ask("par", Takes.PERSON, "Personne qui agit, notée au journal."),
)
"""What holds for every command."""

_ROOT = (
    ("--version, -V", "Donne la version."),
    ("--install-completion", "Installe la complétion pour votre interpréteur de commandes."),
    ("--show-completion", "Montre le script de complétion, pour le copier ou l’adapter."),
)
_HELP = ("--help", "Montre cette aide.")
_CODES = (
    "Codes : 0 fait, 2 saisie, 3 refus, 4 introuvable, 5 conflit, 6 réglages, 7 hors d’atteinte."
)


class _Page(Struct):
    """What a page of help says."""

    usage: str
    words: str
    arguments: list[tuple[str, str]] = []
    commands: list[tuple[str, str]] = []
    options: list[tuple[str, str]] = []
    epilog: str = ""


def page(program: str, words: tuple[str, ...]) -> str | None:
    """Return the help of a command, or of a group, as it is printed; None when there is no such one."""
    found = COMMANDS.get(words)
    known = " ".join(words) in GROUPS
    if found is None and not known:
        return None
    laid_out = _command(found) if found else _group(words)
    return _printed(" ".join((program, *words)), laid_out)


def sub_commands(group: str) -> dict[str, str]:
    """Return the commands of a group, or of no group, each with what it is for."""
    if group:
        return {
            words[1]: help_of(one)
            for words, one in COMMANDS.items()
            if words[0] == group and words[1:]
        }
    return {
        first: GROUPS.get(first) or help_of(COMMANDS.get((first,), one))
        for (first, *_), one in COMMANDS.items()
    }


def _command(operation: Operation) -> _Page:
    arguments = [(_argument(one), help_of(operation, one)) for one in operation.about]
    usage = [
        name if one.required else f"[{name}]"
        for one, (name, _) in zip(operation.about, arguments, strict=True)
    ]
    told = [(_option(one), _words(operation, one)) for one in asked(operation)]
    return _Page(
        " ".join(["[OPTIONS]", *usage]),
        help_of(operation),
        arguments,
        list(sub_commands(" ".join(operation.command)).items()),
        [*told, _HELP],
    )


def _group(words: tuple[str, ...]) -> _Page:
    name = " ".join(words)
    everywhere = [] if name else [*((_option(one), one.words) for one in GLOBALS), *_ROOT]
    return _Page(
        "[OPTIONS] COMMANDE …",
        GROUPS[name],
        commands=list(sub_commands(name).items()),
        options=[*everywhere, _HELP],
        epilog="" if name else _CODES,
    )


def _argument(question: Question) -> str:
    name = question.parameter.name.upper()
    return f"{name} …" if question.parameter.shape is Shape.MANY else name


def _option(question: Question) -> str:
    names = ", ".join(options(question))
    return names if question.takes is Takes.NOTHING else f"{names} {question.placeholder}"


def _words(operation: Operation, question: Question) -> str:
    words = help_of(operation, question)
    several = question.parameter.shape in {Shape.MANY, Shape.NAMED}
    return f"{words} (répétable)" if several else words


def _printed(called: str, told: _Page) -> str:
    width, look = min(_columns(), _WIDTH), _Look.of_this_terminal()
    return "\n".join(_lines(called, told, width, look)) + "\n"


class _Look(Struct, frozen=True):
    """The codes that a terminal understands, nothing where there is none."""

    strong: str = ""
    muted: str = ""
    command: str = ""

    @classmethod
    def of_this_terminal(cls) -> _Look:
        """Return what may be written: emphasis at a terminal, colours where they are wanted."""
        plain = os.environ.get("TERM", "").lower() in {"dumb", "unknown"}
        if plain or not (os.environ.get("FORCE_COLOR") or sys.stdout.isatty()):
            return cls()
        return cls("1", "2", "1" if os.environ.get("NO_COLOR") else "1;36")


def _columns() -> int:
    """Return the width of the terminal, whichever stream leads to it."""
    typed = os.environ.get("COLUMNS", "")
    if typed.isdigit() and int(typed):
        return int(typed)
    for descriptor in range(3):
        try:
            return os.get_terminal_size(descriptor).columns or _DEFAULT
        except OSError:
            continue
    return _DEFAULT


def _lines(called: str, told: _Page, width: int, look: _Look) -> Iterator[str]:
    usage = f"Usage : {called} {told.usage}"
    first, *others = _wrapped(usage, width)
    name = _styled(typeset("Usage : "), look.muted), _styled(f"{called} ", look.strong)
    yield "".join((*name, first[len(usage) - len(told.usage) :]))
    yield from others
    yield from ("", *(f"  {one}" for one in _wrapped(told.words, width - 4)))
    for title, rows in (
        ("Arguments", told.arguments),
        ("Commandes", told.commands),
        ("Options", told.options),
    ):
        if rows:
            yield from ("", _styled(title, look.strong), *_table(rows, width, look))
    if told.epilog:
        lines = _wrapped(told.epilog, width - 4)
        yield from ("", *(f"  {_styled(one, look.muted)}" for one in lines))


def _table(rows: Sequence[tuple[str, str]], width: int, look: _Look) -> Iterator[str]:
    """Yield names and words side by side, or one above the other where that leaves no room."""
    names = max(len(name) for name, _ in rows)
    room = width - names - 6
    for name, words in rows:
        told = _styled(name.ljust(names), look.command)
        if room < _LEAST:
            yield f"  {told}"
            yield from (f"    {one}" for one in _wrapped(words, width - 4))
            continue
        first, *others = _wrapped(words, room)
        yield f"  {told}  {first}"
        yield from (f"{' ' * (names + 4)}{one}" for one in others)


def _styled(words: str, code: str) -> str:
    return f"\x1b[{code}m{words}\x1b[0m" if code else words


def _wrapped(words: str, width: int) -> list[str]:
    """Return a text in lines, broken at its spaces, never at those that hold a sign to its word."""
    lines = [""]
    for word in typeset(words).split(" "):
        longer = f"{lines[-1]} {word}" if lines[-1] else word
        if len(longer) > width and lines[-1]:
            lines.append(word)
        else:
            lines[-1] = longer
    return lines
