"""The keys of a screen, all of them, as the user has set them; then what it says of its subject."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import groupby
from typing import Any, ClassVar

from rich.table import Table
from rich.text import Text
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import VerticalScroll
from textual.screen import ModalScreen, Screen
from textual.widgets import Static

from display.rules.references import reference_words
from tui.frame.keys import KEYS, bind, in_order, section_of, spoken
from workflow.rules.procedure import Procedure

_Line = tuple[str, Text, Text]
"""A section, what is told in it, and of what."""


class HelpScreen(ModalScreen[None]):
    """Lists the bindings that are active in a screen.

    Args:
        about: the screen; its `subject`, when it has one, is the procedure whose references are told.
    """

    BINDINGS: ClassVar[list[BindingType]] = [bind("form.cancel", "dismiss")]

    def __init__(self, about: Screen[Any]) -> None:
        super().__init__()
        self._about = about

    def compose(self) -> ComposeResult:
        """Yield the table of keys."""
        with VerticalScroll(classes="dialog") as box:
            box.border_title = "Touches de cet écran"
            yield Static(_table(self._keys()))
            yield Static(_table(self._words()))

    def _keys(self) -> Iterator[_Line]:
        """Yield what each key does, by section."""
        keys: dict[str, list[str]] = {}
        reasons: dict[str, bool] = {}
        for _, binding, enabled, _ in self._about.active_bindings.values():
            if binding.id is not None and binding.id in KEYS:
                keys.setdefault(binding.id, []).append(spoken(binding.key))
                reasons[binding.id] = enabled
        for id_ in in_order(keys):
            dim = "" if reasons[id_] else "dim"
            told = Text(KEYS[id_].label, dim), Text("  ".join(keys[id_]), dim)
            yield section_of(id_), *told

    def _words(self) -> Iterator[_Line]:
        """Yield what the screen has to say of its subject: whom to ask, what a word means."""
        subject: Procedure | None = getattr(self._about, "subject", None)
        for section, name, words in reference_words(subject) if subject else ():
            yield section, Text(name), Text(words)


def _table(lines: Iterable[_Line]) -> Table:
    """Return lines under the titles of their sections."""
    table = Table.grid(padding=(0, 2))
    for section, of_one in groupby(lines, key=lambda one: one[0]):
        table.add_row("", "")
        table.add_row(Text(section, "bold"), "")
        for _, name, words in of_one:
            table.add_row(name, words)
    return table
