"""What all that is drawn is made of: texts in colours named by what they mean, and how they are set out.

Used by the views of the command line and by the screens. A colour is a name here; `THEME` of
`cli.terminal.output` and the themes of the interface say what each looks like. Each meaning is also said by a
word or a sign, so that nothing is lost without colours.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from rich.console import RenderableType
from rich.padding import Padding, PaddingDimensions
from rich.table import Column, Table
from rich.text import Text

from display.drawing.typography import held

Piece = str | tuple[str, str]
"""A text, or a text and the name of its colour."""
Cell = Piece | Text
"""What stands in a column."""


def text(value: str, style: str = "") -> Text:
    """Return a text as views show it: French spaces, nothing interpreted, by Rich or by the terminal."""
    return line((value, style))


def line(*pieces: Piece) -> Text:
    """Return a text made of pieces, each with or without a colour."""
    # Folded, never cut: a reference or a path that is shortened cannot be used.
    whole = Text(overflow="fold")
    for piece in pieces:
        value, style = (piece, "") if isinstance(piece, str) else piece
        whole.append(held(value), style or None)
    return whole


def title(words: str) -> Text:
    """Return the title of a part."""
    return text(words, "title")


def section(words: str) -> Iterator[RenderableType]:
    """Yield the title of a part, under an empty line."""
    yield ""
    yield title(words)


def under(item: RenderableType, by: int = 2) -> Padding:
    """Return something that belongs to what stands above it, some columns to the right."""
    return Padding(text(item) if isinstance(item, str) else item, (0, 0, 0, by))


def headed(*heads: str | Column, padding: PaddingDimensions = (0, 2, 0, 0)) -> Table:
    """Return an empty table under its heads; a name alone is that of a column of words."""
    columns = (one if isinstance(one, Column) else Column(text(one)) for one in heads)
    return Table(*columns, box=None, padding=padding, pad_edge=False, header_style="strong")


def whole(head: str) -> Column:
    """Return a column whose cells stay on one line."""
    return Column(text(head), no_wrap=True)


def figures(head: str) -> Column:
    """Return a column of numbers."""
    return Column(text(head), no_wrap=True, justify="right")


def grid(rows: Iterable[Sequence[Cell]]) -> Table:
    """Return cells in columns, without heads."""
    table = Table.grid(padding=(0, 2))
    for row in rows:
        table.add_row(*map(_cell, row))
    return table


def pairs(rows: Iterable[tuple[str, Cell]]) -> Table:
    """Return names and what they are, in two columns."""
    return grid(((name, "muted"), value) for name, value in rows)


def _cell(cell: Cell) -> Text:
    if isinstance(cell, Text):
        return cell
    return text(cell) if isinstance(cell, str) else text(*cell)
