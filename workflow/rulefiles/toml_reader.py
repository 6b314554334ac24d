"""Reading a TOML table key by key, keeping every problem instead of stopping at the first.

Used by `workflow.rulefiles.rulebook`, and by `cli.config.reader` for the configuration. A `Table` knows its
file and its dotted key, so each problem says where it stands; a key that nobody asked for is a problem too,
with the nearest known key.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from datetime import date, datetime, time
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from fractions import Fraction
from typing import Any, Self, TypeVar

from msgspec import Struct, field

from workflow.errors import Problem, nearest

E = TypeVar("E", bound=StrEnum)
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


class Table(Struct):
    """One TOML table being read.

    Args:
        file: name of the file, for messages.
        key: dotted key of the table, empty at the top.
        data: the table.
        problems: shared list that receives what is wrong.
        places: dotted keys that stand in another file, or under another key of this one, with their places.
    """

    file: str
    key: str
    data: Mapping[str, Any]
    problems: list[Problem]
    places: Mapping[str, Place] = field(default_factory=dict)
    _asked: set[str] = field(default_factory=set)

    def problem(self, name: str, message: str) -> None:
        """Record a problem on a key of this table."""
        self._report(name, message)

    def text(self, name: str, default: str | None = None) -> str:
        """Read a non-empty text; without a default it must be there."""
        value = self._get(name, str, default)
        if value is not None and not value.strip():
            self.problem(name, "texte vide ; écrivez-le ou retirez la clé.")
        return value or ""

    def optional_text(self, name: str) -> str | None:
        """Read a text that may be absent."""
        value: str | None = self._get(name, str, None, required=False)
        return value

    def number(self, name: str) -> int | None:
        """Read a whole number of at least 1 that may be absent."""
        value: int | None = self._get(name, int, None, required=False)
        if value is not None and value < 1:
            self.problem(name, f"{value} n’a pas de sens ; donnez un entier d’au moins 1.")
            return None
        return value

    def decimal(self, name: str) -> Decimal | None:
        """Read an exact number that may be absent: a whole one, or a text like `"17.00"`."""
        self._asked.add(name)
        value = self.data.get(name)
        if value is None:
            return None
        if isinstance(value, int) and not isinstance(value, bool):
            return Decimal(value)
        try:
            number = Decimal(value) if isinstance(value, str) else None
        except InvalidOperation:
            number = None
        if number is None or not number.is_finite():
            self.problem(
                name, f'attendu un nombre entier, ou un texte comme "17.00" ; trouvé {value!r}.'
            )
            return None
        return number

    def exact(self, name: str) -> Fraction | None:
        """Read an exact number that may be absent: 140, or a text like `"73.5"` or `"100/3"`."""
        self._asked.add(name)
        value = self.data.get(name)
        if value is None:
            return None
        if isinstance(value, int | str) and not isinstance(value, bool):
            with suppress(ValueError, ZeroDivisionError):
                return Fraction(value)
        self.problem(name, f'attendu 140, "73.5" ou "100/3" ; trouvé {value!r}.')
        return None

    def flag(self, name: str) -> bool:
        """Read a boolean, false when absent."""
        return bool(self._get(name, bool, False))

    def day(self, name: str, *, required: bool = False) -> date | None:
        """Read a date that may be absent, unless required."""
        value = self._get(name, date, None, required=required)
        return value.date() if isinstance(value, datetime) else value

    def names(self, name: str, *, required: bool = False) -> tuple[str, ...]:
        """Read a list of texts; empty when absent."""
        values = self._get(name, list, None if required else [], required=required)
        if required and values == []:
            self.problem(name, "liste vide ; donnez au moins une entrée.")
        if values and not all(isinstance(value, str) for value in values):
            self.problem(name, "attendu une liste de textes entre guillemets.")
            return ()
        return tuple(values or ())

    def texts(self, name: str, key: str) -> tuple[str, ...]:
        """Read an entry of a table of texts, written alone or as a list."""
        value = self.raw(name)[key]
        values = value if isinstance(value, list) else [value]
        if not all(isinstance(one, str) for one in values):
            self.problem(f"{name}.{key}", "attendu un texte ou une liste de textes.")
            return ()
        return tuple(values)

    def numbers(self, name: str) -> tuple[int, ...]:
        """Read a list of whole numbers; empty when absent."""
        values = self._get(name, list, [], required=False) or []
        if not all(isinstance(value, int) and not isinstance(value, bool) for value in values):
            self.problem(name, "attendu une liste de nombres entiers.")
            return ()
        return tuple(values)

    def days(self, name: str) -> tuple[date, ...]:
        """Read a list of dates; empty when absent."""
        values = self._get(name, list, [], required=False) or []
        if not all(type(value) is date for value in values):
            self.problem(name, "attendu une liste de dates.")
            return ()
        return tuple(values)

    def pairs(self, name: str) -> tuple[tuple[str, str], ...]:
        """Read a list of pairs of texts; empty when absent."""
        pairs = []
        for value in self._get(name, list, [], required=False) or []:
            match value:
                case [str(first), str(second)]:
                    pairs.append((first, second))
                case _:
                    self.problem(name, 'attendu des paires de textes, comme ["avant", "apres"].')
        return tuple(pairs)

    def choice(self, name: str, enum: type[E], default: E) -> E:
        """Read one value of an enumeration; it must be there."""
        value = self._get(name, str, None)
        if value is None:
            return default
        try:
            return enum(value)
        except ValueError:
            known = [member.value for member in enum]
            hint = nearest(value, known) or f" (connus : {', '.join(known)})"
            self.problem(name, f"« {value} » est inconnu{hint}.")
            return default

    def table(self, name: str) -> Self | None:
        """Read a sub-table that may be absent."""
        value = self._get(name, dict, None, required=False)
        return None if value is None else self._under(name, value)

    def required_table(self, name: str) -> Self:
        """Read a sub-table that must be there; an empty one stands in when it is not."""
        value = self._get(name, dict, None)
        return self._under(name, value or {})

    def tables(self, name: str) -> Iterator[tuple[str, Self]]:
        """Read the named sub-tables of a table (`[states.x]`)."""
        for key, value in (self._get(name, dict, {}) or {}).items():
            if isinstance(value, dict):
                yield key, self._under(f"{name}.{key}", value)
            else:
                self.problem(f"{name}.{key}", "attendu une table.")

    def rows(self, name: str, *, required: bool = False) -> Iterator[Self]:
        """Read an array of tables (`[[editions]]`), numbered from 1 in messages."""
        values = self._get(name, list, [], required=False) or []
        if required and not values:
            self.problem(name, "il en faut au moins une entrée.")
        for number, value in enumerate(values, 1):
            if isinstance(value, dict):
                yield self._under(f"{name}[{number}]", value)
            else:
                self.problem(f"{name}[{number}]", "attendu une table.")

    def raw(self, name: str) -> Mapping[str, Any]:
        """Read a table as it is, for what has no fixed keys."""
        return self._get(name, dict, {}) or {}

    def close(self) -> None:
        """Report each key that was not asked for."""
        for name in self.data:
            if name not in self._asked:
                hint = (
                    nearest(name, self._asked) or f" (connues : {', '.join(sorted(self._asked))})"
                )
                text = f"clé inconnue{hint}."
                self._report(name, text, harmless=True)

    def _report(self, name: str, message: str, *, harmless: bool = False) -> None:
        file, key = placed(self.places, self.file, self._dotted(name))
        self.problems.append(Problem(file, key, message, harmless=harmless))

    def _under(self, name: str, data: Mapping[str, Any]) -> Self:
        return type(self)(self.file, self._dotted(name), data, self.problems, self.places)

    def _dotted(self, name: str) -> str:
        return ".".join(part for part in (self.key, name) if part)

    def _get(self, name: str, type_: type, default: Any, *, required: bool = True) -> Any:
        self._asked.add(name)
        if name not in self.data:
            if required and default is None:
                self.problem(name, "clé absente ; ajoutez-la.")
            return default
        value = self.data[name]
        return value if self._is(name, value, type_) else default

    def _is(self, name: str, value: Any, type_: type) -> bool:
        """Tell whether a value is of a type; say it when it is not."""
        # A TOML boolean is an int for Python; a number asked for must not accept it.
        right = isinstance(value, type_) and not (type_ is int and isinstance(value, bool))
        if not right:
            self.problem(name, f"attendu {_FRENCH_TYPES[type_]}, trouvé {value!r}.")
        return right


class Parts(Struct, frozen=True):
    """A definition that several files make together: the main one, and those that complete it.

    Args:
        tops: the top of each file; the first is the main one.
        over: the file that comes first of all and overrides what the others say: a funder's.
    """

    tops: Sequence[Table]
    over: Table | None = None

    @property
    def main(self) -> Table:
        """Return the top of the main file, where everything stands that is there once."""
        return self.tops[1] if self.over else self.tops[0]

    def tables(self, name: str) -> Iterator[tuple[str, Table]]:
        """Read the named sub-tables of a table, whichever files they stand in."""
        seen: dict[str, str] = {}
        for top in self.tops:
            for key, table in top.tables(name):
                if key in seen and self.over and seen[key] == self.over.file:
                    continue
                if key in seen:
                    table.problem("", f"déjà écrit dans {seen[key]} ; gardez l’un des deux.")
                seen[key] = top.file
                yield key, table

    def rows(self, name: str, *, required: bool = False) -> Iterator[Table]:
        """Read an array of tables, file after file."""
        for top in self.tops:
            yield from top.rows(name, required=required and top is self.main)

    def table(self, name: str) -> Table | None:
        """Read a table that stands in one of the files, or in none."""
        found = [table for top in self.tops if (table := top.table(name))]
        for table in () if self.over else found[1:]:
            table.problem("", f"déjà écrit dans {found[0].file} ; gardez l’un des deux.")
        return found[0] if found else None

    def pairs(self, name: str) -> tuple[tuple[str, str], ...]:
        """Read a list of pairs of texts, file after file."""
        return tuple(pair for top in self.tops for pair in top.pairs(name))

    def raw(self, name: str) -> Mapping[str, Any]:
        """Read a table as it is, whichever files it stands in."""
        merged: dict[str, Any] = {}
        for top in self.tops:
            # The first file to say something says it for all.
            merged |= {key: value for key, value in top.raw(name).items() if key not in merged}
        return merged


_FRENCH_TYPES = {
    str: "un texte entre guillemets",
    int: "un nombre entier",
    float: "un nombre",
    bool: "true ou false",
    date: "une date (2026-03-02)",
    time: 'une heure ("07:30")',
    list: "une liste",
    dict: "une table",
}
