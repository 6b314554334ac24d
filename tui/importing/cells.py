"""The cells of a row, put right where they stand: those in doubt first, each with its reason and a proposal.

Opened by `tui.importing.rows`. A proposal stands in its field: Enter takes it, or what is typed in its place.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.widgets import Button, Input, Label, Static

from display.drawing.layout import line, text
from tui.fields.line import Line
from tui.frame.keybar import KeyBar
from tui.frame.keys import bind
from tui.frame.page import Dialog
from tui.importing.readrow import ReadRow, proposal
from tui.importing.takeover import Brought
from workflow.errors import EcheancierError
from workflow.imports.recognition import Column


class CellField(Vertical):
    """A cell: its heading, why it is in doubt, what is put there, and how that is understood.

    Args:
        column: of the cell.
        at: « C12 ».
        held: what it holds.
        meant: what is proposed; empty for nothing.
        why: why it is in doubt; empty when it is not.
        found: reads it.
    """

    def __init__(
        self, column: Column, at: str, held: str, meant: str, why: str, found: Brought
    ) -> None:
        super().__init__(classes="-doubt" if why else None)
        self.at, self._held, self._meant, self._why = at, held, meant, why
        self._says, self._heading, self._table = column.names[0], column.heading, found

    def compose(self) -> ComposeResult:
        """Yield the heading, the reason, the field and what it is understood as."""
        label = self._table.cells.meanings[self._says].label
        named = self._heading if label == self._heading else f"{self._heading} ({label})"
        yield Label(line((f"{self.at}  ", "muted"), named))
        if self._why:
            yield Static(text(self._why, "late"), classes="why")
        yield Line(
            self._meant or self._held,
            select_on_focus=False,
            compact=True,
            id=self.at,
        )
        yield Static(classes="said")

    @on(Input.Changed)
    def judge(self) -> None:
        """Say how what stands in the field is understood."""
        typed = self.query_one(Input).value.strip()
        said = self.query_one(".said", Static)
        try:
            read = self._table.cells.read(self._says, typed or None, self.at)
        except EcheancierError as error:
            said.update(text(error.message.removeprefix(f"{self.at} : "), "late"))
            said.display = True
            return
        proposed = bool(self._meant) and typed == self._meant
        lead = "Proposé, Entrée le prend" if proposed else ""
        as_ = read if read and read != typed else ""
        said.display = bool(lead or as_)
        said.update(line((lead, "ok"), (" : " if lead and as_ else "", "muted"), (as_, "muted")))

    @property
    def changed(self) -> str | None:
        """What is put in the cell; None when it stays as it was."""
        typed = self.query_one(Input).value.strip()
        if typed == self._held and not self._why:
            return None
        # What was in doubt and stays as it is, is in doubt no more.
        return self._table.cells.kept(self._says, typed)

    def on_descendant_focus(self) -> None:
        """Show the heading and the reason with the field."""
        self.call_after_refresh(self.scroll_visible, animate=False)


class CellsScreen(Dialog[Mapping[str, str]]):
    """Gives what is put in cells of a row, by their names.

    Args:
        row: the row.
        found: its table.
    """

    AUTO_FOCUS = ""
    BINDINGS: ClassVar[list[BindingType]] = [
        bind("form.confirm", priority=True),
        bind("form.down", "move(1)"),
        bind("form.up", "move(-1)"),
    ]

    def __init__(self, row: ReadRow, found: Brought) -> None:
        super().__init__()
        self._row, self._found = row, found

    def compose(self) -> ComposeResult:
        """Yield what is wrong with the whole row, then its cells."""
        row = self._row.row
        with Vertical(classes="dialog", id="cells") as box:
            box.border_title = f"Ligne {row.number} · {row.title or 'sans nom'}"
            for fault in row.faults:
                if not self._found.column_at(fault.cell):
                    yield Static(text(fault.words, "late"))
            with VerticalScroll(id="cells-scroll", can_focus=False):
                yield from self._fields()
            with Horizontal(id="buttons"):
                yield Button("Corriger  Ctrl+S", id="save", variant="primary", compact=True)
                yield Button("Fermer  Échap", id="close", compact=True)
        yield KeyBar()

    def _fields(self) -> ComposeResult:
        """Yield a field for each cell that is read: those in doubt, those that a reason names, the others."""
        row, found = self._row, self._found
        why = {one.cell: one.words.removeprefix(f"{one.cell} : ") for one in row.row.faults}
        told = " ".join(one.words for one in row.row.faults)
        columns = [one for one in found.columns if one.names]
        placed = [(found.table.at(row.line, one.rank), one) for one in columns]

        def rank(one: tuple[str, Column]) -> tuple[bool, bool]:
            named = found.cells.meanings[one[1].names[0]].label
            return one[0] not in why, f"« {named} »" not in told

        for at, column in sorted(placed, key=rank):
            value = row.line.values[column.rank]
            meant = proposal(row, found, at) if at in why else ""
            held = found.cells.typed(column.names[0], value)
            yield CellField(column, at, held, meant, why.get(at, ""), found)

    def on_mount(self) -> None:
        """Begin with the first cell."""
        self.query(Input).first().focus(scroll_visible=False)

    @on(Input.Submitted)
    def _next(self, event: Input.Submitted) -> None:
        """Go to the next cell in doubt; from the last one, put them right."""
        doubts = [field.query_one(Input) for field in self.query(".-doubt")]
        if event.input in doubts[:-1]:
            doubts[doubts.index(event.input) + 1].focus()
        else:
            self.action_confirm()

    @on(Button.Pressed, "#save")
    def action_confirm(self) -> None:
        """Put the cells right."""
        changed = {field.at: field.changed for field in self.query(CellField)}
        self.dismiss({at: words for at, words in changed.items() if words is not None})

    def action_move(self, way: int) -> None:
        """Read on, or back."""
        self.turn("#cells-scroll", way)
