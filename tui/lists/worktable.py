"""Lists of files, people or mails: groups, one line each, of which only the pages in view are ever held.

Used by every screen that has a list; `tui.lists.marking` lets lines be marked. A section knows how many
lines it has and how to read some of them; the list asks for those it shows, by a message, and draws a pale
line until they come. A hundred thousand files cost what fifty do.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Generic, TypeVar, cast

from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.binding import BindingType
from textual.geometry import Region, Size
from textual.message import Message
from textual.reactive import reactive
from textual.scroll_view import ScrollView
from textual.strip import Strip

from tui.frame.keys import bind
from tui.lists.sections import PAGE, Cells, Layout, Row, Section
from workflow.worklist.worklist import WorkRow

_PAGES_HELD = 24

R = TypeVar("R", bound=Row)


class Lines(ScrollView, Generic[R], can_focus=True):
    """Shows sections of files, and where the cursor is.

    Args:
        draw: lays a line out over a number of columns.
    """

    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "worktable--heading", "worktable--count", "worktable--cursor", "worktable--mark",
        "worktable--late", "worktable--soon", "worktable--ok", "worktable--awaited",
        "worktable--internal", "worktable--muted", "worktable--accent", "worktable--strong",
    }  # fmt: skip
    BINDINGS: ClassVar[list[BindingType]] = [
        bind("list.open"),
        bind("list.down", "step(1)"),
        bind("list.up", "step(-1)"),
        bind("list.page_down", "turn(1)"),
        bind("list.page_up", "turn(-1)"),
        bind("list.first"),
        bind("list.last"),
        bind("list.next_group"),
        bind("list.previous_group"),
    ]

    cursor: reactive[int] = reactive(0, init=False)
    """Rank of the selected file among all the files listed."""

    @dataclass
    class Told(Message):
        """Something that a list says of itself."""

        table: Lines[Any]

        @property
        def control(self) -> Lines[Any]:
            """The list, so that one of several can be told apart."""
            return self.table

    @dataclass
    class Wanted(Told):
        """Lines are needed: read them, then call `give`."""

        generation: int
        section: Section
        page: int

    @dataclass
    class Selected(Told):
        """The cursor is on another line, or on none."""

        row: Row | None

    @dataclass
    class Opened(Told):
        """A line is to be opened."""

        row: Row

    def __init__(
        self,
        draw: Callable[[R, int], Cells],
        *,
        id: str | None = None,  # noqa: A002 - Textual's name
    ) -> None:
        super().__init__(id=id)
        self._draw = draw
        self._layout = Layout()
        self._generation = 0
        self._pages: OrderedDict[tuple[str, int], Sequence[R]] = OrderedDict()
        # What was shown before: drawn until the new lines come, so that nothing flickers.
        self._stale: OrderedDict[tuple[str, int], Sequence[R]] = OrderedDict()
        self._asked: set[tuple[str, int]] = set()
        self._told: tuple[str, int] | None = None

    # --- Content -----------------------------------------------------------------------------------

    @property
    def total(self) -> int:
        """How many files are listed."""
        return self._layout.total

    def every_row(self) -> Iterable[R]:
        """Return all its lines as they stand now, read as they are taken; in a thread."""
        sections = self._layout.sections
        return (cast(R, row) for section in sections for row in section.rows())

    def show(self, sections: Sequence[Section], *, keep: bool = True) -> None:
        """List other sections; `keep` leaves the cursor at its rank."""
        self._layout = Layout(sections)
        self._generation += 1
        self._asked.clear()
        self._stale = self._pages if keep else OrderedDict()
        self._pages = OrderedDict(
            ((section.id, number), cast(Sequence[R], rows))
            for section in sections
            for number, rows in section.pages
        )
        self.virtual_size = Size(0, self._layout.height)
        self.set_reactive(Lines.cursor, min(self.cursor, max(self.total - 1, 0)) if keep else 0)
        if not keep:
            self.scroll_to(y=0, animate=False)
        self._told = None
        self._tell()
        self.refresh()

    def give(self, wanted: Wanted, rows: Sequence[R]) -> None:
        """Take the lines that were asked for; those of a former list are dropped."""
        if wanted.generation != self._generation:
            return
        key = wanted.section.id, wanted.page
        self._pages[key] = rows
        self._asked.discard(key)
        while len(self._pages) > _PAGES_HELD:
            self._pages.popitem(last=False)
        self._tell()
        self.refresh()

    def row_at(self, rank: int) -> R | None:
        """Return a file by its rank, None when it is not read yet."""
        if not 0 <= rank < self.total:
            return None
        return self._row(*self._layout.at(rank))

    @property
    def read(self) -> list[R]:
        """The files that are read, in no order."""
        return [row for rows in self._pages.values() for row in rows]

    @property
    def current(self) -> R | None:
        """The file under the cursor, None when there is none or it is not read yet."""
        return self.row_at(self.cursor)

    def _row(self, section: Section, index: int) -> R | None:
        number, within = divmod(index, PAGE)
        key = section.id, number
        if key in self._pages:
            self._pages.move_to_end(key)
            rows = self._pages[key]
            return rows[within] if within < len(rows) else None
        if key not in self._asked:
            self._asked.add(key)
            self.post_message(self.Wanted(self, self._generation, section, number))
        rows = self._stale.get(key, ())
        return rows[within] if within < len(rows) else None

    # --- Drawing -----------------------------------------------------------------------------------

    def render_line(self, y: int) -> Strip:
        """Return one line of the list."""
        width, line = self.size.width, y + self.scroll_offset.y
        place = self._layout.place(line)
        if place is None:
            return Strip.blank(width, self.rich_style)
        at, index = place
        section = self._layout.sections[at]
        if index < 0:
            return self._strip(
                [(section.title, "heading"), (f"  {section.count}", "count")], width, Style()
            )
        row = self._row(section, index)
        here = self._layout.firsts[at] + index == self.cursor
        ground = self._ground if here else Style()
        if row is None:
            return self._strip([("  …", "muted")], width, ground)
        bar = ("▌" if here and self.has_focus else " ", "accent")
        rank = self._layout.firsts[at] + index
        mark = ("●" if self.bears_mark(row, rank) else " ", "mark")
        return self._strip([bar, mark, *self._draw(row, width - 3), (" ", "")], width, ground)

    def bears_mark(self, row: R, rank: int) -> bool:  # noqa: ARG002 - for lists that can be marked
        """Tell whether a line is drawn as marked."""
        return False

    def _strip(self, cells: Cells, width: int, ground: Style) -> Strip:
        segments = [
            Segment(text, self._style(name) + ground if name else self.rich_style + ground)
            for text, name in cells
        ]
        return Strip(segments).adjust_cell_length(width, self.rich_style + ground)

    @property
    def _ground(self) -> Style:
        """What lies under the cursor: a background alone, so that colours still speak."""
        return Style(bgcolor=self.get_component_rich_style("worktable--cursor").bgcolor)

    def _style(self, name: str) -> Style:
        return self.get_component_rich_style(f"worktable--{name}")

    # --- Moving ------------------------------------------------------------------------------------

    def watch_cursor(self) -> None:
        """Keep the cursor in view."""
        self._show_cursor()
        self._tell()
        self.refresh()

    def on_resize(self) -> None:
        """Keep it there when there is room for fewer lines."""
        self._show_cursor()

    def _show_cursor(self) -> None:
        """Scroll to the cursor, with its heading when it is the first of its group."""
        if not self._layout.sections:
            return
        line = self._layout.line_of(self.cursor)
        top = line - 1 if self.cursor in self._layout.firsts else line
        self.scroll_to_region(
            Region(0, top, 1, line - top + 1), animate=False, force=True, x_axis=False
        )

    def _tell(self) -> None:
        row = self.current
        told = (row.ref, row.version) if row else None
        if told != self._told and (row is not None or not self.total):
            self._told = told
            self.post_message(self.Selected(self, row))

    def _go(self, rank: int) -> None:
        self.cursor = max(0, min(rank, self.total - 1))

    def action_step(self, lines: int) -> None:
        """Go some files further, or back."""
        self._go(self.cursor + lines)

    def action_turn(self, way: int) -> None:
        """Go a screen further, or back."""
        self.action_step(way * max(self.size.height - 2, 1))

    def action_first(self) -> None:
        """Go to the first file."""
        self._go(0)

    def action_last(self) -> None:
        """Go to the last file."""
        self._go(self.total - 1)

    def action_next_group(self) -> None:
        """Go to the first file of the next group, and from the last one to the first."""
        self._go(next((first for first in self._layout.firsts if first > self.cursor), 0))

    def action_previous_group(self) -> None:
        """Go to the first file of the group before."""
        before = [first for first in self._layout.firsts if first < self.cursor]
        self._go(before[-1] if before else self._layout.firsts[-1] if self._layout.firsts else 0)

    def action_open(self) -> None:
        """Open the file under the cursor."""
        if (row := self.current) is not None:
            self.post_message(self.Opened(self, row))

    def on_click(self, event: events.Click) -> None:
        """Select the file clicked; open it when it was selected, or on a double click."""
        place = self._layout.place(event.y + self.scroll_offset.y)
        if place is None or place[1] < 0:
            return
        rank = self._layout.firsts[place[0]] + place[1]
        opens = rank == self.cursor or event.chain > 1
        self._go(rank)
        if opens:
            self.action_open()


class WorkTable(Lines[WorkRow]):
    """A list of files."""
