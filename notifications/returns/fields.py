"""Reports written for programs: what became of a delivery, a complaint, what its reader did with a mail.

Used by `notifications.returns.reading`. RFC 3464 and RFC 6533 for the first, RFC 5965 for the second, RFC
8098 for the third: their fields decide, and the sentences beside them are not read.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from email.message import Message
from itertools import islice
from typing import Final

from notifications.model.returns import ReturnKind
from notifications.returns.incoming import (
    COMPLAINT,
    DELIVERY,
    DISPOSITION,
    Incoming,
    blocks,
    shown,
    value,
)
from notifications.returns.senders import is_server
from notifications.returns.statements import UNDECIDED, Statement, status_in, without_status

_ACTIONS: Final[Mapping[str, ReturnKind]] = {
    "failed": ReturnKind.UNDELIVERED,
    "delayed": ReturnKind.DELAYED,
    "relayed": ReturnKind.RELAYED,
    "delivered": ReturnKind.RELAYED,
    "expanded": ReturnKind.RELAYED,
}
"""What the field `Action` says: RFC 3464, section 2.3.3."""

_UNWANTED: Final = frozenset({"abuse", "fraud", "opt-out", "opt-out-list"})
"""Types of complaint by which a reader calls a mail unwanted: the registry of RFC 5965."""

_ARRIVED: Final = frozenset({"displayed", "dispatched", "processed"})
"""What is done with a mail that arrived: RFC 8098 and RFC 3798. One that is deleted unread is looked at."""

_WORD: Final = re.compile(r"[a-z-]*")
_ABOUT: Final = ("Action", "Final-Recipient", "Original-Recipient")
"""Fields that make a paragraph one about a recipient; twice the same, nobody knows which goes with which."""
_TYPED: Final = re.compile(r"(?i)(rfc822|utf-8)\s*;\s*<?([^\s<>]+)>?")
_TYPE: Final = re.compile(r"[\w.-]{1,40}\s*;\s*")
_ENCODED: Final = {
    "rfc822": re.compile(r"\+([0-9A-F]{2})"),
    "utf-8": re.compile(r"\\x\{([0-9A-Fa-f]{2,5})\}"),
}
"""How the letters of an original recipient are written: RFC 3461, section 4, and RFC 6533, section 3."""


def deliveries(report: Incoming) -> Iterator[Statement]:
    """Yield what a report of delivery says of each recipient; nothing when it is none."""
    leaves = report.of_kind(*DELIVERY)
    if not leaves or not (report.reports or is_server(report)):
        return
    if report.cut and report.leaves[-1].kind in DELIVERY:
        yield UNDECIDED
        return
    for leaf in leaves:
        for block in blocks(leaf.text):
            if any(value(block, name) for name in _ABOUT):
                yield _delivery(block)


def complaints(report: Incoming) -> Iterator[Statement]:
    """Yield what a feedback report says; nothing when it is none."""
    for block in _fields(report, COMPLAINT):
        kind = value(block, "Feedback-Type").lower()
        found = ReturnKind.COMPLAINT if kind in _UNWANTED else ReturnKind.UNCLEAR
        for reader in block.get_all("Original-Rcpt-To", [""]):
            yield Statement(found, str(reader).strip(" <>\n") or None, words=shown(kind))


def dispositions(report: Incoming) -> Iterator[Statement]:
    """Yield what a notice says of a mail that reached its reader; nothing when it is none."""
    for block in _fields(report, DISPOSITION):
        said = value(block, "Disposition")
        arrived = said.rpartition(";")[2].strip().lower() in _ARRIVED
        kind = ReturnKind.RELAYED if arrived else ReturnKind.UNCLEAR
        yield Statement(kind, _recipient(block), words=shown(said))


def _fields(report: Incoming, kinds: tuple[str, ...]) -> Iterator[Message]:
    for leaf in report.of_kind(*kinds) if report.reports else ():
        yield from islice(blocks(leaf.text), 1)


def _delivery(block: Message) -> Statement:
    said = value(block, "Diagnostic-Code")
    match = _TYPE.match(said)
    words = said[match.end() :] if match else said
    action = _WORD.match(value(block, "Action").lower())
    kind = _ACTIONS.get(action[0] if action else "", ReturnKind.UNCLEAR)
    if any(len(block.get_all(name, ())) > 1 for name in _ABOUT):
        kind = ReturnKind.UNCLEAR
    return Statement(
        kind,
        _recipient(block),
        status_in(f"#{value(block, 'Status')}") or status_in(words),
        shown(without_status(words)),
    )


def _recipient(block: Message) -> str | None:
    """Return where the mail should have arrived, before anybody sent it further."""
    return _address(value(block, "Original-Recipient"), coded=True) or _address(
        value(block, "Final-Recipient"), coded=False
    )


def _address(written: str, *, coded: bool) -> str | None:
    found = _TYPED.match(written)
    if found is None or "@" not in found[2]:
        return None
    plain = _ENCODED[found[1].lower()].sub(lambda match: chr(int(match[1], 16)), found[2])
    # Many servers copy an address with « + » as it is: what decodes to no address was not encoded.
    address = plain if coded and plain.isprintable() and " " not in plain else found[2]
    return address if address.isprintable() else None
