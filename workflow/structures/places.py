"""Where what is read stands: a file, a dotted key in it, and the problems found on the way.

Used by `workflow.structures.walker` and by what joins files before they are read. Never judges a value.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from msgspec import Struct, field

from workflow.errors import Problem

Place = tuple[str, str]
"""File, and dotted key in it."""


def placed(places: Mapping[str, Place], file: str, key: str) -> Place:
    """Return where a dotted key really stands: with the longest part of it that has a place of its own."""
    end = len(key)
    while end > 0:
        if key[:end] in places:
            there, written = places[key[:end]]
            return there, written + key[end:]
        end = max(key.rfind(".", 0, end), key.rfind("[", 0, end))
    return file, key


class Reading(Struct, frozen=True):
    """A tree being read.

    Args:
        file: name of the file that has it, for messages.
        problems: receives what is wrong.
        places: dotted keys that stand in another file, or under another key of this one, with their places.
        known: tables already read, by identity and shape, each kept beside what it gave: those that several
            trees share are read, and judged, once.
    """

    file: str
    problems: list[Problem]
    places: Mapping[str, Place] = field(default_factory=dict)
    known: dict[tuple[int, object], tuple[Any, Any]] = field(default_factory=dict)

    def report(self, key: str, message: str, *, harmless: bool = False) -> None:
        """Record a problem on a dotted key."""
        file, written = placed(self.places, self.file, key)
        self.problems.append(Problem(file, written, message, harmless=harmless))


def under(parent: str, name: str) -> str:
    """Return the dotted key of a name under another; an empty one adds nothing."""
    return f"{parent}.{name}" if parent and name else parent or name
