"""A screen with lists: reads the lines that they want to show, and the names of those to be marked.

The screens of files, people and mails derive from it; what a list shows is theirs to say.
"""

from __future__ import annotations

from functools import partial

from textual import on

from tui.frame.page import Page
from tui.lists.marking import Markable
from tui.lists.sections import PAGE
from tui.lists.worktable import Lines


class Listing(Page):
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
