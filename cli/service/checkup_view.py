"""The lines of `diagnostic` in the terminal."""

from __future__ import annotations

from collections.abc import Iterable

from rich.table import Table

from display.drawing.layout import text

_MARKS = {"ok": ("✓", "ok"), "attention": ("!", "soon"), "erreur": ("✗", "late")}


def table(found: Iterable[tuple[str, str, str]]) -> Table:
    """Return one line for each thing checked: its level, its name and what is found."""
    grid = Table.grid(padding=(0, 2))
    grid.add_column(width=1)
    grid.add_column(no_wrap=True)
    grid.add_column()
    for level, name, words in found:
        mark, style = _MARKS[level]
        grid.add_row(text(mark, style), text(name, "strong"), text(words))
    return grid
