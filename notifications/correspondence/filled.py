"""A model filled in: its subject, its text, and what is left in it for a person to fill in by hand.

Made by `notifications.correspondence.models`; drawn by `display.mail.letters`, laid out as a page by
`notifications.correspondence.writing`.
"""

from __future__ import annotations

import re
from typing import Final

from msgspec import Struct

BLANK: Final = "[à compléter : {}]"
"""What stands for a value that the file does not know; models write it too, for what only a person knows."""

_MISSING = re.compile(re.escape(BLANK).replace(r"\{\}", "(?P<words>[^][]*)").replace(r"\ ", r"\s"))
"""What a letter says in the place of what is not known."""


class FilledModel(Struct, frozen=True):
    """A subject and a text, filled in and typeset."""

    subject: str
    text: str

    @property
    def missing(self) -> tuple[str, ...]:
        """Return what is left to fill in by hand, in words, each thing once."""
        found = (one["words"] for one in _MISSING.finditer(f"{self.subject}\n{self.text}"))
        return tuple(dict.fromkeys(found))


def parts(text: str) -> list[tuple[str, bool]]:
    """Return a text in pieces, each with whether it says what is left to fill in."""
    found, at = list[tuple[str, bool]](), 0
    for one in _MISSING.finditer(text):
        found += [(text[at : one.start()], False), (one[0], True)]
        at = one.end()
    return [piece for piece in (*found, (text[at:], False)) if piece[0]]
