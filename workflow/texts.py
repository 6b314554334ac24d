"""What a person may type as free text: any character a reader sees, and the spaces French wants.

Used for facts, titles and comments. A control character is refused where it is typed: it could hide in a
list, break a header, or give an order to a terminal. Where it comes from elsewhere (a database, a server, a
file), it is shown as a sign.
"""

from __future__ import annotations

import unicodedata

_SPACES = "\u00a0\u202f"
_BREAKS = "\n\t"
_CONTROLS = 0x20
_DELETE = 0x7F
_PICTURES = 0x2400
"""Where Unicode keeps a picture of each control character, « ␛ » for escape."""
_LIGATURES = str.maketrans({"œ": "oe", "æ": "ae", "’": "'"})


def is_clean(text: str, *, breaks: bool = False) -> bool:
    """Tell whether a text holds only visible characters and spaces.

    Args:
        text: what was typed.
        breaks: True where several lines and tabs are welcome.
    """
    allowed = _SPACES + (_BREAKS if breaks else "")
    return all(char.isprintable() or char in allowed for char in text)


def visible(text: str, *, breaks: bool = True) -> str:
    """Return a text that gives no order to a terminal: what cannot be seen is shown as a sign.

    A control character becomes its picture (« ␛ »), a lone surrogate « � », any other invisible character
    its number (« ⟨202E⟩ »): the reader sees that something stands there, and what.

    Args:
        text: any text, whoever wrote it.
        breaks: False where line ends and tabs are shown as signs too.
    """
    if is_clean(text, breaks=breaks):
        return text
    return "".join(char if is_clean(char, breaks=breaks) else _sign(char) for char in text)


def _sign(char: str) -> str:
    """Return what stands for a character that cannot be seen."""
    code = ord(char)
    if code < _CONTROLS:
        return chr(_PICTURES + code)
    if code == _DELETE:
        return "␡"
    return "�" if unicodedata.category(char) == "Cs" else f"⟨{code:04X}⟩"


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
