"""How messages leave: a mail server, or a folder of files.

Made by `cli.wiring` from the configuration, opened by `notifications.relay` for as many messages as
wait. Tells what can be tried again from what cannot; decides neither when, nor what is sent. Never
puts a password, an address or a message in an error or a log.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import ssl
from dataclasses import dataclass, field
from email.parser import BytesHeaderParser
from email.policy import default
from email.utils import parseaddr
from enum import StrEnum
from hashlib import sha256
from pathlib import Path
from tempfile import NamedTemporaryFile

import aiosmtplib

from notifications import refusals
from notifications.ports import DeliveryError
from workflow.causes import cause

_POLITENESS_SECONDS = 5.0
"""How long we wait for an answer that no longer matters: to RSET after a failure, to QUIT."""


class Security(StrEnum):
    """How the connection is encrypted."""

    NONE = "aucune"
    STARTTLS = "starttls"
    """In clear, then encrypted before anything is said (port 587)."""
    TLS = "tls"
    """Encrypted from the first byte (port 465)."""


@dataclass(frozen=True, slots=True)
class SmtpSettings:
    """A mail server and how to talk to it.

    Attributes:
        host: name or address of the server.
        port: its port.
        sender: address that bounces come back to.
        security: how the connection is encrypted.
        username: login, or None when the server asks for none.
        password: never shown, logged or repeated in an error.
        connect_timeout: seconds allowed to connect, encrypt and log in.
        message_timeout: seconds allowed for a whole message.
        tls: certificates to trust; None trusts those of the machine.
    """

    host: str
    port: int
    sender: str
    security: Security = Security.STARTTLS
    username: str | None = None
    password: str | None = field(default=None, repr=False)
    connect_timeout: float = 15.0
    message_timeout: float = 60.0
    tls: ssl.SSLContext | None = field(default=None, repr=False)

    @property
    def server(self) -> str:
        """Return `host:port`, for people."""
        return f"{self.host}:{self.port}"


class SmtpTransport:
    """A connection to a mail server, opened once for many messages.

    Implements `notifications.ports.Transport`. When the server hangs up between two messages, the
    next one connects again.
    """

    def __init__(self, settings: SmtpSettings) -> None:
        self._settings = settings
        self._smtp: aiosmtplib.SMTP | None = None

    async def __aenter__(self) -> SmtpTransport:
        """Connect, encrypt and log in; raises `Unreachable` when that is not possible."""
        self._smtp = await self._connect()
        return self

    async def __aexit__(self, *exc: object) -> None:
        """Say goodbye, without waiting long for the answer."""
        if self._smtp is not None and self._smtp.is_connected:
            with contextlib.suppress(aiosmtplib.SMTPException, OSError):
                async with asyncio.timeout(_POLITENESS_SECONDS):
                    await self._smtp.quit()
        await self._drop()

    async def send(self, address: str, content: bytes) -> str:
        """Hand a message over and return the server's answer.

        Raises:
            DeliveryError: permanent when the server refuses this recipient, sender or content
                for good; transient otherwise.
        """
        seconds = self._settings.message_timeout
        try:
            async with asyncio.timeout(seconds):
                return await self._hand_over(address, content)
        except (OSError, ValueError, aiosmtplib.SMTPException) as error:
            await self._recover(error)
            raise refusals.sending(error, self._settings.server, seconds) from error

    async def _hand_over(self, address: str, content: bytes) -> str:
        if parseaddr(address)[1] != address:
            # The library would send to whatever it makes of it: perhaps to somebody else.
            raise ValueError("not exactly an address")
        smtp = await self._begin()
        await smtp.rcpt(address)
        code, text = await smtp.data(content)
        return f"{code} {text}"

    async def _begin(self) -> aiosmtplib.SMTP:
        """Announce a message, on a new connection when the last one turns out to be closed."""
        smtp = self._smtp
        if smtp is not None and smtp.is_connected:
            try:
                await smtp.mail(self._settings.sender)
            except (aiosmtplib.SMTPServerDisconnected, aiosmtplib.SMTPResponseException):
                # Hung up on since the last message: nothing of this one has been said yet.
                if smtp.is_connected:
                    raise
            else:
                return smtp
        self._smtp = smtp = await self._connect()
        await smtp.mail(self._settings.sender)
        return smtp

    async def _connect(self) -> aiosmtplib.SMTP:
        settings = self._settings
        smtp = aiosmtplib.SMTP(
            hostname=settings.host,
            port=settings.port,
            username=settings.username,
            password=settings.password,
            # The name of this machine means nothing outside, and looking it up can take a minute.
            local_hostname=settings.sender.rpartition("@")[2] or "localhost",
            timeout=settings.message_timeout,
            use_tls=settings.security is Security.TLS,
            start_tls=settings.security is Security.STARTTLS,
            tls_context=settings.tls,
        )
        try:
            async with asyncio.timeout(settings.connect_timeout):
                await smtp.connect()
        except (OSError, ValueError, aiosmtplib.SMTPException) as error:
            smtp.close()
            raise refusals.connecting(error, settings.server, settings.connect_timeout) from error
        return smtp

    async def _recover(self, error: Exception) -> None:
        """Make the connection fit for the next message, or drop it."""
        smtp = self._smtp
        if smtp is None or not smtp.is_connected:
            return
        if isinstance(error, OSError):
            # Silent or cut in the middle: an answer could still come, to the wrong question.
            await self._drop()
            return
        try:
            async with asyncio.timeout(_POLITENESS_SECONDS):
                await smtp.rset()
        except (aiosmtplib.SMTPException, OSError):
            await self._drop()

    async def _drop(self) -> None:
        if self._smtp is not None:
            self._smtp.close()
            self._smtp = None
            # Lets the event loop close the socket before it is itself closed.
            await asyncio.sleep(0)


class FileTransport:
    """Writes each message as a file, for a demonstration or a machine without mail.

    Implements `notifications.ports.Transport`. A file appears whole or not at all; its name holds
    the message's date and a fingerprint, nothing of its recipient. The same message written twice
    makes one file.
    """

    def __init__(self, directory: Path) -> None:
        self._directory = directory

    async def __aenter__(self) -> FileTransport:
        """Make the folder; raises `DeliveryError` when that is not possible."""
        try:
            self._directory.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise self._unwritable(error) from error
        return self

    async def __aexit__(self, *exc: object) -> None:
        """Nothing is held open."""

    async def send(self, address: str, content: bytes) -> str:  # noqa: ARG002 - in the file itself
        """Write a message and return the name of its file."""
        name = _file_name(content)
        try:
            await asyncio.to_thread(_write_whole, self._directory / name, content)
        except OSError as error:
            raise self._unwritable(error) from error
        return f"écrit dans {name}"

    def _unwritable(self, error: OSError) -> DeliveryError:
        return DeliveryError(
            f"Dossier de courrier {self._directory} : écriture impossible ({cause(error)}) ; "
            "vérifiez les droits et la place disponible.",
            permanent=False,
        )


def _file_name(content: bytes) -> str:
    fingerprint = sha256(content).hexdigest()[:16]
    date = BytesHeaderParser(policy=default).parsebytes(content)["Date"]
    written = getattr(date, "datetime", None)
    return f"{written:%Y%m%d-%H%M%S}-{fingerprint}.eml" if written else f"{fingerprint}.eml"


def _write_whole(path: Path, content: bytes) -> None:
    """Write a file that is never seen half-written."""
    with NamedTemporaryFile(dir=path.parent, prefix=".", suffix=".tmp", delete=False) as file:
        try:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        except OSError:
            Path(file.name).unlink(missing_ok=True)
            raise
    Path(file.name).replace(path)
