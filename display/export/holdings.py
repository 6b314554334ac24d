"""Whole files as tables that the import takes back: a row for each file with its facts, and what it holds.

Used by `cli.case.export`. Read one file at a time, for all of them. Never the restricted part.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any, Final
from zoneinfo import ZoneInfo

from msgspec import Struct

from display.export.exports import Sources
from display.export.tables import Heading, Holds, JoinedTables, ListTable, Value
from workflow.acts.restoring import holdings
from workflow.case.case import FactValue
from workflow.imports.columns import Place, ruled
from workflow.imports.holding_tables import (
    COHORT,
    FILES,
    PARTS,
    REF,
    TERRITORY,
    HeldPart,
    held_rows,
    whole_headings,
)
from workflow.imports.rows import names_read
from workflow.rules.fact_specs import FactSpec, FactType
from workflow.wording.fact_text import as_typed

_TYPES: Final = {
    FactType.DATE: Holds.DAY,
    FactType.INSTANT: Holds.MOMENT,
    FactType.INTEGER: Holds.COUNT,
    FactType.NUMBER: Holds.HOURS,
}
_HOLDS: Final = {
    "Ligne": Holds.COUNT,
    "Le": Holds.MOMENT,
    "Montant": Holds.EUROS,
    **dict.fromkeys(("Du", "Au", "Jour", "Mois", "Jusqu’au", "Vaut jusqu’au"), Holds.DAY),
    **dict.fromkeys(("Prévues", "Faites", "Heures"), Holds.HOURS),
}
_BESIDE: Final = (
    *(Place.REF, Place.TITLE, Place.PROCEDURE, Place.FUNDER, Place.AGENCY),
    *(Place.OWNER, Place.STATE),
)


COMING_BACK: Final = (
    ("Le reprendre", "« echeancier importer », puis ce fichier."),
    ("Dans une base vide", "Les mêmes dossiers, étapes, pièces, lignes et dates."),
    ("Dans celle d’où il vient", "Rien n’est écrit."),
    (
        "Ce qui ne revient pas",
        "Le journal et ses commentaires, les courriels, les rappels déjà envoyés,",
    ),
    ("", "la partie restreinte, les fichiers joints aux pièces, les liens aux fiches,"),
    ("", "et ce que disait une échéance le jour où elle a fini."),
)
"""What is to be known of whole files that leave."""


def held(spec: FactSpec | None) -> Holds:
    """Return what the cells of a fact are; beside facts, text."""
    if spec is None:
        return Holds.TEXT
    return Holds.EUROS if spec.unit == "€" else _TYPES.get(spec.type, Holds.TEXT)


def whole_tables(of: Sources, facts: Collection[str]) -> JoinedTables:
    """Return the tables of whole files, each of which is read once.

    Args:
        of: where files come from.
        facts: ids of those that some file has: others have no column.
    """
    rules = of.rulebook.procedures.values()
    specs = {id_: spec for one in ruled(rules) for id_, spec in one.facts.items() if id_ in facts}
    tables = [ListTable(FILES, _headings(whole_headings(rules), specs), ()), *map(_table, PARTS)]
    people = names_read((one.id, one.name) for one in of.directory.people.values())
    agencies = names_read((one.id, one.name) for one in of.directory.agencies.values())

    def rows() -> Iterator[tuple[int, Sequence[Value]]]:
        for case in of.cases():
            procedure, zone = of.rulebook.of(case), of.zone(case.agency)
            states = names_read((one.id, one.label) for one in procedure.states.values())
            yield (
                0,
                (
                    *(case.ref, case.title, case.procedure, case.funder),
                    agencies.get(case.agency, case.agency),
                    people.get(case.owner or "", case.owner),
                    *(states[case.state], case.territory, case.cohort),
                    *(
                        None
                        if (value := case.facts.get(id_)) is None
                        else _fact(value, zone, procedure.facts.get(id_, spec))
                        for id_, spec in specs.items()
                    ),
                ),
            )
            held = held_rows(holdings(procedure, case))
            for place, part in enumerate(PARTS, 1):
                for row in held[part.sheet]:
                    yield place, (case.ref, *_values(row, zone))

    return JoinedTables(tables, rows())


def _headings(names: Mapping[str, str], specs: Mapping[str, FactSpec]) -> list[Heading]:
    return [
        *(Heading(names[place], width=22) for place in _BESIDE),
        *(Heading(name) for name in (TERRITORY, COHORT)),
        *(Heading(names[id_], held(spec), 18) for id_, spec in specs.items()),
    ]


def _table(part: HeldPart) -> ListTable:
    headings = [Heading(one, _HOLDS.get(one, Holds.TEXT), 20) for one in part.headings.values()]
    return ListTable(part.sheet, (Heading(REF, width=18), *headings), ())


def _values(row: Struct, zone: ZoneInfo) -> Iterator[Value]:
    for name in row.__struct_fields__:
        value: Any = getattr(row, name)
        if isinstance(value, datetime):
            yield _instant(value, zone)
        else:
            yield value.value if isinstance(value, StrEnum) else value


def _fact(value: FactValue, zone: ZoneInfo, spec: FactSpec) -> Value:
    if isinstance(value, datetime):
        return _instant(value, zone)
    if isinstance(value, bool):
        return "oui" if value else "non"
    return value if isinstance(value, date | Decimal | int) else as_typed(value, zone, spec)


def _instant(value: datetime, zone: ZoneInfo) -> Value:
    """Return a moment of the agency's clock, in words where a spreadsheet would lose some of it."""
    local = value.astimezone(zone)
    plain = local.second == 0 == local.microsecond and local.fold == 0
    return local if plain else local.isoformat()
