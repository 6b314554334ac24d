"""What all that is drawn is made of: texts in colours named by what they mean, and how they are set out.

Used by the views of the command line and by the screens. A colour is a name here; `THEME` of
`cli.terminal.output` and the themes of the interface say what each looks like. Each meaning is also said by a
word or a sign, so that nothing is lost without colours.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from rich.console import RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from display.typography import held

Piece = str | tuple[str, str]
"""A text, or a text and the name of its colour."""


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


def pairs(rows: Iterable[tuple[str, str | Text]]) -> Table:
    """Return names and what they are, in two columns."""
    grid = Table.grid(padding=(0, 2))
    for name, value in rows:
        grid.add_row(text(name, "muted"), text(value) if isinstance(value, str) else value)
    return grid
