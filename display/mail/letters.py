"""A letter to somebody outside, as it is read before it is sent: to whom, about what, what it lacks.

Used by `dossier lettre` and by the interface. What is left to fill in by hand has a colour, and says so.
"""

from __future__ import annotations

from collections.abc import Iterator

from rich.console import RenderableType
from rich.text import Text

from display.drawing.layout import line, pairs
from notifications.correspondence.filled import FilledModel, parts


def letter(to: str, filled: FilledModel) -> Iterator[RenderableType]:
    """Yield a letter; `to` says who receives it."""
    yield pairs([("À", to), ("Objet", _line(filled.subject))])
    yield ""
    yield from map(_line, filled.text.split("\n"))


def _line(words: str) -> Text:
    return line(*((piece, "soon" if missing else "") for piece, missing in parts(words)))
