"""What all that is drawn is made of: texts in colours named by what they mean, and how they are set out.

Used by the views of the command line and by the screens. A colour is a name here; `THEME` of
`cli.terminal.output` and the themes of the interface say what each looks like. Each meaning is also said by a
word or a sign, so that nothing is lost without colours.
"""

from __future__ import annotations

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
