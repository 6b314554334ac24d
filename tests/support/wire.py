"""Servers that behave badly on the wire: one that refuses everybody, one that falls silent.

Used by tests of what a person reads then. Each listens on this machine alone and stops with its block.
"""

from __future__ import annotations

import socket
import ssl
import struct
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

_TLS, _KERBEROS = 80877103, 80877104
"""What a client may ask for before anything else."""


@contextmanager
def listening(serve: Callable[[socket.socket], None], path: Path | None = None) -> Iterator[int]:
    """Serve each connection in a thread of its own; give the port, 0 for a socket in a folder."""
    server = socket.socket(socket.AF_UNIX if path else socket.AF_INET)
    server.bind(str(path) if path else ("127.0.0.1", 0))
    server.listen(20)

    served: list[threading.Thread] = []

    def accept() -> None:
        with suppress(OSError):
            while True:
                client = server.accept()[0]
                served.append(threading.Thread(target=serve, args=(client,), daemon=True))
                served[-1].start()

    served.append(threading.Thread(target=accept, daemon=True))
    served[0].start()
    try:
        yield 0 if path else server.getsockname()[1]
    finally:
        # Closing alone would leave the thread waiting for ever.
        with suppress(OSError):
            server.shutdown(socket.SHUT_RDWR)
        server.close()
        for thread in served:
            thread.join(10)


@contextmanager
def answering(answer: bytes, encryption: ssl.SSLContext | None = None) -> Iterator[int]:
    """Run a PostgreSQL that gives each client one answer and hangs up; give its port.

    Args:
        answer: what follows the start of the conversation.
        encryption: with what it proves who it is; None encrypts nothing.
    """

    def serve(client: socket.socket) -> None:
        with ExitStack() as stack, suppress(OSError):
            stack.enter_context(client)
            while len(head := client.recv(4)) == 4:
                body = client.recv(struct.unpack("!I", head)[0] - 4)
                wanted = struct.unpack("!I", body[:4])[0]
                if wanted not in {_TLS, _KERBEROS}:
                    break
                encrypts = wanted == _TLS and encryption is not None
                client.sendall(b"S" if encrypts else b"N")
                if encrypts and encryption is not None:
                    client = stack.enter_context(encryption.wrap_socket(client, server_side=True))
            client.sendall(answer)
            # The client has the last word: it reads before it is hung up on.
            client.recv(1)

    with listening(serve) as port:
        yield port


def refusal(words: bytes, state: str) -> bytes:
    """Return what a PostgreSQL answers that refuses somebody with these words and this SQLSTATE."""
    fields = b"SFATAL\0VFATAL\0C" + state.encode() + b"\0M" + words + b"\0\0"
    return b"E" + struct.pack("!I", len(fields) + 4) + fields


@contextmanager
def refusing(words: bytes, state: str) -> Iterator[int]:
    """Run a PostgreSQL that refuses everybody with these words and this SQLSTATE; give its port."""
    with answering(refusal(words, state)) as port:
        yield port


class Line:
    """A line to a server that can fall silent: connections stay open, nothing goes through.

    Args:
        target: the socket of the server.
    """

    def __init__(self, target: Path) -> None:
        self._target = target
        self._open = threading.Event()
        self._open.set()
        self.port = 0

    def freeze(self) -> None:
        """Let nothing through any more."""
        self._open.clear()

    def thaw(self) -> None:
        """Let everything through again, what was held back first."""
        self._open.set()

    def serve(self, client: socket.socket) -> None:
        """Join a client to the server, until one of them hangs up."""
        self._open.wait()
        with client, socket.socket(socket.AF_UNIX) as server, suppress(OSError):
            server.connect(str(self._target))
            back = threading.Thread(target=self._pump, args=(server, client), daemon=True)
            back.start()
            self._pump(client, server)
            back.join()

    def _pump(self, source: socket.socket, sink: socket.socket) -> None:
        with suppress(OSError):
            while data := source.recv(65536):
                self._open.wait()
                sink.sendall(data)
        for one in (source, sink):
            with suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)


@contextmanager
def line_to(server: Path, through: Path | None = None) -> Iterator[Line]:
    """Lend a line to the server whose socket lies in a folder.

    Args:
        server: that folder.
        through: another folder, for a socket of this machine in place of a port.
    """
    name = ".s.PGSQL.5432"
    line = Line(server / name)
    with ExitStack() as stack:
        line.port = stack.enter_context(listening(line.serve, through / name if through else None))
        try:
            yield line
        finally:
            line.thaw()
