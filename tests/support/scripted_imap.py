"""An IMAP server whose every answer may be given, byte for byte: what a polite one says, or would never say.

For the tests of what may come down the wire, and of mailboxes that open to tokens. A real one is
`tests.support.imap`.
"""

from __future__ import annotations

import re
import socketserver
import threading
from base64 import b64decode
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager

from msgspec import Struct, field

from tests.support.scripted_smtp import HANGS_UP, HOST

SILENT = b"..."
"""In place of an answer: not a word until the server stops."""
DRIPS = b"* OK"
"""In place of an answer: one more word now and then, for ever: never silent, never done."""

_TOKEN = re.compile("user=(.*)\x01auth=Bearer (.*)\x01\x01")


class ImapScript(Struct):
    """What is answered, and what was heard."""

    answers: dict[str, bytes]
    messages: dict[int, bytes]
    """What the mailbox holds, by UID."""
    port: int = 0
    opens_to: Callable[[str, str], bool] = lambda _mailbox, _token: True
    said: list[str] = field(default_factory=list)
    """The commands that were heard, without their tags."""
    stopping: threading.Event = field(default_factory=threading.Event)


class _Line(socketserver.StreamRequestHandler):
    """A connection."""

    script: ImapScript

    def handle(self) -> None:
        """Answer each command as it is written."""
        try:
            if self._say("banner", b"* OK ready", b""):
                while (line := self.rfile.readline()) and self._hear(line):
                    pass
        except OSError:
            # The other side left first.
            return

    def _hear(self, line: bytes) -> bool:
        tag, _, command = line.strip().partition(b" ")
        self.script.said.append(command.decode())
        word, *rest = command.decode().lower().removeprefix("uid ").split()
        step = f"{word}:{rest[0]}" if rest and f"{word}:{rest[0]}" in self.script.answers else word
        return self._say(step, self._usual(word, rest), tag)

    def _usual(self, word: str, rest: list[str]) -> bytes:
        """Return what a polite server says to a command."""
        known = b"* CAPABILITY IMAP4rev1 AUTH=PLAIN AUTH=XOAUTH2\r\n{tag} OK done"
        polite: dict[str, Callable[[list[str]], bytes]] = {
            "capability": lambda _: known,
            "logout": lambda _: b"* BYE\r\n{tag} OK done",
            "authenticate": self._signed_in,
            "examine": self._examined,
            "search": self._found,
            "fetch": self._fetched,
        }
        answer = polite.get(word)
        return b"{tag} BAD what?" if answer is None else answer(rest)

    def _examined(self, _rest: list[str]) -> bytes:
        following = max(self.script.messages, default=0) + 1
        told = b"* OK [UIDVALIDITY 7] ok\r\n* OK [UIDNEXT %d] ok\r\n" % following
        return b"* 5 EXISTS\r\n" + told + b"{tag} OK [READ-ONLY] done"

    def _found(self, _rest: list[str]) -> bytes:
        found = b" ".join(b"%d" % uid for uid in self.script.messages)
        return b"* SEARCH " + found + b"\r\n{tag} OK done"

    def _fetched(self, rest: list[str]) -> bytes:
        uid, most = int(rest[0]), int(rest[2].strip("()>").rpartition(".")[2])
        text = self.script.messages[uid][:most]
        told = b"* 1 FETCH (UID %d BODY[]<0> {%d}\r\n%s)" % (uid, len(text), text)
        return told + b"\r\n{tag} OK done"

    def _signed_in(self, rest: list[str]) -> bytes:
        self.wfile.write(b"+ \r\n")
        told = b64decode(self.rfile.readline()).decode()
        if rest == ["plain"]:
            return b"{tag} OK done"
        found = _TOKEN.fullmatch(told)
        assert found is not None, told
        if self.script.opens_to(*found.groups()):
            return b"{tag} OK done"
        # Preceded by a challenge, as at Google's.
        self.wfile.write(b"+ eyJzdGF0dXMiOiI0MDAifQ==\r\n")
        self.rfile.readline()
        return b"{tag} NO AUTHENTICATE failed for " + found[1].encode() + b" " + found[2].encode()

    def _say(self, step: str, usual: bytes, tag: bytes) -> bool:
        answer = self.script.answers.get(step, usual)
        if answer == HANGS_UP:
            return False
        if answer == SILENT:
            self.script.stopping.wait()
            return False
        while answer == DRIPS:
            self.wfile.write(b"* OK still here\r\n")
            if self.script.stopping.wait(0.02):
                return False
        self.wfile.write(answer.replace(b"{tag}", tag) + b"\r\n")
        return True


class _Server(socketserver.ThreadingTCPServer):
    daemon_threads = True
    block_on_close = False


@contextmanager
def scripted_imap(
    answers: Mapping[str, bytes] | None = None, messages: Mapping[int, bytes] | None = None
) -> Iterator[ImapScript]:
    """Run a server in threads, on a port that the system chooses."""
    script = ImapScript(dict(answers or {}), dict(messages or {}))
    line = type("Line", (_Line,), {"script": script})
    with _Server((HOST, 0), line) as server:
        script.port = int(server.server_address[1])
        thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
        thread.start()
        try:
            yield script
        finally:
            script.stopping.set()
            server.shutdown()
            thread.join()
