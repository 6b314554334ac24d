"""A mail message as bytes: safe headers, two alternatives, an identity that never changes.

Called by `notifications.rendering.composer` once the texts are there, and by whoever renews, redirects or
shows a message that is written. Knows RFC 5322 and nothing of deadlines: it decides neither what is said
nor to whom, and sends nothing. Writing and reading back the same message, hence its length.
"""

from __future__ import annotations

import re
import unicodedata
from base64 import encodebytes
from binascii import b2a_qp
from collections.abc import Iterator, Sequence
from datetime import datetime
from email import message_from_bytes
from email.header import Header
from email.message import EmailMessage, MIMEPart
from email.mime.multipart import MIMEMultipart
from email.mime.nonmultipart import MIMENonMultipart
from email.policy import compat32, default
from email.utils import format_datetime, formataddr
from functools import lru_cache
from hashlib import sha256

from msgspec import Struct

from workflow.errors import InvalidInput
from workflow.text import addresses

_BREAKING = frozenset({"Cc", "Zl", "Zp"})
"""Unicode categories that could end a header line: controls, line and paragraph separators."""

_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029]")
"""The same characters, for a long text."""

_LINE = 76
"""Length of a line of header: a longer identifier is left out."""

_UNLISTED = re.compile("[^a-z0-9]+")
"""What the identifier of a list does not hold."""

_WORD = 60
"""Length of a word that fits in a line of header, whatever the name of the header."""

_END_OF_HEADERS = b"\r\n\r\n"
_MESSAGE_ID = re.compile(rb"^Message-ID: .*(?=\r$)", re.MULTILINE)
_DIGITS = 24
"""Characters of a Message-ID before its domain."""
MESSAGE_ID = re.compile(rf"<[0-9a-f]{{{_DIGITS}}}@[A-Za-z0-9.-]{{1,255}}>")
"""What every Message-ID of ours looks like, and hardly any other: to whom it belongs, the store knows."""

# The older of the two message classes of the standard library: it writes each text as one run of
# encoded words, which every reader understands, and five times faster.
_POLICY = compat32.clone(linesep="\r\n")


def one_line(text: str, what: str) -> str:
    """Return a text that may stand in a header, or refuse it.

    Args:
        text: what somebody typed.
        what: what it is, for the sentence (« le titre du dossier »).

    Raises:
        InvalidInput: when it holds a line break or another control character.
    """
    if any(unicodedata.category(character) in _BREAKING for character in text):
        raise InvalidInput(
            f"Courriel impossible : {what} contient un saut de ligne ou un caractère de commande ; "
            "corrigez-le, puis le message partira."
        )
    return text


def flat(text: str) -> str:
    """Return a text on one line, with a space for each run of spaces and control characters."""
    return " ".join(part for part in _CONTROL.sub(" ", text).split(" ") if part)


class Mailbox(Struct, frozen=True):
    """A name and an address, checked.

    Raises:
        InvalidInput: when either could break a header, or the address is not one.
    """

    name: str
    address: str

    def __post_init__(self) -> None:
        one_line(self.name, "le nom d’un correspondant")
        try:
            addresses.route(self.address)
        except ValueError as error:
            raise InvalidInput(f"Adresse de courriel illisible : {error}.") from error

    @property
    def domain(self) -> str:
        """Return the domain, as it travels on the network."""
        return addresses.domain_of(self.address)

    @property
    def route(self) -> str:
        """Return the address as it travels on the network: an accented domain is translated."""
        return addresses.route(self.address)

    def header(self, name: str) -> str:
        """Return the name and address as the value of a header (`From` or `To`)."""
        return formataddr((encoded(self.name, name), self.route))


class Attachment(Struct, frozen=True):
    """An iCalendar file that goes with a message."""

    name: str
    content: bytes


