"""What a long list shows, group by group, and which line each row stands on.

Used by `tui.lists.worktable`. Geometry alone: nothing is read, drawn or remembered here.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterator, Sequence
from itertools import accumulate
from typing import Protocol

from msgspec import Struct

PAGE = 50
"""Lines read at once, to be shown."""
_AT_ONCE = 500
"""Lines read at once, where all of them are."""

Cells = Sequence[tuple[str, str]]
"""Pieces of a line: text, and the name of a colour (or nothing)."""


class Row(Protocol):
    """What a line must have: a name of its own, and what tells that it has changed."""

    @property
    def ref(self) -> str:
        """The name by which it is marked."""

    @property
    def version(self) -> int:
        """Another number once what it stands for has changed."""


class Section(Struct, frozen=True):
    """A group of the list.

    Args:
        id: tells sections apart.
        title: its heading; empty for none.
        count: how many lines it has.
        read: given an offset and a number, returns lines; runs in a thread.
        every: returns the names of all it stands for, when it lists only some; runs in a thread.
        known: its first lines, when they were read already.
    """

    id: str
    title: str
    count: int
    read: Callable[[int, int], Sequence[Row]]
    every: Callable[[], Sequence[str]] | None = None
    known: Sequence[Row] = ()

    @property
    def pages(self) -> Iterator[tuple[int, Sequence[Row]]]:
        """The pages that are known already, by number."""
        for number, first in enumerate(range(0, len(self.known), PAGE)):
            yield number, self.known[first : first + PAGE]

    def rows(self) -> Iterator[Row]:
        """Yield all its lines; in a thread."""
        for offset in range(0, self.count, _AT_ONCE):
            yield from self.read(offset, min(_AT_ONCE, self.count - offset))

    def names(self, offset: int, limit: int) -> list[str]:
        """Return the names of some lines; in a thread."""
        return [row.ref for row in self.read(offset, limit)]

    def all_names(self) -> list[str]:
        """Return the names of all it stands for; in a thread."""
        return list(self.every()) if self.every else self.names(0, self.count)


class Layout:
    """Sections one under the other, each with its heading and an empty line after it.

    Args:
        sections: in order; those without a line are left out.
    """

    def __init__(self, sections: Sequence[Section] = ()) -> None:
        self.sections = tuple(section for section in sections if section.count)
        heights = [section.count + (2 if section.title else 0) for section in self.sections]
        self._tops = [0, *accumulate(heights)][: len(heights)]
        self.firsts = [0, *accumulate(s.count for s in self.sections)][: len(heights)]
        """Rank of the first row of each section."""
        # A titled group is followed by an empty line, save the last one.
        trailing = 1 if self.sections and self.sections[-1].title else 0
        self.height = sum(heights) - trailing
        self.total = sum(section.count for section in self.sections)

    def at(self, rank: int) -> tuple[Section, int]:
        """Return the section of a row, and its place in it."""
        number = bisect_right(self.firsts, rank) - 1
        return self.sections[number], rank - self.firsts[number]

    def line_of(self, rank: int) -> int:
        """Return the line on which a row stands."""
        number = bisect_right(self.firsts, rank) - 1
        heading = 1 if self.sections[number].title else 0
        return self._tops[number] + heading + rank - self.firsts[number]

    def place(self, line: int) -> tuple[int, int] | None:
        """Return the number of a line's section and its place there: -1 for its heading.

        None for the empty line between two sections, and beyond the last.
        """
        if not self.sections or not 0 <= line < self.height:
            return None
        number = bisect_right(self._tops, line) - 1
        section = self.sections[number]
        index = line - self._tops[number] - (1 if section.title else 0)
        return (number, index) if index < section.count else None

    def between(self, first: int, last: int) -> Iterator[tuple[Section, int, int]]:
        """Yield, for each section that two ranks span, its first row wanted and how many."""
        for section, start in zip(self.sections, self.firsts, strict=True):
            low, high = max(first - start, 0), min(last - start, section.count - 1)
            if low <= high:
                yield section, low, high - low + 1
