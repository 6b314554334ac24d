"""A TOML text read, or refused in French: what no person writes must not stop the program either.

Used wherever a TOML file is read: rules and examples, configuration, calendars. Opens nothing.
"""

from __future__ import annotations

from typing import Any

import tomli

_DEEPEST = 50
"""Levels that a file may have; ours have five."""


class UnreadableToml(ValueError):
    """A text that is not TOML, or that no person has written.

    Args:
        where: where it stops making sense: « ligne 3, colonne 5 ».
    """

    def __init__(self, where: str) -> None:
        super().__init__(where)
        self.where = where


def read_toml(text: str) -> dict[str, Any]:
    """Return what a TOML text says.

    Raises:
        UnreadableToml: when it is none, has levels without end, or a number of thousands of digits.
    """
    try:
        data = tomli.loads(text)
    except tomli.TOMLDecodeError as error:
        raise UnreadableToml(_position(error)) from None
    except RecursionError:
        raise UnreadableToml("trop de niveaux") from None
    except ValueError:
        # Python reads no whole number beyond some thousands of digits.
        raise UnreadableToml("un nombre a trop de chiffres") from None
    if _is_deeper(data, _DEEPEST):
        raise UnreadableToml("trop de niveaux")
    return data


def _is_deeper(data: Any, most: int) -> bool:
    """Tell whether tables and lists stand in one another beyond some levels, without recursion."""
    level, depth = [data], 0
    while level and depth <= most:
        level = [
            inner
            for one in level
            for inner in (one.values() if isinstance(one, dict) else one)
            if isinstance(inner, dict | list)
        ]
        depth += 1
    return bool(level)


def _position(error: tomli.TOMLDecodeError) -> str:
    _, found, position = str(error).rpartition("(at ")
    if not found or not position.startswith("line "):
        return "fin de fichier inattendue"
    return position.rstrip(")").replace("line", "ligne").replace("column", "colonne")
