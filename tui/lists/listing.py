"""A screen with lists: reads the lines that they want to show, and the names of those to be marked.

The screens of files, people and mails derive from it; what a list shows is theirs to say.
"""

from __future__ import annotations

from abc import abstractmethod
from functools import partial

from textual import on

from tui.forms.exporting import Exporting
from tui.lists.marking import Markable
from tui.lists.saved_views import EVERYTHING, View
from tui.lists.sections import PAGE
from tui.lists.worktable import Lines


class Listing(Exporting):
    """A screen with one list or more."""

    @on(Lines.Wanted)
    def _fetch(self, wanted: Lines.Wanted) -> None:
        self.ask(
            partial(wanted.section.read, wanted.page * PAGE, PAGE),
            partial(wanted.table.give, wanted),
            group="pages",
            exclusive=False,
        )

    @on(Markable.MarkWanted)
    def _read_marks(self, wanted: Markable.MarkWanted) -> None:
        self.ask(wanted.read, wanted.then, group="marks")


class Viewing(Listing):
    """A screen whose files are those of a view, which its keys change."""

    _view = EVERYTHING

    @abstractmethod
    def read_view(self) -> None:
        """Read what another view shows."""

    def action_filter(self) -> None:
        """Choose a view, or put another together."""
        # Imported here: the first screen does not wait for it.
        from tui.lists.filters import FilterScreen

        self.desk.push(FilterScreen(self._view, self.office), self._see)

    def action_mine(self) -> None:
        """Show the files of the person at the keyboard, or all of them again."""
        mine = View("Les miens", owner=self.office.acting)
        self._see(EVERYTHING if self._view == mine else mine)

    def _see(self, view: View) -> None:
        self._view = view
        self.read_view()
