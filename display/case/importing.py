"""A table read again, as both faces tell it: how many rows would do what, and what comes of it.

Used by `importer` and by the screens of an import.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Final

from msgspec import Struct
from rich.console import RenderableType

from display.drawing.layout import text
from workflow.imports.recognition import FoundBy
from workflow.takeover.rereading import ImportedRow, ImportRequest, RowResult
from workflow.takeover.taking_back import TakenBack
from workflow.text import french

_LISTED: Final = 20
"""Files that are shown of those that stand in the way."""
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


def taken_back(files: Sequence[TakenBack]) -> Iterator[RenderableType]:
    """Yield what taking an import back would do, and what rests on it."""
    created = sum(one.created for one in files)
    parts = several(
        (created, "dossier sera abandonné", "dossiers seront abandonnés"),
        (len(files) - created, "redeviendra ce qu’il était", "redeviendront ce qu’ils étaient"),
    )
    yield text(f"{parts}.", "strong")
    resting = [one for one in files if one.rests]
    if resting:
        yield text("Rien n’est annulé : on a travaillé depuis sur ces dossiers.", "warning")
    for one in resting[:_LISTED]:
        yield text(f"{one.ref} {one.title} – {one.rests}")
    if len(resting) > _LISTED:
        left = french.count(len(resting) - _LISTED, "autre", "autres")
        yield text(f"… et {left}.", "muted")


def several(*counted: tuple[int, str, str]) -> str:
    """Return « 4 créés, 2 modifiés », without what there is none of."""
    return ", ".join(french.count(*one) for one in counted if one[0])
