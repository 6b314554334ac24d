"""A table that is being taken over, as a value: where it is, how its columns are read, what was put right.

Used by the screens of this room. Kept as a draft at every step: leaving, a crash or another day lose nothing.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from pathlib import Path
from string import ascii_uppercase
from typing import Final

from msgspec import Struct
from msgspec.structs import asdict, replace

from tui.frame.office import Office
from tui.importing.paths import pasted_path
from workflow.case.holdings import Holdings
from workflow.errors import InvalidInput
from workflow.imports.cells import CellReader
from workflow.imports.columns import Place
from workflow.imports.recognition import Column
from workflow.operations import operations
from workflow.operations.requests import Answer, Parameter, Request
from workflow.spreadsheets.reading import content_of, read_table, sheets_of
from workflow.spreadsheets.table import Table, column_letters
from workflow.spreadsheets.understanding import shown
from workflow.takeover.rereading import ImportRequest
from workflow.wording.date_text import Today

DRAFT: Final = "importer"
_COLUMN, _CELL, _WAS = "colonne-", "cellule-", "avant-"
"""Start of the names, in a draft, of what a column says, what was put in a cell, and what it held."""


class Takeover(Struct, frozen=True):
    """A table that is being taken over.

    Args:
        path: of its file, as it was typed.
        sheet: the one to read; empty for the only one that is filled.
        procedure: id of that of rows that do not tell theirs; empty when they do.
        agency: id of that of new files whose row tells none.
        owner: likewise, who follows them.
        model: the name under which its columns were read before; empty for none.
        columns: what people said that columns say, by their letters; empty for one that is not read.
        cells: what was put in cells, by their names.
        was: what these cells held.
        step: the one at which it was left; empty for the first.
    """

    path: str = ""
    sheet: str = ""
    procedure: str = ""
    agency: str = ""
    owner: str = ""
    model: str = ""
    step: str = ""
    columns: Mapping[str, str] = {}
    cells: Mapping[str, str] = {}
    was: Mapping[str, str] = {}

    @property
    def file(self) -> Path:
        """Its file; raises `InvalidInput` when it is not there."""
        try:
            path = Path(pasted_path(self.path)).expanduser()
        except RuntimeError:
            path = Path(pasted_path(self.path))
        if not self.path or not path.is_file():
            raise InvalidInput(f"« {path if self.path else ''} » n’est pas un fichier.")
        return path

    @property
    def draft(self) -> dict[str, str]:
        """It, as a draft holds it."""
        plain = {name: value for name, value in asdict(self).items() if isinstance(value, str)}
        return {
            **plain,
            **{f"{_COLUMN}{at}": name for at, name in self.columns.items()},
            **{f"{_CELL}{at}": words for at, words in self.cells.items()},
            **{f"{_WAS}{at}": words for at, words in self.was.items()},
        }

    def put_right(self, table: Table, cells: Mapping[str, str]) -> Takeover:
        """Return it with other words in some cells of its table as it was brought."""
        held = _held(table, cells)
        return replace(self, cells={**self.cells, **cells}, was={**self.was, **held})


def taken_up(draft: Mapping[str, str]) -> Takeover:
    """Return what a draft holds."""

    def under(start: str) -> dict[str, str]:
        return {
            name.removeprefix(start): words
            for name, words in draft.items()
            if name.startswith(start)
        }

    plain = {name: draft.get(name, "") for name, value in asdict(Takeover()).items() if value == ""}
    return Takeover(**plain, columns=under(_COLUMN), cells=under(_CELL), was=under(_WAS))


class Brought(Struct, frozen=True):
    """A table that was read.

    Args:
        takeover: how it is taken over.
        table: as it was brought.
        sheets: those that its file shows, none when it is a text.
        columns: what each of its columns says.
        asked: what is asked of it, its cells put right.
        cells: reads them one by one.
    """

    takeover: Takeover
    table: Table
    sheets: tuple[str, ...]
    columns: tuple[Column, ...]
    asked: ImportRequest
    cells: CellReader

    def column_at(self, cell: str) -> Column | None:
        """Return the column of a cell, None when nothing is read there."""
        letters = cell.rstrip("0123456789")
        return next((one for one in self.columns if one.letters == letters and one.names), None)

    @property
    def request(self) -> Request:
        """The command that does the same, cells put right apart."""
        told = self.takeover
        answers: dict[Parameter, Answer] = {
            operations.PROCEDURE: told.procedure,
            operations.MODEL: told.model,
            operations.SHEET: told.sheet,
            operations.COLUMNS: {at: name for at, name in told.columns.items() if name},
            operations.IGNORED: tuple(at for at, name in told.columns.items() if not name),
            operations.AGENCY: told.agency,
            operations.FOLLOWED_BY: told.owner,
        }
        kept = {name: value for name, value in answers.items() if value}
        return Request(operations.IMPORT, (str(told.file),), kept)


def brought(office: Office, takeover: Takeover, before: Brought | None = None) -> Brought:
    """Return the table of a takeover; in a thread.

    What was put right in a cell that no longer holds what it held is left out.

    Args:
        office: gives the rules, the people and the present.
        takeover: where the table is, and how it is read.
        before: what was read of it already: the file is not read again.

    Raises:
        InvalidInput, NotFound: nothing can be read, or two things could be meant; a French sentence says it.
        OutOfReach: the file or the database cannot be read.
    """
    importing, only = office.services.importing, takeover.procedure or None
    if before is None:
        path = takeover.file
        content, known = content_of(path), importing.headings(only)
        if (whole := importing.whole(content, path.name)) is not None:
            return _left_whole(office, takeover, whole)
        table = read_table(content, path.name, sheet=takeover.sheet or None, known=known)
        sheets = sheets_of(content, path.name)
        takeover = _still_there(takeover, table)
    elif before.asked.holdings:
        whole = before.table, before.columns, before.asked.holdings
        return _left_whole(office, takeover, whole)
    else:
        table, sheets = before.table, before.sheets
    columns = importing.recognise(
        table,
        only,
        takeover.agency,
        told={_named(table, at): name for at, name in takeover.columns.items() if name},
        ignored=[_named(table, at) for at, name in takeover.columns.items() if not name],
        model=takeover.model or None,
    )
    asked = _asked(office, takeover, table, columns)
    return Brought(takeover, table, sheets, columns, asked, _reader(office, takeover))


def _left_whole(
    office: Office,
    takeover: Takeover,
    whole: tuple[Table, tuple[Column, ...], Mapping[str, Holdings]],
) -> Brought:
    """Return a table of files that left whole: its columns are known, and each row tells its procedure."""
    table, columns, holdings = whole
    takeover = _still_there(replace(takeover, procedure="", sheet="", columns={}), table)
    asked = replace(_asked(office, takeover, table, columns), holdings=holdings)
    return Brought(takeover, table, (), columns, asked, _reader(office, takeover))


def _asked(
    office: Office, takeover: Takeover, table: Table, columns: tuple[Column, ...]
) -> ImportRequest:
    return ImportRequest(
        table.put_right(takeover.cells) if takeover.cells else table,
        columns,
        takeover.procedure or None,
        office.acting,
        takeover.agency,
        takeover.owner or None,
    )


def _reader(office: Office, takeover: Takeover) -> CellReader:
    rules, only = office.services.rulebook, takeover.procedure
    zone = office.directory.agency(takeover.agency).zone
    return CellReader(
        (rules.procedure(only),) if only else tuple(rules.procedures.values()),
        office.directory,
        zone,
        Today(office.now.astimezone(zone).date()),
    )


def tells_procedure(columns: tuple[Column, ...]) -> bool:
    """Tell whether each row says of which procedure it is."""
    return any(Place.PROCEDURE in one.names for one in columns)


def _named(table: Table, letters: str) -> str:
    """Return how a column is told from the others: by its heading, or its letters where two bear the same."""
    heading = next(
        (one for rank, one in enumerate(table.headings) if column_letters(rank) == letters), ""
    )
    return heading if table.headings.count(heading) == 1 else letters


def _still_there(takeover: Takeover, table: Table) -> Takeover:
    """Return what still speaks of a table: its columns, and the cells that hold what they held."""
    held = _held(table, takeover.cells)
    cells = {
        at: words
        for at, words in takeover.cells.items()
        if at in held and takeover.was.get(at, held[at]) == held[at]
    }
    letters = {column_letters(rank) for rank in range(len(table.headings))}
    columns = {at: name for at, name in takeover.columns.items() if at in letters}
    was = {at: words for at, words in takeover.was.items() if at in cells}
    return replace(takeover, cells=cells, columns=columns, was=was)


def _held(table: Table, cells: Collection[str]) -> dict[str, str]:
    """Return what some cells hold, by their names."""
    rows = {int(name.lstrip(ascii_uppercase)) for name in cells}
    return {
        name: "" if value is None else shown(value)
        for row in table.rows
        if row.number in rows
        for column, value in enumerate(row.values)
        if (name := table.at(row, column)) in cells
    }
