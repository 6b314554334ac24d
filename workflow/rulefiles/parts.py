"""The files that say one procedure together, made one: the main one, those of its folder, a funder's.

Used by `workflow.rulefiles.procedures`. Knows which keys add up, and where each part of the whole stands;
never what it means.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final, get_args, get_origin

from msgspec import Struct, field
from msgspec.structs import replace

from workflow.errors import Problem
from workflow.rulefiles.forms import WALKER
from workflow.rules.procedure import Procedure
from workflow.structures.leaves import expected
from workflow.structures.places import Place, placed
from workflow.structures.walker import is_struct, stray

OF_FUNDER: Final = frozenset({"funder", "label", "notes"})
"""What the file of a funder says beside the parts that add up."""


class RuleFile(Struct, frozen=True):
    """One rule file, made whole with the one that it extends.

    Args:
        name: its name in the folder of rules.
        data: what it says.
        places: the parts of it that stand in another file, or under another key.
        base: the file that it extends, if any.
    """

    name: str
    data: Mapping[str, Any]
    places: Mapping[str, Place] = field(default_factory=dict)
    base: str | None = None

    def without(self, key: str) -> RuleFile:
        """Return the file without one of its keys."""
        data = {name: value for name, value in self.data.items() if name != key}
        return replace(self, data=data)

    def saying(self, **more: Any) -> RuleFile:
        """Return the file with more keys, or others."""
        return replace(self, data={**self.data, **more})

    def stands(self, key: str) -> Place:
        """Return where a part of it really stands."""
        return placed(self.places, self.name, key)


class Whole(Struct, frozen=True):
    """What several files say together.

    Args:
        files: the files; of the first that says a thing that stands once, it is kept.
        main: the one where everything stands that no other may say.
        over: the one that may say again what others say, in its own way: a funder's.
        problems: receives what is wrong.
        data: what they say.
        places: the parts of it that do not stand in the main file under their own key.
    """

    files: Sequence[RuleFile]
    main: RuleFile
    over: RuleFile | None
    problems: list[Problem]
    data: dict[str, Any] = field(default_factory=dict)
    places: dict[str, Place] = field(default_factory=dict)

    def join(self) -> None:
        """Fill in data and places."""
        self.data.update(self.main.data)
        kinds = {key: part.type for key, part in WALKER.shape(Procedure).parts.items()}
        adding = {key: add for key, type_ in kinds.items() if (add := self._adding(key, type_))}
        for key, add in adding.items():
            holders = [file for file in self.files if key in file.data]
            if len(holders) == 1:
                self.data[key] = holders[0].data[key]
                self._locate(key, holders[0], key)
            elif holders:
                self.data[key] = add(key, holders)
        for key in self.main.data.keys() - adding.keys():
            self._locate(key, self.main, key)
        for file in self.files:
            if file is not self.main:
                self._strays(file, {*adding, *(OF_FUNDER if file is self.over else ())})

    def _adding(self, key: str, type_: Any) -> Any:
        """Return how what several files say under a key adds up; None for what the main one says alone."""
        if get_origin(type_) is tuple:
            return None if key in OF_FUNDER else self._rows
        if get_origin(type_) is Mapping:
            return self._tables if is_struct(get_args(type_)[1]) else self._first_of_each
        return self._only if is_struct(type_) else None

    def _rows(self, key: str, holders: Sequence[RuleFile]) -> list[Any]:
        """Join lists, file after file."""
        rows: list[Any] = []
        for file, value in self._values(key, holders, list):
            for number, row in enumerate(value, 1):
                rows.append(row)
                written = f"{key}[{number}]"
                self._locate(f"{key}[{len(rows)}]", file, written)
                if isinstance(row, dict) and "id" in row:
                    named = f"{key}.{row['id']}"
                    there, at = file.stands(written)
                    self.places[named] = (there, named if at.endswith("]") else at)
        return rows

    def _tables(self, key: str, holders: Sequence[RuleFile]) -> dict[str, Any]:
        """Join tables of tables; none may have a name that another file has given."""
        tables: dict[str, Any] = {}
        first: dict[str, RuleFile] = {}
        for file, value in self._values(key, holders, dict):
            for name, table in value.items():
                at = f"{key}.{name}"
                if first.setdefault(name, file) is file:
                    tables[name] = table
                    self._locate(at, file, at)
                elif first[name] is not self.over:
                    self._twice(at, first[name], file)
        return tables

    def _first_of_each(self, key: str, holders: Sequence[RuleFile]) -> dict[str, Any]:
        """Join tables of words: the first file to say something says it for all."""
        words: dict[str, Any] = {}
        for file, value in self._values(key, holders, dict):
            for name in (name for name in value if name not in words):
                words[name] = value[name]
                self._locate(f"{key}.{name}", file, f"{key}.{name}")
        return words

    def _only(self, key: str, holders: Sequence[RuleFile]) -> Any:
        """Keep a table that stands in one file."""
        for file in () if holders[0] is self.over else holders[1:]:
            self._twice(key, holders[0], file)
        self._locate(key, holders[0], key)
        return holders[0].data[key]

    def _values(
        self, key: str, holders: Sequence[RuleFile], type_: type
    ) -> Iterator[tuple[RuleFile, Any]]:
        for file in holders:
            value = file.data[key]
            if isinstance(value, type_):
                yield file, value
            else:
                self.problems.append(Problem(*file.stands(key), f"{expected(type_, value)}."))

    def _locate(self, at: str, file: RuleFile, key: str) -> None:
        """Note where a part of the whole stands, and what in it stands elsewhere."""
        if not file.places:
            if file is not self.main or at != key:
                self.places[at] = (file.name, key)
            return
        place = file.stands(key)
        if place != (self.main.name, at):
            self.places[at] = place
        for inner, elsewhere in file.places.items():
            if inner.startswith(key) and inner[len(key) : len(key) + 1] in {".", "["}:
                self.places[at + inner[len(key) :]] = elsewhere

    def _twice(self, key: str, first: RuleFile, second: RuleFile) -> None:
        words = f"déjà écrit dans {first.name} ; gardez l’un des deux."
        self.problems.append(Problem(*second.stands(key), words))

    def _strays(self, file: RuleFile, known: set[str]) -> None:
        for key in (key for key in file.data if key not in known):
            self.problems.append(Problem(*file.stands(key), stray(key, known), harmless=True))
