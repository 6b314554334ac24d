"""How a program asks for a token in its own name: what every way of asking shares, and the standard one.

Given to `notifications.signin.tokens` by `cli.wiring.signin`; those that need a library stand beside. A grant
holds a secret: it shows none, and tells it to nobody but the server it names.
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Mapping
from typing import Any, Final, Protocol
from urllib.parse import quote_plus, urlsplit

from msgspec import DecodeError, Struct, json

from notifications.signin.caller import Caller, HttpAnswer
from notifications.signin.refusal import unintelligible

_OK: Final = 200


class Grant(Protocol):
    """A way of asking."""

    @property
    def server(self) -> str:
        """Return the name of the server that is asked."""

    def ask(self, caller: Caller) -> Mapping[str, Any]:
        """Return what the server answers, a token or an `error`; raises `TokenRefused`."""


class ClientCredentials(Struct, frozen=True):
    """The standard way: RFC 6749, section 4.4, the secret told as section 2.3.1 asks."""

    token_url: str
    client_id: str
    secret: str
    scope: str

    def __repr__(self) -> str:
        return f"ClientCredentials({self.server})"

    @property
    def server(self) -> str:
        """Return the name of the server that is asked."""
        return host_of(self.token_url)

    def ask(self, caller: Caller) -> Mapping[str, Any]:
        """Return what the server answers."""
        login = f"{quote_plus(self.client_id)}:{quote_plus(self.secret)}".encode("ascii")
        form = {"grant_type": "client_credentials", "scope": self.scope}
        headers = {"Authorization": f"Basic {b64encode(login).decode('ascii')}"}
        return members(caller.post(self.token_url, form, headers))


def host_of(url: str) -> str:
    """Return the name of the server of an address."""
    return urlsplit(url).hostname or url


def members(answer: HttpAnswer) -> Mapping[str, Any]:
    """Return the members of an answer in JSON, or say that it is none."""
    try:
        found = json.decode(answer.text)
    except (DecodeError, UnicodeError):
        found = None
    wanted = {"error", "access_token"} if answer.status_code == _OK else {"error"}
    if not isinstance(found, dict) or not found.keys() & wanted:
        kind = answer.headers.get("Content-Type", "").partition(";")[0].strip().lower()
        raise unintelligible(answer.status_code, kind)
    return found
