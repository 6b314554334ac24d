"""Relire: what every row would do, those that cannot be first; their cells put right where they stand.

Opened by `tui.importing.columns`; leads to `tui.importing.saving`. A table is read again in a thread after
each change, from its first row: a row may depend on those before it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import ClassVar, Final

from rich.console import Group, RenderableType
from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Container, Vertical, VerticalScroll
from textual.message import Message
from textual.widgets import ProgressBar, Static
from textual.worker import get_current_worker

from display.case.importing import Reread, consequences, counted
from display.drawing.layout import line, text
from tui.forms.confirm import ConfirmScreen
from tui.forms.export_file import ExportScreen
from tui.frame.keybar import KeyBar
from tui.frame.keys import bind, first_key
from tui.frame.masthead import Masthead
from tui.importing.cells import CellsScreen
from tui.importing.readrow import HEADINGS, ReadRow, about, drawn, proposal, read_row
from tui.importing.refused import refused
from tui.importing.saving import SaveScreen
from tui.importing.step import ImportStep, ImportWork
from tui.importing.takeover import Brought
from tui.lists.sections import Cells, Section
from tui.lists.worktable import Lines
from workflow.imports.rows import FaultCode, RowFault
from workflow.spreadsheets.understanding import shown
from workflow.takeover.rereading import RowResult
from workflow.text import french

_STEPS: Final = 100
"""Words on how far it is, at most."""
_SHOWN: Final = 6
"""Cells that a question shows of those that it would change."""


class RowsScreen(ImportStep):
    """What rows would do."""

    BINDINGS: ClassVar[list[BindingType]] = [
        bind("import.next", priority=True),
        bind("import.change", priority=True),
        bind("import.take_all"),
        bind("import.keep_all"),
        bind("import.filter"),
        bind("import.refused"),
    ]

    @dataclass
    class Far(Message):
        """Rows have been read."""

        done: int
        total: int

    def __init__(self, work: ImportWork) -> None:
        super().__init__(work)
        self._rows: tuple[ReadRow, ...] = ()
        self._only: RowResult | None = None
        self._version = 0
        self._reading = self._wrong = False

    def compose(self) -> ComposeResult:
        """Yield the rows on the left, the one selected on the right."""
        yield Masthead("Importer un tableau")
        yield self.steps(1)
        with Container(id="body"):
            with Vertical(id="list"):
                yield Static("Relecture du tableau…", id="summary")
                yield ProgressBar(show_eta=False, id="far")
                yield Lines[ReadRow](self._draw)
            with VerticalScroll(id="panel", can_focus=False):
                yield Static(id="about")
        yield KeyBar()

    def on_mount(self) -> None:
        """Read the rows."""
        self.query_one(Lines).focus()
        self.show_found()

    def refresh_data(self) -> None:
        """Read the rows again: what they say may have been done meanwhile."""
        if not isinstance(self.app.screen, SaveScreen):
            self.show_found()

    # --- Reading -----------------------------------------------------------------------------------

    def show_found(self) -> None:
        """Read the rows of the table as it is read now."""
        self._version += 1
        self._reading = True
        self.query_one("#far").display = True
        self.ask(partial(self._reread, self.found, self._version), self._show, group="reread")

    def _reread(self, found: Brought, version: int) -> tuple[ReadRow, ...]:
        services, worker, rows = self.office.services, get_current_worker(), list[ReadRow]()
        lines = found.asked.table.rows
        step = max(len(lines) // _STEPS, 1)
        for line_, row in zip(lines, services.importing.rows(found.asked), strict=True):
            if worker.is_cancelled:
                break
            rows.append(read_row(row, line_, version, services.rulebook))
            if len(rows) % step == 0:
                self.post_message(self.Far(len(rows), len(lines)))
        return tuple(rows)

    @on(Far)
    def _far(self, message: Far) -> None:
        message.stop()
        self.query_one(ProgressBar).update(total=message.total, progress=message.done)

    def _show(self, rows: tuple[ReadRow, ...]) -> None:
        self._rows, self._reading = rows, False
        # Asked at every key, and there may be twenty thousand of them.
        self._wrong = any(not one.row.result.stands for one in rows)
        self.query_one("#far").display = False
        self._list()

    def _list(self) -> None:
        if self._only not in {None, *(one.row.result for one in self._rows)}:
            self._only = None
        sections = [
            _section(result, [one for one in self._rows if one.row.result is result])
            for result in HEADINGS
            if self._only in {None, result}
        ]
        self.query_one(Lines).show(sections)
        reread = self.reread
        lines = [text(f"{counted(reread)}.", "strong"), *map(text, consequences(reread))]
        if self._only is not None:
            key = first_key("import.filter", self.office.keys)
            lines.append(
                text(f"Seules : {HEADINGS[self._only].lower()} ({key} : la suite).", "soon")
            )
        # What stays unsaid and what is late come before anything is decided.
        self.query_one("#summary", Static).update(Group(*lines[1:], lines[0]))
        self.refresh_bindings()

    @property
    def reread(self) -> Reread:
        """The table and what its rows would do."""
        return Reread(self.found.asked, tuple(one.row for one in self._rows))

    # --- Drawing -----------------------------------------------------------------------------------

    def _draw(self, read: ReadRow, width: int) -> Cells:
        return drawn(read, width, self.office.today)

    @on(Lines.Selected)
    def _select(self, event: Lines.Selected) -> None:
        row = event.row
        shown_ = about(row, self.found, self.office.today) if isinstance(row, ReadRow) else ()
        self.query_one("#about", Static).update(Group(*shown_))
        self.refresh_bindings()

    def action_filter(self) -> None:
        """Show the rows of one result, then of the next one, then all."""
        there = [one for one in HEADINGS if any(row.row.result is one for row in self._rows)]
        ways: list[RowResult | None] = [None, *there]
        self._only = ways[(ways.index(self._only) + 1) % len(ways)]
        self._list()

    # --- Putting right -----------------------------------------------------------------------------

    @property
    def _row(self) -> ReadRow | None:
        row = self.query_one(Lines).current
        return row if isinstance(row, ReadRow) else None

    def action_change(self) -> None:
        """Put right the cells of the row."""
        if (row := self._row) is not None:
            self.desk.push(CellsScreen(row, self.found), self._put_right)

    def _put_right(self, cells: Mapping[str, str]) -> None:
        if cells:
            self.read_over(self.found.takeover.put_right(self.found.table, cells))

    @property
    def _doubt(self) -> RowFault | None:
        """What is wrong with a cell of the row."""
        row = self._row
        return next((one for one in row.row.faults if one.cell), None) if row else None

    def action_take_all(self) -> None:
        """Take what is proposed in every cell of the column that has the same fault."""
        self._everywhere("Prendre ce qui est proposé", proposal)

    def action_keep_all(self) -> None:
        """Take every date of the column that has two readings as it stands, the day first."""
        self._everywhere("Garder telles quelles, le jour d’abord,", _held)

    def _everywhere(self, question: str, words: Callable[[ReadRow, Brought, str], str]) -> None:
        doubt = self._doubt
        column = self.found.column_at(doubt.cell) if doubt else None
        if doubt is None or column is None:
            self.notify("Aucune cellule à corriger sur cette ligne.", severity="warning")
            return
        meant: dict[str, str] = {}
        told: list[RenderableType] = []
        for read in self._rows:
            for one in read.row.faults:
                if (
                    one.code == doubt.code
                    and self.found.column_at(one.cell) is column
                    and (put := words(read, self.found, one.cell))
                ):
                    meant[one.cell] = self.found.cells.kept(column.names[0], put)
                    was = shown(read.line.values[column.rank])
                    told.append(line((f"{one.cell}  ", "muted"), was, " → ", (put, "ok")))
        if not meant:
            self.notify("Rien à proposer ici : Entrée pour écrire la valeur.", severity="warning")
            return
        if len(told) > _SHOWN:
            more = french.count(len(told) - _SHOWN, "autre cellule", "autres cellules")
            told[_SHOWN:] = [text(f"… et {more}", "muted")]
        cells = french.count(len(meant), "cellule", "cellules")
        heading = f"{question} dans {cells} de « {column.heading} » ?"
        self.desk.push(ConfirmScreen(heading, Group(*told)), lambda _: self._put_right(meant))

    # --- Going on ----------------------------------------------------------------------------------

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Settle cells in doubt, write rows to be put right, where there are some."""
        if action == "take_all":
            return self._doubt is not None
        if action == "keep_all":
            doubt = self._doubt
            return doubt is not None and doubt.code == FaultCode.UNCERTAIN
        if action == "refused":
            return self._wrong
        return super().check_action(action, parameters)

    def action_refused(self) -> None:
        """Write the rows to be put right in a workbook."""
        leaving = refused(self.office, self.reread)
        self.desk.push(ExportScreen(leaving), lambda words: self.notify(words, timeout=10))

    def action_next(self) -> None:
        """Save the rows that stand."""
        if not self.may_write():
            return
        if self._reading:
            self.notify("La relecture n’est pas finie.", timeout=3)
            return
        if not any(one.row.result in _WRITTEN for one in self._rows):
            self.notify(
                "Rien à enregistrer : aucune ligne ne change un dossier.", severity="warning"
            )
            return
        self.desk.push(SaveScreen(self.found, self.reread), self._saved)

    def _saved(self, whole: bool) -> None:
        """Leave once every row is in; stay where some are to be put right."""
        if whole:
            self.work.draft.drop()
            self.desk.go("today")
        self.desk.refresh_data()


_WRITTEN: Final = frozenset({RowResult.CREATED, RowResult.UPDATED})


def _held(read: ReadRow, found: Brought, cell: str) -> str:
    column = found.column_at(cell)
    return shown(read.line.values[column.rank]) if column else ""


def _section(result: RowResult, rows: Sequence[ReadRow]) -> Section:
    return Section(
        result.value,
        HEADINGS[result],
        len(rows),
        lambda offset, limit: rows[offset : offset + limit],
        known=rows,
    )
