"""A plain tree read into a Struct: every problem is kept, none stops the reading.

Used by `workflow.rulefiles` for the rule files and by `cli.config` for the configuration. A key is written
once, in its Struct: its name (`field(name=…)` where Python has another), its type, its checks
(`Annotated`), its default. What has no default must be there, and a list without one must hold something.
In a table of tables, the name of each is its `id`. A key that no field bears is a problem too, with the
nearest. Never knows what a key means. One reader for every type, hence its length.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from datetime import date
from enum import Enum
from types import NoneType, UnionType
from typing import Annotated, Any, Final, Literal, Union, get_args, get_origin

from msgspec import Struct
from msgspec.structs import FieldInfo, fields

from workflow.errors import nearest
from workflow.structures.leaves import LEAVES, Leaf, choice, expected, list_of, one_of, pairs, text
from workflow.structures.places import Reading, under
from workflow.structures.written import AS_IT_IS, UNWRITTEN, IfAbsent, Requiring, Written

WRONG: Final = object()
"""Stands for what cannot be used; its problems are told."""

Read = Callable[[Any, str, Reading], Any]
"""Reads what stands under a dotted key, or gives `WRONG` once it has told why."""
Faults = Callable[[Any], Iterable[tuple[str, str]]]
"""Finds what does not agree inside one Struct: keys in it, and French sentences."""
_ENTRY = "il en faut au moins une entrée"
_NO_TABLE = "attendu une table"


class Spelling(Struct, frozen=True):
    """Fields that are written in another shape than they have.

    Args:
        gives: the fields.
        keys: the keys from which they come.
        read: takes a table, its dotted key and the reading; returns the fields, `WRONG` for what is wrong.
    """

    gives: frozenset[str]
    keys: frozenset[str]
    read: Callable[[Mapping[str, Any], str, Reading], Mapping[str, Any]]


class Part(Struct, frozen=True):
    """A field and how it is read.

    Args:
        name: the field.
        key: its key in a file.
        type: its type, without what `Annotated` and « or None » add.
        read: what reads it.
        absent: what is said when it is not there; None where it may be missing.
    """

    name: str
    key: str
    type: Any
    read: Read
    absent: str | None


class StructSchema(Struct, frozen=True, eq=False):
    """How a Struct is read.

    Args:
        type: the Struct.
        parts: its fields that a file gives, by their keys.
        needed: those that must be there.
        form: how some others are written.
        faults: what finds that its values do not agree.
    """

    type: type[Struct]
    parts: Mapping[str, Part]
    needed: tuple[Part, ...]
    form: Spelling | None
    faults: Faults | None

    @property
    def known(self) -> frozenset[str]:
        """Return every key that a file may have."""
        return frozenset(self.parts) | (self.form.keys if self.form else frozenset())


class Walker:
    """Reads trees into Structs.

    Args:
        forms: Structs some fields of which are written in another shape.
        faults: Structs whose values must agree.
    """

    def __init__(self, forms: Mapping[type, Spelling], faults: Mapping[type, Faults]) -> None:
        self._forms = forms
        self._faults = faults
        self._shapes: dict[tuple[type, frozenset[str], bool], StructSchema] = {}
        self._readers: dict[tuple[Any, bool], Read] = {}

    def shape(
        self, type_: type[Struct], required: frozenset[str] = frozenset(), *, named: bool = False
    ) -> StructSchema:
        """Return how a Struct is read; `named` when the name of its table gives its `id`."""
        found = self._shapes.get((type_, required, named))
        if found is None:
            form = self._forms.get(type_)
            aside = (form.gives if form else frozenset()) | ({"id"} if named else set())
            parts = tuple(
                self._part(one, required)
                for one in fields(type_)
                if one.name not in aside and UNWRITTEN not in _plain(one.type)[1]
            )
            needed = tuple(one for one in parts if one.absent)
            by_key = {one.key: one for one in parts}
            found = StructSchema(type_, by_key, needed, form, self._faults.get(type_))
            self._shapes[type_, required, named] = found
        return found

    def whole(
        self, shape: StructSchema, data: Mapping[str, Any], key: str, reading: Reading, **given: Any
    ) -> Any:
        """Return a Struct read from a table, or `WRONG`; `given` are fields that no file gives."""
        found: dict[str, Any] = given
        sound = True
        for name, value in data.items():
            if part := shape.parts.get(name):
                kept = found[part.name] = part.read(value, under(key, name), reading)
                sound = sound and kept is not WRONG
            elif not shape.form or name not in shape.form.keys:
                reading.report(under(key, name), stray(name, shape.known), harmless=True)
        for part in shape.needed:
            if part.key not in data:
                sound = False
                self._missing(part, under(key, part.key), reading)
        if shape.form:
            formed = shape.form.read(data, key, reading)
            found |= formed
            sound = sound and all(one is not WRONG for one in formed.values())
        if not sound:
            return WRONG
        whole = shape.type(**found)
        for name, message in shape.faults(whole) if shape.faults else ():
            reading.report(under(key, name), message)
        return whole

    def _missing(self, part: Part, key: str, reading: Reading) -> None:
        """Tell that a key is absent, and what it should hold."""
        reading.report(key, str(part.absent))
        if is_struct(part.type):
            part.read({}, key, reading)

    def reader(self, type_: Any, *, filled: bool = False) -> Read:
        """Return what reads a type; `filled` when it may not be empty."""
        found = self._readers.get((type_, filled))
        if found is None:
            found = self._readers[type_, filled] = self._made(type_, filled=filled)
        return found

    def _made(self, type_: Any, *, filled: bool) -> Read:
        plain, notes = _plain(type_)
        required = frozenset[str]().union(*(n.names for n in notes if isinstance(n, Requiring)))
        ways = (_leaf(note.read) for note in notes if isinstance(note, Written))
        read = next(ways, None) or self._of_type(plain, required, filled=filled)
        for check in filter(callable, notes):
            read = _checked(read, check)
        return read

    def _part(self, one: FieldInfo, required: frozenset[str]) -> Part:
        needed = one.required or one.name in required
        type_, notes = _plain(one.type)
        # A text may be empty where it may be missing.
        filled = needed or (type_ is str and one.default not in {None, ""})
        advice = next((note.advice for note in notes if isinstance(note, IfAbsent)), "ajoutez-la")
        rows = get_origin(type_) is tuple and is_struct(_plain(get_args(type_)[0])[0])
        absent = f"{_ENTRY if rows else f'clé absente ; {advice}'}."
        read = self.reader(one.type, filled=filled)
        return Part(one.name, one.encode_name, type_, read, absent if needed else None)

    def _of_type(self, type_: Any, required: frozenset[str], *, filled: bool) -> Read:
        origin, args = get_origin(type_), get_args(type_)
        if origin is Literal:
            return _leaf(one_of(args))
        if origin is tuple or origin is frozenset:
            return self._list(args[0], origin, filled=filled)
        if origin is Mapping:
            return self._mapping(*args)
        if is_struct(type_):
            return self._struct(type_, required)
        if issubclass(type_, Enum):
            return _leaf(choice(type_))
        return _leaf(text if type_ is str and filled else LEAVES[type_])

    def _struct(self, type_: type[Struct], required: frozenset[str]) -> Read:
        shape: StructSchema | None = None

        def read(value: Any, key: str, reading: Reading) -> Any:
            # Only now, since a Struct may hold others of its own type.
            nonlocal shape
            shape = shape or self.shape(type_, required)
            return self._table(shape, value, key, reading)

        return read

    def _table(
        self, shape: StructSchema, value: Any, key: str, reading: Reading, **given: Any
    ) -> Any:
        """Read a table, unless it was read already."""
        if not isinstance(value, dict):
            return _told(key, expected(dict, value), reading)
        token = (id(value), shape)
        if token not in reading.known:
            # The table is kept too, so that nothing else takes its identity.
            reading.known[token] = (value, self.whole(shape, value, key, reading, **given))
        return reading.known[token][1]

    def _list(self, entry: Any, gather: type, *, filled: bool) -> Read:
        if get_origin(entry) is tuple:
            return _leaf(pairs)
        if entry in {str, int, date}:
            read = _leaf(list_of(entry, gather))
            return _checked(read, _some) if filled else read
        one_read, rows = self.reader(entry), is_struct(_plain(entry)[0])

        def read_all(value: Any, key: str, reading: Reading) -> Any:
            if not isinstance(value, list):
                return _told(key, expected(list, value), reading)
            if filled and not value:
                return _told(key, _ENTRY, reading)
            found = [
                one_read(one, f"{key}[{number}]", reading)
                if not rows or isinstance(one, dict)
                else _told(f"{key}[{number}]", _NO_TABLE, reading)
                for number, one in enumerate(value, 1)
            ]
            return WRONG if any(one is WRONG for one in found) else gather(found)

        return read_all

    def _mapping(self, names: Any, entry: Any) -> Read:
        if entry is object:
            return _leaf(AS_IT_IS.read)
        name, type_ = self.reader(names), _plain(entry)[0]
        one_read = None if is_struct(type_) else self.reader(entry)

        def read(value: Any, key: str, reading: Reading) -> Any:
            if not isinstance(value, dict):
                return _told(key, expected(dict, value), reading)
            found, sound = {}, True
            for id_, one in value.items():
                at = f"{key}.{id_}"
                named = name(id_, at, reading)
                kept = (
                    one_read(one, at, reading)
                    if one_read
                    else self._named(type_, id_, one, at, reading)
                )
                sound = sound and named is not WRONG and kept is not WRONG
                found[named] = kept
            return found if sound else WRONG

        return read

    def _named(self, type_: type[Struct], id_: str, value: Any, key: str, reading: Reading) -> Any:
        """Read a table whose name is the `id` of its Struct, where it has one."""
        if not isinstance(value, dict):
            return _told(key, _NO_TABLE, reading)
        keyed = "id" in type_.__struct_fields__
        shape = self.shape(type_, named=keyed)
        return self._table(shape, value, key, reading, **({"id": id_} if keyed else {}))


def stray(name: str, known: Collection[str]) -> str:
    """Return what is said of a key that nothing knows."""
    hint = nearest(name, known) or f" (connues : {', '.join(sorted(known))})"
    return f"clé inconnue{hint}."


def _told(key: str, message: object, reading: Reading) -> Any:
    """Tell what is wrong, and stand for what cannot be used."""
    reading.report(key, f"{message}.")
    return WRONG


def _leaf(leaf: Leaf) -> Read:
    """Return the reader of a value that holds no other."""

    def read(value: Any, key: str, reading: Reading) -> Any:
        try:
            return leaf(value)
        except ValueError as error:
            return _told(key, error, reading)

    return read


def _checked(read: Read, check: Callable[[Any], Any]) -> Read:
    """Return a reader whose value must also pass a check."""
    passed = _leaf(check)

    def checked(value: Any, key: str, reading: Reading) -> Any:
        found = read(value, key, reading)
        return found if found is WRONG else passed(found, key, reading)

    return checked


def _some(found: Any) -> Any:
    if not found:
        raise ValueError("liste vide ; donnez au moins une entrée")
    return found


def _plain(type_: Any) -> tuple[Any, tuple[Any, ...]]:
    """Return a type without what `Annotated` and « or None » add, and what `Annotated` adds."""
    notes: tuple[Any, ...] = ()
    while True:
        if get_origin(type_) is Annotated:
            notes = (*type_.__metadata__, *notes)
            type_ = type_.__origin__
        elif get_origin(type_) in {Union, UnionType}:
            [type_] = (one for one in get_args(type_) if one is not NoneType)
        else:
            return type_, notes


def is_struct(type_: Any) -> bool:
    """Tell whether a type is a Struct."""
    return isinstance(type_, type) and issubclass(type_, Struct)
