"""How messages leave for a mail server.

Made by `cli.wiring.mailing` from the configuration, opened by `notifications.mail.relay` for as many
messages as wait. Tells what can be tried again from what cannot; decides neither when, nor what is sent.
Never puts a password, an address or a message in an error or a log. One dialogue with a server, answer by
answer: hence its length.
"""

from __future__ import annotations

import asyncio
import contextlib
import ssl
from base64 import b64encode
from collections.abc import Coroutine
from typing import TypeVar

import aiosmtplib
from aiosmtplib.auth import auth_xoauth2_encode
from msgspec import Struct

from notifications.mail.delivery import Unreachable
from notifications.mail.network import Security
from notifications.model.ports import DeliveryError, Ready, at_once
from notifications.signin.refusal import TokenRefused
from notifications.signin.tokens import Tokens
from notifications.smtp import refusals
from notifications.smtp.pipelining import TAKEN, ServerAbility, announce
from notifications.smtp.replies import heard
from workflow.text.addresses import domain_of, route

_T = TypeVar("_T")

_POLITENESS_SECONDS = 5.0
"""How long we wait for an answer that no longer matters: to RSET after a failure, to QUIT."""


class SmtpSettings(Struct, frozen=True):
    """A mail server and how to talk to it.

    Attributes:
        host: name or address of the server.
        port: its port.
        sender: address that bounces come back to.
        security: how the connection is encrypted.
        username: login, or None when the server asks for none.
        password: never shown, logged or repeated in an error.
        tokens: what opens the account in place of a password (XOAUTH2), or None.
        connect_timeout: seconds allowed to connect, encrypt and log in.
        message_timeout: seconds allowed to announce a message and hand its text over.
        answer_timeout: seconds allowed to the answer to the whole message: ten minutes, says RFC 5321,
            section 4.5.3.2.6, for a server that does not answer in time may have taken it.
        per_connection: messages after which another connection is opened (1 or more).
        tls: certificates to trust; None trusts those of the machine.
    """

    host: str
    port: int
    sender: str
    security: Security = Security.STARTTLS
    username: str | None = None
    password: str | None = None
    tokens: Tokens | None = None
    connect_timeout: float = 15.0
    message_timeout: float = 60.0
    answer_timeout: float = 600.0
    per_connection: int = 100
    tls: ssl.SSLContext | None = None

    def __repr__(self) -> str:
        return f"SmtpSettings({self.server})"

    @property
    def server(self) -> str:
        """Return `host:port`, for people."""
        return f"{self.host}:{self.port}"

    def secrets(self, token: str | None = None) -> tuple[str, ...]:
        """Return what opens the account, as it travels: a server may repeat what it refuses."""
        name, secret = self.username or "", token or self.password
        if not secret:
            return ()
        login = (
            auth_xoauth2_encode(name, secret) if token else b64encode(_bytes(f"\0{name}\0{secret}"))
        )
        return (secret, login.decode("ascii"), b64encode(_bytes(secret)).decode("ascii"))


