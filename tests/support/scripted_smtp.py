"""A mail server whose every answer is given, byte for byte: what a polite one says, or would never say.

For the tests of what may come down the wire, and for those that count how many times each message arrives:
it is fast enough for eight relays at once. One that behaves, or not, as a whole is `tests.support.smtp`.
"""

from __future__ import annotations

import re
import socketserver
import threading
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from enum import Enum, auto
from select import select
from typing import Any

from msgspec import Struct, field

HOST = "127.0.0.1"

HANGS_UP = b""
"""In place of an answer: the line is cut."""

POLITE: Mapping[str, bytes] = {
    "banner": b"220 mx.test ESMTP",
    "ehlo": b"250-mx.test\r\n250-AUTH PLAIN\r\n250-PIPELINING\r\n250 8BITMIME",
    "helo": b"250 mx.test",
    "auth": b"235 2.7.0 ok",
    "mail": b"250 2.1.0 ok",
    "rcpt": b"250 2.1.5 ok",
    "data": b"354 go on",
    "end": b"250 2.0.0 queued",
    "rset": b"250 ok",
    "quit": b"221 bye",
}
"""What each step is answered unless the test says otherwise; « rcpt:zoe » is for the readers of that name."""

IN_TURN = {"ehlo": b"250-mx.test\r\n250-AUTH PLAIN\r\n250 8BITMIME"}
"""What is answered by a server that takes one command at a time."""


class Ahead(Enum):
    """What becomes of commands that come before the one before them is answered."""

    HEARD = auto()
    LOST = auto()
    CUT = auto()
    """The line is cut."""


_MESSAGE_ID = re.compile(rb"^Message-ID: *(?:\r\n )?(\S+)", re.MULTILINE | re.IGNORECASE)


class Script(Struct):
    """What is answered, and what was received."""

    answers: dict[str, bytes]
    ahead: Ahead = Ahead.HEARD
    in_pieces: bool = False
    """Answers come byte by byte."""
    port: int = 0
    received: list[str] = field(default_factory=list)
    """Message-ID of every message that came whole, whatever was answered."""
    said: list[str] = field(default_factory=list)
    """The commands that were heard."""
    opened: list[Any] = field(default_factory=list)
    """Where each connection came from."""
    _enough: dict[int, threading.Event] = field(default_factory=dict)

    @property
    def arrived(self) -> Counter[str]:
        """Return how many times each Message-ID came."""
        return Counter(self.received)

    def take(self, message: bytes) -> None:
        """Note a message that came whole."""
        found = _MESSAGE_ID.search(message)
        self.received.append(found[1].decode() if found else "")
        if (enough := self._enough.get(len(self.received))) is not None:
            enough.set()

    def once(self, number: int) -> threading.Event:
        """Return what is set once that many messages came."""
        return self._enough.setdefault(number, threading.Event())


class _Line(socketserver.StreamRequestHandler):
    """A connection."""

    script: Script
    disable_nagle_algorithm = True

    def handle(self) -> None:
        """Answer each command as it is written."""
        self.script.opened.append(self.client_address)
        try:
            if self._answer("banner"):
                while (line := self.rfile.readline()) and self._alone() and self._hear(line):
                    pass
        except OSError:
            # The other side left first.
            return

    def _alone(self) -> bool:
        """Deal with what came with a command; return whether to go on."""
        if self.script.ahead is Ahead.HEARD or not select([self.connection], [], [], 0)[0]:
            return True
        self.script.said.append("too much")
        return self.script.ahead is Ahead.LOST and bool(self.connection.recv(65_536))

    def _hear(self, line: bytes) -> bool:
        word = line.split()[0].decode("ascii").lower() if line.split() else ""
        self.script.said.append(word)
        if word == "rcpt":
            named = [step for step in self.script.answers if step.startswith("rcpt:")]
            word = next((step for step in named if step[5:].encode() in line), word)
        goes_on = self._answer(word) and word != "quit"
        if word == "data" and self.script.answers["data"].startswith(b"354"):
            return self._message() and goes_on
        return goes_on

    def _message(self) -> bool:
        text = b""
        while (line := self.rfile.readline()) != b".\r\n":
            if not line:
                return False
            text += line
        self.script.take(text)
        return self._answer("end")

    def _answer(self, step: str) -> bool:
        answer = self.script.answers.get(step, b"500 5.5.2 what?")
        if answer == HANGS_UP:
            return False
        said = answer + b"\r\n"
        for start in range(0, len(said), 1 if self.script.in_pieces else len(said)):
            self.wfile.write(said[start : start + 1] if self.script.in_pieces else said)
        return True


class _Server(socketserver.ThreadingTCPServer):
    daemon_threads = True
    block_on_close = False


@contextmanager
def scripted(answers: Mapping[str, bytes] | None = None, **manners: Any) -> Iterator[Script]:
    """Run a server in threads, on a port that the system chooses; manners are fields of `Script`."""
    script = Script(dict(POLITE) | dict(answers or {}), **manners)
    # Commands that came ahead are left on the line where they are looked for.
    buffered = -1 if script.ahead is Ahead.HEARD else 0
    line = type("Line", (_Line,), {"script": script, "rbufsize": buffered})
    with _Server((HOST, 0), line) as server:
        script.port = int(server.server_address[1])
        thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
        thread.start()
        try:
            yield script
        finally:
            server.shutdown()
            thread.join()
