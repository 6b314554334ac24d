"""Text in the colours of the theme: the names of `tui.drawing.themes`, turned into what Rich draws.

Used by the widgets that draw Rich renderables. A name the theme does not have is refused by a KeyError:
a colour nobody defined is a mistake of ours.
"""

from __future__ import annotations

from rich.cells import cell_len, set_cell_size
from rich.style import Style
from rich.text import Text
from textual.dom import DOMNode

_PLAIN = {"": Style(), "strong": Style(bold=True)}
_NAMES = ("accent", "late", "soon", "ok", "awaited", "internal", "muted")

Piece = str | tuple[str, str]
"""A text, or a text and the name of its colour."""


class Paint:
    """Paints in the colours of the theme in force.

    Args:
        node: any widget of the application.
    """

    def __init__(self, node: DOMNode) -> None:
        variables = node.app.theme_variables
        self._styles = {name: Style(color=variables[name][:7]) for name in _NAMES} | _PLAIN

    def style(self, name: str) -> Style:
        """Return a colour by its name."""
        return self._styles[name]

    def text(self, words: str, style: str = "") -> Text:
        """Return a text of one colour."""
        return Text(words, self._styles[style])

    def line(self, *pieces: Piece) -> Text:
        """Return pieces of several colours as one text."""
        return Text.assemble(
            *(
                piece if isinstance(piece, str) else (piece[0], self._styles[piece[1]])
                for piece in pieces
            )
        )

    def heading(self, words: str) -> Text:
        """Return the title of a part."""
        return Text(words, self._styles["accent"] + Style(bold=True))


def fitted(words: str, width: int) -> str:
    """Return words over exactly some columns of the terminal, cut with « … » when they are too long.

    A wide letter takes two columns and an accent typed apart none.
    """
    if width <= 0:
        return ""
    if cell_len(words) < width:
        return set_cell_size(words, width)
    return set_cell_size(f"{set_cell_size(words, max(width - 2, 0))}…", width)


def folded(words: str, width: int, lines: int) -> list[str]:
    """Return words over at most some lines of some columns, broken between them, cut with « … ».

    Columns are those of the terminal, as in `fitted`.
    """
    if lines <= 0:
        return []
    told: list[str] = []
    for word in words.split():
        if told and cell_len(f"{told[-1]} {word}") <= width:
            told[-1] = f"{told[-1]} {word}"
        else:
            told.append(word)
    kept = [*told[: lines - 1], " ".join(told[lines - 1 :])] if len(told) > lines else told
    return [fitted(line, width + 1).rstrip() if cell_len(line) > width else line for line in kept]