class Letter(Struct, frozen=True):
    """What goes into a message, before it is laid out."""

    key: str
    """The key of the outbox: the same key always bears the same Message-ID, within an era."""
    sender: Mailbox
    to: Mailbox
    subject: str
    text: str
    html: str
    at: datetime
    """The date it bears (aware)."""
    ref: str | None = None
    """The case it speaks of: the mails of a case are shown as one conversation."""
    contact: str = ""
    """Address to write to for receiving no more of them; empty where one may not ask."""
    attached: Attachment | None = None
    reply_to: Mailbox | None = None
    """Who can answer; None where an answer comes back to whoever writes."""
    sorted_by: tuple[str, ...] = ()
    """What mail programs may sort it by, the most precise first."""
    era: int = 0
    """Times that what was told was taken back."""


def message_id(key: str, domain: str, era: int = 0) -> str:
    """Return the Message-ID of an outbox key: always the same, and telling nothing of the case.

    Args:
        key: of the outbox.
        domain: that signs it.
        era: times that what was told was taken back: said again, it is another message.
    """
    named = f"{key}#{era}" if era else key
    return f"<{sha256(named.encode()).hexdigest()[:_DIGITS]}@{domain}>"


def thread_id(ref: str, domain: str) -> str | None:
    """Return the identifier shared by the mails of a case, or None if a header cannot hold it."""
    identifier = f"<{ref}@{domain}>"
    fits = identifier.isascii() and len(f"References: {identifier}") <= _LINE
    return identifier if fits and " " not in identifier else None


def list_id(names: Sequence[str], domain: str) -> str | None:
    """Return what mail programs sort by (RFC 2919), or None if a header cannot hold it."""
    labels = [_UNLISTED.sub("-", name.casefold()).strip("-") for name in names]
    identifier = f"<{'.'.join([*labels, domain])}>"
    fits = all(labels) and len(f"List-Id: {identifier}") <= _LINE
    return identifier if labels and fits else None


def lay_out(letter: Letter) -> bytes:
    """Return the whole message: 7-bit bytes that any server takes.

    Raises:
        InvalidInput: when the subject or a name could break a header.
    """
    # Drawn at random otherwise: the same letter must always give the same bytes.
    boundary = f"=_{sha256(letter.key.encode()).hexdigest()[:32]}"
    texts = message = MIMEMultipart("alternative", boundary=boundary)
    texts.attach(text_part("plain", letter.text))
    texts.attach(text_part("html", letter.html))
    if letter.attached is not None:
        message = MIMEMultipart("mixed", boundary=f"{boundary}.")
        message.attach(texts)
        message.attach(_calendar(letter.attached))
    for name, value in _headers(letter):
        message[name] = value
    return as_bytes(message)


def as_bytes(message: MIMEMultipart) -> bytes:
    """Return a message as it travels: 7-bit bytes, its lines ended as mail ends them."""
    return message.as_bytes(policy=_POLICY)


def _calendar(attachment: Attachment) -> MIMENonMultipart:
    part = MIMENonMultipart("text", "calendar", charset="utf-8", method="PUBLISH")
    part.set_payload(encodebytes(attachment.content).decode("ascii"))
    part["Content-Transfer-Encoding"] = "base64"
    part.add_header("Content-Disposition", "attachment", filename=attachment.name)
    return part


def bearing(content: bytes, identifier: str) -> bytes:
    """Return a message under the Message-ID of another, which it replaces."""
    head, separator, body = content.partition(_END_OF_HEADERS)
    return _MESSAGE_ID.sub(f"Message-ID: {identifier}".encode(), head) + separator + body


def redirected(content: bytes, *, to: Mailbox, by: Mailbox, at: datetime) -> bytes:
    """Return a message sent again to another reader: RFC 5322, section 3.6.6.

    Who sent it first, to whom and under which Message-ID stays as it was.

    Args:
        content: the message as it was written.
        to: who receives it now.
        by: who decides so.
        at: when (aware).
    """
    told = f"{sha256(content).hexdigest()}:{to.route}:{at.isoformat()}"
    fields = (
        ("Resent-Date", format_datetime(at)),
        ("Resent-From", by.header("Resent-From")),
        ("Resent-To", to.header("Resent-To")),
        ("Resent-Message-ID", message_id(f"redirection:{told}", by.domain)),
    )
    block = "".join(f"{name}: {value}\n" for name, value in fields)
    return block.replace("\n", "\r\n").encode("ascii") + content


