"""The LIKE patterns of what a person types to find a file by its reference, its title or its numbers.

Used by `db.cases.listing` and `db.worklist.sql`: the list of cases and the list of work find the same
files.
"""

from __future__ import annotations

from collections.abc import Iterator

from workflow.text.folding import LONGEST_SEARCH, bare, fold, searched, ungrouped

ESCAPE = "/"
"""What makes an ordinary letter of the sign after it."""


def patterns(text: str) -> Iterator[tuple[str, ...]]:
    """Yield, for each word, the patterns of which one has to fit what a file is searched by.

    Args:
        text: what was typed; « jean-pierre » finds « Jean Pierre » and « JeanPierre » as well.
    """
    if len(text) > LONGEST_SEARCH:
        # A database refuses patterns without end; nothing is that long.
        yield ("",)
        return
    for word in dict.fromkeys(searched(text).split()):
        kept = _escaped(bare(word))
        loose = _escaped(word).replace("-", "_").replace("'", "_")
        number = (ungrouped(word),) if any(map(str.isdecimal, word)) else ()
        if kept:
            yield tuple(f"%{one}%" for one in dict.fromkeys((kept, loose, *number)))


def beginning(text: str) -> str:
    """Return the pattern of what begins as typed."""
    return f"{_escaped(fold(text[:LONGEST_SEARCH]))}%"


def _escaped(word: str) -> str:
    return word.replace("/", "//").replace("%", "/%").replace("_", "/_")
