"""An empty table in which files of a procedure are written, and the page that says how to fill it.

Called by `importer modele`. Names no person of a file: it holds none.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from display.export.holdings import held
from display.export.tables import Heading, ListTable, Value
from workflow.imports.blank import BlankColumn

_HELP: Final = (
    Heading("Colonne", width=40),
    Heading("À remplir", width=12),
    Heading("Ce que c’est", width=60),
    Heading("Comment l’écrire", width=48),
    Heading("Exemple", width=24),
    Heading("Choix possibles", width=48),
    Heading("Ce qui en dépend", width=80),
)
_FIRST: Final = (
    "Une ligne par dossier, dans la feuille « Dossiers » ; laissez vide ce que vous ne savez pas, et ne "
    "changez pas les titres. Pourquoi une personne est éligible ne s’écrit pas ici."
)


def blank_tables(columns: Sequence[BlankColumn]) -> list[ListTable]:
    """Return the table to fill, and the one that tells of each of its columns."""
    headings = [
        Heading(
            one.heading, held(one.spec), min(max(len(one.heading) + 2, 12), 40), note, one.choices
        )
        for one, note in ((one, _note(one)) for one in columns)
    ]
    return [
        ListTable("Dossiers", headings, ()),
        ListTable("Comment remplir", _HELP, _told(columns)),
    ]


def _note(column: BlankColumn) -> str:
    example = f"Exemple : {column.example}" if column.example else ""
    required = "À remplir." if column.required else ""
    said = (column.words, column.written, example, column.counts, required)
    return "\n".join(filter(None, said))


def _told(columns: Sequence[BlankColumn]) -> Iterator[Sequence[Value]]:
    yield ("Avant tout", "", _FIRST, *[""] * (len(_HELP) - 3))
    for one in columns:
        required = "oui" if one.required else ""
        told = (one.words, one.written, one.example, ", ".join(one.choices), one.counts)
        yield (one.heading, required, *told)
