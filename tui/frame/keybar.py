"""The last line of every screen: its keys, each with what it does in a word; a click does what it does.

One widget draws them all. Textual's own footer makes a widget of each key, styled twice whenever what may
be done changes: the first screen waited for that, and so did the keys that move from one field to another.
"""

from __future__ import annotations

from typing import ClassVar

from rich.style import Style
from rich.text import Text
from textual.binding import Binding
from textual.events import Click
from textual.screen import Screen
from textual.widget import Widget
from textual.widgets import Input

from tui.frame.desk import desk_of
from tui.frame.keys import KEYS, is_typed, spoken

_KEY = "key"
"""What a piece of the line remembers, for the mouse."""

_MORE = Text(" … ")


def takes_lines(widget: Widget | None) -> bool:
    """Tell whether several lines are typed in a widget."""
    return getattr(widget, "takes_lines", False)


def takes_text(widget: Widget | None) -> bool:
    """Tell whether signs are typed in a widget: they are no keys there."""
    return isinstance(widget, Input) or takes_lines(widget)


class KeyBar(Widget):
    """Shows the keys of the screen it is on, as they are now: those that a field would type are no keys then.

    Where there is no room for all, those that lead to all the others, help and menu, stay.
    """

    ALLOW_SELECT = False
    COMPONENT_CLASSES: ClassVar[set[str]] = {"keybar--key", "keybar--label"}

    def on_mount(self) -> None:
        """Follow what may be done."""
        self.screen.bindings_updated_signal.subscribe(self, self._follow)

    def _follow(self, _screen: Screen[object]) -> None:
        self.refresh()

    def on_click(self, event: Click) -> None:
        """Do what the key under the mouse does."""
        key = event.style.meta.get(_KEY)
        if key:
            self.app.simulate_key(key)

    def render(self) -> Text:
        """Return the line."""
        # An act is shown once, by the first of its keys.
        acts: dict[str, tuple[Binding, bool]] = {}
        typing = takes_text(self.screen.focused)
        for _, binding, enabled, _ in self.screen.active_bindings.values():
            # Those of the table: what a widget of the library binds for itself is told in English.
            told = binding.show and binding.id in KEYS
            if told and not (typing and is_typed(binding.key)):
                acts.setdefault(binding.action, (binding, enabled))
        own: list[Text] = []
        leading: list[Text] = []
        for binding, enabled in acts.values():
            everywhere = str(binding.id).startswith("app.")
            (leading if everywhere else own).append(self._key(binding, enabled=enabled))
        return Text().join([*self._fitting(own, Text().join(leading).cell_len), *leading])

    def _fitting(self, pieces: list[Text], taken: int) -> list[Text]:
        """Return the first pieces that leave room for what is taken, with the sign that some are missing."""
        room = self.size.width - taken
        if sum(piece.cell_len for piece in pieces) <= room:
            return pieces
        while pieces and sum(piece.cell_len for piece in [*pieces, _MORE]) > room:
            pieces.pop()
        return [*pieces, _MORE]

    def _key(self, binding: Binding, *, enabled: bool) -> Text:
        piece = Text.assemble(
            (f" {self._named(binding)} ", self._style("key")),
            (f"{binding.description} ", self._style("label")),
        )
        if enabled:
            piece.stylize(Style.from_meta({_KEY: binding.key}))
        else:
            piece.stylize("dim")
        return piece

    def _named(self, binding: Binding) -> str:
        """Return the first of the keys of an act, or the first that a field leaves to it."""
        if takes_text(self.screen.focused):
            return spoken(binding.key)
        return desk_of(self).get_key_display(binding)

    def _style(self, part: str) -> Style:
        return self.get_component_rich_style(f"keybar--{part}")
