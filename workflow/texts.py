"""What a person may type as free text: any character a reader sees, and the spaces French wants.

Used for facts, titles and comments. A control character is refused: it could hide in a list or break
a header.
"""

from __future__ import annotations

_SPACES = "\u00a0\u202f"
_BREAKS = "\n\t"


def is_clean(text: str, *, breaks: bool = False) -> bool:
    """Tell whether a text holds only visible characters and spaces.

    Args:
        text: what was typed.
        breaks: True where several lines and tabs are welcome.
    """
    allowed = _SPACES + (_BREAKS if breaks else "")
    return all(char.isprintable() or char in allowed for char in text)


def plain_spaces(text: str) -> str:
    """Return a text whose non-breaking spaces are ordinary ones, for what is read as a value."""
    return text.translate(str.maketrans(_SPACES, " " * len(_SPACES)))
