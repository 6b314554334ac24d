"""A mail message as bytes: safe headers, two alternatives, an identity that never changes.

Called by `notifications.rendering` once the texts are there. Knows RFC 5322 and nothing of
deadlines: it decides neither what is said nor to whom, and sends nothing.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from email.charset import QP, Charset
from email.errors import MessageError
from email.header import Header
from email.headerregistry import Address
from email.mime.multipart import MIMEMultipart
from email.mime.nonmultipart import MIMENonMultipart
from email.policy import compat32
from email.utils import format_datetime, formataddr
from functools import lru_cache
from hashlib import sha256

from workflow.errors import InvalidInput

_BREAKING = frozenset({"Cc", "Zl", "Zp"})
"""Unicode categories that could end a header line: controls, line and paragraph separators."""

_LINE = 76
"""Length of a line of header: a longer thread identifier is left out."""

# The older of the two message classes of the standard library: it writes each text as one run of
# encoded words, which every reader understands, and five times faster.
_POLICY = compat32.clone(linesep="\r\n")

# Readable in the source, and no line is too long for an old server.
_QUOTED_PRINTABLE = Charset("utf-8")
_QUOTED_PRINTABLE.body_encoding = QP


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
    cleaned = "".join(" " if unicodedata.category(c) in _BREAKING else c for c in text)
    return " ".join(part for part in cleaned.split(" ") if part)


@dataclass(frozen=True, slots=True)
class Mailbox:
    """A name and an address, checked.

    Raises:
        InvalidInput: when either could break a header, or the address is not one.
    """

    name: str
    address: str

    def __post_init__(self) -> None:
        one_line(self.name, "le nom d’un correspondant")
        one_line(self.address, "une adresse")
        try:
            self._check()
        except (MessageError, ValueError, IndexError) as error:
            raise InvalidInput(
                f"Adresse de courriel illisible : « {self.address} » ; "
                "corrigez-la dans la configuration (forme : nom@domaine.fr)."
            ) from error

    @property
    def domain(self) -> str:
        """Return the domain, as it travels on the network."""
        return self.address.rpartition("@")[2].encode("idna").decode("ascii")

    @property
    def route(self) -> str:
        """Return the address as it travels on the network: an accented domain is translated."""
        user = self.address.rpartition("@")[0]
        user.encode("ascii")
        return f"{user}@{self.domain}"

    def header(self, name: str) -> str:
        """Return the name and address as the value of a header (`From` or `To`)."""
        return formataddr((_encoded(self.name, name), self.route))

    def _check(self) -> None:
        address = Address(addr_spec=self.route)
        if not address.username or not address.domain or address.addr_spec != self.route:
            raise ValueError(self.address)


@dataclass(frozen=True, slots=True)
class Letter:
    """What goes into a message, before it is laid out."""

    key: str
    """The key of the outbox: the same key always bears the same Message-ID."""
    sender: Mailbox
    to: Mailbox
    subject: str
    text: str
    html: str
    at: datetime
    """The date it bears (aware)."""
    ref: str | None = None
    """The case it speaks of: the mails of a case are shown as one conversation."""


def message_id(key: str, domain: str) -> str:
    """Return the Message-ID of an outbox key: always the same, and telling nothing of the case."""
    return f"<{sha256(key.encode()).hexdigest()[:24]}@{domain}>"


def thread_id(ref: str, domain: str) -> str | None:
    """Return the identifier shared by the mails of a case, or None if a header cannot hold it."""
    identifier = f"<{ref}@{domain}>"
    fits = identifier.isascii() and len(f"References: {identifier}") <= _LINE
    return identifier if fits and " " not in identifier else None


def lay_out(letter: Letter) -> bytes:
    """Return the whole message: 7-bit bytes that any server takes.

    Raises:
        InvalidInput: when the subject or a name could break a header.
    """
    # Drawn at random otherwise: the same letter must always give the same bytes.
    boundary = f"=_{sha256(letter.key.encode()).hexdigest()[:32]}"
    message = MIMEMultipart("alternative", boundary=boundary)
    for name, value in _headers(letter):
        message[name] = value
    message.attach(_part("plain", letter.text))
    message.attach(_part("html", letter.html))
    return message.as_bytes(policy=_POLICY)


def _part(subtype: str, text: str) -> MIMENonMultipart:
    part = MIMENonMultipart("text", subtype)
    part.set_payload(text, _QUOTED_PRINTABLE)
    return part


def _headers(letter: Letter) -> Iterator[tuple[str, str]]:
    domain = letter.sender.domain
    yield "From", letter.sender.header("From")
    yield "To", letter.to.header("To")
    yield "Subject", _encoded(one_line(letter.subject, "l’objet du message"), "Subject")
    yield "Date", format_datetime(letter.at)
    yield "Message-ID", message_id(letter.key, domain)
    if letter.ref is not None:
        thread = thread_id(letter.ref, domain)
        if thread is not None:
            yield "References", thread
        ref = one_line(letter.ref, "la référence du dossier")
        yield "X-Echeancier-Dossier", _encoded(ref, "X-Echeancier-Dossier")
    # Nobody wants the « absent du bureau » of a whole agency in answer to its reminders.
    yield "Auto-Submitted", "auto-generated"
    yield "X-Auto-Response-Suppress", "All"
    yield "Content-Language", "fr"


@lru_cache(maxsize=4096)
def _encoded(text: str, header: str) -> str:
    """Return a text as a header carries it, in lines that fit.

    What looks like an encoded word already is encoded too: a reader then shows it as typed.
    """
    if text.isascii() and "=?" not in text:
        return text
    return Header(text, "utf-8", header_name=header).encode()
