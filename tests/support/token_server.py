"""A real token server on a free port, that notes what it is asked and can be made to misbehave."""

from __future__ import annotations

import json
import ssl
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl

from msgspec import Struct, field

from tests.support.smtp import HOST

PATIENCE = 30


class Reply(Struct):
    """An answer; by default it is silent until the server stops."""

    body: str | None = None
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    drip: bool = False
    """One more header now and then, for ever: never silent, never done."""


def saying(status: int = 200, **members: object) -> Reply:
    """Return an answer in JSON."""
    return Reply(json.dumps(members), status, {"Content-Type": "application/json"})


class TokenServer(Struct):
    """What it was asked and what it answers."""

    port: int = 0
    scheme: str = "http"
    replies: list[Reply] = field(default_factory=list)
    """Answers to the next requests for a token; with none left, it gives one."""
    asked: list[dict[str, str]] = field(default_factory=list)
    """Forms of the requests for a token, with the `authorization` that came along."""
    heard: threading.Event = field(default_factory=threading.Event)
    """Set as soon as a token was asked for."""
    given: list[str] = field(default_factory=list)
    lives: int = 3600
    date: str | None = None
    """What it says of the time; None says what the machine does."""
    stopping: threading.Event = field(default_factory=threading.Event)

    @property
    def base(self) -> str:
        """Return its address."""
        return f"{self.scheme}://localhost:{self.port}"

    def reply(self) -> Reply:
        """Return the next answer to a request for a token."""
        if self.replies:
            return self.replies.pop(0)
        self.given.append(f"jeton-{len(self.given) + 1}")
        return saying(access_token=self.given[-1], token_type="Bearer", expires_in=self.lives)

    def discovery(self, path: str) -> Reply:
        """Return what Microsoft's library reads first: where an organisation gives tokens."""
        tenant = path.strip("/").partition("/")[0]
        where = f"{self.base}/{tenant}"
        return saying(authorization_endpoint=f"{where}/ask", token_endpoint=f"{where}/token")


def _handler(told: TokenServer) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            unknown = "inconnue" in self.path
            wrong = saying(400, error="invalid_tenant", error_description="AADSTS90002: Tenant…")
            self._answer(wrong if unknown else told.discovery(self.path))

        def do_POST(self) -> None:
            content = self.rfile.read(int(self.headers["Content-Length"])).decode("ascii")
            form = dict(parse_qsl(content))
            told.asked.append(form | {"authorization": self.headers.get("Authorization", "")})
            told.heard.set()
            self._answer(told.reply())

        def _answer(self, reply: Reply) -> None:
            if reply.drip:
                self.wfile.write(b"HTTP/1.0 200 OK\r\n")
                while not told.stopping.wait(0.05):
                    self.wfile.write(b"X-More: 1\r\n")
                return
            if reply.body is None:
                told.stopping.wait(PATIENCE)
                return
            self.send_response_only(reply.status)
            self.send_header("Date", told.date or self.date_time_string())
            for name, value in reply.headers.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(reply.body.encode())

        def log_message(self, *_args: object) -> None:
            pass

    return Handler


class _Server(ThreadingHTTPServer):
    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say nothing of a client that hung up, as it may."""


@contextmanager
def giving(tls: ssl.SSLContext | None = None) -> Iterator[TokenServer]:
    """Run a token server, encrypted with the context given."""
    told = TokenServer(scheme="https" if tls else "http")
    server = _Server((HOST, 0), _handler(told))
    if tls is not None:
        server.socket = tls.wrap_socket(server.socket, server_side=True)
    told.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield told
    finally:
        told.stopping.set()
        server.shutdown()
        server.server_close()
        thread.join()
