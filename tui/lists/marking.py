"""Lists whose lines are marked, one by one, in a range, or all of them, for an action on them all.

Used by the screens of files and of mails. What is not read yet is marked by name, read by the screen.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import ClassVar

from textual.binding import BindingType

from tui.frame.keys import bind
from tui.lists.sections import Cells
from tui.lists.worktable import Lines, R, WorkTable
from workflow.worklist.worklist import WorkRow


class Markable(Lines[R]):
    """Shows lines that can be marked; arguments as `Lines`."""

    BINDINGS: ClassVar[list[BindingType]] = [
        bind("list.mark"),
        bind("list.mark_down", "mark_going(1)"),
        bind("list.mark_up", "mark_going(-1)"),
        bind("list.mark_range"),
        bind("list.mark_all"),
    ]

    @dataclass
    class MarkWanted(Lines.Told):
        """Files are to be marked that are not read yet: call `read` in a thread, then `then`."""

        read: Callable[[], list[str]]
        then: Callable[[Sequence[str]], None]

    @dataclass
    class Marked(Lines.Told):
        """Other files are marked."""

    def __init__(self, draw: Callable[[R, int], Cells], *, id: str | None = None) -> None:  # noqa: A002 - Textual's name
        super().__init__(draw, id=id)
        self.marked: dict[str, None] = {}
        """References of the files marked, for an action on all of them, in the order of marking."""
        self._anchor: int | None = None

    def action_mark(self) -> None:
        """Mark the file under the cursor, or take its mark away, and go on; end a range."""
        if self._anchor is not None:
            self.action_mark_range()
        elif (row := self.current) is not None:
            if row.ref in self.marked:
                self.unmark([row.ref])
            else:
                self.mark([row.ref])
            self.action_step(1)

    def action_mark_going(self, way: int) -> None:
        """Mark the file under the cursor and the one after it, and go there."""
        first = self.current
        self.action_step(way)
        self.mark([row.ref for row in (first, self.current) if row is not None])

    def action_mark_range(self) -> None:
        """Start a range of files to mark, or end it where the cursor is."""
        if self._anchor is None:
            self._anchor = self.cursor if self.total else None
        else:
            first, last = sorted((self._anchor, self.cursor))
            self._anchor = None
            parts = self._layout.between(first, last)
            self._want([partial(one[0].names, *one[1:]) for one in parts], self.mark)
        self.post_message(self.Marked(self))
        self.refresh()

    def action_mark_all(self) -> None:
        """Mark everything that is listed or stood for, or nothing any more when it is."""
        self._anchor = None
        self._want([section.all_names for section in self._layout.sections], self._mark_all)

    def _mark_all(self, refs: Sequence[str]) -> None:
        if all(ref in self.marked for ref in refs):
            self.unmark(list(self.marked))
        else:
            self.mark(refs)

    def mark(self, refs: Sequence[str]) -> None:
        """Mark files."""
        self.marked.update(dict.fromkeys(refs))
        self.post_message(self.Marked(self))
        self.refresh()

    def unmark(self, refs: Sequence[str]) -> None:
        """Take marks away."""
        for ref in refs:
            self.marked.pop(ref, None)
        self._anchor = None
        self.post_message(self.Marked(self))
        self.refresh()

    @property
    def choosing(self) -> bool:
        """True while a range is being marked."""
        return self._anchor is not None

    def bears_mark(self, row: R, rank: int) -> bool:
        """Tell whether a line is marked, or in the range that is being marked."""
        if row.ref in self.marked:
            return True
        if self._anchor is None:
            return False
        return min(self._anchor, self.cursor) <= rank <= max(self._anchor, self.cursor)

    def _want(
        self, parts: Sequence[Callable[[], list[str]]], then: Callable[[Sequence[str]], None]
    ) -> None:
        """Ask for the names of some lines, section by section."""

        def read() -> list[str]:
            return [ref for part in parts for ref in part()]

        self.post_message(self.MarkWanted(self, read, then))


class MarkableFiles(WorkTable, Markable[WorkRow]):
    """A list of files that can be marked; the style sheet knows it by its first parent."""
