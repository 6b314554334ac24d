"""How a value is written when its type does not say it all: what Structs put in `Annotated`.

Used by the Structs of `workflow.rules` and of the configuration, read by `workflow.structures.walker`. A
plain function there is a check: it returns the value to keep, or raises `ValueError` with a French sentence
that has no full stop.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any

from msgspec import Struct


class Written(Struct, frozen=True):
    """A value that is read in a way of its own, whatever its type is.

    Args:
        read: takes what stands in the file; returns the value, or raises like a check.
    """

    read: Callable[[Any], Any]


class IfAbsent(Struct, frozen=True):
    """What to do when a key that must be there is not, in French."""

    advice: str


class Requiring(Struct, frozen=True):
    """Names of fields that must be there although their Struct does without them elsewhere."""

    names: frozenset[str]


class Unwritten(Struct, frozen=True):
    """Marks a field that no file gives: the program fills it in."""


UNWRITTEN = Unwritten()


def counted(value: int) -> int:
    """Return a number that counts something, or raise `ValueError` in French."""
    if value < 1:
        raise ValueError(f"{value} n’a pas de sens ; donnez un entier d’au moins 1")
    return value


def between(least: int, most: int | None = None) -> Callable[[float], float]:
    """Return the check of a number between two bounds, included."""

    def check(value: float) -> float:
        if value < least:
            raise ValueError(f"{value} : il faut au moins {least}")
        if most is not None and value > most:
            raise ValueError(f"{value} : il faut au plus {most}")
        return value

    return check


def _one_or_more(value: Any) -> tuple[str, ...]:
    values = value if isinstance(value, list) else [value]
    if not all(isinstance(one, str) for one in values):
        raise ValueError("attendu un texte ou une liste de textes")
    return tuple(values)


def _as_it_is(value: Any) -> Any:
    if not isinstance(value, dict):
        raise ValueError(f"attendu une table, trouvé {value!r}")
    return value


Positive = Annotated[int, counted]
"""A whole number of at least 1."""
OneOrMore = Annotated[tuple[str, ...], Written(_one_or_more)]
"""Texts, of which a single one may be written without a list."""
Joined = Annotated[str, Written(lambda value: " ".join(_one_or_more(value)))]
"""A text that may be written in pieces."""
AS_IT_IS = Written(_as_it_is)
"""For a table that is kept as it stands, to be judged elsewhere."""