class SmtpTransport:
    """A connection to a mail server, opened once for many messages.

    Implements `notifications.model.ports.Transport`. When the server hangs up between two messages, the
    next one connects again.

    Args:
        settings: the server.
        ability: what is known of it, shared with its other connections.
    """

    def __init__(self, settings: SmtpSettings, ability: ServerAbility | None = None) -> None:
        self._settings = settings
        self._manner = ability or ServerAbility()
        self._smtp: aiosmtplib.SMTP | None = None
        self._carried = 0

    async def __aenter__(self) -> SmtpTransport:
        """Connect, encrypt and log in; raises `Unreachable` when that is not possible."""
        self._smtp = await self._connect()
        return self

    async def __aexit__(self, *exc: object) -> None:
        """Say goodbye, without waiting long for the answer."""
        await self._part()

    async def send(self, address: str, content: bytes, ready: Ready = at_once) -> str:
        """Hand a message over and return the server's answer.

        All of it is said at once, but for the final dot, which waits for `ready`: until then a
        server accepts nothing.

        Raises:
            DeliveryError: permanent when the server refuses this recipient, sender or content
                for good; transient otherwise.
        """
        settings = self._settings
        smtp = await self._told(self._begin(address, content), settings.message_timeout)
        try:
            await ready()
        except BaseException:
            # Hanging up is the only way to take back a message that has been begun.
            await self._drop()
            raise
        return await self._told(_end(smtp), settings.answer_timeout, said=True)

    async def _told(
        self, saying: Coroutine[object, object, _T], seconds: float, *, said: bool = False
    ) -> _T:
        """Return what the server answers, or raise what its silence or refusal means."""
        try:
            async with asyncio.timeout(seconds):
                return await saying
        except DeliveryError:
            raise
        except (OSError, ValueError, aiosmtplib.SMTPException) as error:
            await self._recover(error)
            raise refusals.sending(error, self._settings.server, seconds, said=said) from error
        except BaseException:
            # Left in the middle, by a defect or because the relay waits no longer.
            await self._drop()
            raise

    async def _begin(self, address: str, content: bytes) -> aiosmtplib.SMTP:
        """Say everything of a message but its final dot."""
        smtp = await self._announced(_path(self._settings.sender), _path(address))
        self._carried += 1
        assert smtp.protocol is not None, "the server has just answered"  # noqa: S101
        smtp.protocol.write(_dotted(content))
        return smtp

    async def _announced(self, sender: bytes, reader: bytes) -> aiosmtplib.SMTP:
        """Announce a message, on a new connection when the last one is used up, or found closed."""
        if self._carried >= self._settings.per_connection:
            await self._part()
        smtp = self._smtp
        if smtp is not None and smtp.is_connected:
            try:
                await announce(smtp, sender, reader, self._manner)
            except (aiosmtplib.SMTPServerDisconnected, aiosmtplib.SMTPResponseException):
                # Hung up on, since the last message or because too much was said at once: no text of
                # this one has been, and it is announced anew.
                if smtp.is_connected:
                    raise
            else:
                return smtp
        self._smtp = smtp = await self._connect()
        await announce(smtp, sender, reader, self._manner)
        return smtp

    async def _connect(self) -> aiosmtplib.SMTP:
        """Connect, encrypt and log in; a token that is refused is asked for anew, once."""
        token = await self._token()
        try:
            try:
                return await self._open(token)
            except aiosmtplib.SMTPAuthenticationError:
                if token is None:
                    raise
                token = await self._token(spent=token)
                return await self._open(token)
        except (OSError, ValueError, aiosmtplib.SMTPException) as error:
            settings = self._settings
            login = refusals.PASSWORD if token is None else refusals.TOKEN
            raise refusals.connecting(
                error, settings.server, settings.connect_timeout, settings.secrets(token), login
            ) from error

    async def _token(self, spent: str | None = None) -> str | None:
        """Return what opens the account in place of a password, asked for before anybody waits for it."""
        tokens = self._settings.tokens
        if tokens is None:
            return None
        try:
            return await asyncio.to_thread(tokens.give, spent)
        except TokenRefused as error:
            raise Unreachable(error.why) from error

    async def _open(self, token: str | None) -> aiosmtplib.SMTP:
        settings = self._settings

        async def given() -> str:
            return token or ""

        smtp = aiosmtplib.SMTP(
            hostname=settings.host,
            port=settings.port,
            username=settings.username,
            password=settings.password,
            oauth_token_generator=None if token is None else given,
            # The name of this machine means nothing outside, and looking it up can take a minute.
            local_hostname=domain_of(settings.sender),
            # A whole step has a limit already; one more for each command is a third of our time.
            timeout=None,
            use_tls=settings.security is Security.TLS,
            start_tls=settings.security is Security.STARTTLS,
            tls_context=settings.tls,
        )
        try:
            async with asyncio.timeout(settings.connect_timeout):
                await smtp.connect()
                if smtp.is_ehlo_or_helo_needed:
                    await _greet(smtp)
        except BaseException:
            smtp.close()
            raise
        self._carried = 0
        return smtp

    async def _recover(self, error: Exception) -> None:
        """Make the connection fit for the next message, or drop it."""
        smtp = self._smtp
        if smtp is None or not smtp.is_connected:
            return
        garbled = isinstance(error, aiosmtplib.SMTPResponseException) and not refusals.refuses(
            error.code
        )
        if garbled or isinstance(error, OSError):
            # Silent, cut in the middle or not understood: more could still come, to the wrong question.
            await self._drop()
            return
        try:
            async with asyncio.timeout(_POLITENESS_SECONDS):
                await smtp.rset()
        except (aiosmtplib.SMTPException, OSError):
            await self._drop()

    async def _part(self) -> None:
        """Take leave of the server, politely when it still listens."""
        try:
            if self._smtp is not None and self._smtp.is_connected:
                with contextlib.suppress(aiosmtplib.SMTPException, OSError):
                    async with asyncio.timeout(_POLITENESS_SECONDS):
                        await self._smtp.quit()
        finally:
            await self._drop()

    async def _drop(self) -> None:
        if self._smtp is not None:
            self._smtp.close()
            self._smtp = None
            # Lets the event loop close the socket before it is itself closed.
            await asyncio.sleep(0)


async def _greet(smtp: aiosmtplib.SMTP) -> None:
    """Say hello, in the old way to a server that knows no other."""
    try:
        await smtp.ehlo()
    except aiosmtplib.SMTPHeloError:
        await smtp.helo()


def _bytes(text: str) -> bytes:
    """Return a text as it travels, whatever bytes the environment held."""
    return text.encode(errors="surrogateescape")


def _path(address: str) -> bytes:
    """Return an address as commands carry it; raises `ValueError` for what they cannot."""
    return f"<{route(address)}>".encode("ascii")


async def _end(smtp: aiosmtplib.SMTP) -> str:
    """Say the final dot, and return the answer to the whole message."""
    answer = await smtp.execute_command(b".")
    if answer.code not in TAKEN:
        raise aiosmtplib.SMTPDataError(answer.code, answer.message)
    return str(heard(answer.code, answer.message))


def _dotted(content: bytes) -> bytes:
    """Return a message as it travels: whole lines, each that begins with a dot given one more."""
    lines = b"\r\n".join((b"", *content.splitlines(), b""))
    return lines.replace(b"\r\n.", b"\r\n..")[2:]
