"""What one part of a report says of one address, before it is known which of our mails it speaks of.

Made by the readers of the room, made into `Return` by `notifications.returns.reading`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from msgspec import Struct

from notifications.model.returns import ReturnKind

_CLASSES: Final[Mapping[ReturnKind, str]] = {
    ReturnKind.UNDELIVERED: "54",
    ReturnKind.DELAYED: "4",
    ReturnKind.RELAYED: "2",
}
"""First numbers of a status that go with what is said: RFC 3464, section 2.3.3. A « failed » whose status is
one of patience was tried until patience ended."""

_STATUS: Final = re.compile(
    r"(?i)(?:\b[245]\d\d[ -]{1,2}|#|\bstatus\s{0,3}[:=]\s{0,3})#?([245]\.\d{1,3}\.\d{1,3})(?![\d.]*\d)"
)
"""An enhanced status code where a server writes one: a version and an address of a network look alike."""


_CODES: Final = re.compile(r"\b([245]\d\d)[ -]#?[245]\.\d{1,3}\.\d{1,3}(?![\d.]*\d)[ :-]*")
"""The codes that a server repeats before each line of its words."""


class Statement(Struct, frozen=True):
    """One thing said of one address."""

    kind: ReturnKind
    address: str | None = None
    status: str = ""
    words: str = ""

    @property
    def agrees(self) -> bool:
        """Tell whether its status says the same as its kind."""
        wanted = _CLASSES.get(self.kind)
        return wanted is None or not self.status or self.status[0] in wanted


UNDECIDED: Final = Statement(ReturnKind.UNCLEAR)
"""A report of which nothing can be said."""


def without_status(text: str) -> str:
    """Return the words of a server without the enhanced codes before them, which the status says."""
    return _CODES.sub(r"\1 ", text)


def status_in(text: str) -> str:
    """Return the enhanced status code that a server gives in its words; empty when it gives none."""
    found = _STATUS.search(text)
    return found[1] if found else ""
