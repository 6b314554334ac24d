"""A real mail server on a free port, that notes what it is told and can be made to misbehave.

`Behaviour` says what it does with each message; `serving` runs it for the time of a test.
"""

from __future__ import annotations

import asyncio
import re
import socket
import ssl
import threading
from base64 import b64decode
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cached_property
from typing import Any

import trustme
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session
from msgspec import Struct, field

HOST = "127.0.0.1"


class Behaviour(Struct):
    """What the server does; by default it takes everything."""

    refused_recipients: dict[str, str] = field(default_factory=dict)
    """Reply to RCPT for an address."""
    refused_senders: dict[str, str] = field(default_factory=dict)
    data_replies: list[str] = field(default_factory=list)
    """Replies to the next messages, instead of accepting them."""
    greylist: bool = False
    """Ask to come back later the first time an address is seen."""
    hang_on_data: bool = False
    """Never answer a message."""
    drop_before_answer: int = 0
    """Take that many messages, then hang up without answering."""
    drop_after_answer: int = 0
    """Hang up right after having accepted that many messages."""
    drop_on_reset: bool = False
    """Hang up instead of answering RSET."""
    open_to: Callable[[str, str], str | None] = lambda _mailbox, _token: "535 5.7.3 Unsuccessful"
    """Why a token does not open a mailbox, None when it does."""
    pipelines: bool = False
    """Offer to take several commands at once, where nobody listens in."""
    hold: threading.Event | None = None
    """Answer a message only once the test allows it."""


class Recorder:
    """The handler: notes messages and connections, and misbehaves as told."""

    def __init__(self, behaviour: Behaviour) -> None:
        self.behaviour = behaviour
        self.accepted: list[tuple[str, bytes]] = []
        """Recipient and content of every message accepted, even when the answer was lost."""
        self.resets = 0
        self.received = threading.Event()
        """Set as soon as a message has come in."""
        self.ahead = 0
        """Messages whose reader was said before their sender was taken."""
        self._seen: Counter[str] = Counter()

    async def handle_EHLO(  # noqa: N802 - the name aiosmtpd looks for
        self,
        server: SMTP,
        session: Session,
        envelope: Envelope,
        hostname: str,
        responses: list[str],
    ) -> list[str]:
        """Say what is offered."""
        session.host_name = hostname
        offered = self.behaviour.pipelines and (session.ssl or server.tls_context is None)
        return [*responses[:-1], "250-PIPELINING", responses[-1]] if offered else responses

    async def auth_XOAUTH2(  # noqa: N802
        self, server: SMTP, args: list[str]
    ) -> AuthResult:
        """Open a mailbox to a token; a refusal is preceded by a challenge, as at Google's."""
        mailbox, token = re.fullmatch(
            "user=(.*)\x01auth=Bearer (.*)\x01\x01", b64decode(args[1]).decode()
        ).groups()  # type: ignore[union-attr]
        why = self.behaviour.open_to(mailbox, token)
        if why is not None:
            await server.challenge_auth('{"status": "400"}')
        return AuthResult(success=why is None, handled=False, message=why)

    async def handle_MAIL(  # noqa: N802 - the name aiosmtpd looks for
        self,
        server: SMTP,
        session: Session,
        envelope: Envelope,
        address: str,
        options: list[str],
    ) -> str:
        """Take a sender, or refuse it."""
        if address in self.behaviour.refused_senders:
            return self.behaviour.refused_senders[address]
        self.ahead += bool(server._reader._buffer)  # type: ignore[attr-defined]
        envelope.mail_from = address
        return "250 OK"

    async def handle_RCPT(  # noqa: N802
        self,
        server: SMTP,
        session: Session,
        envelope: Envelope,
        address: str,
        options: list[str],
    ) -> str:
        """Take a recipient, refuse it, or ask to come back."""
        if address in self.behaviour.refused_recipients:
            return self.behaviour.refused_recipients[address]
        self._seen[address] += 1
        if self.behaviour.greylist and self._seen[address] == 1:
            return "451 4.7.1 Greylisted"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_RSET(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope
    ) -> str:
        """Count the resets."""
        self.resets += 1
        if self.behaviour.drop_on_reset:
            raise _hang_up(server)
        return "250 OK"

    async def handle_DATA(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope
    ) -> str:
        """Take a message, or misbehave."""
        told = self.behaviour
        if told.hang_on_data:
            await asyncio.sleep(3600)
        if told.data_replies:
            return told.data_replies.pop(0)
        content = envelope.original_content or b""
        self.accepted.append((envelope.rcpt_tos[0], content))
        self.received.set()
        if told.hold is not None:
            await asyncio.to_thread(told.hold.wait)
        if told.drop_before_answer:
            told.drop_before_answer -= 1
            raise _hang_up(server)
        if told.drop_after_answer:
            told.drop_after_answer -= 1
            await server.push("250 2.0.0 Queued as 42")
            raise _hang_up(server)
        return "250 2.0.0 Queued as 42"


