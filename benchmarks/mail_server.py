"""A mail server for the measures: takes everything, several commands at once, as far away as asked.

`python -m benchmarks.mail_server PORT SECONDS`, run by `benchmarks.notifications`. An answer comes that long
after what it answers, however much was asked at once, as over a long line.
"""

from __future__ import annotations

import asyncio
import sys
from typing import Any

from aiosmtpd.smtp import SMTP, Envelope, Session

HOST = "127.0.0.1"


class Sink:
    """Offers PIPELINING and takes every message."""

    async def handle_EHLO(  # noqa: N802 - the name aiosmtpd looks for
        self,
        _server: SMTP,
        session: Session,
        _envelope: Envelope,
        hostname: str,
        responses: list[str],
    ) -> list[str]:
        """Say what is offered."""
        session.host_name = hostname
        return [*responses[:-1], "250-PIPELINING", responses[-1]]


class Far:
    """A line whose every word arrives later, in the same order."""

    def __init__(self, line: Any, seconds: float) -> None:
        self._line = line
        self._seconds = seconds

    def __getattr__(self, name: str) -> Any:
        return getattr(self._line, name)

    def write(self, data: bytes) -> None:
        """Have words arrive later."""
        asyncio.get_running_loop().call_later(self._seconds, self._line.write, data)

    def close(self) -> None:
        """Hang up once all has arrived."""
        asyncio.get_running_loop().call_later(self._seconds, self._line.close)


class Server(SMTP):
    """A server at the end of a line."""

    seconds = 0.0

    def connection_made(self, transport: Any) -> None:
        """Speak from afar."""
        line: Any = Far(transport, self.seconds) if self.seconds else transport
        super().connection_made(line)


async def serve(port: int, seconds: float) -> None:
    """Serve until the process ends."""
    Server.seconds = seconds
    loop = asyncio.get_running_loop()
    async with await loop.create_server(lambda: Server(Sink()), HOST, port) as server:
        await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(serve(int(sys.argv[1]), float(sys.argv[2])))
