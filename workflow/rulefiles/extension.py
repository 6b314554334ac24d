"""A rule file that says only what differs from another one: both made into one, each part with its place.

Used by `workflow.rulefiles.procedures`. Knows nothing of what the keys mean: the one rule of merging, written
in `docs/regles.md`, holds for tables and for lists alike.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from msgspec import Struct, field

from workflow.errors import Problem, nearest
from workflow.structures.places import Place

EXTENDS, WITHOUT = "extends", "without"


class Extension(Struct, frozen=True):
    """A file that extends another.

    Args:
        file: the one that says what differs.
        base: the one that is extended.
        without: dotted keys of the base that are left out.
        places: for each part of the whole that is not written in `file` under its own key, where it stands.
    """

    file: str
    base: str
    without: frozenset[str]
    places: dict[str, Place] = field(default_factory=dict)
    _named: set[str] = field(default_factory=set)
    """What `without` could name: all that was looked at."""
    _strays: dict[str, str] = field(default_factory=dict)
    """Changes to entries that no list has, with those that it has."""

    def whole(self, base: Mapping[str, Any], own: Mapping[str, Any]) -> dict[str, Any]:
        """Return what both files say together, and fill in `places`."""
        said = {name: value for name, value in own.items() if name not in {EXTENDS, WITHOUT}}
        return self._table(base, said, "", "", "")

    def problems(self) -> Iterator[Problem]:
        """Yield a problem for each name that the base does not have; asked once it is whole."""
        for name in sorted(self.without - self._named):
            hint = nearest(name, self._named | {written for _, written in self.places.values()})
            yield Problem(self.file, WITHOUT, f"« {name} » n’est pas dans {self.base}{hint}.")
        for name, known in self._strays.items():
            text = f"cette entrée n’est pas dans la liste de {self.base} (connues : {known})."
            yield Problem(self.file, name, text)

    def _table(
        self, base: Mapping[str, Any], own: Mapping[str, Any], at: str, from_: str, name: str
    ) -> dict[str, Any]:
        """Merge two tables; `at`, `from_` and `name` are their keys in the whole, the base and the file."""
        merged: dict[str, Any] = {}
        for key, value in base.items():
            path, written, named = (_under(parent, key) for parent in (at, from_, name))
            self._named.add(named)
            if named not in self.without:
                merged[key] = self._value(value, own.get(key), path, written, named)
        return merged | {key: value for key, value in own.items() if key not in merged}

    def _list(
        self, base: list[dict[str, Any]], own: Mapping[str, Any], at: str, from_: str, name: str
    ) -> list[Any]:
        """Merge changes into the entries of a list, each named by its `id` or its number."""
        merged: list[Any] = []
        tokens = [str(entry.get("id", number)) for number, entry in enumerate(base, 1)]
        for number, (token, entry) in enumerate(zip(tokens, base, strict=True), 1):
            named = _under(name, token)
            self._named.add(named)
            if named not in self.without:
                path = f"{at}[{len(merged) + 1}]"
                written = f"{from_}[{number}]"
                merged.append(self._value(entry, own.get(token), path, written, named))
        for token in own.keys() - set(tokens):
            self._strays[_under(name, token)] = ", ".join(tokens)
        return merged

    def _value(self, base: Any, own: Any, at: str, from_: str, name: str) -> Any:
        """Return what a key holds: the base's value changed from inside, or that of the file."""
        opened = own is None and any(one.startswith(f"{name}.") for one in self.without)
        if own is None and not opened:
            self.places[at] = (self.base, from_)
            return base
        changes = {} if own is None else own
        if at != name:
            self.places[at] = (self.file, name)
        if isinstance(base, dict) and isinstance(changes, dict):
            return self._table(base, changes, at, from_, name)
        if _is_rows(base) and isinstance(changes, dict):
            return self._list(base, changes, at, from_, name)
        return own


def _is_rows(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(entry, dict) for entry in value)


def _under(parent: str, key: str) -> str:
    return f"{parent}.{key}" if parent else key
