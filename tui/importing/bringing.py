"""The table to import: its file, and what is meant where its rows say nothing.

Opened from the first screen. What was begun another day is offered first; leads to `tui.importing.columns`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from functools import partial
from pathlib import Path
from typing import ClassVar, Final

from msgspec.structs import replace
from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal, Vertical
from textual.suggester import SuggestFromList
from textual.widgets import Button, Input, Label, OptionList, Static
from textual.widgets.option_list import Option

from display.drawing.layout import line, text
from tui.acts.drafts import Draft
from tui.fields.choices import Choices, by_name
from tui.fields.line import Line
from tui.fields.rows import Rows
from tui.forms.drafting import ResumeScreen
from tui.frame.keybar import KeyBar
from tui.frame.keys import bind, first_key
from tui.frame.page import Dialog
from tui.importing.columns import ColumnsScreen
from tui.importing.past import PastScreen
from tui.importing.paths import Paths, near_tables, pasted_path
from tui.importing.rows import RowsScreen
from tui.importing.step import ImportWork
from tui.importing.takeover import (
    DRAFT,
    Brought,
    Takeover,
    brought,
    taken_up,
    tells_procedure,
)
from workflow.errors import EcheancierError
from workflow.imports.recognition import FoundBy
from workflow.text import french
from workflow.worklist.worklist import WorkRow

_CHOSEN: Final = ("procedure", "agency", "owner")


class BringScreen(Dialog[None]):
    """Asks for a table.

    Args:
        seen: the files in sight, most of which are of the procedure to begin with.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        bind("import.next", priority=True),
        bind("import.past", priority=True),
        bind("list.down", "move(1)"),
        bind("list.up", "move(-1)"),
    ]

    def __init__(self, seen: Iterable[WorkRow] = ()) -> None:
        super().__init__()
        self._usual = Counter(row.procedure for row in seen).most_common(1)
        self._found: Brought | None = None
        self._work: ImportWork | None = None

    def compose(self) -> ComposeResult:
        """Yield the path, the tables that are near, and what rows may leave unsaid."""
        with Vertical(classes="dialog form", id="bringing") as box:
            box.border_title = "Importer un tableau"
            yield Static(text("Votre tableau (.xlsx, .ods ou .csv), tel qu’il est", "strong"))
            yield Line(
                placeholder="tapez ou collez son chemin ; ↓ pour en choisir un",
                id="path",
                compact=True,
                suggester=Paths(),
            )
            yield Rows(id="near", compact=True)
            yield Static(id="found")
            yield from self._choices()
            with Horizontal(id="buttons"):
                yield Button("Continuer  Ctrl+S", id="save", variant="primary", compact=True)
                yield Button("Fermer  Échap", id="close", compact=True)
        yield KeyBar()

    def _choices(self) -> ComposeResult:
        office = self.office
        rules = office.services.rulebook.procedures
        usual = self._usual[0][0] if self._usual and self._usual[0][0] in rules else ""
        people, agencies = by_name(office.directory.people), by_name(office.directory.agencies)
        mine = office.acting if office.acting in people else ""
        fields: tuple[tuple[str, str, dict[str, str], str, str | None], ...] = (
            ("sheet", "Feuille", {}, "", "la plus parlante"),
            (
                "procedure",
                "Procédure",
                {id_: one.name for id_, one in rules.items()},
                usual,
                "chaque ligne dit la sienne",
            ),
            ("agency", "Agence", agencies, office.agency or "", None),
            ("owner", "Suivi par", people, mine, "personne"),
        )
        for id_, label, named, chosen, prompt in fields:
            with Horizontal(classes="field", id=f"{id_}-field"):
                yield Label(label)
                yield Choices(named, chosen, prompt=prompt, id=id_)
        with Horizontal(classes="field"):
            yield Label("Modèle")
            yield Line(
                placeholder="un nom, pour relire pareil la prochaine fois",
                id="model",
                compact=True,
                suggester=SuggestFromList(office.services.importing.ledger.models()),
            )

    def on_mount(self) -> None:
        """Begin with the path; offer what was begun."""
        self.query_one("#sheet-field").display = False
        self.query_one("#path").focus()
        self._draft = Draft(self.office.drafts, DRAFT)
        self.ask(near_tables, self._list, group="near")
        if left := self._draft.left():
            self.app.push_screen(self._resuming(taken_up(left)), self._resumed)

    # --- What was begun ----------------------------------------------------------------------------

    def _resuming(self, begun: Takeover) -> ResumeScreen:
        keys = self.office.keys
        done = (
            (len(begun.columns), "colonne précisée", "colonnes précisées"),
            (len(begun.cells), "cellule corrigée", "cellules corrigées"),
        )
        told = french.listing(french.count(*one) for one in done if one[0])
        name = Path(pasted_path(begun.path)).name
        return ResumeScreen(
            "✎ Un import est commencé : reprendre, ou repartir de zéro ?",
            text(f"« {name} »{' : ' * bool(told)}{told}."),
            yes=f"Reprendre  {first_key('resume.yes', keys)}",
            no=f"Repartir de zéro  {first_key('form.forget', keys)}",
        )

    def _resumed(self, resume: bool | None) -> None:
        if resume is None:
            self.dismiss(None)
            return
        typed = self._draft.read()
        if not resume:
            self._draft.drop()
            return
        begun = taken_up(typed)
        # Nobody typed these: looked at anew, the table would come back without what was said of it.
        with self.prevent(Input.Changed, Choices.Changed):
            self.query_one("#path", Input).value = begun.path
            self.query_one("#model", Input).value = begun.model
            for id_ in _CHOSEN:
                self.query_one(f"#{id_}", Choices).choose(getattr(begun, id_))
        self._look(begun, then=partial(self._go_on, begun))

    # --- The file ----------------------------------------------------------------------------------

    def _list(self, found: tuple[Path, ...]) -> None:
        rows = self.query_one("#near", Rows)
        rows.add_options(
            Option(line(one.name, (f"  {one.parent!s}", "muted")), id=str(one)) for one in found
        )
        rows.display = bool(found)
        rows.highlighted = 0 if found else None

    def action_move(self, way: int) -> None:
        """Move the bar of the tables that are near while one types."""
        rows = self.query_one("#near", Rows)
        rows.action_cursor_down() if way > 0 else rows.action_cursor_up()

    def action_past(self) -> None:
        """See the tables that were entered."""
        self.desk.push(PastScreen())

    @on(Input.Submitted)
    def _choose(self) -> None:
        """Take the table under the bar where no path is typed; go on where one is."""
        rows, path = self.query_one("#near", Rows), self.query_one("#path", Input)
        if not path.value.strip() and rows.highlighted is not None:
            path.value = str(rows.get_option_at_index(rows.highlighted).id)
        else:
            self.action_next()

    @on(OptionList.OptionSelected, "#near")
    def _take(self, event: OptionList.OptionSelected) -> None:
        self.query_one("#path", Input).value = str(event.option.id)
        self.query_one("#path").focus()

    @on(Input.Changed, "#path")
    @on(Choices.Changed)
    def _changed(self) -> None:
        self._found = None
        self.soon(lambda: self._look(self.takeover))

    @property
    def takeover(self) -> Takeover:
        """What is asked now: what was said of a table stays, while it is the same sheet of the same file."""
        chosen = {id_: self.query_one(f"#{id_}", Choices).chosen for id_ in (*_CHOSEN, "sheet")}
        path, model = (self.query_one(f"#{id_}", Input).value.strip() for id_ in ("path", "model"))
        told = self._work.found.takeover if self._work else Takeover()
        same = (told.path, told.sheet) == (path, chosen["sheet"])
        return replace(told if same else Takeover(), path=path, model=model, step="", **chosen)

    def _look(self, takeover: Takeover, then: Callable[[Brought], object] | None = None) -> None:
        def looked(found: Brought) -> None:
            self._show(found)
            if then is not None:
                then(found)

        if takeover.path:
            self.weigh(partial(brought, self.office, takeover), looked, self._say)

    def _say(self, error: EcheancierError) -> None:
        self._found = None
        self.query_one("#found", Static).update(text(error.message, "soon"))

    def _show(self, found: Brought) -> None:
        self._found = found
        table = found.table
        sheet = f", feuille « {table.sheet} »" if table.sheet else ""
        rows = french.count(len(table.rows), "ligne", "lignes")
        read = sum(bool(one.names) for one in found.columns)
        asked = sum(one.found is FoundBy.ASKED for one in found.columns)
        columns = f"{read} colonnes reconnues sur {len(found.columns)}"
        more = f", {asked} à préciser" if asked else ""
        said = f"✓ {rows}{sheet} : {columns}{more}."
        self.query_one("#found", Static).update(text(said, "ok"))
        box = self.query_one("#sheet", Choices)
        if len(found.sheets) > 1 and not box.chosen:
            box.offer({one: one for one in found.sheets}, found.takeover.sheet)
        self.query_one("#sheet-field").display = len(found.sheets) > 1

    @on(Button.Pressed, "#save")
    def action_next(self) -> None:
        """Go on with the table."""
        self.once_judged(self._next)

    def _next(self) -> None:
        if not self.is_current:
            # Asked while what was begun was coming back, and it has.
            return
        if self._found is None:
            self.notify("Donnez d’abord un tableau qui se lit.", severity="warning")
            return
        told = self.takeover
        if not told.procedure and not tells_procedure(self._found.columns):
            words = (
                "De quelle procédure sont ces dossiers ? Aucune colonne ne le dit : choisissez-la."
            )
            self.notify(words, severity="warning")
            self.query_one("#procedure").focus()
            return
        takeover = replace(self._found.takeover, model=told.model, step="")
        self._go_on(told, replace(self._found, takeover=takeover))

    def _go_on(self, begun: Takeover, found: Brought) -> None:
        """Open the step at which it was left."""
        self._work = ImportWork(found, self._draft)
        self.desk.push(ColumnsScreen(self._work))
        if begun.step:
            self.desk.push(RowsScreen(self._work))

    def on_screen_resume(self) -> None:
        """Go on from what the steps made of the table."""
        if self._work is not None:
            self._found = self._work.found
