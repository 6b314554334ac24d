"""What a column says, chosen from a list that narrows as one types.

Opened by `tui.importing.columns`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar, Final

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
from workflow.imports.columns import Meaning
from workflow.text.folding import fold

NOT_READ: Final = "Ne pas lire cette colonne"


class MeaningScreen(Dialog[str]):
    """Gives what a column says, by its name; nothing for one that is not read.

    Args:
        title: the column.
        meanings: what it may say, by name.
        first: what is proposed first, by name.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        bind("list.down", "move(1)"),
        bind("list.up", "move(-1)"),
    ]

    def __init__(
        self, title: str, meanings: Mapping[str, Meaning], first: tuple[str, ...] = ()
    ) -> None:
        super().__init__()
        self._heading = title
        ranked = (*first, *(name for name in meanings if name not in first))
        self._names = {name: meanings[name].label for name in ranked}

    def compose(self) -> ComposeResult:
        """Yield the line to type in, and the list under it."""
        with Vertical(classes="dialog", id="meaning") as box:
            box.border_title = self._heading
            yield Line(
                placeholder="tapez un mot : début, heures, agence…", id="asked", compact=True
            )
            yield Rows(id="found", compact=True)
        yield KeyBar()

    def on_mount(self) -> None:
        """List everything until something is typed."""
        self._list("")

    @on(Input.Changed, "#asked")
    def _typed(self, event: Input.Changed) -> None:
        self._list(event.value)

    def _list(self, words: str) -> None:
        rows, asked = self.query_one("#found", Rows), fold(words).split()
        rows.clear_options()
        rows.add_options(
            Option(text(label), id=name)
            for name, label in self._names.items()
            if all(one in fold(f"{label} {name}") for one in asked)
        )
        rows.add_option(Option(text(NOT_READ, "muted"), id="-"))
        rows.highlighted = 0

    def action_move(self, way: int) -> None:
        """Move the bar while one types."""
        rows = self.query_one("#found", Rows)
        rows.action_cursor_down() if way > 0 else rows.action_cursor_up()

    @on(Input.Submitted, "#asked")
    def _choose(self) -> None:
        rows = self.query_one("#found", Rows)
        if rows.highlighted is not None:
            self._take(rows.get_option_at_index(rows.highlighted))

    @on(OptionList.OptionSelected, "#found")
    def _chosen(self, event: OptionList.OptionSelected) -> None:
        self._take(event.option)

    def _take(self, option: Option) -> None:
        self.dismiss("" if option.id == "-" else option.id)
