"""A real IMAP server on a free port, whose mailbox tests fill; it opens to a password, encrypted or not."""

from __future__ import annotations

import asyncio
import ssl
import threading
from argparse import Namespace
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any, cast

import pytest
from msgspec import Struct
from proxyprotocol.reader import ProxyProtocolReader
from pymap.backend.dict import Config, DictBackend
from pymap.imap import IMAPServer
from pymap.parsing.message import AppendMessage
from pysasl.hashing import BuiltinHash

from tests.support.cli import Desk
from tests.support.smtp import HOST

USER, PASSWORD = "retours@interim.example", "s3cr3t é"


class Inbox(Struct):
    """A mailbox and the server that shows it."""

    port: int
    backend: DictBackend
    loop: asyncio.AbstractEventLoop

    def put(self, content: bytes, at: datetime, folder: str = "INBOX") -> None:
        """Have a message arrive."""
        self._done(self._put(content, at, folder))

    def renumber(self) -> None:
        """Number the messages anew, as a mailbox that was put back."""
        self._done(self._renumber())

    def flags(self) -> list[frozenset[Any]]:
        """Return the flags of each message."""
        return list(self._done(self._flags()))

    def _done(self, what: Any) -> Any:
        return asyncio.run_coroutine_threadsafe(what, self.loop).result(10)

    async def _box(self, folder: str = "INBOX") -> Any:
        identity = await self.backend.login.authorize(self.backend.login.demo_user_identity, USER)
        async with identity.new_session() as session:
            return await session.mailbox_set.get_mailbox(folder)

    async def _put(self, content: bytes, at: datetime, folder: str) -> None:
        box = await self._box(folder)
        await box.append(AppendMessage(content, at))

    async def _renumber(self) -> None:
        box = await self._box()
        box._uid_validity += 1

    async def _flags(self) -> list[frozenset[Any]]:
        box = await self._box()
        return [message.permanent_flags async for message in box.messages()]


@contextmanager
def inbox(tls: ssl.SSLContext | None = None, *, from_the_start: bool = True) -> Iterator[Inbox]:
    """Run a server, encrypted with the context given: from the first byte, or once it is asked for."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    try:
        starting = _start(tls, from_the_start=from_the_start)
        backend, server, lines = asyncio.run_coroutine_threadsafe(starting, loop).result(10)
        try:
            yield Inbox(server.sockets[0].getsockname()[1], backend, loop)
        finally:
            asyncio.run_coroutine_threadsafe(_stop(server, lines), loop).result(10)
    finally:
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()


async def _start(
    tls: ssl.SSLContext | None, *, from_the_start: bool
) -> tuple[DictBackend, asyncio.Server, list[asyncio.Transport]]:
    args = Namespace(
        host=HOST, port=0, debug=False, cert=None, key=None, passlib_cfg=None, proxy_protocol=None,
        tls=tls is not None and not from_the_start, inherited_sockets=None,
        demo_data=False, demo_user=USER, demo_password=PASSWORD,
    )  # fmt: skip
    # Hashing for good would take most of the time of a test.
    cheap = BuiltinHash(rounds=1)
    backend, config = await DictBackend.init(
        args, ssl_context=tls, invalid_user_sleep=0, hash_context=cheap
    )
    config.apply_context()
    assert isinstance(config, Config)
    answer = ProxyProtocolReader(config.proxy_protocol).get_callback(
        IMAPServer(backend.login, config)
    )
    lines: list[asyncio.Transport] = []

    async def noted(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        lines.append(cast("asyncio.Transport", writer.transport))
        await answer(reader, writer)

    encrypted = tls if from_the_start else None
    return backend, await asyncio.start_server(noted, HOST, 0, ssl=encrypted), lines


async def _stop(server: asyncio.Server, lines: list[asyncio.Transport]) -> None:
    """Hang up too: a line left open is blamed on the test that runs when it is collected."""
    server.close()
    rest = [one for one in asyncio.all_tasks() if one is not asyncio.current_task()]
    for one in rest:
        one.cancel()
    await asyncio.gather(*rest, return_exceptions=True)
    for line in lines:
        line.abort()
    # Once round the loop: a line is closed by a callback.
    await asyncio.sleep(0)


RETURNS = """
[mail.returns]
host = "127.0.0.1"
port = {port}
security = "none"
username = "{user}"
"""


def reading(desk: Desk, box: Inbox, monkeypatch: pytest.MonkeyPatch) -> None:
    """Have a desk read a mailbox."""
    section = RETURNS.format(port=box.port, user=USER)
    written = desk.config.read_text(encoding="utf-8")
    desk.config.write_text(f"{written}{section}", encoding="utf-8")
    monkeypatch.setenv("ECHEANCIER_IMAP_PASSWORD", PASSWORD)


def a_report(identifier: str, address: str, action: str = "failed", status: str = "5.1.1") -> bytes:
    """Return a report of a server on one of our mails, as RFC 3464 has it."""
    lines = (
        "From: MAILER-DAEMON@mx.example",
        "MIME-Version: 1.0",
        'Content-Type: multipart/report; report-type=delivery-status; boundary="b"',
        "",
        "--b",
        "Content-Type: message/delivery-status",
        "",
        "Reporting-MTA: dns; mx.example",
        "",
        f"Final-Recipient: rfc822; {address}",
        f"Action: {action}",
        f"Status: {status}",
        f"Diagnostic-Code: smtp; 550 {status} no such mailbox",
        "",
        "--b",
        "Content-Type: text/rfc822-headers",
        "",
        f"Message-ID: {identifier}",
        f"To: {address}",
        "",
        "--b--",
        "",
    )
    return "\r\n".join(lines).encode()
