"""A row of a table → what it tells of one file, or every cell that cannot be read, each with its reason.

Called by `workflow.takeover.rereading`. What a cell may hold is decided by
`workflow.spreadsheets.understanding`, what a file may become by the use cases: nothing is judged here.
Every kind of column, hence its length.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from enum import StrEnum
from functools import partial
from typing import Final
from zoneinfo import ZoneInfo

from msgspec import Struct, field

from workflow.case.case import FactValue
from workflow.case.people import Directory
from workflow.errors import EcheancierError, Refused
from workflow.imports.columns import Place, ruled
from workflow.imports.recognition import Column
from workflow.rules.fact_specs import DATED
from workflow.rules.procedure import Procedure
from workflow.spreadsheets.table import CellFault, CellValue, Table, TableRow
from workflow.spreadsheets.understanding import may_be_swapped, month_first, understood
from workflow.text import french
from workflow.text.folding import fold, plain_spaces
from workflow.wording.act_text import checked_title, checked_words
from workflow.wording.date_text import Today

_LISTED: Final = 8
"""Names that a refusal lists."""


class FaultCode(StrEnum):
    """What is wrong with a row, beside what the rules of a file refuse."""

    UNREADABLE = "illisible"
    FORBIDDEN = "interdit"
    UNKNOWN = "inconnu"
    UNCERTAIN = "incertain"
    MISSING = "manque"
    TWICE = "double"
    CANDIDATES = "plusieurs_dossiers"
    CONFLICT = "conflit"
    STEP = "etape"


class RowFault(Struct, frozen=True):
    """Why a row cannot be entered.

    Args:
        code: a `FaultCode`, or the code of a reason of the rules.
        words: a French sentence: the cell, what is wrong, what to do.
        cell: « C12 », empty for the whole row.
    """

    code: str
    words: str
    cell: str = ""


class ToldFile(Struct, frozen=True):
    """What a row tells of one file.

    Args:
        number: of the row, as the spreadsheet counts.
        procedure: as its funder rules it; None when the row does not tell it.
        ref: reference that it gives, if any.
        title: name of the file, empty when it gives none.
        agency: None when it gives none.
        owner: likewise.
        state: id of the state that it says the file is in.
        facts: by id.
        faults: what cannot be read.
    """

    number: int
    procedure: Procedure | None
    ref: str | None = None
    title: str = ""
    agency: str | None = None
    owner: str | None = None
    state: str | None = None
    facts: Mapping[str, FactValue] = field(default_factory=dict)
    faults: tuple[RowFault, ...] = ()


class RowReader:
    """Reads the rows of a table, once its columns are known.

    Args:
        table: what was brought.
        columns: what each column says.
        procedures: every procedure, by its id.
        directory: agencies and people.
        default: procedure of rows that do not tell theirs.
        agency: agency of rows that do not tell theirs.
        today: the day to which a date without a year is near.
    """

    def __init__(
        self,
        table: Table,
        columns: Iterable[Column],
        procedures: Mapping[str, Procedure],
        directory: Directory,
        default: Procedure | None,
        agency: str,
        today: Today,
    ) -> None:
        self._table, self._default, self._agency, self._today = table, default, agency, today
        self._read = [one for one in columns if one.names]
        self._places = {one.names[0]: one.rank for one in self._read}
        self._facts = [one for one in self._read if one.names[0] not in set(Place)]
        self._directory = directory
        self._by_id = procedures
        self._procedures = _spelt(
            (one.id, (one.id, one.name, one.label, one.prefix)) for one in procedures.values()
        )
        self._agencies = _spelt((one.id, (one.id, one.name)) for one in directory.agencies.values())
        self._states = {
            one.id: _spelt((state.id, (state.id, state.label)) for state in one.states.values())
            for one in procedures.values()
        }
        self._funders = {
            one.id: _spelt((id_, (id_, ruled.funder_label)) for id_, ruled in one.funders.items())
            for one in procedures.values()
        }
        self._people = _spelt((one.id, (one.id, one.name)) for one in directory.people.values())
        self._swapped = {one.rank: seen for one in self._facts if (seen := self._month_first(one))}
        self._known: dict[tuple[object, ...], FactValue | None] = {}

    def read(self, row: TableRow) -> ToldFile:
        """Return what a row tells, and every cell of it that cannot be read."""
        faults: list[RowFault] = []
        procedure = self._procedure(row, faults)
        agency = self._named(row, Place.AGENCY, "nom d’agence", self._agencies, faults)
        owner = self._named(row, Place.OWNER, "nom de personne", self._people, faults)
        if procedure is None:
            return ToldFile(row.number, None, faults=tuple(faults))
        states = self._states[procedure.id]
        zone = self._directory.agency(agency or self._agency).zone
        return ToldFile(
            row.number,
            procedure,
            ref=self._ref(row, procedure, faults),
            title=self._title(row, procedure, faults),
            agency=agency,
            owner=owner,
            state=self._named(row, Place.STATE, "état", states, faults),
            facts=dict(self._told(row, procedure, zone, faults)),
            faults=tuple(faults),
        )

    def _told(
        self, row: TableRow, procedure: Procedure, zone: ZoneInfo, faults: list[RowFault]
    ) -> Iterator[tuple[str, FactValue]]:
        for column in self._facts:
            if (value := row.values[column.rank]) is None:
                continue
            name = next((one for one in column.names if one in procedure.facts), None)
            if name is None:
                faults.append(_foreign(self._cell(row, column.rank), procedure, column))
                continue
            if (seen := self._swapped.get(column.rank)) and may_be_swapped(value):
                faults.append(_uncertain(self._cell(row, column.rank), seen))
                continue
            try:
                known = self._understood(procedure, name, value, row, column, zone)
            except EcheancierError as error:
                place = self._cell(row, column.rank)
                faults.append(RowFault(_code(error), error.message, place))
            else:
                if known is not None:
                    yield name, known

    def _understood(
        self,
        procedure: Procedure,
        name: str,
        value: CellValue,
        row: TableRow,
        column: Column,
        zone: ZoneInfo,
    ) -> FactValue | None:
        # Most values of a table come back from row to row.
        key = (procedure.id, procedure.funder, name, zone.key, type(value), value)
        if key not in self._known:
            spec, place = procedure.facts[name], self._cell(row, column.rank)
            self._known[key] = understood(procedure, spec, value, place, zone, self._today)
        return self._known[key]

    def _month_first(self, column: Column) -> str | None:
        name = column.names[0]
        specs = (one.facts[name] for one in ruled(self._by_id.values()) if name in one.facts)
        if next(specs).type not in DATED:
            return None
        # What was put right no longer shows it, and what was not is still in doubt.
        rows = self._table.brought or self._table.rows
        seen = month_first(row.values[column.rank] for row in rows)
        named = (self._cell(row, column.rank) for row in rows if row.values[column.rank] == seen)
        return f"« {seen} » en {next(named)}" if seen else None

    def _procedure(self, row: TableRow, faults: list[RowFault]) -> Procedure | None:
        before = len(faults)
        id_ = self._named(row, Place.PROCEDURE, "nom de procédure", self._procedures, faults)
        procedure = self._by_id[id_] if id_ else self._default
        if procedure is None or len(faults) > before:
            if len(faults) == before:
                said = f"Ligne {row.number} : de quelle procédure est-elle ? Remplissez la colonne."
                faults.append(RowFault(FaultCode.MISSING, said))
            return None
        if not procedure.funders:
            return procedure
        known = self._funders[procedure.id]
        funder = self._named(row, Place.FUNDER, "nom de financeur", known, faults)
        if funder is None and len(faults) == before:
            said = f"Ligne {row.number} : la procédure « {procedure.id} » dépend du financeur ; dites-le."
            faults.append(RowFault(FaultCode.MISSING, said))
        return procedure.funders[funder] if funder else None

    def _ref(self, row: TableRow, procedure: Procedure, faults: list[RowFault]) -> str | None:
        text = self._text(row, Place.REF, faults)
        read = partial(checked_words, procedure, "la référence")
        return self._checked(row, text, read, (Place.REF,), faults) if text else None

    def _title(self, row: TableRow, procedure: Procedure, faults: list[RowFault]) -> str:
        places = (Place.TITLE, Place.LAST_NAME, Place.FIRST_NAME)
        whole, *parts = (self._text(row, place, faults) for place in places)
        title = whole or " ".join(filter(None, parts))
        return self._checked(row, title, partial(checked_title, procedure), places, faults) or ""

    def _checked(
        self,
        row: TableRow,
        text: str,
        read: Callable[[str], str],
        places: tuple[Place, ...],
        faults: list[RowFault],
    ) -> str | None:
        """Return what may be kept of some cells, or nothing and why."""
        try:
            return read(text)
        except EcheancierError as error:
            cell = next(self._cell(row, self._places[one]) for one in places if one in self._places)
            faults.append(RowFault(_code(error), f"{cell} : {error.message}", cell))
            return None

    def _text(self, row: TableRow, place: Place, faults: list[RowFault]) -> str | None:
        rank = self._places.get(place)
        value = None if rank is None else row.values[rank]
        if value is None or rank is None:
            return None
        if isinstance(value, CellFault):
            said = f"{self._cell(row, rank)} : la valeur de la cellule ne se lit pas ; écrivez-la."
            faults.append(RowFault(FaultCode.UNREADABLE, said, self._cell(row, rank)))
            return None
        return " ".join(plain_spaces(str(value)).split())

    def _named(
        self,
        row: TableRow,
        place: Place,
        what: str,
        known: Mapping[str, str],
        faults: list[RowFault],
    ) -> str | None:
        """Return the id of what a cell names, by its id or its name."""
        text = self._text(row, place, faults)
        if not text:
            return None
        if (found := known.get(fold(text))) is not None:
            return found
        # What stands there may be anything, a ground of eligibility among others: it is not repeated.
        cell, ids = self._cell(row, self._places[place]), sorted(set(known.values()))
        listed = french.first(ids, _LISTED, ", ")
        said = f"{cell} : {what} inconnu du programme (connus : {listed}) ; corrigez la cellule."
        faults.append(RowFault(FaultCode.UNKNOWN, said, cell))
        return None

    def _cell(self, row: TableRow, rank: int) -> str:
        return self._table.at(row, rank)


def _spelt(named: Iterable[tuple[str, Iterable[str]]]) -> dict[str, str]:
    """Return the id of each of some things by what they are called; a name that two bear names neither."""
    found: dict[str, set[str]] = {}
    for id_, words in named:
        for word in words:
            found.setdefault(fold(word), set()).add(id_)
    return {word: min(ids) for word, ids in found.items() if len(ids) == 1}


def names_read(named: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Return by id what some things are written as, to be read back: its name, or its id."""
    pairs = list(named)
    known = _spelt((id_, (id_, name)) for id_, name in pairs)
    return {id_: name if name and known.get(fold(name)) == id_ else id_ for id_, name in pairs}


def _code(error: EcheancierError) -> FaultCode:
    return FaultCode.FORBIDDEN if isinstance(error, Refused) else FaultCode.UNREADABLE


def _foreign(cell: str, procedure: Procedure, column: Column) -> RowFault:
    said = f"{cell} : la procédure « {procedure.id} » n’a pas de « {column.heading} »"
    return RowFault(FaultCode.UNKNOWN, f"{said} ; videz la cellule.", cell)


def _uncertain(cell: str, seen: str) -> RowFault:
    said = (
        f"{cell} : la colonne semble écrite le mois d’abord ({seen}), et cette date a deux lectures"
    )
    return RowFault(FaultCode.UNCERTAIN, f"{said} ; écrivez ses dates le jour d’abord.", cell)
