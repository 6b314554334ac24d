"""Text that a spreadsheet would take for a formula, made plain, and read back as it was.

Used by what is written as delimited text, and by whatever reads such a file again. Pure.
"""

from __future__ import annotations

from typing import Final

_SIGN: Final = "'"
_TAKEN: Final = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠", _SIGN)
"""What begins a formula in some program; and the sign itself, lest it be taken away for nothing."""


def guarded(text: str) -> str:
    """Return a text that no spreadsheet computes: an apostrophe stands before what it would."""
    return _SIGN + text if text.startswith(_TAKEN) else text


def unguarded(text: str) -> str:
    """Return what `guarded` was given."""
    found = text.removeprefix(_SIGN)
    return found if found != text and found.startswith(_TAKEN) else text
