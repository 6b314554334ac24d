"""What text becomes as it leaves the program: French spaces, and signs for what orders a terminal about.

Used by `display.drawing.layout`, `cli.terminal.output` and `cli.terminal.failures` on all that a person
reads. Never applied to JSON; a command meant to be copied keeps its spaces.
"""

from __future__ import annotations

from workflow.text.folding import visible
from workflow.text.french import NARROW, NBSP, typeset

# Rich breaks lines at every Unicode space, non-breaking ones included. While it lays text out, they
# are stood in for by private-use characters as wide as they are, which `released` turns back.
_HOLD = str.maketrans({NBSP: "\ue000", NARROW: "\ue001"})
_RELEASE = str.maketrans({"\ue000": NBSP, "\ue001": NARROW})
_LOOSEN = str.maketrans("\ue000\ue001", "  ")


def shown(text: str) -> str:
    """Return a text as a person reads it in a terminal: typeset, whoever wrote it."""
    return typeset(visible(text))


def held(text: str) -> str:
    """Return the same with stand-ins for its non-breaking spaces, for Rich to lay out."""
    return shown(text).translate(_HOLD)


def released(text: str) -> str:
    """Return a text laid out by Rich with its non-breaking spaces back in place."""
    return text.translate(_RELEASE)


def loosened(text: str) -> str:
    """Return a text laid out by Rich with plain spaces, for a grid of cells that nobody breaks again."""
    return text.translate(_LOOSEN)
