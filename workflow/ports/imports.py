"""What the use cases of a table ask of the outside: a place where it is kept what imports wrote of files.

Implemented by `db.cases.imports`, which writes in the transaction of the files (`db.cases.store`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Protocol

from msgspec import Struct

Told = Mapping[str, str]
"""What an import wrote of a file: values by name, as the journal writes them."""


class ImportRun(Struct, frozen=True):
    """A table that is being entered."""

    by: str
    """Id of the person."""
    at: datetime
    """When (aware, UTC)."""
    file: str = ""
    """Name of the table."""


class PastImport(Struct, frozen=True):
    """A table that was entered."""

    number: int
    run: ImportRun
    created: int
    """Files that it opened."""
    updated: int
    """Files that it changed."""
    undone: ImportRun | None = None
    """Who took it back, and when."""
    left: int = 0
    """Files of an import that was taken back that still stand: it stopped before them."""


class ImportedFile(Struct, frozen=True):
    """What an import writes of one file."""

    ref: str
    created: bool
    """True when it opens the file."""
    version: int
    """Version at which it leaves the file."""
    told: Told


class ImportedFiles(Struct, frozen=True):
    """What an import writes of some files, in the transaction that writes them."""

    number: int
    """Of the import."""
    files: tuple[ImportedFile, ...]
    begins: ImportRun | None = None
    """The import, with the first of its files; None with those that follow."""


class EnteredFile(Struct, frozen=True):
    """A file that an import wrote, and that still stands as it left it or as somebody did since."""

    ref: str
    title: str
    created: bool
    """True when the import opened it."""
    version: int
    """Version at which the import left it."""
    now: int
    """Version that it has."""


class UndoneFile(Struct, frozen=True):
    """A file of an import that is taken back."""

    ref: str
    version: int
    """Version at which that leaves it."""
    before: int
    """Version at which the import found it: what an import before wrote stands again."""


class UndoneFiles(Struct, frozen=True):
    """Some files of an import that is taken back, in the transaction that writes them."""

    number: int
    """Of the import."""
    files: tuple[UndoneFile, ...]
    run: ImportRun
    """Who takes it back, and when."""


class ImportLedger(Protocol):
    """What imports wrote of files."""

    def next_number(self) -> int:
        """Return the number that a new import would have."""

    def import_of(self, number: int) -> PastImport:
        """Return an import; raises `NotFound` when there is none of that number."""

    def files_of(self, number: int) -> Sequence[EnteredFile]:
        """Return the files of an import that are not taken back, by reference."""

    def withdrawn(self) -> frozenset[str]:
        """Return the references of files that an import opened, and that went with it."""

    def past(self) -> Sequence[PastImport]:
        """Return the imports, the latest first."""

    def last_told(self, ref: str) -> Told:
        """Return what the last import wrote of a file, nothing when none did."""

    def model(self, name: str) -> Mapping[str, str]:
        """Return how columns were read under a name, nothing when nobody kept any.

        By heading, as headings are compared, what the column says; empty for one that is not read.
        """

    def models(self) -> tuple[str, ...]:
        """Return the names under which columns were kept, in order."""

    def keep_model(self, name: str, columns: Mapping[str, str], run: ImportRun) -> None:
        """Keep how columns were read under a name, in place of what was, or raise `OutOfReach`."""
