"""Which of our mails a mail of the return mailbox speaks of: a Message-ID of ours, or none.

Used by `notifications.returns.reading`. The headers of the mail that came back decide alone, where they are
there: what else the report names may be a conversation. Never reads a subject. Whether a mail of ours bears
the identifier, the store knows.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from email.message import Message
from itertools import islice
from typing import Final

from notifications.mail.mime import MESSAGE_ID
from notifications.returns.incoming import (
    COMPLAINT,
    DELIVERY,
    DISPOSITION,
    RETURNED,
    Incoming,
    addresses_in,
    blocks,
    value,
)
from notifications.returns.phrases import COPY

_NAMING: Final = (
    "Original-Message-ID",
    "Original-Envelope-Id",
    "X-MS-Exchange-Parent-Message-Id",
    "X-Original-Message-ID",
    "In-Reply-To",
    "References",
)
"""Where a report without the mail names it, the most precise first."""

_QUOTED: Final = re.compile(r"(?im)^[ \t>]{0,8}message-id:\s{0,8}(<[^<>\s]{1,300}>)[ \t]*$")
"""A line of the headers that a report repeats among its words."""

_READERS: Final = ("To", "Cc", "Resent-To")
_WRITERS: Final = ("From", "Sender", "Reply-To", "Return-Path", "Resent-From")
_COPIES: Final = 5
"""Mails that came back in one report that are looked at: our mails leave one by one."""


def named(report: Incoming) -> str | None:
    """Return the one Message-ID of ours that a mail speaks of, or None."""
    returned = _returned(report)
    if returned:
        return _only({value(copy, "Message-ID") for copy in returned})
    quoted = set(_QUOTED.findall(report.said()))
    if quoted:
        return _only(quoted)
    fields = report.of_kind(*DELIVERY, *COMPLAINT, *DISPOSITION)
    sources = [
        *(block for leaf in fields for block in islice(blocks(leaf.text), 1)),
        report.headers,
    ]
    named_by = (
        set(MESSAGE_ID.findall(value(source, name))) for name in _NAMING for source in sources
    )
    return _only(next(filter(None, named_by), set()))


def written_to(report: Incoming) -> frozenset[str]:
    """Return the addresses that the mail that came back was written to, in small letters."""
    return _in_headers(_returned(report), _READERS)


def written_by(report: Incoming) -> frozenset[str]:
    """Return the addresses that the mail came from, and that its report came to, in small letters."""
    return _in_headers(_returned(report), _WRITERS) | _in_headers([report.headers], _READERS)


def before_copy(said: str) -> str:
    """Return what a server writes before it repeats the mail."""
    return COPY.split(said, maxsplit=1)[0]


def _in_headers(mails: Iterable[Message], names: tuple[str, ...]) -> frozenset[str]:
    headers = (value(mail, name) for mail in mails for name in names)
    return frozenset(address.casefold() for line in headers for address in addresses_in(line))


def _returned(report: Incoming) -> list[Message]:
    """Return the headers of the mail that came back: a part of its own, or else a copy after the words."""
    texts = [leaf.text for leaf in islice(report.of_kind(*RETURNED), _COPIES)]
    texts = texts or COPY.split(report.said(), maxsplit=1)[1:]
    return [block for text in texts for block in islice(blocks(text), 1)]


def _only(found: set[str]) -> str | None:
    """Return a Message-ID that stands alone, if it is one of ours."""
    if len(found) != 1:
        return None
    (one,) = found
    return one if MESSAGE_ID.fullmatch(one) else None