def is_resent(content: bytes) -> bool:
    """Tell whether a message was redirected."""
    return content.startswith(b"Resent-")


_HEADERS = {"From": "De", "To": "À", "Resent-To": "Réexpédié à", "Subject": "Objet"}
"""Headers that a reader sees."""


class ReadMail(Struct, frozen=True):
    """A message as its reader sees it."""

    headers: tuple[tuple[str, str], ...]
    """Name in French, decoded value."""
    text: str
    html: str | None
    attachments: tuple[str, ...]

    @property
    def subject(self) -> str:
        """Return its subject, or nothing."""
        return dict(self.headers).get(_HEADERS["Subject"], "")


def read(content: bytes) -> ReadMail:
    """Return what a message says; a text that it lacks is empty."""
    message = message_from_bytes(content, _class=EmailMessage, policy=default)
    plain, page = (message.get_body((kind,)) for kind in ("plain", "html"))
    return ReadMail(
        tuple((words, str(message[name])) for name, words in _HEADERS.items() if name in message),
        _said(plain) or "",
        _said(page),
        tuple(part.get_filename() or "sans nom" for part in message.iter_attachments()),
    )


def _said(part: MIMEPart | None) -> str | None:
    return None if part is None else str(part.get_content()).replace("\r\n", "\n")


def text_part(subtype: str, text: str) -> MIMENonMultipart:
    """Return a text as a part of a message, `plain` or `html`."""
    part = MIMENonMultipart("text", subtype, charset="utf-8")
    # Readable in the source, no line too long for an old server; written in C, unlike the library's own.
    part["Content-Transfer-Encoding"] = "quoted-printable"
    part.set_payload(b2a_qp(text.encode("utf-8"), istext=True).decode("ascii"))
    return part


def _headers(letter: Letter) -> Iterator[tuple[str, str]]:
    domain = letter.sender.domain
    yield "From", letter.sender.header("From")
    yield "To", letter.to.header("To")
    yield "Subject", encoded(one_line(letter.subject, "l’objet du message"), "Subject")
    yield "Date", format_datetime(letter.at)
    yield "Message-ID", message_id(letter.key, domain, letter.era)
    if letter.ref is not None:
        thread = thread_id(letter.ref, domain)
        if thread is not None:
            yield "References", thread
        ref = one_line(letter.ref, "la référence du dossier")
        yield "X-Echeancier-Dossier", encoded(ref, "X-Echeancier-Dossier")
    if letter.reply_to is not None:
        yield "Reply-To", letter.reply_to.header("Reply-To")
    if listed := list_id(letter.sorted_by, domain):
        yield "List-Id", listed
    if letter.contact:
        # For digests, which come every morning; a date of the law is no list that one leaves.
        contact = addresses.route(letter.contact)
        yield "List-Unsubscribe", f"<mailto:{contact}?subject=Ne%20plus%20recevoir>"
    # Nobody wants the « absent du bureau » of a whole agency in answer to its reminders.
    yield "Auto-Submitted", "auto-generated"
    yield "X-Auto-Response-Suppress", "All"
    yield "Content-Language", "fr"


@lru_cache(maxsize=4096)
def encoded(text: str, header: str) -> str:
    """Return a text as a header carries it, in lines that fit.

    What looks like an encoded word already is encoded too: a reader then shows it as typed. So is
    what holds a word too long to be folded.
    """
    longest = max(map(len, text.split(" ")))
    if text.isascii() and "=?" not in text and longest <= _WORD:
        return text
    return Header(text, "utf-8", header_name=header).encode()
