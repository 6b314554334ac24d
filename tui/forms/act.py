"""The dialog of a form: what it asks, what that would do, and the keys that save and close.

Opened by the screens with the form of an act, whatever it is about.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, ClassVar

from rich.console import RenderableType
from rich.text import Text
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical, VerticalScroll
from textual.widgets import Static

from tui.acts.actform import Prepared
from tui.acts.asked import Look
from tui.forms.filling import KEYS, Filling, together
from tui.frame.keybar import KeyBar
from tui.frame.page import Dialog


class ActScreen(Dialog[bool], Filling[bool]):
    """A form; gives True once it is saved."""

    BINDINGS: ClassVar[list[BindingType]] = KEYS

    def compose(self) -> ComposeResult:
        """Yield the questions, what they would change, and the buttons."""
        act = self._first
        small = any(one.look is Look.BESIDE for one in (*act.fields, act.remark) if one)
        with Vertical(
            classes="dialog form" if small else "dialog", id=None if small else "act"
        ) as box:
            box.border_title = Text(act.title)
            yield self.asks()
            with VerticalScroll(id="effect-box", can_focus=False):
                yield Static(id="effect")
            yield from self.buttons()
        yield KeyBar()

    def show(self, lines: Iterable[RenderableType], found: Prepared | None = None) -> None:  # noqa: ARG002 - all in lines
        """Show what it would do, or why it cannot."""
        self.query_one("#effect", Static).update(together(lines))

    def leave(self, result: Any) -> None:  # noqa: ARG002 - it is saved, whatever it is
        """Close, once it is saved."""
        self.dismiss(True)
