"""The last question before something is written: what it does, the same command, and another key for yes."""

from __future__ import annotations

from typing import ClassVar

from rich.console import Group, RenderableType
from rich.text import Text
from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.widgets import Button, Static

from tui.drawing.paint import Paint
from tui.frame.keybar import KeyBar
from tui.frame.keys import bind
from tui.frame.page import Asking, Dialog


class ConfirmScreen(Dialog[bool]):
    """Gives True on « o » only: Enter, pressed once too often, does nothing here.

    Args:
        title: the question.
        shown: what it would do.
        command: what could be typed in a terminal instead; empty when nothing can.
    """

    AUTO_FOCUS = ""
    BINDINGS: ClassVar[list[BindingType]] = [
        bind("confirm.yes"),
        bind("form.down", "move(1)"),
        bind("form.up", "move(-1)"),
    ]

    def __init__(self, title: str, shown: RenderableType, command: str = "") -> None:
        super().__init__()
        self._title, self._shown, self._command = title, shown, command

    @property
    def unforeseen(self) -> bool:  # type: ignore[override]
        """True unless a form below already shows what it would do."""
        below = self.app.screen_stack[-2]
        return not (isinstance(below, Asking) and below.asks_facts)

    def compose(self) -> ComposeResult:
        """Yield what it would do, and the two answers."""
        with Vertical(classes="dialog -careful", id="confirm") as box:
            box.border_title = Text(self._title)
            with VerticalScroll(id="told", can_focus=False):
                yield Static(id="told-text")
            with Horizontal(id="buttons"):
                yield Button("o  Oui", id="yes", variant="primary", compact=True)
                yield Button("Fermer  Échap", id="close", compact=True)
        yield KeyBar()

    def on_mount(self) -> None:
        """Show what it would do."""
        paint, parts = Paint(self), [self._shown]
        if self._command:
            parts += ["", paint.text(f"$ {self._command}", "muted")]
        self.query_one("#told-text", Static).update(Group(*parts))
        for button in self.query(Button):
            button.can_focus = False

    def action_move(self, way: int) -> None:
        """Read on, or back."""
        told = self.query_one("#told", VerticalScroll)
        told.scroll_relative(y=way * max(told.size.height // 2, 1), animate=False)

    @on(Button.Pressed, "#yes")
    def action_yes(self) -> None:
        """Say yes."""
        self.dismiss(True)

    @on(Button.Pressed, "#close")
    def _close(self) -> None:
        self.action_cancel()
