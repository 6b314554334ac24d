"""Aujourd’hui, the first screen: what needs somebody, most consequential first, and the file selected.

Opened by `tui.app`. Reads the list by page and the selected file by reference; decides nothing. One screen
with all its keys, hence its length.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Container, Vertical, VerticalScroll
from textual.widgets import Input, Static

from display.export.tables import Exported
from tui.case.panel import CasePanel
from tui.drawing.paint import fitted
from tui.drawing.urgency import row_urgency
from tui.frame.finder import Results
from tui.frame.keybar import KeyBar
from tui.frame.keys import bind, first_key
from tui.frame.masthead import Masthead
from tui.lists.groups import Counts, grouped
from tui.lists.listing import Viewing
from tui.lists.marking import MarkableFiles
from tui.lists.saved_views import EVERYTHING
from tui.lists.sections import Cells, Section
from tui.lists.worktable import WorkTable
from workflow.text import french
from workflow.worklist.worklist import FirstPage, WorkGroup, WorkQuery, WorkRow

_SEARCH_AFTER = 0.5
_READ_AFTER = 0.1
"""Seconds after a glance at the list is shown: it is on the screen by then."""
_WHEN = 14
_REF = 15
_BOTH = 30
"""Columns from which a line names its date beside its title."""
_TITLE = 0.45
"""Share of what is left that the title takes; the act to do has the rest."""

_DONE = "Dossiers finis"


class TodayScreen(Viewing):
    """What needs me.

    Args:
        first_page: what to show before anything is read, when it is known.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        bind("today.search"),
        bind("today.filter"),
        bind("today.mine"),
        bind("today.new"),
        bind("today.import", "app.take_over"),
        bind("today.what_if"),
        bind("today.bulk"),
        bind("today.groups"),
        bind("today.confirm"),
        bind("today.parties", "app.parties"),
        bind("today.explain"),
        bind("today.panel"),
        bind("today.panel_down", "panel_scroll(1)"),
        bind("today.panel_up", "panel_scroll(-1)"),
    ]

    def __init__(self, first_page: FirstPage | None = None) -> None:
        super().__init__()
        self._first_page = first_page
        self._text = ""
        self._shown = False

    def compose(self) -> ComposeResult:
        """Yield the list on the left, the file on the right."""
        yield Masthead("Aujourd’hui")
        with Container(id="body"):
            with Vertical(id="list"):
                # Takes no key before it is asked for: those typed while the program starts are the list's.
                yield Input(
                    id="search",
                    placeholder="Référence, nom…  (Échap pour tout revoir)",
                    disabled=True,
                )
                yield Static(id="summary")
                yield MarkableFiles(self._draw)
                yield Static(id="marks")
                yield Static(id="nothing")
            with VerticalScroll(id="panel", can_focus=False):
                yield CasePanel()
        yield KeyBar()

    def on_mount(self) -> None:
        """Show what is known of the list, and read it."""
        self.table.focus()
        if self._first_page is None:
            self._read(keep=False)
        else:
            counts, debtors, _ = self._first_page
            self._list(self.query_now, keep=False, found=(counts, debtors))
            self.set_timer(_READ_AFTER, self._look_closer)

    def _look_closer(self) -> None:
        """Read what was shown at a glance, and the file selected."""
        self._first_page = None
        self._read(keep=True)

    @property
    def table(self) -> MarkableFiles:
        """The list."""
        return self.query_one(MarkableFiles)

    def refresh_data(self) -> None:
        """Read everything again, the cursor where it was."""
        self._read(keep=True)
        self._prepare_search()

    # --- Reading -----------------------------------------------------------------------------------

    def read_view(self) -> None:
        """Read the list of another view, from its top."""
        self._read(keep=False)

    @property
    def query_now(self) -> WorkQuery:
        """What the list asks for now."""
        return self._view.query(self.office.day, self._text)

    def _read(self, *, keep: bool) -> None:
        query = self.query_now
        if query.text:
            self.ask(
                partial(self.desk.finder.find, query),
                partial(self._list_found, query, keep),
                group="counts",
            )
            return
        self.ask(partial(self._count, query), partial(self._list, query, keep), group="counts")

    def _count(self, query: WorkQuery) -> Counts:
        return self.office.services.worklist.counts(query), self.office.services.worklist.debtors(
            query
        )

    def _prepare_search(self) -> None:
        self.ask(self.desk.finder.prepare, lambda _: None, group="search")

    def _list(self, query: WorkQuery, keep: bool, found: Counts) -> None:
        counts, _ = found
        sections = list(grouped(query, self._view, found, self.office, self._first_page))
        self._show(sections, keep)
        self.query_one("#summary", Static).update(self._summary(counts, self.table.total))

    def _list_found(self, query: WorkQuery, keep: bool, results: Results) -> None:
        shows, finder = self._view.shows, self.desk.finder
        rows = [row for row in results.rows if shows(row.group)]

        def every() -> list[str]:
            return [row.ref for row in finder.find(query, limit=None).rows if shows(row.group)]

        def read(offset: int, limit: int) -> Sequence[WorkRow]:
            return rows[offset : offset + limit]

        done = [row for row in results.finished if shows(row.group)]
        # Whatever is done to all that is listed is not done to them.
        apart = Section("done", _DONE, len(done), lambda _, __: done, list, known=done)
        self._show([Section("found", "", len(rows), read, every, known=rows), apart], keep)
        words = french.count(results.total, "dossier trouvé", "dossiers trouvés")
        words += f", {french.count(len(done), 'fini', 'finis')}" if done else ""
        key = first_key("list.mark_all", self.office.keys)
        more = (
            f", les {len(rows)} plus proches sont montrés ; {key} les marque tous"
            if results.total > len(rows)
            else ""
        )
        self.query_one("#summary", Static).update(f"{self._view_words()} : {words}{more}")

    def _show(self, sections: Sequence[Section], keep: bool) -> None:
        self.table.show(sections, keep=keep)
        if not self._shown:
            # Once the list is there: what it takes to forgive typing errors is read behind it.
            self._shown = True
            self.set_timer(_SEARCH_AFTER, self._prepare_search)
        self.set_class(not self.table.total, "-empty")
        if not self.table.total:
            self.query_one("#nothing", Static).update(self._nothing())
            self.query_one(CasePanel).clear()

    def _summary(self, counts: Mapping[WorkGroup, int], total: int) -> str:
        words = french.count(total, "dossier en cours", "dossiers en cours")
        late = counts[WorkGroup.LATE] + counts[WorkGroup.CHASE]
        urgent = f"{late} en retard ou à relancer" if late else "rien en retard"
        return f"{self._view_words()} : {words}, {urgent}"

    def _view_words(self) -> str:
        return self._view.words(self.office.directory)

    def _nothing(self) -> str:
        if self._text:
            return f"Aucun dossier ne répond à « {self._text} ». Échap pour tout revoir."
        if self._view != EVERYTHING:
            return f"Aucun dossier dans la vue « {self._view_words()} ». f pour en changer."
        new, taken = (first_key(one, self.office.keys) for one in ("today.new", "today.import"))
        return (
            f"Aucun dossier en cours.\n\n{taken}  importer les dossiers d’un tableau (Excel, LibreOffice…)"
            f"\n{new}  ouvrir un dossier"
        )

    # --- Drawing a line ----------------------------------------------------------------------------

    def _draw(self, row: WorkRow, width: int) -> Cells:
        urgency = row_urgency(row, self.office.looking(row.agency))
        rest = max(width - 3 - _WHEN - _REF, 12)
        flag = f"✗{row.alerts} " if row.alerts else ""
        # Too narrow for both: whose file it is comes first, the panel names the date.
        title = rest - len(flag) if rest < _BOTH else int(rest * _TITLE)
        return [
            (f"{urgency.sign:<2} ", urgency.style),
            (fitted(urgency.words, _WHEN), urgency.style),
            (fitted(row.ref, _REF), "muted"),
            (fitted(row.title or "sans libellé", title), "muted" if self._done(row) else "strong"),
            (flag, "late"),
            (fitted(row.label or self._state(row), rest - title - len(flag)), ""),
        ]

    @property
    def exported(self) -> Exported | None:
        """The files of the view, or those found."""
        words = f"{self._view_words()}, « {self._text} »" if self._text else self._view_words()
        return Exported("dossiers", words, self.table.every_row) if self.table.total else None

    def _done(self, row: WorkRow) -> bool:
        if self._first_page is not None or row.deadline is not None:
            return False
        state = self.office.procedure_of(row).states.get(row.state)
        return state is not None and state.final

    def _state(self, row: WorkRow) -> str:
        if self._first_page is not None:
            # The rules take a tenth of a start to read.
            return ""
        states = self.office.procedure_of(row).states
        return states[row.state].label if row.state in states else row.state

    # --- The file selected -------------------------------------------------------------------------

    @on(WorkTable.Selected)
    def _select(self, event: WorkTable.Selected) -> None:
        if event.row is None:
            self.query_one(CasePanel).clear()
            return
        if self._first_page is not None:
            # Told again once the list is read.
            return
        ref, office = event.row.ref, self.office
        self.ask(
            lambda: (office.services.cases.view(ref), office.services.cases.store.journal(ref)),
            lambda found: self.query_one(CasePanel).show(*found),
            group="selected",
            refused=lambda _: self.query_one(CasePanel).clear(),
        )

    @on(WorkTable.Opened)
    def _open(self, event: WorkTable.Opened) -> None:
        from tui.case.screen import CaseScreen

        self.desk.push(CaseScreen(event.row.ref))

    def action_explain(self) -> None:
        """Unfold why the next date is what it is, or fold it again."""
        if self.has_class("-narrow"):
            self.add_class("-panel")
        self.query_one(CasePanel).toggle()

    def action_panel(self) -> None:
        """Show or hide the panel."""
        self.toggle_class("-panel" if self.has_class("-narrow") else "-no-panel")

    def action_panel_scroll(self, way: int) -> None:
        """Move the panel by half of its height."""
        self.turn("#panel", way)

    def action_new(self) -> None:
        """Open a file that does not exist yet."""
        from tui.opening.screen import NewScreen

        self.desk.push(NewScreen(self.office, self.table.read))

    def action_what_if(self) -> None:
        """See what would move if something changed."""
        from tui.case.whatif import WhatIfScreen

        row = self.table.current
        self.desk.push(WhatIfScreen(self.office, row.ref if row else ""))

    def action_groups(self) -> None:
        """See the groups."""
        self.desk.go("cohorts")

    def action_confirm(self) -> None:
        """Note what the funder answered of a doubt of the rules."""
        from tui.acts.confirming import ConfirmForm, confirming_rules
        from tui.forms.act import ActScreen

        def opened(form: ConfirmForm) -> None:
            self.desk.push(ActScreen(form), lambda _: self.desk.refresh_data())

        if self.may_write():
            self.ask(partial(confirming_rules, self.office), opened)

    # --- Marking -----------------------------------------------------------------------------------

    @on(MarkableFiles.Marked)
    def _count_marks(self) -> None:
        box, table = self.query_one("#marks", Static), self.table
        words = french.count(len(table.marked), "dossier marqué", "dossiers marqués")
        if table.choosing:
            box.update("Suite à marquer : allez à sa fin, puis V ; Échap y renonce.")
        else:
            box.update(f"{words} : a pour agir, Échap pour démarquer.")
        box.display = bool(table.marked) or table.choosing
        self.refresh_bindings()

    def action_bulk(self) -> None:
        """Do one thing to every file that is marked."""
        from tui.lists.bulk_screen import BulkScreen

        if not self.may_write():
            return
        if not self.table.marked:
            self.notify(
                "Aucun dossier marqué : Espace en marque un, V une suite, * tous ceux qui sont listés.",
                severity="warning",
            )
        else:
            self.desk.push(BulkScreen(self.office, tuple(self.table.marked)), self._acted)

    def _acted(self, done: tuple[str, ...]) -> None:
        """Leave marked what could not be done."""
        self.table.unmark(done)

    # --- Searching ---------------------------------------------------------------------------------

    def action_search(self) -> None:
        """Type words to look for."""
        box = self.query_one("#search", Input)
        box.disabled = False
        box.focus()

    @on(Input.Changed, "#search")
    def _typed(self, event: Input.Changed) -> None:
        self._text = event.value.strip()
        self._read(keep=False)

    @on(Input.Submitted, "#search")
    def _found(self) -> None:
        self.table.focus()

    @property
    def leads_back(self) -> bool:
        """True while a search can be left, or marks taken away."""
        searching = not self.query_one("#search").disabled
        return searching or bool(self.table.marked) or self.table.choosing

    def action_back(self) -> None:
        """Leave the range, then the marks, then the search."""
        box, table = self.query_one("#search", Input), self.table
        if table.choosing or (table.marked and table.has_focus):
            table.unmark([] if table.choosing else list(table.marked))
        elif not box.disabled:
            box.value = ""
            self.table.focus()
            box.disabled = True
