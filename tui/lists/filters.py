"""The filter of the list: a view among the usual and the saved ones, or another put together here."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from msgspec.structs import replace
from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal, Vertical
from textual.widgets import Button, Input, Label, OptionList, Select
from textual.widgets.option_list import Option

from tui.fields.choices import Choices, by_name
from tui.fields.line import Line
from tui.fields.rows import Rows
from tui.fields.tick import Tick
from tui.forms.drafted import Drafted
from tui.frame.keybar import KeyBar
from tui.frame.keys import bind
from tui.lists.saved_views import EVERYTHING, SavedViews, View, usual


class FilterScreen(Drafted[View]):
    """Gives the view chosen.

    Args:
        now: the view in force.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        bind("filter.apply", priority=True),
        bind("filter.drop"),
    ]

    def __init__(self, now: View) -> None:
        super().__init__()
        self._now = now

    @property
    def draft(self) -> str:
        """The name of its draft."""
        return "filtre"

    def compose(self) -> ComposeResult:
        """Yield the views, then the fields of another one."""
        with Vertical(classes="dialog", id="filter") as box:
            box.border_title = "Quels dossiers ?"
            yield Rows(id="views", compact=True)
            for name, (label, choices) in self._choices().items():
                with Horizontal(classes="field"):
                    yield Label(label)
                    yield Choices(choices, getattr(self._now, name), prompt="tous", id=name)
            yield Tick("En retard ou à relancer seulement", self._now.late, id="late", compact=True)
            with Horizontal(classes="field"):
                yield Label("Garder sous")
                yield Line(placeholder="un nom, pour retrouver cette vue", id="name", compact=True)
            with Horizontal(id="buttons"):
                yield Button("Appliquer  Ctrl+S", id="apply", variant="primary", compact=True)
                yield Button("Fermer  Échap", id="close", compact=True)
        yield KeyBar()

    def _choices(self) -> Mapping[str, tuple[str, Mapping[str, str]]]:
        directory, rulebook = self.office.directory, self.office.services.rulebook
        procedures = rulebook.procedures.values()
        funders = {
            id_: one.funder_label for rules in procedures for id_, one in rules.funders.items()
        }
        return {
            "owner": ("Personne", by_name(directory.people)),
            "agency": ("Agence", by_name(directory.agencies)),
            "procedure": ("Procédure", {one.id: one.name for one in procedures}),
            "funder": ("Financeur", funders),
        }

    def on_mount(self) -> None:
        """List the views, and put the draft of another one back."""
        self._saved = SavedViews(self.office.folder)
        self._list()
        self.query_one(Rows).focus()
        self.bring_back()

    async def take_up(self, typed: Mapping[str, str]) -> None:
        """Put back another view, and go on with it."""
        await super().take_up(typed)
        self.query(Choices).first().focus()

    @on(Input.Changed)
    @on(Select.Changed)
    @on(Tick.Changed)
    def _changed(self) -> None:
        self.keep()

    def _list(self) -> None:
        box = self.query_one(Rows)
        box.clear_options()
        mine = usual(self.office.acting, self.office.agency)
        self._views = (*mine, *self._saved.read())
        box.add_options([Option(view.name) for view in self._views])
        named = [view.name for view in self._views]
        box.highlighted = named.index(self._now.name) if self._now.name in named else 0

    @on(OptionList.OptionSelected)
    def _choose(self, event: OptionList.OptionSelected) -> None:
        self.done(self._views[event.option_index])

    def action_drop(self) -> None:
        """Forget the saved view under the cursor."""
        at = self.query_one(Rows).highlighted
        if at is not None:
            self._saved.drop(self._views[at].name)
            self._list()

    @on(Button.Pressed, "#apply")
    def action_apply(self) -> None:
        """Show the files of the fields; keep the view when it has a name."""
        chosen = {name: self.query_one(f"#{name}", Choices).chosen for name in self._choices()}
        view = View(**chosen, late=self.query_one("#late", Tick).value)
        if name := self.query_one("#name", Input).value.strip():
            view = replace(view, name=name)
            self._saved.keep(view)
        elif view == View():
            view = EVERYTHING
        self.done(view)

    @on(Button.Pressed, "#close")
    def _close(self) -> None:
        self.action_cancel()
