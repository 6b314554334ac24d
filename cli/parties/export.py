"""`exporter organismes`, `clients`, `beneficiaires`: those around files, in a workbook or as text."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from cli.asking.invocation import Invocation
from cli.shared.write_file import writing
from display.export.parties import PARTY_LISTS, party_table
from display.export.spreadsheet import write_tables
from display.export.tables import Imprint, ListTable
from workflow.case.case import Case
from workflow.case.parties import Party, PartyKind
from workflow.errors import InvalidInput
from workflow.operations import operations
from workflow.ports.stores import PartyQuery
from workflow.text import french

_AT_ONCE = 500


def export_parties(asked: Invocation, name: str, path: Path) -> None:
    """Write those of a kind in a file."""
    session, told, kind = asked.session, asked.request, PARTY_LISTS[name]
    filters = set(told.answers) - {operations.FILE, operations.OVERWRITTEN, operations.TEXT}
    if filters:
        raise InvalidInput(f"La liste « {name} » se filtre par --texte seulement.")
    text = told.text(operations.TEXT)
    person = session.places.directory.people.get(session.acting)
    imprint = Imprint(
        title=f"Échéancier – {name}",
        kept=f"« {text} »" if text else "toute la base",
        by=person.name if person else session.acting,
        at=session.clock().astimezone(session.places.directory.agency(person.agency).zone)
        if person
        else session.clock(),
    )
    table = party_table(kind, _all(asked, kind, text))
    with writing(path, replace=told.flag(operations.OVERWRITTEN)) as aside:
        counts = write_tables(aside, path.suffix.lower(), iter((table,)), imprint)
    session.wrote(f"« {path} »")
    if asked.as_json:
        answer = {"file": str(path), "rows": counts, "filter": imprint.kept}
        session.output.json({**answer, "by": imprint.by, "at": imprint.at})
        return
    rows = ", ".join(f"{one} : {french.count(n, 'ligne', 'lignes')}" for one, n in counts.items())
    session.output.say(f"« {path} » écrit ({imprint.kept}). {rows}.")


def tables_around(asked: Invocation, cases: Iterable[Case]) -> Iterator[ListTable]:
    """Yield the tables of those that some files point to, a merged one under who is kept."""
    store = asked.session.container.parties.store

    def those(numbers: set[int]) -> Iterator[Party]:
        ordered = sorted(numbers)
        for first in range(0, len(ordered), _AT_ONCE):
            yield from store.those(ordered[first : first + _AT_ONCE])

    pointed = {number for case in cases for kind in PartyKind if (number := kind.of(case))}
    kept = list(those({one.merged_into or one.number for one in those(pointed)}))
    for kind in PartyKind:
        known = (one for one in kept if one.kind is kind)
        yield party_table(kind, sorted(known, key=lambda one: one.folded))


def _all(asked: Invocation, kind: PartyKind, text: str) -> Iterator[Party]:
    store, offset = asked.session.container.parties.store, 0
    while page := store.page(PartyQuery(kind, text, _AT_ONCE, offset)).parties:
        yield from page
        offset += len(page)
