"""What is pasted, as one line that may be typed: most fields have no other; or as a list.

Used by `tui.app` on every paste, so that the search and the menu take it as the forms do. Drops nothing
that a reader sees.
"""

from __future__ import annotations

import re

from workflow.text.folding import cleaned

_SEQUENCES = re.compile(r"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\))")
_CONTROLS = re.compile(r"[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f]")


def pasted_list(text: str) -> str:
    """Return a pasted list line by line, its columns apart by a semicolon, with no order to a terminal."""
    lines = cleaned(_CONTROLS.sub("", _SEQUENCES.sub("", text)), breaks=True).splitlines()
    return "\n".join(line.rstrip().replace("\t", ";") for line in lines)


def pasted(text: str) -> str:
    """Return a pasted text on one line, its lines joined by a space, without what orders a terminal about.

    One that stands on a single line keeps its spaces.
    """
    lines = cleaned(_CONTROLS.sub("", _SEQUENCES.sub("", text)), breaks=True).splitlines()
    lines = [line.replace("\t", " ") for line in lines]
    if len(lines) < 2:  # noqa: PLR2004 - there is something to join from two on
        return "".join(lines)
    return " ".join(filter(None, map(str.strip, lines)))
