"""How a server is reached, and why it is not: what SMTP and IMAP share, as French that goes on after a name.

Used by `notifications.smtp.refusals`. Opens nothing.
"""

from __future__ import annotations

import socket
import ssl
from enum import StrEnum
from typing import Final

from notifications.mail.mime import flat

_WHY: Final[tuple[tuple[type[BaseException], str], ...]] = (
    (ssl.SSLError, "la connexion chiffrée a échoué ; vérifiez le chiffrement choisi et le port."),
    (TimeoutError, "pas de réponse en {seconds} s ; vérifiez l’adresse, le port et le pare-feu."),
    (socket.gaierror, "ce nom est inconnu ; vérifiez l’adresse du serveur."),
    (
        ConnectionError,
        "connexion refusée ou coupée ; vérifiez qu’il fonctionne et que le port est le bon.",
    ),
)


class Security(StrEnum):
    """How the connection is encrypted."""

    NONE = "aucune"
    STARTTLS = "starttls"
    """In clear, then encrypted before anything is said (ports 587 and 143)."""
    TLS = "tls"
    """Encrypted from the first byte (ports 465 and 993)."""


def unreached(error: BaseException, seconds: float) -> str | None:
    """Return why the network, or the encryption, let nobody in; None when it is something else.

    Args:
        error: what was raised while connecting.
        seconds: how long we waited.
    """
    causes = _chain(error)
    certificate = next((e for e in causes if isinstance(e, ssl.SSLCertVerificationError)), None)
    if certificate is not None:
        why = flat(certificate.verify_message)
        return f"son certificat n’est pas reconnu ({why}) ; vérifiez le nom du serveur."
    for kind, said in _WHY:
        if any(isinstance(cause, kind) for cause in causes):
            return said.format(seconds=f"{seconds:g}")
    return None


def _chain(error: BaseException | None) -> list[BaseException]:
    """Return an error and what caused it, outermost first."""
    found: list[BaseException] = []
    while error is not None and error not in found:
        found.append(error)
        error = error.__cause__ or error.__context__
    return found
