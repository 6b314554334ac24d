"""Dossier, the screen of one file: the picture of its life, its tabs, and what can be done now.

Opened from the list, the palette, or any screen that names a file. Every act goes through a form
(`tui.forms.act`), or through `tui.forms.writing` when a key is enough. One screen with all its keys, hence
its length.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial
from typing import ClassVar

from rich.console import Group, RenderableType
from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.widgets import OptionList, Static, TabbedContent, TabPane, Tabs
from textual.widgets.option_list import Option

from display.case.journal import entries
from display.export.tables import Exported
from tui.acts.actform import CaseForm
from tui.acts.acts import advancing, correcting
from tui.acts.asked import TypedAnswers
from tui.acts.notes import going_back, handing_over, marked, noting_chase, noting_paper
from tui.acts.removals import undoing
from tui.acts.snooze import putting_off
from tui.case import tabs
from tui.case.actionbar import ActionBar
from tui.case.reading import CaseReading, head, read
from tui.case.tab_lines import ADDS, DROPS, EXPORTED, FORMS, LINES, TAB_ACTIONS, TABS, counted
from tui.case.timeline import Timeline
from tui.case.timeline_text import picture
from tui.case.whatif import WhatIfScreen
from tui.fields.rows import Rows
from tui.forms.act import ActScreen
from tui.forms.confirm import ConfirmScreen
from tui.forms.exporting import Exporting
from tui.forms.stale_drafts import Leftover, said
from tui.forms.writing import Writing
from tui.frame.keybar import KeyBar
from tui.frame.keys import bind, first_key
from tui.frame.masthead import Masthead
from tui.outward.files_out import FilesOut
from tui.outward.letters import LettersScreen
from tui.outward.sheet import SheetScreen
from workflow.case.case import PaperStatus
from workflow.case.kept_file import KeptFile
from workflow.deadlines.progress import ahead
from workflow.errors import EcheancierError, Refused
from workflow.rules.funding import money_facts
from workflow.usecases.cases import CaseView


class CaseScreen(Writing, Exporting, FilesOut):
    """One file.

    Args:
        ref: its reference.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        bind("case.advance"),
        bind("case.correct"),
        bind("case.undo"),
        bind("case.snooze"),
        bind("case.chase"),
        bind("case.letter"),
        bind("case.sheet"),
        bind("case.what_if"),
        bind("case.explain", "unfold('steps')"),
        bind("case.readings", "unfold('readings')"),
        bind("case.hand_over"),
        bind("case.draft"),
        bind("case.line"),
        bind("paper.requested", "mark('demande')"),
        bind("paper.received", "mark('recu')"),
        bind("paper.checked", "mark('verifie')"),
        bind("paper.sent", "mark('transmis')"),
        bind("hours.add", "add_line"),
        bind("case.drop"),
        bind("case.next_tab", priority=True),
        bind("case.previous_tab", priority=True),
        bind("list.down", "scroll(1)"),
        bind("list.up", "scroll(-1)"),
        bind("list.page_down", "scroll(10)"),
        bind("list.page_up", "scroll(-10)"),
        bind("list.first", "scroll(-10000)"),
        bind("list.last", "scroll(10000)"),
        *(Binding(str(number), f"offer({number})", show=False) for number in range(1, 10)),
    ]

    def __init__(self, ref: str) -> None:
        super().__init__()
        self.ref = ref
        self._reading: CaseReading | None = None
        self._unfolded: frozenset[str] = frozenset()

    def compose(self) -> ComposeResult:
        """Yield the head, the picture, the tabs and the actions."""
        yield Masthead(self.ref)
        yield Static(id="case-head")
        yield Timeline()
        with TabbedContent():
            for id_, title in TABS.items():
                with TabPane(title, id=id_):
                    if id_ in LINES:
                        yield Rows(id=f"{id_}-lines", compact=True)
                    if id_ in LINES and id_ != "money":
                        yield Static(id=f"{id_}-content")
                    else:
                        with VerticalScroll(can_focus=False):
                            yield Static(id=f"{id_}-content")
        yield Static(id="leftover")
        yield ActionBar(id="actions")
        yield KeyBar()

    def on_mount(self) -> None:
        """Read the file."""
        self.query_one(Tabs).can_focus = False
        for lines in self.query(Rows):
            # The keys of the screen move in them, so that they are the same in every tab.
            lines.can_focus = False
        self.refresh_data()

    # --- Reading -----------------------------------------------------------------------------------

    def refresh_data(self) -> None:
        """Read the file again."""
        self.ask(partial(read, self.office, self.ref), self._show, group="case", refused=self._gone)

    @property
    def expecting(self) -> bool:
        """True too while the file is read for the first time: nothing can be done with it before."""
        return super().expecting or (self._reading is None and self._again is None)

    def _gone(self, error: EcheancierError) -> None:
        self.notify(error.message, severity="warning")
        self.action_back()

    def _show(self, reading: CaseReading) -> None:
        self._reading = reading
        self.subject = reading.view.procedure
        view = reading.view
        looking = self.office.looking_at(view.case)
        self.query_one(Masthead).say(f"{self.ref}  {view.case.title}".rstrip())
        self.query_one("#case-head", Static).update(head(view, self.office))
        self.query_one(Timeline).show(picture(view.case, view.procedure, looking))
        self.query_one(ActionBar).show(view.offers, read_only=self.office.read_only)
        box = self.query_one("#leftover", Static)
        box.display = bool(reading.leftovers)
        box.update(said(reading.leftovers, self._key("case.draft")))
        points = counted(reading.report)
        self.query_one(TabbedContent).get_tab("control").label = f"{TABS['control']} {points}"
        self._fill()
        self.refresh_bindings()

    # --- Tabs --------------------------------------------------------------------------------------

    @on(TabbedContent.TabActivated)
    def _fill(self) -> None:
        """Draw the tab that is shown, and no other."""
        if self._reading is None:
            return
        shown = self._tab
        if shown in LINES:
            self._fill_lines(shown, self._reading)
        lines = list(self._content(shown, self._reading))
        self.query_one(f"#{shown}-content", Static).update(Group(*lines))
        self.refresh_bindings()

    @property
    def _tab(self) -> str:
        return self.query_one(TabbedContent).active or "dates"

    def _fill_lines(self, tab: str, reading: CaseReading) -> None:
        """List the lines of a tab again, the cursor where it was."""
        found = LINES[tab](reading, self.office.looking_at(reading.view.case).today)
        box = self.query_one(f"#{tab}-lines", Rows)
        at = box.highlighted or 0
        box.set_options([Option(line.shown, id=line.id) for line in found])
        box.highlighted = min(at, box.option_count - 1) if box.option_count else None

    @property
    def _line(self) -> str | None:
        """The id of the line under the cursor, in a tab that has lines."""
        if self._tab not in LINES:
            return None
        option = self.query_one(f"#{self._tab}-lines", Rows).highlighted_option
        return option.id if option else None

    def _content(self, tab: str, reading: CaseReading) -> Iterable[RenderableType]:
        view, log = reading.view, reading.journal
        case, procedure = view.case, view.procedure
        looking, directory = self.office.looking_at(case), self.office.directory
        makers: dict[str, Callable[[], Iterable[RenderableType]]] = {
            "dates": lambda: tabs.dates(view, log, looking, self._unfolded),
            "papers": lambda: tabs.papers_aside(procedure, self._key),
            "sayings": lambda: tabs.sayings_aside(reading.compared, self._key),
            "control": lambda: tabs.control_aside(self._key),
            "hours": lambda: tabs.hours_aside(case, reading.goals, looking, self._key),
            "money": lambda: tabs.money(view, reading.quote, reading.accounts, self._key),
            "journal": lambda: entries(log[::-1], procedure, looking, directory),
            "mails": lambda: tabs.mails(view, looking, reading.failed),
        }
        return makers[tab]()

    def _key(self, id_: str) -> str:
        """Return the key of an action, as the user has set it."""
        return first_key(id_, self.office.keys)

    @property
    def exported(self) -> Exported | None:
        """What the tab that is shown lists."""
        if (name := EXPORTED.get(self._tab)) is None:
            return None
        store = self.office.services.cases.store
        return Exported(name, f"dossier {self.ref}", lambda: [store.load(self.ref)])

    @property
    def paper_file(self) -> KeptFile | None:
        """The file of the paper under the cursor."""
        return self._reading.file_of(self._line or "") if self._reading else None

    def action_next_tab(self) -> None:
        """Show the next tab."""
        self.query_one(Tabs).action_next_tab()

    def action_previous_tab(self) -> None:
        """Show the tab before."""
        self.query_one(Tabs).action_previous_tab()

    def action_scroll(self, lines: int) -> None:
        """Move the cursor of the lines of the tab that is shown, or what stands below them."""
        boxes = [box for box in self.query(f"#{self._tab} Rows").results(Rows) if box.option_count]
        for shown in self.query(f"#{self._tab} VerticalScroll"):
            # A page at a time where there are lines: one by one, they are what moves.
            if abs(lines) > 1 or not boxes:
                shown.scroll_relative(y=lines, animate=False)
                return
        for box in boxes:
            box.highlighted = max(0, min((box.highlighted or 0) + lines, box.option_count - 1))

    def action_unfold(self, part: str) -> None:
        """Unfold why the dates are what they are, or what else their texts can say; or fold it again."""
        self._unfolded ^= {part}
        self.query_one(TabbedContent).active = "dates"
        self._fill()

    # --- Acts --------------------------------------------------------------------------------------

    def _writable(self) -> CaseView | None:
        """Return the file when something may be written to it; say why otherwise."""
        return self._reading.view if self.may_write() and self._reading else None

    def action_advance(self) -> None:
        """Open the form of the next step on the usual way; never one that leaves it."""
        if (view := self._writable()) is None:
            return
        if not view.offers:
            self.notify("Le dossier est fini : aucune action.", severity="warning")
            return
        nearest = ahead(view.procedure, view.case.state)[:1]
        on_the_way = (n for n, offer in enumerate(view.offers, 1) if offer.target in nearest)
        self.action_offer(next(on_the_way, 1))

    def action_offer(self, number: int) -> None:
        """Open the form of an action by its number; a refused one opens too, and says what it lacks."""
        view = self._writable()
        if view is not None and number <= len(view.offers):
            self._form(advancing(view, view.offers[number - 1].action, self.office))

    def action_correct(self) -> None:
        """Open the form that corrects facts; those of money, from its tab."""
        if (view := self._writable()) is not None:
            rules = view.procedure
            money = money_facts(rules.accounts, rules.funding, view.case.facts)
            self._form(correcting(view, self.office, money if self._tab == "money" else ()))

    def action_hand_over(self) -> None:
        """Open the form that gives the file to somebody else."""
        if (view := self._writable()) is not None:
            self._form(handing_over(view, self.office))

    def action_what_if(self) -> None:
        """See what would move if a date were another."""
        self.desk.push(WhatIfScreen(self.office, self.ref))

    def action_undo(self) -> None:
        """Show what undoing the last step would do, and ask."""
        if (view := self._writable()) is not None:
            act = undoing(view)
            self.write(act, TypedAnswers(), f"{act.title} ?")

    def _form(self, act: CaseForm) -> None:
        self.desk.push(ActScreen(act), self._changed)

    def action_snooze(self) -> None:
        """Put a reminder off until a day."""
        if (view := self._writable()) is None:
            return
        if view.case.deadlines:
            self._form(putting_off(view, self.office))
        else:
            self.notify("Aucune échéance n’attend : aucun rappel à reporter.", severity="warning")

    def action_chase(self) -> None:
        """Note that what is awaited was asked for again."""
        if (view := self._writable()) is not None:
            self._form(noting_chase(view, self.office))

    def action_letter(self) -> None:
        """See the letters that the file can write."""
        self.desk.push(LettersScreen(self.ref))

    def action_sheet(self) -> None:
        """See what to type in the funder's portal."""
        self.desk.push(SheetScreen(self.ref))

    def _changed(self, _: bool) -> None:
        self.desk.refresh_data()

    def action_draft(self) -> None:
        """Show what was typed in a form that opens no more, and ask whether it may go."""
        if self._reading is not None and self._reading.leftovers:
            one = self._reading.leftovers[0]
            title = f"Oublier le brouillon « {one.label} » ?"
            self.desk.push(ConfirmScreen(title, one.shown()), partial(self._forget, one))

    def _forget(self, one: Leftover, _: bool) -> None:
        forget = partial(one.forget, self.office.drafts)
        self.ask(forget, lambda _: self.refresh_data(), group="act")

    # --- Papers, hours and money --------------------------------------------------------------------------

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Offer what concerns a line only in its tab."""
        if action == "draft":
            return self._reading is not None and bool(self._reading.leftovers)
        if action in TAB_ACTIONS:
            return self._reading is not None and self._tab in TAB_ACTIONS[action]
        return super().check_action(action, parameters)

    def action_mark(self, status: str) -> None:
        """Note how far the paper under the cursor has come."""
        view, paper = self._writable(), self._line
        if view is not None and paper is not None:
            new = PaperStatus(status)
            self.write(noting_paper(view, paper), marked(new), going_back(view, paper, new))

    def action_add_line(self) -> None:
        """Open the form of a new line, of hours or of money."""
        view = self._writable()
        if view is None:
            return
        if self._tab == "money" and not view.procedure.payers:
            self.notify("Aucun argent ne passe par l’agence.", severity="warning")
            return
        self._form(ADDS[self._tab](view))

    @on(OptionList.OptionSelected)
    def action_line(self) -> None:
        """Open the form of the line under the cursor."""
        line, reading = self._line, self._reading
        if reading is None or line is None or not self.may_write():
            return
        try:
            form = FORMS[self._tab](reading, line, self.office)
        except Refused as error:
            self.notify(error.message, severity="warning")
        else:
            self._form(form)

    def action_drop(self) -> None:
        """Ask whether what is noted of the line under the cursor is to be forgotten."""
        view, line = self._writable(), self._line
        if view is not None and line is not None:
            act = DROPS[self._tab](view, line)
            self.write(act, TypedAnswers(), f"{act.title} ?")
