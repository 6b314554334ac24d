"""A return mailbox and how to open it, as values: known without the library that reads it."""

from __future__ import annotations

import ssl
from base64 import b64encode

from msgspec import Struct

from notifications.mail.network import Security
from notifications.signin.tokens import Tokens


class ImapSettings(Struct, frozen=True):
    """A return mailbox and how to open it.

    Attributes:
        host: name or address of the server.
        port: its port.
        username: who opens it.
        security: how the connection is encrypted.
        folder: that is read.
        password: never shown, logged or repeated in an error.
        tokens: what opens it in place of a password (XOAUTH2), or None.
        answer_timeout: seconds allowed to each answer.
        look_timeout: seconds allowed to a whole look: what was read by then is kept.
        tls: certificates to trust; None trusts those of the machine.
    """

    host: str
    port: int
    username: str
    security: Security = Security.TLS
    folder: str = "INBOX"
    password: str | None = None
    tokens: Tokens | None = None
    answer_timeout: float = 30.0
    look_timeout: float = 120.0
    tls: ssl.SSLContext | None = None

    def __repr__(self) -> str:
        return f"ImapSettings({self.server})"

    @property
    def server(self) -> str:
        """Return `host:port`, for people."""
        return f"{self.host}:{self.port}"

    @property
    def name(self) -> str:
        """Return what its place is kept under: another account or folder is another mailbox."""
        return f"{self.username}@{self.host}/{self.folder}"

    def secrets(self, token: str | None) -> tuple[str, ...]:
        """Return what opens it, as it travels: a server may repeat what it refuses."""
        secret = token or self.password
        if not secret:
            return ()
        plain = f"\0{self.username}\0{secret}"
        bearer = f"user={self.username}\x01auth=Bearer {secret}\x01\x01"
        return (
            secret,
            *(b64encode(one.encode()).decode("ascii") for one in (secret, plain, bearer)),
        )
