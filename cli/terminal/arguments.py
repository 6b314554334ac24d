"""What is typed before any command is known: options that hold everywhere, wherever they stand.

Called by `cli.main`. `echeancier dossier voir X --base URL` means the same as
`echeancier --base URL dossier voir X`: nobody should have to remember which options come first.
"""

from __future__ import annotations

import os
import re
from collections.abc import Collection, Sequence
from collections.abc import Set as AbstractSet
from itertools import pairwise
from pathlib import Path

GLOBAL_OPTIONS = ("--config", "--base", "--maintenant", "--par")
"""Each takes one value, and no command has an option of the same name."""

_COMMAND = re.compile(r"[a-z][a-z-]*")
_USER_PASSWORD = re.compile(r"(?P<kept>\w[\w+.-]*://[^:/?@]*):.*@")
"""A password may hold any sign, those that end it elsewhere included: the last « @ » ends it."""
_PASSWORD_OPTION = re.compile(r"(?i)(?<=[?&])(?:ssl)?password=[^&]*&?")


def without_password(word: str) -> str:
    """Return a word of a command line without the password of an address that it may hold."""
    place, mark, options = _USER_PASSWORD.sub(r"\g<kept>@", word).partition("?")
    kept = _PASSWORD_OPTION.sub("", mark + options).rstrip("?&")
    return place + kept if mark and kept != mark + options else place + mark + options


_END = "--"
"""What follows is no option."""
_SHORT = frozenset({"-V"})
"""The options of a single dash; « -3 » is a value, right or wrong."""


def as_typed(word: str) -> str:
    """Return a word of the command line read as UTF-8, whatever the locale; as it is when it is not."""
    try:
        return word if word.isascii() else os.fsencode(word).decode()
    except UnicodeError:
        return word


def is_text(word: str) -> bool:
    """Tell whether a word is one: bytes that are not UTF-8 are kept as halves of a character."""
    return not any("\ud800" <= sign <= "\udfff" for sign in word)


def hoisted(argv: Sequence[str]) -> list[str]:
    """Return the command line with its global options in front, in the order typed."""
    front, rest = _split(argv)
    return [*front, *rest]


def program_name(called_as: str, name: str) -> str:
    """Return what to type to call the program again.

    Args:
        called_as: path under which it was started.
        name: its name, enough when the shell would find the same program under it.
    """
    path = Path(called_as)
    if path.name != name or called_as == name:
        return name
    # Compression, which it brings along, is of no use here.
    from shutil import which

    found = which(name)
    return name if found is not None and Path(found).samefile(path) else called_as


def sub_commands(argv: Sequence[str]) -> list[str]:
    """Return the words of a command line that name a command, two at most: no option, no value."""
    return [word for word in _split(argv)[1][:2] if _COMMAND.fullmatch(word)]


def global_words(argv: Sequence[str], names: Collection[str] = GLOBAL_OPTIONS) -> list[str]:
    """Return the global options of a command line that have one of these names, with their values."""
    found: list[str] = []
    words = iter(_split(argv)[0])
    for word in words:
        name, sign, _ = word.partition("=")
        value = [] if sign else [one for one in (next(words, None),) if one is not None]
        if name in names:
            found.extend((word, *value))
    return found


def swallowed(argv: Sequence[str], valued: AbstractSet[str]) -> tuple[str, str | None] | None:
    """Return an option that awaits a value, and what stands there instead; None when all is well.

    What stands there is another option, or nothing (None) at the end of the line.

    Args:
        argv: what was typed.
        valued: the options that take a value.
    """
    for word, after in pairwise((*argv, None)):
        if word is None or word == _END:
            break
        if word in valued and (after is None or after.startswith("--") or after in _SHORT):
            return word, after
    return None


def for_screens(argv: Sequence[str]) -> dict[str, str] | None:
    """Return the global options, by name, of a command line that only opens the screens.

    None for any other: with something else in it, or an option whose value is missing.
    """
    front, rest = _split(argv)
    if rest not in ([], ["tui"]):
        return None
    found, words = {}, iter(front)
    for word in words:
        name, sign, value = word.partition("=")
        given = value if sign else next(words, None)
        if given is None or (not sign and given.startswith("--")):
            return None
        found[name] = given
    return found


def _split(argv: Sequence[str]) -> tuple[list[str], list[str]]:
    front: list[str] = []
    rest: list[str] = []
    words = iter(argv)
    for word in words:
        if word == _END:
            rest.extend((word, *words))
        elif word in GLOBAL_OPTIONS:
            # A missing value is left to Typer, which says which option lacks it.
            front.extend((word, *([value] if (value := next(words, None)) is not None else [])))
        elif word.partition("=")[0] in GLOBAL_OPTIONS:
            front.append(word)
        else:
            rest.append(word)
    return front, rest
