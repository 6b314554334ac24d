"""A small form: fields, what they would do, and one key to do it.

The forms of mails, absences and reminders derive from it. Considers what is typed a moment after
the last key, off the screen; what is refused is said under the fields, and what is typed is in a draft.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterator
from typing import ClassVar

from rich.console import Group, RenderableType
from rich.text import Text
from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.widget import Widget
from textual.widgets import Button, Input, Label, Select, Static

from tui.acts.acts import reasons_of
from tui.drawing.paint import Paint
from tui.fields.choices import Choices
from tui.forms.drafted import Drafted
from tui.frame.keybar import KeyBar
from tui.frame.keys import bind
from tui.frame.page import Result
from workflow.errors import EcheancierError


class Form(Drafted[Result]):
    """A form.

    Args:
        title: its heading.
        save: what its key does, in a word.
    """

    BINDINGS: ClassVar[list[BindingType]] = [bind("form.confirm", priority=True)]
    starts_at: ClassVar[str] = ""
    """Id of the field to begin with; the first one when it is empty."""
    missing: ClassVar[str]
    """What is to be given before anything can be done, as said to whoever saves without it."""

    def __init__(self, title: str, save: str = "Enregistrer") -> None:
        super().__init__()
        self._title, self._save = title, save
        self._reasons: tuple[str, ...] = ()

    # --- For each form to say ----------------------------------------------------------------------

    @abstractmethod
    def fields(self) -> Iterator[tuple[str, Widget]]:
        """Yield the label and the field of each question."""

    @abstractmethod
    def consider(self) -> None:
        """Look at what is typed: end with `tell`, or `weigh` with `refuse`."""

    @abstractmethod
    def confirm(self) -> None:
        """Do it."""

    # --- What all of them do -----------------------------------------------------------------------

    def compose(self) -> ComposeResult:
        """Yield the questions, what they would do, and the buttons."""
        with Vertical(classes="dialog form") as box:
            box.border_title = Text(self._title)
            for label, widget in self.fields():
                with Horizontal(classes="field"):
                    yield Label(label)
                    yield widget
            with VerticalScroll(id="effect-box", can_focus=False):
                yield Static(id="effect")
            with Horizontal(id="buttons"):
                yield Button(f"{self._save}  Ctrl+S", id="save", variant="primary", compact=True)
                yield Button("Fermer  Échap", id="close", compact=True)
        yield KeyBar()

    def on_mount(self) -> None:
        """Consider what is there at first, and ask what becomes of a draft."""
        self.consider()
        if self.starts_at:
            self.query_one(f"#{self.starts_at}").focus()
        self.bring_back()

    def words(self, id_: str) -> str:
        """Return what stands in a field."""
        return self.query_one(f"#{id_}", Input).value.strip()

    def chosen(self, id_: str) -> str:
        """Return the id chosen in a list, empty when there is none."""
        return self.query_one(f"#{id_}", Choices).chosen

    def tell(self, *lines: RenderableType, ready: bool = False) -> None:
        """Say what it would do, or what is missing; `ready` lets it be done."""
        self._reasons = ()
        self.query_one("#effect", Static).update(Group(*lines))
        self.query_one("#save", Button).disabled = not ready

    def refuse(self, error: EcheancierError) -> None:
        """Say why it cannot be done."""
        paint = Paint(self)
        reasons = tuple(reasons_of(error))
        self.tell(*(paint.line(("✗ ", "late"), reason) for reason in reasons))
        self._reasons = reasons

    @on(Input.Changed)
    @on(Select.Changed)
    def _changed(self) -> None:
        self.keep()
        self.query_one("#save", Button).disabled = True
        self.soon(self.consider)

    @on(Input.Submitted)
    def _next_field(self) -> None:
        self.focus_next()

    @on(Button.Pressed, "#save")
    def action_confirm(self) -> None:
        """Do it, once what is typed is judged and nothing is missing."""
        self.once_judged(self._confirm_ready)

    def _confirm_ready(self) -> None:
        if not self.query_one("#save", Button).disabled:
            self.confirm()
            return
        words = " ; ".join(self._reasons or (self.missing,))
        self.notify(f"Rien n’est enregistré : {words}", severity="warning", timeout=6)

    @on(Button.Pressed, "#close")
    def _close(self) -> None:
        self.action_cancel()
