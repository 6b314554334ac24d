"""What a mail server says, made fit to be kept and shown: the one place where its words enter.

Used by `notifications.smtp.transports` and `notifications.smtp.refusals`. A server may send any bytes, of any
length, under any code: what is made of them holds one line of visible characters that every database,
terminal and mail can take. Decides nothing.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from msgspec import Struct

from workflow.text.folding import visible

LENGTH = 300
"""Characters of an answer that are kept: more than any server needs to say why."""

_ADDRESS = re.compile(r"\S+@\S+")
"""Servers like to repeat the address; what is logged must not."""

_ENHANCED = re.compile(r"[#(\[]*([245]\.\d{1,3}\.\d{1,3})(?!\.?\d)[)\]]*[ :;-]*")
"""An enhanced status code at the head of a line: RFC 3463, sections 2 and 3."""

_NUMBERED = re.compile(r"#([245]\.\d{1,3}\.\d{1,3})(?!\.?\d)")
"""The same inside a line, as some servers write it."""

_NO_CODE = "Malformed SMTP response line: "
_TOO_LONG = "Response too long"
"""What the library says, in English, of an answer that it could not read."""


class Answer(Struct, frozen=True):
    """An answer of a server, cleaned.

    Attributes:
        code: the three digits, or what came in their place (negative when nothing could be read).
        words: the text on one line, without its codes.
        enhanced: the enhanced status code, « 5.1.1 », empty when there is none.
    """

    code: int
    words: str = ""
    enhanced: str = ""

    def __str__(self) -> str:
        """Return the answer as the server gave it, on one line."""
        code = str(self.code) if self.code >= 0 else ""
        return " ".join(part for part in (code, self.enhanced, self.words) if part)

    @property
    def reason(self) -> str:
        """Return the last two numbers of the enhanced code, « 1.1 »: what the failure is about."""
        return self.enhanced.partition(".")[2]


def heard(code: int, text: str, *, hidden: Sequence[str] | None = None) -> Answer:
    """Return an answer as it may be kept.

    Args:
        code: the three digits that the library read.
        text: the rest, as the library decoded it: lone surrogates stand for bytes that are no UTF-8.
        hidden: secrets not to be repeated, for what is logged; addresses are then left out too. None
            repeats everything.
    """
    enhanced, words = "", list[str]()
    for line in text.removeprefix(_NO_CODE).replace(_TOO_LONG, "réponse trop longue").splitlines():
        found = _ENHANCED.match(line)
        # A server that speaks in several lines begins each with the same code.
        words += line[found.end() if found else 0 :].split()
        found = found or _NUMBERED.search(line)
        enhanced = enhanced or (found[1] if found else "")
    said = " ".join(words)
    if hidden is not None:
        for secret in filter(None, hidden):
            said = said.replace(secret, "…")
        said = _ADDRESS.sub("…", said)
    said = visible(said, breaks=False)
    return Answer(code, said if len(said) <= LENGTH else f"{said[: LENGTH - 1]}…", enhanced)
