"""A table read again: what each column says, what its rows would do, what is to be corrected.

Used by `importer`. A column that is never read is named by its letter alone.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import tzinfo
from typing import Final

from rich.console import RenderableType

from cli.shared.picking import JsonObject
from display.case.importing import Reread, consequences, counted, remarks_of, several
from display.drawing.layout import figures, headed, text, whole
from display.mail.absences import name_of
from workflow.case.people import Directory
from workflow.imports.columns import meanings
from workflow.imports.recognition import Column, FoundBy
from workflow.ports.imports import PastImport
from workflow.rulefiles.rulebook import Rulebook
from workflow.takeover.rereading import ImportedRow, RowResult
from workflow.takeover.taking_back import TakenBack
from workflow.text import french

_LISTED: Final = 20
"""Faults that are shown; all of them are in the workbook of --refuses and in --json."""
_VARYING: Final = re.compile(r"«[^»]*»|\d+")
"""What differs in a sentence from cell to cell of a column."""
_PARTS: Final = (slice(1), slice(1, None))
"""The first of some things, and the others."""
_READ: Final = frozenset({FoundBy.TOLD, FoundBy.HEADING, FoundBy.NEAR, FoundBy.CONTENT})


def preview(reread: Reread, rulebook: Rulebook) -> Iterator[RenderableType]:
    """Yield what a person looks at before anything is written."""
    table = reread.asked.table
    sheet = f", feuille « {table.sheet} »" if table.sheet else ""
    rows = french.count(len(table.rows), "ligne", "lignes")
    yield text(f"« {table.file} »{sheet} : {rows}, en-têtes en ligne {table.heading_row}.")
    for remark in remarks_of(reread.asked):
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
    yield text(f"{counted(reread)}.", "strong")
    yield from map(text, consequences(reread))
    # The first of each sentence, before those that are like it: a column may be wrong all along.
    alike: dict[str, list[str]] = {}
    for words in (fault.words for row in reread.rows for fault in row.faults):
        alike.setdefault(_VARYING.sub("", words), []).append(words)
    firsts, others = ([one for some in alike.values() for one in some[part]] for part in _PARTS)
    yield from map(text, [*firsts, *others][:_LISTED])
    if (left := len(firsts) + len(others) - _LISTED) > 0:
        more = french.count(left, "autre raison", "autres raisons")
        yield text(f"… et {more} : --refuses FICHIER.xlsx les écrit toutes.", "muted")


def reread_json(reread: Reread, *, saved: bool) -> JsonObject:
    """Return a table, its columns and its rows."""
    table = reread.asked.table
    return {
        "file": table.file,
        "sheet": table.sheet,
        "heading_row": table.heading_row,
        "remarks": remarks_of(reread.asked),
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
        files = several((one.created, "créé", "créés"), (one.updated, "modifié", "modifiés"))
        if one.undone:
            files += f" ; annulé le {french.moment(one.undone.at.astimezone(zone))}"
            files += f", il en reste {one.left}" if one.left else ""
        grid.add_row(
            text(str(one.number), "strong"),
            text(french.moment(one.run.at.astimezone(zone))),
            text(name_of(directory, one.run.by)),
            text(one.run.file or "–"),
            text(files),
        )
    return grid


def taken_back_json(number: int, files: Sequence[TakenBack], *, saved: bool) -> JsonObject:
    """Return an import that is taken back."""
    return {
        "number": number,
        "files": [
            {"ref": one.ref, "title": one.title, "created": one.created, "rests": one.rests}
            for one in files
        ],
        "saved": saved,
    }


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
