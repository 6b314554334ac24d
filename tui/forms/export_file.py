"""The file in which a list leaves: its name is asked, then it is written whole, or not at all.

Opened by `tui.forms.exporting`. What is there already gives way only when another key says so.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from functools import partial
from pathlib import Path
from typing import Any, ClassVar

from msgspec import Struct
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


class Outgoing(Struct, frozen=True):
    """What leaves in a file.

    Args:
        heading: of the form that asks for its name.
        kept: what of it leaves, in French.
        name: proposed for the file.
        endings: those that its name may have.
        fill: given a path and an ending, writes it there and returns how many lines it has; in a thread.
    """

    heading: str
    kept: str
    name: str
    endings: Collection[str]
    fill: Callable[[Path, str], int]


class ExportScreen(Dialog[str]):
    """Asks for the name of a file; gives what was written, in a sentence.

    Args:
        leaving: what leaves.
    """

    BINDINGS: ClassVar[list[BindingType]] = [bind("form.confirm", "write", priority=True)]

    def __init__(self, leaving: Outgoing) -> None:
        super().__init__()
        self._leaving = leaving

    def compose(self) -> ComposeResult:
        """Yield what is exported, the name of the file and the buttons."""
        leaving = self._leaving
        with Vertical(classes="dialog form", id="export") as box:
            box.border_title = leaving.heading
            yield Static(text(leaving.kept, "strong"))
            yield Static(text(f"Fichier à écrire, en {_listed(leaving)}", "muted"))
            yield Input(leaving.name, id="path", select_on_focus=False, compact=True)
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
            partial(write, self._leaving, path, over=over),
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


def list_of(office: Office, exported: Exported) -> Outgoing:
    """Return a list as what leaves in a file."""
    imprint = Imprint(
        title=f"Échéancier – {LISTS[exported.name].name}",
        kept=exported.kept,
        by=office.person,
        at=office.now.astimezone(office.zone),
    )

    def fill(aside: Path, ending: str) -> int:
        grids = iter([grid_of(exported.name, _sources(office, exported))])
        return sum(write_tables(aside, ending, grids, imprint).values())

    return Outgoing(
        heading=f"Exporter : {LISTS[exported.name].name.lower()}",
        kept=exported.kept,
        name=f"{exported.name}-{office.today}.xlsx",
        endings=ENDINGS,
        fill=fill,
    )


def write(leaving: Outgoing, path: Path, *, over: bool) -> str:
    """Write a file that its owner alone can read; return the sentence that says so.

    Args:
        leaving: what it holds.
        path: where; from the current folder, or from one’s own by `~`.
        over: True to put it in the place of a file.

    Raises:
        InvalidInput: no such file can be.
        Refused: a file is there.
        OutOfReach: the disk or the database refuses.
    """
    ending = path.suffix.lower()
    if ending not in leaving.endings:
        raise InvalidInput(f"Donnez le nom d’un fichier en {_listed(leaving)}.")
    try:
        path = path.expanduser().absolute()
        _check(path, over=over)
        with made_whole(path) as aside:
            count = leaving.fill(aside, ending)
    except (OSError, RuntimeError) as error:
        why = cause(error) if isinstance(error, OSError) else "dossier personnel inconnu"
        raise OutOfReach(f"Le fichier « {path} » n’a pas pu être écrit : {why}.") from error
    return f"« {path} » écrit : {french.count(count, 'ligne', 'lignes')} ({leaving.kept})."


def _listed(leaving: Outgoing) -> str:
    return " ou en ".join(sorted(leaving.endings, reverse=True))


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
