"""What a person may type as free text: any character a reader sees, and the spaces French wants.

Used for facts, titles and comments. A control character is refused: it could hide in a list or break
a header.
"""

from __future__ import annotations

import unicodedata

_SPACES = "\u00a0\u202f"
_BREAKS = "\n\t"
_LIGATURES = str.maketrans({"œ": "oe", "æ": "ae", "’": "'"})


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


def fold(words: str) -> str:
    """Return a text without case or accents, as it is searched, and compared with words."""
    decomposed = unicodedata.normalize("NFKD", words.casefold().translate(_LIGATURES))
    return "".join(letter for letter in decomposed if not unicodedata.combining(letter))


def french_order(words: str) -> tuple[str, str]:
    """Return what sorts texts as a French reader expects: Éric beside Eric, accents only told apart last."""
    return fold(words), words
