"""A table read again: what each column says, what its rows would do, what is to be corrected.

Used by `importer`. A column that is never read is named by its letter alone.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import tzinfo
from typing import Final

from msgspec import Struct
from rich.console import RenderableType

from cli.shared.picking import JsonObject
from display.drawing.layout import figures, headed, text, whole
from display.mail.absences import name_of
from workflow.case.people import Directory
from workflow.imports.columns import meanings
from workflow.imports.recognition import Column, FoundBy
from workflow.rulefiles.rulebook import Rulebook
from workflow.text import french
from workflow.usecases.ports import PastImport
from workflow.usecases.rereading import ImportedRow, ImportRequest, RowResult

_LISTED: Final = 20
"""Faults that are shown; all of them are in the workbook of --refuses and in --json."""
_READ: Final = frozenset({FoundBy.TOLD, FoundBy.HEADING, FoundBy.NEAR, FoundBy.CONTENT})
_COUNTED: Final = {
    RowResult.CREATED: ("à créer", "à créer"),
    RowResult.UPDATED: ("à modifier", "à modifier"),
    RowResult.UNCHANGED: ("inchangée", "inchangées"),
    RowResult.FAULTY: ("à corriger", "à corriger"),
    RowResult.TO_CHOOSE: ("où choisir", "où choisir"),
}


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

    @property
    def remarks(self) -> list[str]:
        """What is unusual in the table; nothing that repeats a heading which is never read."""
        table = self.asked.table
        refused = [one for one in self.asked.columns if one.found is FoundBy.REFUSED]
        kept_back = [table.headings[one.rank] for one in refused]
        return [one for one in table.remarks if not any(words in one for words in kept_back)]


def preview(reread: Reread, rulebook: Rulebook) -> Iterator[RenderableType]:
    """Yield what a person looks at before anything is written."""
    table = reread.asked.table
    sheet = f", feuille « {table.sheet} »" if table.sheet else ""
    rows = french.count(len(table.rows), "ligne", "lignes")
    yield text(f"« {table.file} »{sheet} : {rows}, en-têtes en ligne {table.heading_row}.")
    for remark in reread.remarks:
        yield text(remark, "muted")
    only = reread.asked.procedure
    known = meanings([rulebook.procedure(only)] if only else rulebook.procedures.values())
    grid = headed("Col.", "En-tête", "Lue comme", "Trouvée par")
    for one in reread.asked.columns:
        said = " ou ".join(known[name].label for name in one.names) or one.why or "n’est pas lue"
        said += f"\npar exemple {one.example}" if one.example else ""
        style = "" if one.found in _READ | {FoundBy.IGNORED} else "warning"
        sure = f"{one.found} ({one.sure} %)" if one.found is FoundBy.NEAR else str(one.found)
        grid.add_row(text(one.letters), text(one.heading), text(said, style), text(sure, "muted"))
    yield grid
    yield text(f"{_counted(reread)}.", "strong")
    yield from map(text, _consequences(reread))
    faults = [fault.words for row in reread.rows for fault in row.faults]
    yield from map(text, faults[:_LISTED])
    if len(faults) > _LISTED:
        left = french.count(len(faults) - _LISTED, "autre raison", "autres raisons")
        yield text(f"… et {left} : --refuses FICHIER.xlsx les écrit toutes.", "muted")


def reread_json(reread: Reread, *, saved: bool) -> JsonObject:
    """Return a table, its columns and its rows."""
    table = reread.asked.table
    return {
        "file": table.file,
        "sheet": table.sheet,
        "heading_row": table.heading_row,
        "remarks": reread.remarks,
        "columns": [_column_json(one) for one in reread.asked.columns],
        "counts": {str(one): reread.counts[one] for one in RowResult},
        "late": sum(row.late for row in reread.rows),
        "silenced": sum(row.silenced for row in reread.rows),
        "rows": [_row_json(row) for row in reread.rows],
        "saved": saved,
    }


def imports(past: Iterable[PastImport], directory: Directory, zone: tzinfo) -> RenderableType:
    """Return the tables that were entered, in the order given."""
    grid = headed(figures("N°"), whole("Le"), "Par", "Tableau", "Dossiers")
    for one in past:
        files = ", ".join(
            (
                french.count(one.created, "créé", "créés"),
                french.count(one.updated, "modifié", "modifiés"),
            )
        )
        grid.add_row(
            text(str(one.number), "strong"),
            text(french.moment(one.run.at.astimezone(zone))),
            text(name_of(directory, one.run.by)),
            text(one.run.file or "–"),
            text(files),
        )
    return grid


def import_json(one: PastImport) -> JsonObject:
    """Return a table that was entered."""
    undone = {"by": one.undone.by, "at": one.undone.at, "left": one.left} if one.undone else None
    return {
        "number": one.number,
        "by": one.run.by,
        "at": one.run.at,
        "file": one.run.file,
        "created": one.created,
        "updated": one.updated,
        "undone": undone,
    }


def _counted(reread: Reread) -> str:
    counts = reread.counts
    said = (french.count(counts[one], *words) for one, words in _COUNTED.items() if counts[one])
    return ", ".join(said) or "Aucune ligne"


def _consequences(reread: Reread) -> Iterator[str]:
    late = sum(row.late for row in reread.rows)
    if late:
        yield f"{french.count(late, 'dossier sera', 'dossiers seront')} aussitôt en retard."
    silenced = sum(row.silenced for row in reread.rows)
    if silenced:
        past = french.count(
            silenced, "rappel déjà passé ne partira", "rappels déjà passés ne partiront"
        )
        yield f"{past} pas."


def _column_json(one: Column) -> JsonObject:
    return {
        "column": one.letters,
        "heading": one.heading,
        "found": str(one.found),
        "names": list(one.names),
        "sure": one.sure,
        "among": list(one.among),
        "why": one.why,
        "example": one.example,
    }


def _row_json(row: ImportedRow) -> JsonObject:
    due = {"deadline": row.due, "on": row.due_on.isoformat()} if row.due_on else None
    return {
        "row": row.number,
        "result": str(row.result),
        "ref": row.ref,
        "title": row.title,
        "faults": [{"code": str(f.code), "words": f.words, "cell": f.cell} for f in row.faults],
        "due": due,
        "late": row.late,
        "silenced": row.silenced,
    }
