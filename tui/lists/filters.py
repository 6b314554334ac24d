"""The filter of the list: a view among the usual and the saved ones, or another put together here."""

from __future__ import annotations

from typing import ClassVar

from msgspec.structs import replace
from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical
from textual.widgets import Button, OptionList
from textual.widgets.option_list import Option

from tui.acts.asked import YES, Look, asking, choosing
from tui.acts.form import Form
from tui.fields.choices import by_name
from tui.fields.rows import Rows
from tui.forms.drafting import Drafting
from tui.frame.keybar import KeyBar
from tui.frame.keys import bind
from tui.frame.office import Office
from tui.frame.page import Dialog
from tui.lists.saved_views import EVERYTHING, SavedViews, View, usual
from workflow.rules.fact_specs import FactType

_CHOSEN = ("owner", "agency", "procedure", "funder")


class FilterForm(Form, frozen=True):
    """Another view, as it is put together."""

    button: ClassVar[str] = "Appliquer"
    draft: ClassVar[str] = "filtre"


def _filtering(now: View, office: Office) -> FilterForm:
    """Return the fields of another view, as the one in force fills them in."""
    directory, procedures = office.directory, office.services.rulebook.procedures.values()
    lists = (
        ("Personne", by_name(directory.people)),
        ("Agence", by_name(directory.agencies)),
        ("Procédure", {one.id: one.name for one in procedures}),
        (
            "Financeur",
            {id_: one.funder_label for rules in procedures for id_, one in rules.funders.items()},
        ),
    )
    chosen = (
        choosing(name, label, choices, known=getattr(now, name), empty="tous")
        for name, (label, choices) in zip(_CHOSEN, lists, strict=True)
    )
    late = asking(
        "late",
        "En retard ou à relancer seulement",
        FactType.BOOLEAN,
        known=YES if now.late else "",
        look=Look.TICKED,
    )
    name = asking("name", "Garder sous", look=Look.BESIDE, hint="un nom, pour retrouver cette vue")
    return FilterForm("Quels dossiers ?", (*chosen, late, name))


class FilterScreen(Dialog[View], Drafting[View]):
    """Gives the view chosen.

    Args:
        now: the view in force.
        office: gives what may be chosen.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        bind("filter.apply", priority=True),
        bind("filter.drop"),
    ]

    def __init__(self, now: View, office: Office) -> None:
        super().__init__(_filtering(now, office))
        self._now = now.name

    def compose(self) -> ComposeResult:
        """Yield the views, then the fields of another one."""
        with Vertical(classes="dialog", id="filter") as box:
            box.border_title = self._first.title
            yield Rows(id="views", compact=True)
            yield self.asks()
            yield from self.buttons()
        yield KeyBar()

    def on_mount(self) -> None:
        """List the views, and ask what becomes of the draft of another one."""
        self._saved = SavedViews(self.office.folder)
        self._list()
        self.open_draft()
        self.query_one(Rows).focus()

    def _list(self) -> None:
        box = self.query_one(Rows)
        box.clear_options()
        mine = usual(self.office.acting, self.office.agency)
        self._views = (*mine, *self._saved.read())
        box.add_options([Option(view.name) for view in self._views])
        named = [view.name for view in self._views]
        box.highlighted = named.index(self._now) if self._now in named else 0

    @on(OptionList.OptionSelected)
    def _choose(self, event: OptionList.OptionSelected) -> None:
        self.finish(self._views[event.option_index])

    def action_drop(self) -> None:
        """Forget the saved view under the cursor."""
        at = self.query_one(Rows).highlighted
        if at is not None:
            self._saved.drop(self._views[at].name)
            self._list()

    @on(Button.Pressed, "#save")
    def action_apply(self) -> None:
        """Show the files of the fields; keep the view when it has a name."""
        answers = self.answers.answered
        chosen = {name: answers[name] for name in _CHOSEN}
        view = View(**chosen, late=answers["late"] == YES)
        if name := answers["name"]:
            view = replace(view, name=name)
            self._saved.keep(view)
        elif view == View():
            view = EVERYTHING
        self.finish(view)
