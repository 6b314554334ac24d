"""The tables in which whole files leave and come back: their sheets, their headings, and how they are read.

Written by `display.export.holdings`, read for `importer`. Ids stand in them as they are on the command line:
they are read back as they were. What is restricted, and the journal, is in none of them.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any, Final

import msgspec
from msgspec import Struct
from msgspec.structs import fields as fields_of

from workflow.case.case import HoursLine, Paper, PaperStatus
from workflow.case.holdings import DoneStep, Holdings
from workflow.case.money import MoneyLine
from workflow.errors import InvalidInput
from workflow.imports.columns import Place, meanings, ruled, sure_headings
from workflow.imports.recognition import Column, FoundBy
from workflow.rules.procedure import Procedure
from workflow.rules.seniority import Contract
from workflow.spreadsheets.headings import heading_key
from workflow.spreadsheets.table import CellFault, CellValue, Table, TableRow
from workflow.wording.codec import moment

FILES: Final = "Dossiers"
"""The sheet that has a row for each file."""
REF: Final = "Référence"
TITLE: Final = "Nom du dossier"
TERRITORY: Final = "Jours fériés"
COHORT: Final = "Groupe"


class HeldStep(Struct, frozen=True):
    """A step as a table holds it: its date is a day, a moment of the agency's clock, or words."""

    action: str
    on: Any = None


class HeldPaper(Struct, frozen=True):
    """A paper as a table holds it; what it says, a line for each fact: `heures_formation = 14`."""

    document: str
    status: PaperStatus
    on: date
    by: str
    kept_at: str = ""
    expires_on: date | None = None
    says: str = ""


class HeldSnooze(Struct, frozen=True):
    """A deadline that keeps silent until a day."""

    deadline: str
    until: date


class HeldPart(Struct, frozen=True):
    """A table of what files hold.

    Args:
        sheet: its name.
        type: what each of its rows is.
        headings: by field; the reference of the file stands before.
    """

    sheet: str
    type: type[Struct]
    headings: Mapping[str, str]


def _part(sheet: str, type_: type[Struct], headings: str) -> HeldPart:
    names = headings.split(", ")
    return HeldPart(sheet, type_, dict(zip(type_.__struct_fields__, names, strict=True)))


STEPS: Final = _part("Étapes", HeldStep, "Étape, Le")
PAPERS: Final = _part(
    "Pièces",
    HeldPaper,
    "Pièce, Où elle en est, Jour, Noté par, Rangement, Vaut jusqu’au, Ce qu’elle dit",
)
HOURS: Final = _part("Heures", HoursLine, "Ligne, Nature, Du, Au, Prévues, Faites, Lieu")
CONTRACTS: Final = _part("Contrats", Contract, "Ligne, Type, Employeur, Du, Au, Heures, Chez")
MONEY: Final = _part(
    "Argent", MoneyLine, "Ligne, Nature, Jour, Payeur, Montant, Mois, Repère, Note"
)
SNOOZES: Final = _part("Reports", HeldSnooze, "Échéance, Jusqu’au")
PARTS: Final = (STEPS, PAPERS, HOURS, CONTRACTS, MONEY, SNOOZES)
SHEETS: Final = frozenset({FILES, *(one.sheet for one in PARTS)})


def whole_headings(procedures: Iterable[Procedure]) -> dict[str, str]:
    """Return the heading of everything that a file may say, derived facts that somebody typed included."""
    rules = tuple(ruled(procedures))
    known, headings = meanings(rules), dict[str, str]()
    for procedure in rules:
        for name, heading in sure_headings(known, procedure).items():
            headings.setdefault(name, heading)
    for procedure in rules:
        for id_ in procedure.facts:
            headings.setdefault(id_, id_)
    return headings | {Place.REF: REF, Place.TITLE: TITLE}


def whole_columns(table: Table, procedures: Iterable[Procedure]) -> tuple[Column, ...]:
    """Return what each column of the table of files says; others are not read."""
    known = {heading_key(heading): name for name, heading in whole_headings(procedures).items()}
    return tuple(
        Column(rank, heading, FoundBy.HEADING, (name,), 100)
        for rank, heading in enumerate(table.headings)
        if (name := known.get(heading_key(heading)))
    )


