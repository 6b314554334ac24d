"""Organismes, clients, bénéficiaires: those around files, one of them with its files together.

Opened from the first screen. What is changed goes through forms (`tui.parties.forms`); this screen reads.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import ClassVar

from msgspec import Struct
from rich.console import Group
from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Container, Vertical, VerticalScroll
from textual.widgets import Input, Static

from display.export.tables import Exported
from display.parties.parties import heading, known, state_words
from tui.case.screen import CaseScreen
from tui.drawing.paint import fitted
from tui.forms.act import ActScreen
from tui.frame.keybar import KeyBar
from tui.frame.keys import KEYS, bind
from tui.frame.masthead import Masthead
from tui.lists.listing import Listing
from tui.lists.sections import Cells, Section
from tui.lists.worktable import Lines
from tui.parties.forms import adding, correcting, merging
from workflow.case.parties import Party, PartyKind
from workflow.ports.stores import PartyFile, PartyQuery
from workflow.usecases.parties import PartyView

_TITLES = {
    PartyKind.ORGANISATION: "Organismes de formation",
    PartyKind.CLIENT: "Entreprises clientes",
    PartyKind.BENEFICIARY: "Bénéficiaires",
}
_FILES, _REF = 4, 16


class PartyLine(Struct, frozen=True):
    """A party in the list, and how many files it has."""

    party: Party
    files: int

    @property
    def ref(self) -> str:
        """Its number."""
        return str(self.party.number)

    @property
    def version(self) -> int:
        """How many times it was written."""
        return self.party.version


class PartiesScreen(Listing):
    """Who stands around files."""

    BINDINGS: ClassVar[list[BindingType]] = [
        bind("parties.add"),
        bind("parties.correct"),
        bind("parties.merge"),
        bind("parties.search"),
    ]

    def __init__(self) -> None:
        super().__init__()
        self._text = ""
        self._view: PartyView | None = None

    def compose(self) -> ComposeResult:
        """Yield the list on the left, one of them with its files on the right."""
        yield Masthead(KEYS["today.parties"].label)
        with Container(id="body"):
            with Vertical(id="list"):
                yield Input(
                    id="search",
                    placeholder="Nom, SIRET, téléphone…  (Échap pour tout revoir)",
                    disabled=True,
                )
                yield Lines[PartyLine](self._draw, id="parties")
                yield Static("Personne ici : n en ajoute.", id="nothing")
            with Vertical(id="found"):
                with VerticalScroll(id="who", can_focus=False):
                    yield Static(id="sheet")
                yield Lines[PartyFile](self._draw_file, id="work")
        yield KeyBar()

    def on_mount(self) -> None:
        """Read everybody."""
        self.parties.focus()
        self.refresh_data()

    @property
    def parties(self) -> Lines[PartyLine]:
        """The list."""
        return self.query_one("#parties", Lines)

    @property
    def work(self) -> Lines[PartyFile]:
        """The files of one of them."""
        return self.query_one("#work", Lines)

    @property
    def exported(self) -> Exported | None:
        """Nothing: a command does."""
        return None

    # --- Reading -----------------------------------------------------------------------------------

    def refresh_data(self) -> None:
        """Read the list again, the cursor where it was."""
        store, words = self.office.services.parties.store, self._text

        def count() -> list[Section]:
            return [
                Section(
                    kind.value,
                    _TITLES[kind],
                    store.page(PartyQuery(kind, words, limit=0)).total,
                    partial(self._read, kind, words),
                )
                for kind in PartyKind
            ]

        self.ask(count, self._show, group="parties")

    def _read(self, kind: PartyKind, words: str, offset: int, limit: int) -> Sequence[PartyLine]:
        page = self.office.services.parties.store.page(PartyQuery(kind, words, limit, offset))
        return [PartyLine(one, page.files.get(one.number, 0)) for one in page.parties]

    def _show(self, sections: list[Section]) -> None:
        self.parties.show(sections)
        self.set_class(not self.parties.total, "-empty")

    def _draw(self, row: PartyLine, width: int) -> Cells:
        name = max(width * 2 // 5, 20)
        told = ", ".join(words for _, words in known(row.party))
        return [
            (f"{row.files or '·':>{_FILES}} ", "muted"),
            (fitted(row.party.title, name), "strong"),
            (fitted(told, max(width - name - _FILES - 1, 8)), "muted"),
        ]

    def _draw_file(self, row: PartyFile, width: int) -> Cells:
        state = state_words(self.office.services.rulebook, row.procedure, row.state)
        style = "" if row.is_open else "muted"
        rest = max(width - _REF, 10)
        return [
            (fitted(row.ref, _REF), "muted"),
            (fitted(state, rest // 2), style),
            (fitted(row.title, rest - rest // 2), style),
        ]

    # --- The one selected --------------------------------------------------------------------------

    @on(Lines.Selected, "#parties")
    def _select(self, event: Lines.Selected) -> None:
        if isinstance(event.row, PartyLine):
            party = event.row.party
            self.ask(partial(self.office.services.parties.view, party), self._found, group="one")

    def _found(self, view: PartyView) -> None:
        self._view = view
        self.query_one("#sheet", Static).update(Group(*heading(view)))
        files = view.files
        lines = Section("dossiers", "Dossiers", len(files), lambda at, most: files[at : at + most])
        self.work.show([lines])

    @on(Lines.Opened, "#parties")
    def _open(self) -> None:
        if self._view is not None and self._view.files:
            self.add_class("-files")
            self.work.focus()

    @on(Lines.Opened, "#work")
    def _open_file(self, event: Lines.Opened) -> None:
        self.desk.push(CaseScreen(event.row.ref))

    def action_back(self) -> None:
        """Leave the files of one, what is searched, then the list."""
        if self.work.has_focus:
            self.remove_class("-files")
            self.parties.focus()
        elif self.has_class("-searching"):
            self.remove_class("-searching")
            box = self.query_one("#search", Input)
            box.value, box.disabled = "", True
            self.parties.focus()
        else:
            super().action_back()

    # --- Search ------------------------------------------------------------------------------------

    def action_search(self) -> None:
        """Look for somebody."""
        self.add_class("-searching")
        box = self.query_one("#search", Input)
        box.disabled = False
        box.focus()

    @on(Input.Changed, "#search")
    def _search(self, event: Input.Changed) -> None:
        self._text = event.value
        self.refresh_data()

    @on(Input.Submitted, "#search")
    def _searched(self) -> None:
        self.parties.focus()

    # --- Acts --------------------------------------------------------------------------------------

    def action_add(self) -> None:
        """Add one, of the kind of the one selected to begin with."""
        kind = self._view.party.kind if self._view else PartyKind.ORGANISATION
        if self.may_write():
            self.desk.push(ActScreen(adding(kind)), self._acted)

    def action_correct(self) -> None:
        """Correct the one selected."""
        if self._view is not None and self.may_write():
            self.desk.push(ActScreen(correcting(self._view.party)), self._acted)

    def action_merge(self) -> None:
        """Merge a double into the one selected."""
        if self._view is not None and self.may_write():
            form = merging(self._view.party, self._view.doubles)
            self.desk.push(ActScreen(form), self._acted)

    def _acted(self, _: object) -> None:
        self.desk.refresh_data()
