"""A connection to the return mailbox that nobody can hold for ever, flood, or have write.

Opened by `notifications.inbox.mailbox` for one look. The library speaks IMAP; what is added here is that an
answer is bounded, in bytes and in time, and that a folder is examined, never selected. Shows no secret.
"""

from __future__ import annotations

import imaplib
import re
import socket
import ssl
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import date
from threading import Timer
from typing import Any, Final

from imap_tools.errors import MailboxFetchError, MailboxLoginError
from imap_tools.mailbox import BaseMailBox
from imap_tools.query import AND
from imap_tools.utils import check_command_status

from notifications.inbox.settings import ImapSettings
from notifications.mail.network import Security
from notifications.returns.incoming import LOOKED_AT

_ASKED: Final = LOOKED_AT + 1
"""Bytes of a message that are asked for: one more than is read tells that it goes on."""
_ROOM: Final = 4 * LOOKED_AT
"""Bytes of an answer, at most: the longest is the list of all the messages of a folder."""
_UID: Final = re.compile(rb"\bUID (\d{1,10})\b")


class FloodedError(Exception):
    """The server answers more than anybody asked for."""


class LateError(Exception):
    """The time of the whole look is over."""


class SignInError(Exception):
    """The server does not open the mailbox to us.

    Args:
        words: what it says of it.
    """

    def __init__(self, words: str) -> None:
        super().__init__(words)
        self.words = words


class _Client(imaplib.IMAP4):
    """The library's client, that never hears an endless answer out.

    Args:
        settings: whom to call.
    """

    def __init__(self, settings: ImapSettings) -> None:
        self._settings = settings
        self._room = _ROOM
        self._line: socket.socket | None = None
        self._late = False
        self._end = Timer(settings.look_timeout, self._cut)
        self._end.daemon = True
        self._end.start()
        try:
            super().__init__(settings.host, settings.port, timeout=settings.answer_timeout)
            if settings.security is Security.STARTTLS:
                self.starttls(self._context())
        except BaseException:
            self.leave()
            raise

    def leave(self) -> None:
        """Hang up; without effect when the line is down."""
        self._end.cancel()
        with suppress(OSError, AttributeError):
            self.shutdown()
        if self._line is not None:
            self._line.close()

    def read(self, size: int) -> bytes:
        """Read a part of an answer."""
        self._spend(size)
        return self._heard(super().read, size)

    def readline(self) -> bytes:
        """Read a line of an answer."""
        line = self._heard(super().readline)
        self._spend(len(line))
        return line

    def _heard(self, read: Callable[..., bytes], *size: int) -> bytes:
        """Return what is read of the line; one that we have cut says nothing of the server."""
        try:
            found = read(*size)
        except (OSError, ValueError) as error:
            if self._late:
                raise LateError from error
            raise
        if self._late:
            raise LateError
        return found

    def send(self, data: Any) -> None:
        """Say something: its answer may be as long as any other."""
        self._room = _ROOM
        super().send(data)

    def _spend(self, size: int) -> None:
        self._room -= size
        if self._room < 0:
            raise FloodedError

    def _create_socket(self, timeout: float | None) -> socket.socket:
        """Connect; the line is ours to cut from its first word on."""
        self._line = super()._create_socket(timeout)  # type: ignore[misc]
        if self._settings.security is Security.TLS:
            self._line = encrypted = self._context().wrap_socket(
                self._line, server_hostname=self._settings.host, do_handshake_on_connect=False
            )
            encrypted.do_handshake()
        return self._line

    def _context(self) -> ssl.SSLContext:
        return self._settings.tls or ssl.create_default_context()

    def _cut(self) -> None:
        self._late = True
        # STARTTLS has put another in the place of the first.
        line = getattr(self, "sock", None) or self._line
        if line is not None:
            with suppress(OSError):
                line.shutdown(socket.SHUT_RDWR)


class ReadOnlyMailbox(BaseMailBox):
    """A folder that is examined.

    Args:
        settings: the mailbox.
    """

    client: _Client

    def __init__(self, settings: ImapSettings) -> None:
        self._settings = settings
        super().__init__()

    def _get_mailbox_client(self) -> imaplib.IMAP4:
        return _Client(self._settings)

    def sign_in(self, token: str | None) -> None:
        """Open the mailbox, or raise `SignInError`."""
        settings, password = self._settings, self._settings.password or ""
        try:
            if token is not None:
                self.xoauth2(settings.username, token, initial_folder=None)
            elif "AUTH=PLAIN" in self.client.capabilities:
                # Any password goes through it, accented too.
                self.login_utf8(settings.username, password, initial_folder=None)
            else:
                self.login(settings.username, password, initial_folder=None)
        except imaplib.IMAP4.abort:
            raise
        except imaplib.IMAP4.error as error:
            raise SignInError(str(error)) from error
        except MailboxLoginError as error:
            raise SignInError(said(error.command_result[1])) from error

    def examine(self) -> tuple[int, int]:
        """Open the folder; return its UIDVALIDITY, and the UID of its last message, 0 without any.

        Raises:
            ValueError: when the server says nothing that can be understood.
        """
        self.folder.set(self._settings.folder, readonly=True)
        following, validity = self._number("UIDNEXT"), self._number("UIDVALIDITY")
        if not validity:
            raise ValueError("no UIDVALIDITY")
        last = following - 1 if following else max(self._found("UID *"), default=0)
        return validity, last

    def since(self, day: date) -> list[int]:
        """Return the UIDs of what came on a day or after, by the server's clock."""
        return self._found(str(AND(date_gte=day)))

    def after(self, uid: int) -> list[int]:
        """Return the UIDs above one."""
        # « n:* » names the last message also when it is below n: RFC 3501, section 6.4.8.
        return [one for one in self._found(f"UID {uid + 1}:*") if one > uid]

    def head(self, uid: int) -> bytes | None:
        """Return the head of a message, or None when the server does not give it."""
        # What it has volunteered of other messages is not kept from one answer to the next.
        self.client.untagged_responses.clear()
        answer = self.client.uid("FETCH", str(uid), f"(UID BODY.PEEK[]<0.{_ASKED}>)")
        check_command_status(answer, MailboxFetchError)
        parts = answer[1]
        for part, following in zip(parts, [*parts[1:], b""], strict=True):
            if isinstance(part, tuple):
                # Some name the message after its text.
                tail = following if isinstance(following, bytes) else b""
                named = _UID.search(part[0] + b" " + tail)
                if named is not None and int(named[1]) == uid:
                    return bytes(part[1])
        return None

    def _found(self, criteria: str) -> list[int]:
        return sorted({int(uid) for uid in self.uids(criteria, charset=None)})

    def _number(self, code: str) -> int | None:
        told = self.client.response(code)[1]
        return int(told[-1]) if told and told[-1] is not None else None


def said(parts: Any) -> str:
    """Return what a server says with an answer, whatever its bytes."""
    found = (part for part in parts or () if isinstance(part, bytes))
    return " ".join(part.decode("utf-8", "replace") for part in found)


@contextmanager
def opened(settings: ImapSettings, token: str | None) -> Iterator[ReadOnlyMailbox]:
    """Lend the mailbox, signed in; hang up whatever happens."""
    box = ReadOnlyMailbox(settings)
    try:
        box.sign_in(token)
        yield box
        with suppress(imaplib.IMAP4.error, OSError, FloodedError, LateError):
            box.client.logout()
    finally:
        box.client.leave()