def holdings_of(tables: Mapping[str, Table]) -> dict[str, Holdings]:
    """Return what each file holds, by its reference in small letters.

    Raises:
        InvalidInput: a column that is missing, a cell that cannot be read; it names sheet and cell.
    """
    parts = {one.sheet: _rows_of(tables[one.sheet], one) for one in PARTS}
    files = tables[FILES]
    found: dict[str, Holdings] = {}
    for row in files.rows:
        cells = _cells(files, row, (REF, TITLE, TERRITORY, COHORT))
        ref, title, territory, cohort = (None if one is None else str(one) for one in cells)
        if ref is None or territory is None:
            # A row that somebody wrote: nothing of it was held before.
            continue
        key = ref.lower()
        found[key] = Holdings(
            title or "",
            territory,
            cohort,
            steps=tuple(map(_step, parts[STEPS.sheet].get(key, ()))),
            papers=dict(map(_paper, parts[PAPERS.sheet].get(key, ()))),
            hours=tuple(parts[HOURS.sheet].get(key, ())),
            contracts=tuple(parts[CONTRACTS.sheet].get(key, ())),
            money=tuple(parts[MONEY.sheet].get(key, ())),
            snoozed={one.deadline: one.until for one in parts[SNOOZES.sheet].get(key, ())},
        )
    return found


def held_rows(held: Holdings) -> dict[str, Sequence[Struct]]:
    """Return the rows of each table of what a file holds."""
    return {
        STEPS.sheet: [HeldStep(one.action, one.on) for one in held.steps],
        PAPERS.sheet: [
            HeldPaper(id_, one.status, one.on, one.by, one.kept_at, one.expires_on, _said(one.says))
            for id_, one in held.papers.items()
        ],
        HOURS.sheet: held.hours,
        CONTRACTS.sheet: held.contracts,
        MONEY.sheet: held.money,
        SNOOZES.sheet: [HeldSnooze(id_, day) for id_, day in held.snoozed.items()],
    }


def _said(says: Mapping[str, str]) -> str:
    return "\n".join(f"{name} = {value}" for name, value in says.items())


def _step(held: HeldStep) -> DoneStep:
    return DoneStep(held.action, moment(held.on) if isinstance(held.on, str) else held.on)


def _paper(held: HeldPaper) -> tuple[str, Paper]:
    said = (line.partition(" = ") for line in held.says.splitlines())
    says = {name: value for name, _, value in said}
    return held.document, Paper(
        held.status, held.on, held.by, held.kept_at, says, expires_on=held.expires_on
    )


def _rows_of(table: Table, part: HeldPart) -> dict[str, list[Any]]:
    found = defaultdict[str, list[Any]](list)
    fields = fields_of(part.type)
    for row in table.rows:
        ref, *cells = _cells(table, row, (REF, *part.headings.values()))
        told = {
            one.name: _told(cell, one.type)
            for one, cell in zip(fields, cells, strict=True)
            if cell is not None
        }
        try:
            found[str(ref).lower()].append(msgspec.convert(told, part.type))
        except msgspec.ValidationError as error:
            wrong = (one for one in part.headings if f"$.{one}`" in str(error))
            rank = _rank(table, part.headings.get(next(wrong, ""), REF))
            raise _unreadable(table, row, rank) from None
    return found


def _told(value: CellValue, type_: Any) -> CellValue | int:
    """Return a cell as what it stands for: a number, where a text or the number of a line is awaited."""
    if isinstance(value, Decimal) and type_ is str:
        return f"{value:f}"
    whole = isinstance(value, Decimal) and value == value.to_integral_value()
    return int(value) if whole and type_ is int else value  # type: ignore[arg-type] # a number, then


def _cells(table: Table, row: TableRow, headings: Iterable[str]) -> list[CellValue]:
    ranks = [_rank(table, one) for one in headings]
    for rank in ranks:
        if isinstance(row.values[rank], CellFault):
            raise _unreadable(table, row, rank)
    return [row.values[rank] for rank in ranks]


def _rank(table: Table, heading: str) -> int:
    try:
        return table.headings.index(heading)
    except ValueError:
        raise InvalidInput(
            f"« {table.file} », feuille « {table.sheet} » : la colonne « {heading} » manque ; "
            "remettez-la, ou donnez la feuille « Dossiers » seule dans un autre classeur."
        ) from None


def _unreadable(table: Table, row: TableRow, rank: int) -> InvalidInput:
    return InvalidInput(
        f"« {table.file} », feuille « {table.sheet} », {table.at(row, rank)} : ce n’est pas "
        "ce qui avait été exporté ; rétablissez la cellule."
    )
