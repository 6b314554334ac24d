"""Reports that mail servers write for people: qmail, Exim, sendmail and the like, without a status part.

Used by `notifications.returns.reading`, once no part for programs was found. A passage says what became of a
mail, an address in it of whom: where two could be meant, nothing is said.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from msgspec import Struct

from notifications.mail.mime import MESSAGE_ID
from notifications.model.returns import ReturnKind
from notifications.returns.incoming import Incoming, shown
from notifications.returns.naming import before_copy, written_by, written_to
from notifications.returns.phrases import GIVEN_UP, HELD, OPENING, WAITING
from notifications.returns.senders import SERVERS, failed, is_server
from notifications.returns.statements import UNDECIDED, Statement, status_in, without_status

_DIAGNOSIS: Final = 1 << 15
"""Characters of what a server writes that are looked at."""

_ADDRESS: Final = re.compile(
    r"""(?<![^\s<>()\[\]",;:|«=])[^\s<>()\[\]",;:@|«»=]{1,64}@[\w.-]{1,253}(?=[\s<>()\[\]",;:|'!?»])"""
)
_PARAGRAPH: Final = re.compile(r"\n[ \t]*\n")


class Passage(Struct, frozen=True):
    """What a server says of some recipients."""

    kind: ReturnKind
    text: str


def told(report: Incoming) -> Iterator[Statement]:
    """Yield what a server's report without a status part says; nothing when no server wrote it."""
    if not is_server(report):
        return
    said = before_copy(report.said())[:_DIAGNOSIS]
    passages = [] if HELD.search(said) else _passages(said)
    wanted, named_apart = written_to(report), failed(report)
    if len(passages) == 1 and named_apart:
        for address in named_apart:
            yield _statement(passages[0], frozenset({address.casefold()}), address)
    elif len(passages) == 1:
        # Sentences that name somebody may name whom to ask: only the mail itself says who should read it.
        kind = passages[0].kind if wanted else ReturnKind.UNCLEAR
        others = frozenset(_addresses(said).keys() - written_by(report))
        yield _statement(Passage(kind, said), wanted or others)
    else:
        about = [passage for passage in passages if _addresses(passage.text).keys() & wanted]
        yield _statement(about[0], wanted) if len(about) == 1 else UNDECIDED


def _passages(said: str) -> list[Passage]:
    """Return the passages that say what became of a mail: one, where all say the same."""
    starts = list(OPENING.finditer(said))
    kinds = {ReturnKind[match.lastgroup or ""] for match in starts} - {ReturnKind.UNCLEAR}
    if WAITING.search(said):
        # A server that still tries opens like one that has given up.
        kinds = {ReturnKind.UNCLEAR if GIVEN_UP.search(said) else ReturnKind.DELAYED}
    if len(kinds) == 1:
        return [Passage(kinds.pop(), said)]
    ends = [*(match.start() for match in starts[1:]), len(said)]
    return [
        Passage(ReturnKind[match.lastgroup or ""], said[match.end() : end])
        for match, end in zip(starts, ends, strict=False)
    ]


def _statement(passage: Passage, wanted: frozenset[str], reached: str | None = None) -> Statement:
    """Return what a passage says of the one address that is wanted of it, undecided where two are."""
    found = _addresses(passage.text)
    meant = found.keys() & wanted
    if len(meant) != 1:
        said = status_in(passage.text)
        return Statement(passage.kind if reached else ReturnKind.UNCLEAR, reached, said)
    match = found[meant.pop()]
    reason = _reason(passage.text[match.end() :])
    status = status_in(reason) or status_in(passage.text)
    return Statement(
        passage.kind, reached or _plain(match[0]), status, shown(without_status(reason))
    )


def _addresses(text: str) -> dict[str, re.Match[str]]:
    """Return the addresses of a text in small letters, each where it stands first."""
    found = {_plain(match[0]).casefold(): match for match in reversed([*_ADDRESS.finditer(text)])}
    return {
        address: match
        for address, match in found.items()
        if not SERVERS.fullmatch(address) and not MESSAGE_ID.fullmatch(f"<{address}>")
    }


def _plain(found: str) -> str:
    return found.strip("'.")


def _reason(text: str) -> str:
    paragraphs = (part.lstrip(" \t\n<>:)(").rstrip() for part in _PARAGRAPH.split(text))
    return next(filter(None, paragraphs), "")
