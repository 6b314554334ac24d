"""Help pages, in French, made from the registry: how a command is typed, what each argument and option is.

Used by `cli.asking.commands`, and by `cli.main` when a page is all that is asked: nothing that parses a
command line is loaded for it. Runs nothing.
"""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping, Sequence

from msgspec import Struct
from rich.console import Console, Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from cli.terminal.output import THEME, line, text
from cli.terminal.spelling import asked, help_of, options
from cli.terminal.streams import Stream
from workflow.usecases.operations import COMMANDS
from workflow.usecases.requests import Operation, Question, Shape, Takes, ask

_WIDTH = 100

GROUPS: Mapping[str, str] = {
    "": "Suivi de dossiers de formation et de leurs échéances.",
    "dossier": "Ouvrir, lire et faire avancer les dossiers.",
    "commissions": "Tenir le calendrier des commissions d’un financeur.",
    "regles": "Vérifier et lire les règles des procédures.",
    "preferences": "Choisir comment et quand une personne est prévenue.",
    "absences": "Noter qui est absent, et qui est prévenu à sa place.",
    "courriels": "Lire les courriels du service ; relancer, rediriger ou abandonner ceux qui échouent.",
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
    return {words[0]: GROUPS.get(words[0]) or help_of(one) for words, one in COMMANDS.items()}


def _command(operation: Operation) -> _Page:
    arguments = [(_argument(one), one.words) for one in operation.about]
    usage = [
        name if one.required else f"[{name}]"
        for one, (name, _) in zip(operation.about, arguments, strict=True)
    ]
    told = [(_option(one), _words(operation, one)) for one in asked(operation)]
    return _Page(
        " ".join(["[OPTIONS]", *usage]), help_of(operation), arguments, options=[*told, _HELP]
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
    console.print(Group(*_parts(called, told)))
    return buffer.getvalue()


def _parts(called: str, told: _Page) -> Iterator[RenderableType]:
    yield line(("Usage : ", "muted"), (f"{called} ", "strong"), told.usage)
    yield Padding(text(told.words), (1, 2, 0, 2))
    yield from _section("Arguments", told.arguments)
    yield from _section("Commandes", told.commands)
    yield from _section("Options", told.options)
    if told.epilog:
        yield Padding(Text(told.epilog, "muted"), (1, 2, 0, 2))


def _section(title: str, rows: Sequence[tuple[str, str]]) -> Iterator[RenderableType]:
    if not rows:
        return
    table = Table.grid(padding=(0, 2))
    table.add_column(no_wrap=True)
    table.add_column()
    for name, words in rows:
        table.add_row(Text(name, "command"), text(words))
    yield Padding(text(title, "strong"), (1, 0, 0, 0))
    yield Padding(table, (0, 2))
