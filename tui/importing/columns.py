"""Reconnaître: what each column of a table says, with some of its cells as they are understood.

Opened by `tui.importing.bringing`; leads to `tui.importing.rows`. What could be two things stands first.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial
from itertools import islice
from typing import ClassVar, Final

from msgspec import Struct
from msgspec.structs import replace
from rich.console import Group, RenderableType
from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Container, Vertical, VerticalScroll
from textual.widgets import Static

from display.case.importing import remarks_of
from display.drawing.layout import line, pairs, section, text
from tui.drawing.paint import fitted
from tui.frame.keybar import KeyBar
from tui.frame.keys import bind, first_key
from tui.frame.masthead import Masthead
from tui.importing.meaning import MeaningScreen
from tui.importing.rows import RowsScreen
from tui.importing.step import ImportStep
from tui.lists.sections import Cells, Section
from tui.lists.worktable import Lines
from workflow.errors import EcheancierError
from workflow.imports.recognition import Column, FoundBy
from workflow.spreadsheets.understanding import shown
from workflow.text import french

_LETTERS, _SURE, _GAP = 4, 14, 2
_EXAMPLES: Final = 5
_GROUPS: Final = (
    ("asked", "À préciser", frozenset({FoundBy.ASKED, FoundBy.UNKNOWN})),
    (
        "read",
        "Lues",
        frozenset({FoundBy.TOLD, FoundBy.HEADING, FoundBy.NEAR, FoundBy.CONTENT}),
    ),
    ("left", "Pas lues", frozenset({FoundBy.IGNORED, FoundBy.REFUSED})),
)
"""Columns apart by how they were found, those that somebody must look at first."""


class ColumnRow(Struct, frozen=True):
    """A line of the list.

    Args:
        column: the column.
        says: what it says, in French.
        version: tells it from what it said before.
    """

    column: Column
    says: str
    version: int = 0

    @property
    def ref(self) -> str:
        """The letters of the column."""
        return self.column.letters


class ColumnsScreen(ImportStep):
    """What columns say."""

    BINDINGS: ClassVar[list[BindingType]] = [
        bind("import.next", priority=True),
        bind("import.change", priority=True),
        bind("import.ignore"),
    ]

    def compose(self) -> ComposeResult:
        """Yield the columns on the left, the one selected on the right."""
        yield Masthead("Importer un tableau")
        yield self.steps(0)
        with Container(id="body"):
            with Vertical(id="list"):
                yield Static(id="summary")
                yield Lines[ColumnRow](self._draw)
            with VerticalScroll(id="panel", can_focus=False):
                yield Static(id="about")
        yield KeyBar()

    def on_mount(self) -> None:
        """List the columns."""
        self.query_one(Lines).focus()
        self.show_found()

    def show_found(self) -> None:
        """List the columns as they are read now."""
        rows = [ColumnRow(one, self._says(one), hash(one.names)) for one in self.found.columns]
        groups = (
            (id_, heading, [row for row in rows if row.column.found in found])
            for id_, heading, found in _GROUPS
        )
        sections = [
            Section(id_, heading, len(some), partial(_part, some), known=some)
            for id_, heading, some in groups
        ]
        self.query_one(Lines).show(sections)
        self.query_one("#summary", Static).update(self._summary())

    def _summary(self) -> RenderableType:
        table = self.found.table
        sheet = f", feuille « {table.sheet} »" if table.sheet else ""
        rows = french.count(len(table.rows), "ligne", "lignes")
        return Group(
            text(f"« {table.file} »{sheet} : {rows}, en-têtes en ligne {table.heading_row}."),
            *(text(one, "muted") for one in remarks_of(self.found.asked)),
        )

    def _says(self, column: Column) -> str:
        known = self.found.cells.meanings
        return " ou ".join(known[name].label for name in column.names or column.among)

    def _draw(self, row: ColumnRow, width: int) -> Cells:
        column, rest = row.column, max(width - _LETTERS, 12)
        sure = _SURE if rest > 60 else 0  # noqa: PLR2004 - columns that leave the rest its room
        half = (rest - sure) // 2
        style = {"asked": "soon", "left": "muted"}.get(_group_of(column), "strong")
        sign = {"asked": "? ", "left": "· "}.get(_group_of(column), "✓ ")
        says = row.says or "pas lue"
        told = f"{column.found} ({column.sure} %)" if column.found is FoundBy.NEAR else column.found
        return [
            (fitted(column.letters, _LETTERS), "muted"),
            (fitted(column.heading or "(jamais lue)", half), "strong"),
            (sign, style),
            (fitted(says, rest - half - sure - _GAP), style),
            (fitted(str(told), sure), "muted"),
        ]

    # --- The column selected -----------------------------------------------------------------------

    @on(Lines.Selected)
    def _select(self, event: Lines.Selected) -> None:
        row = event.row
        shown_ = self._about(row.column) if isinstance(row, ColumnRow) else ()
        self.query_one("#about", Static).update(Group(*shown_))

    def _about(self, column: Column) -> Iterator[RenderableType]:
        yield line((f"Colonne {column.letters}  ", "muted"), (column.heading, "strong"))
        if column.why:
            yield text(f"{column.why[0].upper()}{column.why[1:]}.", "soon")
        if column.found is FoundBy.REFUSED:
            return
        yield from section("Par exemple")
        yield pairs(self._examples(column))

    def _examples(self, column: Column) -> Iterator[tuple[str, tuple[str, str]]]:
        """Yield some cells, what they hold and what they are understood as."""
        name = next(iter(column.names or column.among), "")
        filled = (row for row in self.found.asked.table.rows if row.values[column.rank] is not None)
        for row in islice(filled, _EXAMPLES):
            value, at = row.values[column.rank], self.found.table.at(row, column.rank)
            try:
                read = self.found.cells.read(name, value, at) if name else shown(value)
            except EcheancierError as error:
                yield at, (error.message.removeprefix(f"{at} : "), "soon")
            else:
                yield at, (read, "")

    # --- Saying what it is -------------------------------------------------------------------------

    @property
    def _column(self) -> Column | None:
        row = self.query_one(Lines).current
        return row.column if isinstance(row, ColumnRow) else None

    def action_change(self) -> None:
        """Choose what the column says."""
        column = self._column
        if column is None or column.found is FoundBy.REFUSED:
            self.notify("Cette colonne n’est jamais lue.", severity="warning")
            return
        screen = MeaningScreen(
            f"Colonne {column.letters} · {column.heading}",
            self.found.cells.meanings,
            column.among or column.names,
        )
        self.desk.push(screen, lambda name: self._tell(column, name))

    def action_ignore(self) -> None:
        """Read the column no more."""
        if (column := self._column) is not None and column.found is not FoundBy.REFUSED:
            self._tell(column, "")

    def _tell(self, column: Column, name: str) -> None:
        told = self.found.takeover
        # A meaning is told of one column: the one that had it is found again by what it is.
        others = {at: one for at, one in told.columns.items() if not name or one != name}
        self.read_over(replace(told, columns={**others, column.letters: name}))

    # --- Going on ----------------------------------------------------------------------------------

    def action_next(self) -> None:
        """Read the rows again."""
        told = self.found
        asked = [one.letters for one in told.columns if one.found is FoundBy.ASKED]
        if asked:
            key = first_key("import.change", self.office.keys)
            words = f"{french.listing(asked)} : à préciser, sinon pas lues ({key} pour choisir)."
            self.notify(words, timeout=6)
        self.keep("relire")
        if (model := told.takeover.model) and not self.office.read_only:
            self.ask(
                lambda: self.office.services.importing.keep(told.asked, model),
                lambda _: None,
                group="model",
                writes=f"lecture « {model} »",
            )
        self.desk.push(RowsScreen(self.work))

    def on_screen_resume(self) -> None:
        """Show the cells as they were put right meanwhile."""
        self.show_found()


def _part(rows: Sequence[ColumnRow], offset: int, limit: int) -> Sequence[ColumnRow]:
    return rows[offset : offset + limit]


def _group_of(column: Column) -> str:
    return next(id_ for id_, _, found in _GROUPS if column.found in found)
