"""The file in which a list leaves: its name is asked, then it is written whole, or not at all.

Opened by `tui.forms.exporting`. What is there already gives way only when another key says so.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any, ClassVar

from msgspec.structs import replace
from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal, Vertical
from textual.widgets import Button, Input, Static

from display.drawing.layout import text
from display.export.exports import LISTS, Sources, grid_of
from display.export.spreadsheet import ENDINGS, write_tables
from display.export.tables import Exported, Imprint
from tui.forms.confirm import ConfirmScreen
from tui.frame.keybar import KeyBar
from tui.frame.keys import bind
from tui.frame.office import Office
from tui.frame.page import Dialog
from workflow.case.case import Case
from workflow.errors import EcheancierError, InvalidInput, OutOfReach, Refused
from workflow.text import french
from workflow.text.os_errors import cause
from workflow.text.whole_file import made_whole


class ExportScreen(Dialog[str]):
    """Asks for the name of a file; gives what was written, in a sentence.

    Args:
        exported: the list.
    """

    BINDINGS: ClassVar[list[BindingType]] = [bind("form.confirm", "write", priority=True)]

    def __init__(self, exported: Exported) -> None:
        super().__init__()
        self._exported = exported

    def compose(self) -> ComposeResult:
        """Yield what is exported, the name of the file and the buttons."""
        found = self._exported
        with Vertical(classes="dialog form", id="export") as box:
            box.border_title = f"Exporter : {LISTS[found.name].name.lower()}"
            yield Static(text(found.kept, "strong"))
            yield Static(text("Fichier à écrire, en .xlsx ou en .csv", "muted"))
            yield Input(
                f"{found.name}-{self.office.today}.xlsx",
                id="path",
                select_on_focus=False,
                compact=True,
            )
            with Horizontal(id="buttons"):
                yield Button("Enregistrer  Ctrl+S", id="save", variant="primary", compact=True)
                yield Button("Fermer  Échap", id="close", compact=True)
        yield KeyBar()

    def on_mount(self) -> None:
        """Begin with the name."""
        self.query_one(Input).focus()

    @on(Input.Submitted)
    @on(Button.Pressed, "#save")
    def action_write(self) -> None:
        """Write the file; ask first when one is there."""
        self._write(over=False)

    def _write(self, *, over: bool) -> None:
        path = Path(self.query_one(Input).value.strip())
        self.ask(
            partial(write, self.office, self._exported, path, over=over),
            self.dismiss,
            group="write",
            refused=self._refused,
        )

    def _refused(self, error: EcheancierError) -> None:
        if not isinstance(error, Refused):
            self._say_refusal(error)
            return
        self.desk.push(
            ConfirmScreen("Écrire par-dessus ?", error.message), lambda _: self._write(over=True)
        )


def write(office: Office, exported: Exported, path: Path, *, over: bool) -> str:
    """Write a list in a file that its owner alone can read; return the sentence that says so.

    Args:
        office: gives names, accounts and clocks.
        exported: the list.
        path: where; from the current folder, or from one’s own by `~`.
        over: True to put it in the place of a file.

    Raises:
        InvalidInput: no such file can be.
        Refused: a file is there.
        OutOfReach: the disk or the database refuses.
    """
    if path.suffix.lower() not in ENDINGS:
        raise InvalidInput("Donnez le nom d’un fichier en .xlsx ou en .csv.")
    imprint = Imprint(
        title=f"Échéancier – {LISTS[exported.name].name}",
        kept=exported.kept,
        by=office.person,
        at=office.now.astimezone(office.zone),
    )
    try:
        path = path.expanduser().absolute()
        _check(path, over=over)
        with made_whole(path) as aside:
            grids = iter([grid_of(exported.name, _sources(office, exported))])
            (count,) = write_tables(aside, path.suffix.lower(), grids, imprint).values()
    except (OSError, RuntimeError) as error:
        why = cause(error) if isinstance(error, OSError) else "dossier personnel inconnu"
        raise OutOfReach(f"Le fichier « {path} » n’a pas pu être écrit : {why}.") from error
    return f"« {path} » écrit : {french.count(count, 'ligne', 'lignes')} ({exported.kept})."


def _check(path: Path, *, over: bool) -> None:
    """Refuse a place where no file can be written."""
    if not path.parent.is_dir():
        raise InvalidInput(f"Le dossier « {path.parent} » n’existe pas : donnez un autre chemin.")
    if path.exists() and not path.is_file():
        raise InvalidInput(f"« {path} » n’est pas un fichier : donnez un autre nom.")
    if path.exists() and not over:
        raise Refused(f"« {path} » existe déjà ; ce qu’il contient sera remplacé.")


def _sources(office: Office, exported: Exported) -> Sources:
    services = office.services

    def read() -> Iterator[Any]:
        for one in exported.read():
            # The restricted part stays behind, whatever a table may come to read.
            yield replace(one, eligibility=None) if isinstance(one, Case) else one

    return Sources(
        lines=read,
        cases=read,
        mails=read,
        journal=services.cases.store.journal,
        accounts=lambda case: services.inquiries.worth(case)[1],
        rulebook=services.rulebook,
        directory=office.directory,
        zone=lambda agency: office.looking(agency).planner.zone(agency),
    )
