"""Which funder is it? A sector, an agreement or an employer typed, and the funders that cover it.

Opened from a new file. Answers the id of the funder chosen; the words never leave the screen.
"""

from __future__ import annotations

from typing import ClassVar

from rich.console import Group
from rich.text import Text
from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical
from textual.widgets import Input, OptionList
from textual.widgets.option_list import Option

from display.drawing.layout import text
from tui.fields.line import Line
from tui.fields.rows import Rows
from tui.frame.keybar import KeyBar
from tui.frame.keys import bind
from tui.frame.page import Dialog
from workflow.eligibility.funders import Covering, covering
from workflow.rules.procedure import Procedure

_SECTORS = 2
"""Sectors told under the name of a funder; the rules shown have them all."""


class FunderScreen(Dialog[str]):
    """The funders of a procedure, by what they cover.

    Args:
        procedure: one that several funders rule.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        bind("list.down", "move(1)"),
        bind("list.up", "move(-1)"),
    ]

    def __init__(self, procedure: Procedure) -> None:
        super().__init__()
        self._procedure = procedure

    def compose(self) -> ComposeResult:
        """Yield the line to type in, and the list under it."""
        with Vertical(classes="dialog", id="funders") as box:
            box.border_title = "Quel financeur ?"
            yield Line(placeholder="secteur, convention ou employeur", id="asked", compact=True)
            yield Rows(id="found", compact=True)
        yield KeyBar()

    def on_mount(self) -> None:
        """List every funder until something is typed."""
        self._list("")

    @on(Input.Changed, "#asked")
    def _typed(self, event: Input.Changed) -> None:
        self._list(event.value)

    def _list(self, words: str) -> None:
        rows = self.query_one("#found", Rows)
        rows.clear_options()
        rows.add_options([self._row(one) for one in covering(self._procedure, words)])
        rows.highlighted = 0 if rows.option_count else None

    def _row(self, one: Covering) -> Option:
        told = text(" · ".join(one.sectors[:_SECTORS]), "muted")
        return Option(Group(Text(one.procedure.funder_label), told), id=one.procedure.funder)

    def action_move(self, way: int) -> None:
        """Move the bar while one types."""
        rows = self.query_one("#found", Rows)
        rows.action_cursor_down() if way > 0 else rows.action_cursor_up()

    @on(Input.Submitted, "#asked")
    def _choose(self) -> None:
        """Take the funder under the bar."""
        rows = self.query_one("#found", Rows)
        if rows.highlighted is not None:
            self.dismiss(rows.get_option_at_index(rows.highlighted).id)

    @on(OptionList.OptionSelected, "#found")
    def _chosen(self, event: OptionList.OptionSelected) -> None:
        self.dismiss(event.option.id)
