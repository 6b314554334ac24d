"""A table read again, as both faces tell it: how many rows would do what, and what comes of it.

Used by `importer` and by the screens of an import.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Final

from msgspec import Struct

from workflow.imports.recognition import FoundBy
from workflow.text import french
from workflow.usecases.rereading import ImportedRow, ImportRequest, RowResult

COUNTED: Final = {
    RowResult.CREATED: ("à créer", "à créer"),
    RowResult.UPDATED: ("à modifier", "à modifier"),
    RowResult.UNCHANGED: ("inchangée", "inchangées"),
    RowResult.FAULTY: ("à corriger", "à corriger"),
    RowResult.TO_CHOOSE: ("où choisir", "où choisir"),
}
"""What the rows of each result are, one or many."""


class Reread(Struct, frozen=True):
    """A table and what its rows would do, or did."""

    asked: ImportRequest
    rows: tuple[ImportedRow, ...]

    @property
    def counts(self) -> Counter[RowResult]:
        """How many rows there are of each result."""
        return Counter(row.result for row in self.rows)

    @property
    def wrong(self) -> int:
        """How many rows do not stand."""
        return sum(not row.result.stands for row in self.rows)


def remarks_of(asked: ImportRequest) -> list[str]:
    """Return what is unusual in a table; nothing that repeats a heading which is never read."""
    table = asked.table
    refused = [one for one in asked.columns if one.found is FoundBy.REFUSED]
    kept_back = [table.headings[one.rank] for one in refused]
    return [one for one in table.remarks if not any(words in one for words in kept_back)]


def counted(reread: Reread) -> str:
    """Return how many rows would do what."""
    counts = reread.counts
    said = (french.count(counts[one], *words) for one, words in COUNTED.items() if counts[one])
    return ", ".join(said) or "Aucune ligne"


def consequences(reread: Reread) -> Iterator[str]:
    """Yield what will be late at once, and what will stay unsaid."""
    late = sum(row.late for row in reread.rows)
    if late:
        yield f"{french.count(late, 'dossier sera', 'dossiers seront')} aussitôt en retard."
    silenced = sum(row.silenced for row in reread.rows)
    if silenced:
        past = french.count(
            silenced, "rappel déjà passé ne partira", "rappels déjà passés ne partiront"
        )
        yield f"{past} pas."