def _hang_up(server: SMTP) -> BaseException:
    """Cut the line, and return what makes aiosmtpd leave the connection without another word."""
    assert server.transport is not None
    server.transport.close()
    return asyncio.CancelledError()


@contextmanager
def silence() -> Iterator[int]:
    """Hold a port that takes connections and never says a word."""
    with socket.create_server((HOST, 0)) as listener:
        yield int(listener.getsockname()[1])


def nobody() -> int:
    """Return a port on which nobody listens."""
    with socket.create_server((HOST, 0)) as listener:
        return int(listener.getsockname()[1])


class _Server(Controller):
    """aiosmtpd's controller, on a port that the system chooses."""

    connections = 0

    def factory(self) -> SMTP:
        """Count connections, less the one with which the controller tries itself."""
        self.connections += 1
        answering = SMTP(self.handler, **self.SMTP_kwargs)
        self._answering.append(answering)
        return answering

    @cached_property
    def _answering(self) -> list[SMTP]:
        return []

    def cancel_tasks(self, stop_loop: bool = True) -> None:
        """Hang up too: a line left open is blamed on the test that runs when it is collected."""
        for one in self._answering:
            if isinstance(one.transport, asyncio.Transport):
                one.transport.abort()
        super().cancel_tasks(stop_loop)

    def _trigger_server(self) -> None:
        assert isinstance(self.server, asyncio.Server)
        self.port = self.server.sockets[0].getsockname()[1]
        super()._trigger_server()  # type: ignore[no-untyped-call]
        self.connections = 0


class Running(Struct):
    """A server that runs."""

    port: int
    recorder: Recorder
    controller: _Server

    @property
    def behaviour(self) -> Behaviour:
        """Return what it does, to be changed at will."""
        return self.recorder.behaviour

    @property
    def accepted(self) -> list[tuple[str, bytes]]:
        """Return recipient and content of each message accepted."""
        return self.recorder.accepted

    @property
    def connections(self) -> int:
        """Return how many connections were opened by the tests."""
        return self.controller.connections


@contextmanager
def serving(behaviour: Behaviour | None = None, **options: Any) -> Iterator[Running]:
    """Run a server; options are aiosmtpd's."""
    recorder = Recorder(behaviour or Behaviour())
    controller = _Server(recorder, hostname=HOST, port=0, server_hostname="localhost", **options)
    controller.start()
    try:
        yield Running(controller.port, recorder, controller)
    finally:
        if recorder.behaviour.hold is not None:
            recorder.behaviour.hold.set()
        controller.stop()


class Certificates(Struct, frozen=True):
    """Two sides of an encrypted connection that trust each other."""

    server: ssl.SSLContext
    client: ssl.SSLContext


def make_certificates() -> Certificates:
    """Return contexts for a server called localhost, made on the fly."""
    authority = trustme.CA()
    server = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    authority.issue_cert("localhost", HOST).configure_cert(server)
    client = ssl.create_default_context()
    authority.configure_trust(client)
    return Certificates(server, client)


def accept_only(login: str, password: str) -> Any:
    """Return an authenticator that knows one account."""

    def check(
        server: SMTP, session: Session, envelope: Envelope, mechanism: str, data: Any
    ) -> AuthResult:
        known = isinstance(data, LoginPassword) and (
            data.login == login.encode() and data.password == password.encode()
        )
        return AuthResult(success=known, handled=False)

    return check
