"""Bytes from the return mailbox → what they say of our mails: right, or « à regarder ».

Called by whoever reads the mailbox or a file. Knows no mail of ours: whether one bears the Message-ID that is
named, and what follows from it, is the store's. Never raises, whatever the bytes, and looks at no more of
them than `notifications.returns.incoming` says.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from hashlib import sha256
from itertools import islice
from typing import Final

from msgspec.structs import replace

from notifications.model.returns import Return, ReturnKind
from notifications.returns.answers import absences
from notifications.returns.fields import complaints, deliveries, dispositions
from notifications.returns.incoming import Incoming, addresses_in, incoming
from notifications.returns.naming import named, written_to
from notifications.returns.sentences import told
from notifications.returns.statements import UNDECIDED, Statement
from notifications.smtp.replies import LENGTH
from workflow.text.folding import visible

ABOUT: Final = " : "
"""Parts who writes from what they write about, in the words of a mail that names none of ours."""
RECIPIENTS: Final = 50
"""Recipients that one report may be about: ours has one, and a few where its address is a list."""

_READERS: Final[tuple[Callable[[Incoming], Iterator[Statement]], ...]] = (
    deliveries,
    complaints,
    dispositions,
    told,
    absences,
)
"""What can be read, the most certain first: the first that finds its kind of mail decides."""


def read_report(content: bytes) -> tuple[Return, ...]:
    """Return what a mail of the return mailbox says: one thing at least, one for each address.

    Args:
        content: the whole mail as it was received, whatever it is.
    """
    report = incoming(content)
    message_id = named(report)
    at = _written_at(report)
    return tuple(
        Return(
            statement.kind if message_id else ReturnKind.UNCLEAR,
            message_id,
            statement.address,
            statement.status,
            statement.words or ("" if message_id else _about(report)),
            sha256(report.head + f"\0{statement.address}".encode("utf-8", "replace")).hexdigest(),
            at,
        )
        for statement in _checked(report)
    )


def _checked(report: Incoming) -> Iterator[Statement]:
    """Yield one statement for each address: what contradicts itself, or another, is to be looked at."""
    found = next(
        filter(None, (list(islice(read(report), RECIPIENTS + 1)) for read in _READERS)), []
    )
    if not 0 < len(found) <= RECIPIENTS:
        yield UNDECIDED
        return
    readers = written_to(report)
    by_address = dict[str, list[Statement]]()
    for statement in found:
        by_address.setdefault((statement.address or "").casefold(), []).append(statement)
    for address, said in by_address.items():
        one_kind = len({statement.kind for statement in said}) == 1
        meant = address in readers if readers else bool(address)
        marks = said[0].kind is ReturnKind.UNDELIVERED
        agrees = one_kind and said[0].agrees and (meant or not marks)
        yield said[0] if agrees else replace(said[0], kind=ReturnKind.UNCLEAR)


def _about(report: Incoming) -> str:
    """Return who writes a mail that names none of ours, and its subject: what it is found again by."""
    writer, subject = next(iter(addresses_in(report.header("From"))), ""), report.subject()
    if "\ufffd" in subject:
        # Written in bytes that nobody can read: nor can what it would reveal.
        subject = ""
    said = f"De {writer}{ABOUT}{subject}" if writer and subject else writer and f"De {writer}"
    return visible(" ".join(said.split()), breaks=False)[:LENGTH]


def _written_at(report: Incoming) -> datetime | None:
    try:
        at = parsedate_to_datetime(report.header("Date"))
    except (ValueError, OverflowError, TypeError):
        return None
    return at if at.tzinfo else at.replace(tzinfo=UTC)
