"""Which file a row tells of: by its reference, a number that others gave it, or name, start and procedure.

Used by `workflow.takeover.rereading`. Gives every file that could be meant: a person chooses.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date

from msgspec import Struct

from workflow.case.case import FactValue
from workflow.imports.rows import ToldFile
from workflow.rules.fact_specs import FactType
from workflow.rules.procedure import Procedure
from workflow.text.folding import fold, ungrouped


class KnownFile(Struct, frozen=True):
    """What tells one file from another.

    Args:
        ref: its reference.
        procedure: its procedure.
        title: its name.
        start: civil day of its reference date.
        numbers: those that others gave it, folded, without what parts their groups.
    """

    ref: str
    procedure: str
    title: str
    start: date | None
    numbers: frozenset[str] = frozenset()


def numbers_of(procedure: Procedure, facts: Mapping[str, FactValue]) -> frozenset[str]:
    """Return the numbers that others gave a file."""
    known = procedure.facts
    given = (
        value
        for name, value in facts.items()
        if name in known and known[name].type is FactType.REFERENCE
    )
    return frozenset(ungrouped(fold(str(one))) for one in given)


class FileIndex:
    """The files of the base, and those that rows before would open."""

    def __init__(self, files: Iterable[KnownFile]) -> None:
        self._refs: dict[str, str] = {}
        self._numbers: dict[tuple[str, str], set[str]] = {}
        self._named: dict[tuple[str, tuple[str, ...], date], set[str]] = {}
        for one in files:
            self.note(one)

    def note(self, file: KnownFile) -> None:
        """Add a file."""
        self._refs[file.ref.lower()] = file.ref
        for number in file.numbers:
            self._numbers.setdefault((file.procedure, number), set()).add(file.ref)
        if file.title and file.start:
            self._named.setdefault(_key(file.procedure, file.title, file.start), set()).add(
                file.ref
            )

    def find(self, told: ToldFile, start: date | None) -> tuple[str, ...]:
        """Return the references of the files that a row may tell of, in order.

        Args:
            told: the row; its procedure is known.
            start: civil day of its reference date.
        """
        procedure = told.procedure
        if told.ref or procedure is None:
            known = self._refs.get((told.ref or "").lower())
            return (known,) if known else ()
        numbers = numbers_of(procedure, told.facts)
        found = {ref for one in numbers for ref in self._numbers.get((procedure.id, one), ())}
        if not found and told.title and start:
            found = self._named.get(_key(procedure.id, told.title, start), set())
        return tuple(sorted(found))


def name_key(title: str) -> tuple[str, ...]:
    """Return a name as it is compared: « DURAND Inès » and « Inès Durand » are one person."""
    return tuple(sorted(fold(title).replace(",", " ").split()))


def _key(procedure: str, title: str, start: date) -> tuple[str, tuple[str, ...], date]:
    return procedure, name_key(title), start
