"""A mail server that takes everything, and only counts: fast enough for eight relays at once.

For the tests that measure how many times each message arrives. One that misbehaves, or keeps what it is
told, is `tests.support.smtp`.
"""

from __future__ import annotations

import asyncio
import re
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import closing, contextmanager

from msgspec import Struct, field

from tests.support.programs import PATIENCE

HOST = "127.0.0.1"

_MESSAGE_ID = re.compile(rb"^Message-ID: *(?:\r\n )?(\S+)", re.MULTILINE | re.IGNORECASE)
_END = b"\r\n.\r\n"
_ANSWERS = {
    b"EHLO": b"250-localhost\r\n250 8BITMIME\r\n",
    b"DATA": b"354 Go on\r\n",
    b"QUIT": b"221 Bye\r\n",
}


class Sink(Struct):
    """What was received."""

    port: int = 0
    received: Counter[str] = field(default_factory=Counter)
    """Times each Message-ID was accepted."""
    connections: int = 0
    _enough: dict[int, threading.Event] = field(default_factory=dict)

    def once(self, number: int) -> threading.Event:
        """Return what is set once that many messages were accepted."""
        return self._enough.setdefault(number, threading.Event())

    def take(self, message: bytes) -> None:
        """Accept a message."""
        found = _MESSAGE_ID.search(message)
        self.received[found[1].decode() if found else ""] += 1
        if (enough := self._enough.get(self.received.total())) is not None:
            enough.set()


class _Line(asyncio.Protocol):
    """A connection."""

    def __init__(self, sink: Sink, lines: set[asyncio.Transport]) -> None:
        self._sink = sink
        self._lines = lines
        self._heard = b""
        self._in_message = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Greet."""
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        self._lines.add(transport)
        self._sink.connections += 1
        transport.write(b"220 localhost\r\n")

    def connection_lost(self, error: Exception | None) -> None:
        """Forget what was not said to its end."""
        self._lines.discard(self._transport)
        self._transport.close()

    def data_received(self, data: bytes) -> None:
        """Answer every whole line, or whole message, that was heard."""
        self._heard += data
        while True:
            what, found, rest = self._heard.partition(_END if self._in_message else b"\r\n")
            if not found:
                return
            self._heard = rest
            if self._in_message:
                self._in_message = False
                self._sink.take(what)
                self._transport.write(b"250 Queued\r\n")
                continue
            word = what[:4].upper()
            self._in_message = word == b"DATA"
            self._transport.write(_ANSWERS.get(word, b"250 OK\r\n"))


@contextmanager
def sinking() -> Iterator[Sink]:
    """Run a server in a thread, on a port that the system chooses."""
    sink, loop, ready = Sink(), asyncio.new_event_loop(), threading.Event()
    stop = asyncio.Event()
    lines: set[asyncio.Transport] = set()

    async def serve() -> None:
        async with await loop.create_server(lambda: _Line(sink, lines), HOST, 0) as server:
            sink.port = int(server.sockets[0].getsockname()[1])
            ready.set()
            await stop.wait()
            # Those whose end has not been noticed yet.
            for line in list(lines):
                line.abort()
            await asyncio.sleep(0)

    def live() -> None:
        with closing(loop):
            loop.run_until_complete(serve())

    thread = threading.Thread(target=live, daemon=True)
    thread.start()
    assert ready.wait(PATIENCE)
    try:
        yield sink
    finally:
        loop.call_soon_threadsafe(stop.set)
        thread.join(PATIENCE)
