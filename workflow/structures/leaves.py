"""Values that hold no other: each type with the way it is written, and what is said when it is not.

Used by `workflow.structures.walker`. Every function takes what stands in the file; it returns the value or
raises `ValueError` with a French sentence that has no full stop.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from datetime import date, datetime, time
from decimal import Decimal, InvalidOperation
from enum import Enum
from fractions import Fraction
from pathlib import Path
from typing import Any, Final

from workflow.errors import nearest

Leaf = Callable[[Any], Any]

_HOUR: Final = re.compile(r"([01]\d|2[0-3]):[0-5]\d")


def expected(type_: type, value: Any) -> ValueError:
    """Return what is said of a value of another type than the one asked for."""
    return ValueError(f"attendu {FRENCH_TYPES[type_]}, trouvé {value!r}")


def is_a(value: Any, type_: type) -> bool:
    """Tell whether a value is of a type."""
    # A TOML boolean is an int for Python; a number asked for must not accept it.
    return isinstance(value, type_) and not (type_ is not bool and isinstance(value, bool))


def _of(type_: type) -> Leaf:
    def read(value: Any) -> Any:
        if not is_a(value, type_):
            raise expected(type_, value)
        return value

    return read


def text(value: Any) -> str:
    """Read a text that is not empty."""
    if not isinstance(value, str):
        raise expected(str, value)
    if not value.strip():
        raise ValueError("texte vide ; écrivez-le ou retirez la clé")
    return value


def _day(value: Any) -> date:
    if not isinstance(value, date):
        raise expected(date, value)
    return value.date() if isinstance(value, datetime) else value


def _hour(value: Any) -> time:
    if isinstance(value, str):
        if not _HOUR.fullmatch(value):
            raise ValueError(f'« {value} » n’est pas une heure ; écrivez par exemple "07:30"')
        return time.fromisoformat(value)
    if not isinstance(value, time):
        raise expected(time, value)
    return value


def _number(value: Any) -> float:
    if not is_a(value, int) and not is_a(value, float):
        raise expected(float, value)
    return value  # type: ignore[no-any-return]


def _decimal(value: Any) -> Decimal:
    number = None
    if is_a(value, int) or isinstance(value, str):
        with suppress(InvalidOperation):
            number = Decimal(value)
    if number is None or not number.is_finite():
        raise ValueError(f'attendu un nombre entier, ou un texte comme "17.00" ; trouvé {value!r}')
    return number


def _exact(value: Any) -> Fraction:
    if is_a(value, int) or isinstance(value, str):
        with suppress(ValueError, ZeroDivisionError):
            return Fraction(value)
    raise ValueError(f'attendu 140, "73.5" ou "100/3" ; trouvé {value!r}')


def one_of(known: Iterable[str], kept: Callable[[str], Any] = str) -> Leaf:
    """Return what reads one of a few words."""
    words = list(known)

    def read(value: Any) -> Any:
        if not isinstance(value, str):
            raise expected(str, value)
        if value not in words:
            hint = nearest(value, words) or f" (connus : {', '.join(words)})"
            raise ValueError(f"« {value} » est inconnu{hint}")
        return kept(value)

    return read


def choice(enum: type[Enum]) -> Leaf:
    """Return what reads one value of an enumeration."""
    return one_of([member.value for member in enum], enum)


def list_of(type_: type, gather: Callable[[Iterable[Any]], Any]) -> Leaf:
    """Return what reads a list of texts, of whole numbers or of dates."""

    def read(value: Any) -> Any:
        if not isinstance(value, list):
            raise expected(list, value)
        # A date with an hour is no date of a list.
        if not all(type(one) is type_ for one in value):
            raise ValueError(f"attendu une liste de {_PLURALS[type_]}")
        return gather(value)

    return read


def pairs(value: Any) -> tuple[tuple[str, str], ...]:
    """Read a list of pairs of texts."""
    if not isinstance(value, list):
        raise expected(list, value)
    for one in value:
        match one:
            case [str(), str()]:
                continue
            case _:
                raise ValueError('attendu des paires de textes, comme ["avant", "apres"]')
    return tuple((first, second) for first, second in value)


FRENCH_TYPES: Final[Mapping[type, str]] = {
    str: "un texte entre guillemets",
    int: "un nombre entier",
    float: "un nombre",
    bool: "true ou false",
    date: "une date (2026-03-02)",
    time: 'une heure ("07:30")',
    list: "une liste",
    dict: "une table",
}
_PLURALS: Final[Mapping[type, str]] = {
    str: "textes entre guillemets",
    int: "nombres entiers",
    date: "dates",
}
LEAVES: Final[Mapping[type, Leaf]] = {
    str: _of(str),
    int: _of(int),
    bool: _of(bool),
    float: _number,
    date: _day,
    time: _hour,
    Decimal: _decimal,
    Fraction: _exact,
    Path: lambda value: Path(_of(str)(value)),
    object: lambda value: value,
}
"""What reads each type. A text may be empty here: `text` is for one that must say something."""
