"""Enregistrer: the rows that stand become files, some at once, each of them whole; then what became of them.

Opened by `tui.importing.rows`. Stopped or killed, what is in is in: read again, the table goes on from there.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from msgspec.structs import replace
from rich.console import Group, RenderableType
from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal, Vertical
from textual.message import Message
from textual.widgets import Button, ProgressBar, Static

from display.case.importing import Reread, consequences
from display.drawing.layout import text
from tui.forms.export_file import ExportScreen
from tui.frame.keybar import KeyBar
from tui.frame.keys import bind
from tui.frame.page import Dialog
from tui.importing.past import PastScreen
from tui.importing.refused import refused
from tui.importing.takeover import Brought
from workflow.errors import EcheancierError
from workflow.operations import operations
from workflow.takeover.rereading import ImportedRow, RowResult
from workflow.text import french

_STEPS = 100
_WILL = {
    RowResult.CREATED: ("dossier sera créé", "dossiers seront créés"),
    RowResult.UPDATED: ("dossier sera modifié", "dossiers seront modifiés"),
}
_DID = {
    RowResult.CREATED: ("dossier créé", "dossiers créés"),
    RowResult.UPDATED: ("dossier modifié", "dossiers modifiés"),
}
"""What is written, one or many, before and after."""


class SaveScreen(Dialog[bool]):
    """Asks once more, then saves; gives whether every row of the table is in.

    Args:
        found: the table.
        reread: what its rows would do.
    """

    unforeseen = True
    AUTO_FOCUS = ""
    BINDINGS: ClassVar[list[BindingType]] = [
        bind("confirm.yes"),
        bind("bulk.stop"),
        bind("import.refused"),
        bind("import.undo"),
    ]

    @dataclass
    class Far(Message):
        """Rows have been dealt with."""

        done: int
        total: int

    def __init__(self, found: Brought, reread: Reread) -> None:
        super().__init__()
        self._found, self._reread = found, reread
        self._state = "asking"
        self._halting = False
        self._done: list[ImportedRow] = []

    def compose(self) -> ComposeResult:
        """Yield what will be done, how far it is, and the answers."""
        with Vertical(classes="dialog -careful", id="saving") as box:
            box.border_title = "Enregistrer ces dossiers ?"
            yield Static(self._asked(), id="told-text")
            bar = ProgressBar(total=len(self._reread.rows), show_eta=False, id="far")
            bar.display = False
            yield bar
            with Horizontal(id="buttons"):
                yield Button("o  Oui", id="yes", variant="primary", compact=True)
                yield Button("Fermer  Échap", id="close", compact=True)
        yield KeyBar()

    def on_mount(self) -> None:
        """Leave the keys to the screen."""
        for button in self.query(Button):
            button.can_focus = False

    def _asked(self) -> RenderableType:
        wrong = self._reread.wrong
        lines = [text(one) for one in consequences(self._reread)]
        lines.append(text(f"{_written(self._reread, _WILL)}.", "strong"))
        if wrong:
            left = french.count(wrong, "ligne reste", "lignes restent")
            lines.append(text(f"{left} à corriger : seules les bonnes lignes entrent.", "soon"))
        return Group(*lines)

    # --- Saving ------------------------------------------------------------------------------------

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Answer once, stop what runs, write what is left at the end."""
        when = {"yes": "asking", "stop": "running", "refused": "done", "undo": "done"}
        if action in when:
            return self._state == when[action] and (action != "refused" or bool(self._reread.wrong))
        return super().check_action(action, parameters)

    @on(Button.Pressed, "#yes")
    def action_yes(self) -> None:
        """Save."""
        if self._state != "asking":
            return
        self._done = []
        self._turn("running", "Enregistrement…")
        self.query_one(ProgressBar).display = True
        self.query_one("#yes", Button).display = False
        self.ask(self._save, self._saved, group="run", refused=self._refused)

    def _turn(self, state: str, title: str) -> None:
        self._state = state
        self.query_one("#saving").border_title = title
        self.refresh_bindings()

    def _save(self) -> int:
        """Write the files, and return the number of the import; in a thread."""
        importing, office = self.office.services.importing, self.office
        number, total = importing.ledger.next_number(), len(self._reread.rows)
        step = max(total // _STEPS, 1)
        for row in importing.save(self._found.asked):
            # Let go of what is written: all of it together would fill the memory.
            self._done.append(replace(row, outcomes=(), told={}))
            if len(self._done) % step == 0:
                self.post_message(self.Far(len(self._done), total))
            if self._halting:
                break
        office.wrote(f"import n°{french.NBSP}{number}")
        return number

    @on(Far)
    def _far(self, message: Far) -> None:
        message.stop()
        self.query_one(ProgressBar).update(total=message.total, progress=message.done)

    def _saved(self, number: int) -> None:
        self.query_one("#far").display = False
        self._turn("done", f"Import n°{french.NBSP}{number}")
        done = _written(Reread(self._found.asked, tuple(self._done)), _DID)
        lines = [text(f"{done}.", "strong")]
        left = len(self._reread.rows) - len(self._done)
        if left:
            words = french.count(left, "ligne n’a pas été lue", "lignes n’ont pas été lues")
            lines.append(text(f"Arrêté : {words} ; recommencez, la suite entrera.", "soon"))
        if wrong := self._reread.wrong:
            words = french.count(wrong, "ligne reste", "lignes restent")
            lines.append(
                text(
                    f"{words} à corriger : Ctrl+E les écrit dans un tableau, avec la raison.",
                    "soon",
                )
            )
        self.query_one("#told-text", Static).update(Group(*lines))
        request = self._found.request
        if wrong:
            request = replace(request, answers={**request.answers, operations.GOOD_ONLY: True})
        self.desk.acted(f"Import n°{french.NBSP}{number} : {done}", request)

    def _refused(self, error: EcheancierError) -> None:
        self._turn("asking", "Enregistrer ces dossiers ?")
        self.query_one("#yes", Button).display = True
        self._say_refusal(error)

    def action_stop(self) -> None:
        """Stop after the files at hand."""
        self._halting = True

    def action_refused(self) -> None:
        """Write the rows to be put right in a workbook."""
        leaving = refused(self.office, self._reread)
        self.desk.push(ExportScreen(leaving), lambda words: self.notify(words, timeout=10))

    def action_undo(self) -> None:
        """See the tables that were entered, this one first, to take it back."""
        self.desk.push(PastScreen())

    def action_cancel(self) -> None:
        """Close; while it runs, stop it first."""
        if self._state == "running" and self._again is None:
            self._halting = True
            self.notify("Arrêt après les dossiers en cours.", timeout=3)
        elif self._state == "asking":
            self.dismiss(None)
        else:
            whole = not self._reread.wrong and len(self._done) == len(self._reread.rows)
            self.dismiss(whole)


def _written(reread: Reread, words: Mapping[RowResult, tuple[str, str]]) -> str:
    counts = reread.counts
    told = [french.count(counts[one], *said) for one, said in words.items() if counts[one]]
    return french.listing(told) or "Aucun dossier"
