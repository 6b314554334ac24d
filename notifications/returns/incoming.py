"""A mail of the return mailbox, cut into what can be read of it: its headers, and its texts.

Used by the other modules of the room. Anybody may send any bytes there: only the head of a mail is looked at,
and what is stranger than any report is one text without headers. A mail inside a mail is a text here: what it
says is not what the report says.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from email.errors import MessageError
from email.header import decode_header, make_header
from email.message import Message
from email.parser import BytesParser, HeaderParser
from email.utils import getaddresses
from html import unescape
from typing import Final

from msgspec import Struct

from notifications.smtp.replies import LENGTH
from workflow.text.folding import visible

LOOKED_AT: Final = 1 << 20
"""Bytes of a mail that are looked at: a report stands before the copy of what it is about."""
LINES: Final = 20_000
"""Lines of it, for one that has little in each."""
CONTAINERS: Final = 40
"""Parts made of parts; reading costs as many steps for each line."""
LEAVES: Final = 100
"""Texts that are looked at."""
PARAMETERS: Final = 5_000
"""Semicolons: the library reads the parameters of a header in as many steps as there are, squared."""
_HEADER: Final = 2_000
"""Characters of a header that are looked at."""
_COMMENTS: Final = 50
"""Comments in it, which the library reads one inside the other."""

RETURNED: Final = ("text/rfc822", "text/global", "text/rfc822-headers", "text/global-headers")
"""A mail that comes back whole, or its headers: RFC 6522 and RFC 6533, « message/ » read as a text."""
DELIVERY: Final = ("text/delivery-status", "text/global-delivery-status")
"""What became of a delivery: RFC 3464."""
COMPLAINT: Final = ("text/feedback-report",)
"""What a reader complains of: RFC 5965."""
DISPOSITION: Final = ("text/disposition-notification", "text/global-disposition-notification")
"""What a reader did with a mail: RFC 8098."""

_ENCLOSED: Final = re.compile(rb"(?im)^(content-type:\s{0,8})message/")
_CONTAINER: Final = re.compile(rb"(?i)multipart/")
_BYTE_ORDER_MARK: Final = b"\xef\xbb\xbf"
_TAG: Final = re.compile(r"<[^<>]*>")
_BLOCK: Final = re.compile(r"(?i)</?(?:p|div|br|tr|td|table|li|ul|h[1-6])\b[^<>]*>")


class Leaf(Struct, frozen=True):
    """A text of a mail."""

    kind: str
    """Its type, a mail inside it as « text/rfc822 »."""
    text: str


class Incoming(Struct, frozen=True):
    """A mail of the return mailbox."""

    headers: Message
    leaves: tuple[Leaf, ...]
    reports: bool
    """True when some part says that it is a report (RFC 6522)."""
    cut: bool
    """True when its end lacks: nothing says that its last text is whole."""
    head: bytes
    """What was looked at, with plain line ends."""

    def header(self, name: str) -> str:
        """Return the value of a header as it was written, on one line; empty when there is none."""
        return value(self.headers, name)

    def subject(self) -> str:
        """Return its subject, decoded; empty when there is none."""
        written = self.header("Subject")
        try:
            return str(make_header(decode_header(written)))
        except (MessageError, LookupError, ValueError):
            return written

    def of_kind(self, *kinds: str) -> tuple[Leaf, ...]:
        """Return its texts of some types, in their order."""
        return tuple(leaf for leaf in self.leaves if leaf.kind in kinds)

    def said(self) -> str:
        """Return what a reader is told: its plain texts, or else its pages without their tags."""
        plain = self.of_kind("text/plain")
        if any(leaf.text.strip() for leaf in plain):
            return "\n".join(leaf.text for leaf in plain)
        return "\n".join(_unmarked(leaf.text) for leaf in self.of_kind("text/html"))


def incoming(content: bytes) -> Incoming:
    """Return a mail, whatever its bytes."""
    head = content[:LOOKED_AT].removeprefix(_BYTE_ORDER_MARK).replace(b"\r\n", b"\n")
    lines = head.split(b"\n", LINES)
    head = b"\n".join(lines[:LINES])
    cut = len(lines) > LINES or len(content) > LOOKED_AT
    if len(_CONTAINER.findall(head)) > CONTAINERS or head.count(b";") > PARAMETERS:
        return Incoming(Message(), (), reports=False, cut=True, head=head)
    # What is named a text is decoded, and left whole: the library reads a mail inside another, and each
    # line of a status as one.
    message = BytesParser().parsebytes(_ENCLOSED.sub(rb"\1text/", head))
    leaves = list[Leaf]()
    reports = False
    for part in message.walk():
        kind = part.get_content_type()
        reports = reports or kind == "multipart/report"
        cut = cut or bool(part.is_multipart() and part.defects)
        if not part.is_multipart() and len(leaves) < LEAVES:
            leaves.append(Leaf(kind, _decoded(part)))
    return Incoming(message, tuple(leaves), reports=reports, cut=cut, head=head)


def value(headers: Message, name: str) -> str:
    """Return the value of a header or field as it was written, on one line; empty when there is none."""
    return " ".join(str(headers.get(name, ""))[:_HEADER].split())


def blocks(text: str) -> Iterator[Message]:
    """Yield the fields of each paragraph of a text."""
    for paragraph in re.split(r"\n[ \t]*\n", text):
        if paragraph.strip():
            yield HeaderParser().parsestr(f"{paragraph.lstrip(chr(10))}\n\n")


def addresses_in(written: str) -> list[str]:
    """Return the addresses of a header such as `From`; none when no mail program wrote it."""
    if written.count("(") > _COMMENTS:
        return []
    return [address for _, address in getaddresses([written[:_HEADER]]) if "@" in address]


def shown(text: str) -> str:
    """Return what a server says, on one line that any screen and any base can take."""
    said = visible(" ".join(text[: LENGTH * 10].split()), breaks=False)
    return said if len(said) <= LENGTH else f"{said[: LENGTH - 1]}…"


def _decoded(part: Message) -> str:
    written = part.get_payload(decode=True)
    if not isinstance(written, bytes):
        return ""
    try:
        # What a part says of its charset is wrong too often to be believed before the bytes.
        return written.decode("utf-8")
    except UnicodeDecodeError:
        return written.decode("cp1252", "replace")


def _unmarked(page: str) -> str:
    return unescape(_TAG.sub("", _BLOCK.sub("\n", page)))
