"""The tables that were entered, the last first, and one of them taken back whole.

Opened by `tui.importing.bringing` and, once a table is in, by `tui.importing.saving`.
"""

from __future__ import annotations

from functools import partial
from typing import ClassVar

from msgspec.structs import replace
from rich.console import Group
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical
from textual.widgets import Static
from textual.widgets.option_list import Option

from display.case.importing import several, taken_back
from display.drawing.layout import line, text
from tui.fields.rows import Rows
from tui.forms.confirm import ConfirmScreen
from tui.frame.keybar import KeyBar
from tui.frame.keys import bind
from tui.frame.page import Dialog
from workflow.operations import operations
from workflow.operations.requests import Request
from workflow.ports.imports import PastImport
from workflow.takeover.taking_back import TakenBack
from workflow.text import french


class PastScreen(Dialog[None]):
    """Tables that were entered."""

    BINDINGS: ClassVar[list[BindingType]] = [bind("import.undo")]

    def compose(self) -> ComposeResult:
        """Yield the tables."""
        with Vertical(classes="dialog", id="past") as box:
            box.border_title = "Tableaux déjà entrés"
            yield Rows(id="found", compact=True)
            yield Static(text("Aucun tableau n’a été entré.", "muted"), id="nothing")
        yield KeyBar()

    def on_mount(self) -> None:
        """Read them."""
        self.query_one("#nothing").display = False
        self.ask(self._read, self._list)

    def _read(self) -> tuple[PastImport, ...]:
        return tuple(self.office.services.importing.ledger.past())

    def _list(self, past: tuple[PastImport, ...]) -> None:
        rows = self.query_one(Rows)
        rows.clear_options()
        rows.add_options(Option(self._told(one), id=str(one.number)) for one in past)
        rows.highlighted = 0 if past else None
        self.query_one("#nothing").display = not past
        rows.focus()

    def _told(self, one: PastImport) -> Group:
        files = several((one.created, "créé", "créés"), (one.updated, "modifié", "modifiés"))
        when = french.moment(one.run.at.astimezone(self.office.zone))
        undone = "  annulé" if one.undone and not one.left else ""
        return Group(
            line(
                (f"n°{french.NBSP}{one.number}  ", "muted"), one.run.file or "–", (undone, "late")
            ),
            text(f"      {when} · {files}", "muted"),
        )

    def action_undo(self) -> None:
        """Show what taking the import back would do, and ask."""
        rows = self.query_one(Rows)
        if rows.highlighted is None or not self.may_write():
            return
        number = int(rows.get_option_at_index(rows.highlighted).id or 0)
        self.ask(partial(self._weighed, number), partial(self._asked, number), group="write")

    def _weighed(self, number: int) -> list[TakenBack]:
        """Return what would become of each file; in a thread."""
        taking_back = self.office.services.taking_back
        taking_back.past(number)
        files = taking_back.files(number, self.office.acting)
        return [replace(one, outcomes=()) for one in files]

    def _asked(self, number: int, files: list[TakenBack]) -> None:
        told = Group(*taken_back(files))
        if any(one.rests for one in files):
            self.query_one("#nothing", Static).update(told)
            self.query_one("#nothing").display = True
            return
        request = Request(operations.UNDO_IMPORT, (str(number),))
        question = f"Annuler l’import n°{french.NBSP}{number} ?"
        screen = ConfirmScreen(question, told, self.office.typed(request))
        self.desk.push(screen, lambda _: self._undo(number, request))

    def _undo(self, number: int, request: Request) -> None:
        def done(_: object) -> None:
            self.desk.acted(f"Import n°{french.NBSP}{number} annulé", request)
            self.desk.refresh_data()
            self.on_mount()

        def save() -> int:
            return sum(1 for _ in self.office.services.taking_back.save(number, self.office.acting))

        self.ask(save, done, group="save", writes=f"annulation de l’import n°{french.NBSP}{number}")
