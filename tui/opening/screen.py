"""Nouveau dossier: what its procedure asks on the left; on the right its window on a calendar, its verdict.

Opened from the first screen. Everything is judged while one types, nothing is written before the last
question. Why the person is eligible is never asked here: it is noted apart, in the restricted part.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar

from rich.console import Group, RenderableType
from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Container, VerticalScroll
from textual.widgets import Static

from tui.acts.actform import Prepared
from tui.acts.acts import TITLE
from tui.acts.asked import FACT
from tui.case.screen import CaseScreen
from tui.fields.line import Line
from tui.forms.filling import KEYS, Filling, together
from tui.frame.keybar import KeyBar
from tui.frame.keys import bind, first_key
from tui.frame.masthead import Masthead
from tui.frame.office import Office
from tui.frame.page import Page
from tui.opening.form import OpeningForm, Preview, opening
from tui.opening.funders import FunderScreen
from tui.opening.group import NAMES, grouped
from tui.opening.view import drawn
from workflow.case.case import Outcome
from workflow.cohorts.lines import MemberLine
from workflow.text import french
from workflow.wording.act_text import TAKEN_OVER
from workflow.worklist.worklist import WorkRow

_TIGHT, _WIDE = 80, 100
"""Columns from which the result stands beside the form, and from which it has room for two months."""


class NewScreen(Page, Filling[None]):
    """A file to open.

    Args:
        office: gives what may be chosen.
        seen: the files in sight, most of which are of the procedure to begin with.
        form: what is asked, when it is more than one file.
    """

    asks_facts = True
    reads_on = "#new-panel"
    HORIZONTAL_BREAKPOINTS = [(0, "-tight"), (_TIGHT, "-narrow"), (_WIDE, "-wide")]  # noqa: RUF012 - Textual's own type
    BINDINGS: ClassVar[list[BindingType]] = [
        *KEYS,
        bind("new.nearest", priority=True),
        bind("new.funder", priority=True),
        bind("form.next_month", "month(1)", priority=True),
        bind("form.previous_month", "month(-1)", priority=True),
    ]

    def __init__(
        self, office: Office, seen: Iterable[WorkRow] = (), form: OpeningForm | None = None
    ) -> None:
        super().__init__(form or opening(office, seen))
        self._preview: Preview | None = None
        self._shift = 0

    def compose(self) -> ComposeResult:
        """Yield the form, and what it would give beside it."""
        yield Masthead(self._first.title)
        with Container(id="new"):
            # There from the first: a form that fills itself in later is a form one types beside.
            yield self.asks()
            with VerticalScroll(id="new-panel", can_focus=False):
                yield Static(id="new-found")
        yield KeyBar()

    def action_force(self) -> None:
        """Ask why, and go against the window; a training that has begun is of a file that lives already."""
        start, remark = self._preview.start if self._preview else None, self.answers.remark
        if start and start < self.office.today and not (self.answers.forced or remark.typed):
            remark.put(f"{TAKEN_OVER}.")
        super().action_force()

    # --- What it would give ------------------------------------------------------------------------

    def reconsider(self, *, at_once: bool = False) -> None:
        """Look at what is typed, once no key has come for a moment."""
        self._preview = None
        super().reconsider(at_once=at_once)

    def show(self, lines: Iterable[RenderableType], found: Prepared | None = None) -> None:
        """Show the window of a file and its verdict, or why there is none."""
        self._preview = found if isinstance(found, Preview) else None
        if self._preview is None:
            self.query_one("#new-found", Static).update(together(lines))
        self._draw()

    def _draw(self) -> None:
        if self._preview is None:
            return
        lines = drawn(
            self._preview,
            self.reasons,
            self.act.looking(self.office),
            months=1 if self.app.size.width < _WIDE else 2,
            shift=self._shift,
            key=first_key("new.nearest", self.office.keys),
        )
        self.query_one("#new-found", Static).update(Group(*lines))
        self.refresh_bindings()

    def on_resize(self) -> None:
        """Draw as many months as there is room for."""
        self._draw()

    def action_month(self, way: int) -> None:
        """Show other months."""
        self._shift += way
        self._draw()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Offer the first date possible only when there is one, a funder only where there are several."""
        if action == "nearest":
            return self._preview is not None and self._preview.nearest is not None
        if action == "funder":
            return self.is_mounted and self.answers.field("funder") is not None
        return super().check_action(action, parameters)

    def action_funder(self) -> None:
        """Look for the funder that covers a sector."""
        field = self.answers.field("funder")
        assert field is not None, "asked where there are several"  # noqa: S101
        chosen = self.answers.answered["procedure"]
        rules = self.office.services.rulebook.procedure(chosen)
        self.desk.push(FunderScreen(rules), field.put)

    def action_nearest(self) -> None:
        """Type the first start that works."""
        if self._preview is not None and self._preview.nearest is not None:
            self._shift = 0
            start = self.answers.field(self.act.starts_at)
            assert start is not None, "the first day is always asked"  # noqa: S101
            start.put(french.short_day(self._preview.nearest.start))

    def drawn(self, found: Prepared) -> list[RenderableType]:
        """Return what would be written; the rest of what is known stands beside the form."""
        return super().drawn(found) if found.save else []

    @on(Line.Several)
    def _several(self, event: Line.Several) -> None:
        """Open a group when several names are pasted where one was asked."""
        if event.line.id == f"{FACT}{TITLE}" and isinstance(self.act, OpeningForm):
            told = {**self.answers.answered, NAMES: event.text}
            self.drop_draft()
            # What the field says of the paste comes after: it is in the other form.
            self._draft = None
            self.desk.switch_screen(NewScreen(self.office, form=grouped(self.act, told)))

    def leave(self, result: Outcome | list[MemberLine]) -> None:
        """Go on with the file that was opened, or with the group."""
        self.desk.refresh_data()
        if isinstance(result, list):
            self.desk.go("cohorts")
            return
        self.desk.switch_screen(CaseScreen(result.after.ref))
