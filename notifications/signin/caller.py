"""Calls to a token server: encrypted, short, small, never sent on elsewhere.

Made by `notifications.signin.tokens` for one request, used by the grants; Microsoft's library takes it for
its own client. Keeps the last answer, whose date tells of our clock. Shows and logs nothing.
"""

from __future__ import annotations

import ssl
from collections.abc import Mapping
from http.client import HTTPException, HTTPMessage
from typing import IO, Any, Final
from urllib.error import HTTPError
from urllib.parse import urlencode
from urllib.request import HTTPRedirectHandler, HTTPSHandler, Request, build_opener

from msgspec import Struct

from notifications.signin.refusal import unintelligible, unreached

MOST_BYTES: Final = 256_000
"""Far more than any answer of a token server."""


class HttpAnswer(Struct, frozen=True):
    """What a server answered; the names are those that Microsoft's library reads."""

    status_code: int
    text: str
    headers: Mapping[str, str]

    def raise_for_status(self) -> None:
        """Do nothing: who asked looks at the status."""

    def __repr__(self) -> str:
        return f"HttpAnswer({self.status_code})"


class _NeverOn(HTTPRedirectHandler):
    """Follows nothing: a secret goes where it was meant to go, or nowhere."""

    def redirect_request(
        self,
        req: Request,
        fp: IO[bytes],
        code: int,
        msg: str,
        headers: HTTPMessage,
        newurl: str,
    ) -> None:
        """Leave the answer as it is."""


class Caller:
    """Calls one server, for one token.

    Args:
        seconds: longest silence.
        tls: certificates to trust; None trusts those of the machine.
    """

    def __init__(self, seconds: float, tls: ssl.SSLContext | None = None) -> None:
        self._seconds = seconds
        # What the environment says of proxies holds, as for every program of the machine.
        self._opener = build_opener(_NeverOn, HTTPSHandler(context=tls))
        self.last: HttpAnswer | None = None

    def get(self, url: str, headers: Mapping[str, str] | None = None, **_: object) -> HttpAnswer:
        """Read an address."""
        return self._call(Request(url, headers=dict(headers or {})))  # noqa: S310 - checked when set

    def post(
        self,
        url: str,
        data: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
        **_: object,
    ) -> HttpAnswer:
        """Send a form to an address."""
        form = urlencode(data or {}).encode("ascii")
        return self._call(Request(url, form, dict(headers or {})))  # noqa: S310

    def close(self) -> None:
        """Do nothing: no connection outlives its answer."""

    def _call(self, request: Request) -> HttpAnswer:
        self.last = None
        request.add_header("Accept", "application/json")
        request.add_header("User-Agent", "echeancier")
        try:
            try:
                with self._opener.open(request, timeout=self._seconds) as found:
                    self.last = _read(found)
            except HTTPError as found:
                with found:
                    self.last = _read(found)
        except (OSError, HTTPException, ValueError) as error:
            raise unreached(error, self._seconds) from error
        return self.last


def _read(found: Any) -> HttpAnswer:
    """Return an answer, or say that it is too large to be a token server's."""
    content: bytes = found.read(MOST_BYTES + 1)
    if len(content) > MOST_BYTES:
        raise unintelligible(found.status, found.headers.get_content_type())
    return HttpAnswer(found.status, content.decode("utf-8", "replace"), found.headers)
