"""What text becomes as it leaves the program: French spaces, and signs for what orders a terminal about.

Used by `display.drawing.layout`, `cli.terminal.output` and `cli.terminal.failures` on all that a person
reads. Never applied to JSON; a command meant to be copied keeps its spaces.
"""

from __future__ import annotations

import re

from workflow.text.folding import visible

NARROW = "\u202f"
"""Before « ; », « ! » and « ? »."""
FULL = "\u00a0"
"""Before a colon, a unit or a percent sign, and inside quotation marks."""

_RULES = (
    (re.compile(r"« "), f"«{FULL}"),
    (re.compile(r" »"), f"{FULL}»"),
    (re.compile(r" (?=[;!?](?:[\s»)]|$))"), NARROW),
    (re.compile(r" (?=:(?:\s|$))"), FULL),
    (re.compile(r"(?<=\d) (?=[%€])"), FULL),
)

# Rich breaks lines at every Unicode space, non-breaking ones included. While it lays text out, they
# are stood in for by private-use characters as wide as they are, which `released` turns back.
_HOLD = str.maketrans({FULL: "\ue000", NARROW: "\ue001"})
_RELEASE = str.maketrans({"\ue000": FULL, "\ue001": NARROW})
_LOOSEN = str.maketrans("\ue000\ue001", "  ")


def typeset(text: str) -> str:
    """Return a text whose punctuation stays with its word at the end of a line.

    The length never changes: each space becomes another space.
    """
    for pattern, replacement in _RULES:
        text = pattern.sub(replacement, text)
    return text


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
