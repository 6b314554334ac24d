"""A row of a table read again, as a line of a list: what it would do, and what stands beside it.

Used by `tui.importing.rows`. Lightly made: there are twenty thousand of them.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Final

from msgspec import Struct
from msgspec.structs import replace
from rich.console import RenderableType

from display.case.importing import COUNTED
from display.drawing.layout import line, pairs, section, text, under
from tui.drawing.paint import fitted
from tui.importing.takeover import Brought
from tui.lists.sections import Cells
from workflow.errors import EcheancierError
from workflow.rulefiles.rulebook import Rulebook
from workflow.spreadsheets.table import TableRow
from workflow.takeover.rereading import ImportedRow, RowResult
from workflow.text import french

HEADINGS: Final = {
    RowResult.FAULTY: "À corriger",
    RowResult.TO_CHOOSE: "Où choisir",
    RowResult.CREATED: "À créer",
    RowResult.UPDATED: "À modifier",
    RowResult.UNCHANGED: "Inchangées",
}
"""What rows are listed under, those that need somebody first."""
_SIGNS: Final = {
    RowResult.FAULTY: ("✗", "late"),
    RowResult.TO_CHOOSE: ("?", "soon"),
    RowResult.CREATED: ("+", "ok"),
    RowResult.UPDATED: ("≠", "awaited"),
    RowResult.UNCHANGED: ("=", "muted"),
}
_NUMBER, _REF, _TITLE = 6, 15, 0.38


class ReadRow(Struct, frozen=True):
    """A row.

    Args:
        row: what it would do, without what it would write.
        line: what it holds, cells put right.
        version: tells one reading of the table from another.
        dates: open deadlines of the file that it makes, and their days to act, the first first.
    """

    row: ImportedRow
    line: TableRow
    version: int
    dates: tuple[tuple[str, date], ...] = ()

    @property
    def ref(self) -> str:
        """The number of the row."""
        return str(self.row.number)


def read_row(row: ImportedRow, line_: TableRow, version: int, rulebook: Rulebook) -> ReadRow:
    """Return a row as it is listed: what it would write is let go, all together would fill the memory."""
    dates: list[tuple[str, date]] = []
    if row.outcomes:
        case = row.outcomes[-1].after
        rules = rulebook.of(case)
        if not rules.states[case.state].final:
            due = sorted(case.deadlines.values(), key=lambda one: one.dates.act_on)
            dates = [(rules.deadlines[one.id].label, one.dates.act_on) for one in due]
    return ReadRow(replace(row, outcomes=(), told={}), line_, version, tuple(dates))


def drawn(read: ReadRow, width: int, today: date) -> Cells:
    """Return a row over some columns: its number, its file, and why it cannot be or what comes next."""
    row = read.row
    sign, style = _SIGNS[row.result]
    ref = _REF if width > 100 else 0  # noqa: PLR2004 - columns that leave the reason its room
    rest = max(width - _NUMBER - ref - 2, 12)
    title = int(rest * _TITLE)
    words, tone = next(((fault.words, style) for fault in row.faults), ("", ""))
    if not words and row.due_on is not None:
        label = next((name for name, _ in read.dates), "")
        words = f"{french.short_day(row.due_on)}  {label}"
        tone = "late" if row.due_on < today else ""
    return [
        (f"{sign} ", style),
        (fitted(read.ref, _NUMBER), "muted"),
        (fitted(row.ref, ref), "muted"),
        (fitted(row.title or "sans nom", title), "strong"),
        (fitted(words, rest - title), tone),
    ]


def about(read: ReadRow, found: Brought, today: date) -> Iterator[RenderableType]:
    """Yield what is known of a row: why it cannot be, what it says, the dates that will follow."""
    row = read.row
    sign, style = _SIGNS[row.result]
    yield line((f"Ligne {row.number}  ", "muted"), (row.title or "sans nom", "strong"))
    yield line((f"{sign} {COUNTED[row.result][0]}", style), (f"  {row.ref}", "muted"))
    for fault in row.faults:
        yield ""
        yield text(fault.words, style)
        if meant := proposal(read, found, fault.cell):
            yield under(line(("Proposé : ", "muted"), (meant, "ok")))
    if read.dates:
        yield from section("Échéances qui suivront")
        told = ((name, _day(day, today)) for name, day in read.dates)
        yield pairs(told)
    if row.silenced:
        words = french.count(row.silenced, "rappel déjà passé", "rappels déjà passés")
        yield text(f"{words} : rien ne partira pour eux.", "muted")
    yield from section("Ce que dit la ligne")
    yield pairs(_said(read, found))


def proposal(read: ReadRow, found: Brought, cell: str) -> str:
    """Return what a cell of a row that cannot be read may have meant, empty when nothing is near."""
    column = found.column_at(cell) if cell else None
    if column is None:
        return ""
    return found.cells.proposed(column.names[0], read.line.values[column.rank])


def _day(day: date, today: date) -> tuple[str, str]:
    late = day < today
    return f"{french.long_day(day)}{'  en retard' if late else ''}", "late" if late else ""


def _said(read: ReadRow, found: Brought) -> Iterator[tuple[str, tuple[str, str]]]:
    for column in found.columns:
        value = read.line.values[column.rank]
        if value is None or not column.names:
            continue
        at = found.table.at(read.line, column.rank)
        try:
            yield column.heading, (found.cells.read(column.names[0], value, at), "")
        except EcheancierError:
            yield column.heading, (f"{at} : à corriger", "late")
