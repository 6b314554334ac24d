"""Questions that another key than Enter answers: what it is about, the answers, and Escape for neither.

`ConfirmScreen` is the last one before something is written: what it does, and the same command.
"""

from __future__ import annotations

from typing import ClassVar

from rich.console import Group, RenderableType
from rich.text import Text
from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.widgets import Button, Static
from textual.widgets.button import ButtonVariant

from display.drawing.layout import text
from tui.frame.keybar import KeyBar
from tui.frame.keys import bind
from tui.frame.page import Asking, Dialog


class QuestionScreen(Dialog[bool]):
    """A question: Enter, pressed once too often, does nothing here.

    Args:
        title: the question.
        shown: what it is about.
        answers: the label of each answer, by id; `yes` is the first.
    """

    AUTO_FOCUS = ""
    BINDINGS: ClassVar[list[BindingType]] = [
        bind("form.down", "move(1)"),
        bind("form.up", "move(-1)"),
    ]

    def __init__(self, title: str, shown: RenderableType, **answers: str) -> None:
        super().__init__()
        self._heading, self._about, self._labels = title, shown, answers

    def compose(self) -> ComposeResult:
        """Yield what it is about, and the answers."""
        with Vertical(classes="dialog -careful", id="confirm") as box:
            box.border_title = Text(self._heading)
            with VerticalScroll(id="told", can_focus=False):
                yield Static(id="told-text")
            with Horizontal(id="buttons"):
                for id_, label in self._labels.items():
                    variant: ButtonVariant = "primary" if id_ == "yes" else "default"
                    yield Button(label, id=id_, variant=variant, compact=True)
                yield Button("Fermer  Échap", id="close", compact=True)
        yield KeyBar()

    def on_mount(self) -> None:
        """Show what it is about."""
        self.query_one("#told-text", Static).update(self._body())
        for button in self.query(Button):
            button.can_focus = False

    def _body(self) -> RenderableType:
        return self._about

    def action_move(self, way: int) -> None:
        """Read on, or back."""
        self.turn("#told", way)

    @on(Button.Pressed, "#yes")
    def action_yes(self) -> None:
        """Say yes."""
        self.dismiss(True)


class ConfirmScreen(QuestionScreen):
    """Gives True on « o » only.

    Args:
        title: the question.
        shown: what it would do.
        command: what could be typed in a terminal instead; empty when nothing can.
    """

    BINDINGS: ClassVar[list[BindingType]] = [bind("confirm.yes")]

    def __init__(self, title: str, shown: RenderableType, command: str = "") -> None:
        super().__init__(title, shown, yes="o  Oui")
        self._command = command

    @property
    def unforeseen(self) -> bool:  # type: ignore[override]
        """True unless a form below already shows what it would do."""
        below = self.app.screen_stack[-2]
        return not (isinstance(below, Asking) and below.asks_facts)

    def _body(self) -> RenderableType:
        if not self._command:
            return self._about
        return Group(self._about, "", text(f"$ {self._command}", "muted"))
