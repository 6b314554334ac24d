"""Tokens of Microsoft 365, through its own library, with a secret or a certificate.

Imported by `cli.wiring.signin` only when the configuration names it: the library is slow to load. It is
given our own caller, so that it follows nothing and waits for nobody; a token is ours to keep.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final

import msal
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from cryptography.x509 import load_pem_x509_certificate
from msgspec import Struct

from notifications.signin.caller import Caller
from notifications.signin.grants import host_of, members
from notifications.signin.refusal import TokenRefused

SCOPE: Final = "https://outlook.office365.com/.default"
AUTHORITY: Final = "https://login.microsoftonline.com"

_KEY: Final = re.compile(r"-----BEGIN ([A-Z ]*PRIVATE KEY)-----.+?-----END \1-----", re.DOTALL)
_CERTIFICATE: Final = re.compile(
    r"-----BEGIN CERTIFICATE-----.+?-----END CERTIFICATE-----", re.DOTALL
)


class Microsoft(Struct, frozen=True):
    """An application registered in an organisation.

    Attributes:
        tenant: the organisation, by its id or one of its domains.
        client_id: the application.
        secret: its secret, or its certificate and private key in PEM, one after the other.
        scope: what is asked for.
        authority: address of the server, without the organisation.

    Raises:
        ValueError: for a certificate that cannot be used; a French sentence without full stop.
    """

    tenant: str
    client_id: str
    secret: str
    scope: str = SCOPE
    authority: str = AUTHORITY

    def __post_init__(self) -> None:
        _credential(self.secret)

    def __repr__(self) -> str:
        return f"Microsoft({self.server})"

    @property
    def server(self) -> str:
        """Return the name of the server that is asked."""
        return host_of(self.authority)

    def ask(self, caller: Caller) -> Mapping[str, Any]:
        """Return what the server answers."""
        try:
            application = msal.ConfidentialClientApplication(
                self.client_id,
                client_credential=_credential(self.secret),
                authority=f"{self.authority}/{self.tenant}",
                # The server is named by us: nobody else is asked whether it is the right one.
                instance_discovery=False,
                http_client=caller,
            )
            application.acquire_token_for_client([self.scope])
        except TokenRefused:
            raise
        except Exception:
            # It says so in as many ways as there are answers; the answer itself says it better.
            if caller.last is None:
                raise
        # Never None: the library has called somebody, or has raised.
        assert caller.last is not None  # noqa: S101
        return members(caller.last)


def _credential(secret: str) -> str | dict[str, str]:
    """Return a secret as the library wants it.

    Raises:
        ValueError: for a certificate that cannot be used; a French sentence without full stop.
    """
    if "-----BEGIN" not in secret:
        return secret
    key, certificate = _KEY.search(secret), _CERTIFICATE.search(secret)
    try:
        if key is None or certificate is None:
            raise ValueError
        load_pem_private_key(key[0].encode("ascii"), password=None)
        load_pem_x509_certificate(certificate[0].encode("ascii"))
    except (ValueError, TypeError, UnsupportedAlgorithm) as error:
        raise ValueError(
            "le certificat ou sa clé ne se lit pas ; donnez les deux en PEM, sans mot de passe, dans un "
            "même fichier"
        ) from error
    return {"private_key": key[0], "public_certificate": certificate[0]}
