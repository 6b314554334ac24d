"""Tokens of Google Workspace: a service account to which the organisation has delegated its mailboxes.

Imported by `cli.wiring.signin` only when the configuration names it. Google takes no simple secret: the
request is signed with the key of the account, and names the mailbox that it is to open (RFC 7523).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any, Final

import jwt
from msgspec import DecodeError, Struct, json

from notifications.signin.caller import Caller
from notifications.signin.grants import host_of, members

SCOPE: Final = "https://mail.google.com/"

_GRANT: Final = "urn:ietf:params:oauth:grant-type:jwt-bearer"
_VALID: Final = timedelta(hours=1)
"""How long a request may be honoured, at most, says Google."""


class KeyFile(Struct, frozen=True):
    """What a key file of Google says that is needed here."""

    client_email: str
    private_key: str
    private_key_id: str
    token_uri: str

    def __repr__(self) -> str:
        return f"KeyFile({host_of(self.token_uri)})"


class ServiceAccount(Struct, frozen=True):
    """A service account and the mailbox that it opens.

    Attributes:
        key: of the account.
        mailbox: address that is opened.
        clock: the present, which the request bears.
        scope: what is asked for.
    """

    key: KeyFile
    mailbox: str
    clock: Callable[[], datetime]
    scope: str = SCOPE

    @property
    def server(self) -> str:
        """Return the name of the server that is asked."""
        return host_of(self.key.token_uri)

    def ask(self, caller: Caller) -> Mapping[str, Any]:
        """Return what the server answers."""
        form = {"grant_type": _GRANT, "assertion": self._signed()}
        return members(caller.post(self.key.token_uri, form))

    def _signed(self) -> str:
        now, key = self.clock(), self.key
        claims = {
            "iss": key.client_email,
            "sub": self.mailbox,
            "scope": self.scope,
            "aud": key.token_uri,
            "iat": now,
            "exp": now + _VALID,
        }
        return jwt.encode(claims, key.private_key, "RS256", {"kid": key.private_key_id})


def key_file(text: str) -> KeyFile:
    """Read a key file.

    Raises:
        ValueError: when it is none; a French sentence without full stop.
    """
    try:
        found = json.decode(text, type=KeyFile)
        # Signing is what it is for: a key that cannot is told before anybody is called.
        jwt.encode({}, found.private_key, "RS256")
    except (DecodeError, ValueError, TypeError, jwt.PyJWTError) as error:
        raise ValueError(
            "ce n’est pas la clé d’un compte de service ; donnez le fichier JSON que Google fait télécharger"
        ) from error
    return found
