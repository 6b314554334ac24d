"""What a mail server said, or failed to say, as one French sentence and a verdict: again, or never.

Used by `notifications.mail.transports` alone. Holds the whole reading of SMTP failures, so that it can be
tested as a table; opens no connection and repeats no password, address or message.
"""

from __future__ import annotations

import re
import socket
import ssl

import aiosmtplib

from notifications.mail.delivery import ConnectionLost, Unreachable
from notifications.mail.mime import flat
from notifications.ports import DeliveryError

_QUOTED = 160
"""Characters of a server's answer that are worth repeating."""

_ADDRESS = re.compile(r"\S+@\S+")
"""Servers like to repeat the address; the sentence is logged, and must not."""

_CLOSING = 421
_AUTHENTICATION = frozenset({530, 534, 535, 538})
"""Answers about who we are, not about the message: they say nothing against sending it later."""

_PERMANENT = range(500, 600)

_WHY_NOT_IN: tuple[tuple[type[BaseException], str], ...] = (
    (ssl.SSLError, "la connexion chiffrée a échoué ; vérifiez le chiffrement choisi et le port."),
    (TimeoutError, "pas de réponse en {seconds} s ; vérifiez l’adresse, le port et le pare-feu."),
    (socket.gaierror, "ce nom est inconnu ; vérifiez l’adresse du serveur."),
    (
        aiosmtplib.SMTPResponseException,
        "identifiant ou mot de passe refusé ; vérifiez-les dans la configuration.",
    ),
    (
        ConnectionError,
        "connexion refusée ou coupée ; vérifiez qu’il fonctionne et que le port est le bon.",
    ),
    (
        aiosmtplib.SMTPException,
        "il ne propose pas le chiffrement ou l’authentification demandés ; corrigez ce réglage.",
    ),
)
"""Why nobody let us in, the first that fits; the last is STARTTLS or AUTH where there is none."""


def connecting(error: Exception, server: str, seconds: float) -> DeliveryError:
    """Return why nobody lets us in; always worth trying again.

    Args:
        error: what was raised while connecting, encrypting or logging in.
        server: `host:port`.
        seconds: how long we waited.
    """
    return Unreachable(f"Serveur de messagerie {server} : {_why_not_in(error, seconds)}")


def _why_not_in(error: Exception, seconds: float) -> str:
    causes = _chain(error)
    certificate = next((e for e in causes if isinstance(e, ssl.SSLCertVerificationError)), None)
    if certificate is not None:
        why = flat(certificate.verify_message)
        return f"son certificat n’est pas reconnu ({why}) ; vérifiez le nom du serveur."
    if isinstance(error, aiosmtplib.SMTPResponseException) and not _says_who(error):
        return f"il refuse la connexion ({_answer(error)}) ; nouvel essai plus tard."
    for kind, said in _WHY_NOT_IN:
        if any(isinstance(cause, kind) for cause in causes):
            return said.format(seconds=f"{seconds:g}")
    return f"la connexion a échoué ({type(error).__name__}) ; vérifiez l’adresse et le port."


def sending(error: Exception, server: str, seconds: float) -> DeliveryError:
    """Return why one message did not leave, and whether it could leave later.

    Args:
        error: what was raised while handing the message over.
        server: `host:port`.
        seconds: how long we waited.
    """
    where = f"Serveur de messagerie {server} :"
    if isinstance(error, TimeoutError):
        return ConnectionLost(f"{where} pas de réponse en {seconds:g} s ; nouvel essai plus tard.")
    if isinstance(error, aiosmtplib.SMTPResponseException):
        return _refused(error, where)
    if isinstance(error, OSError):
        return ConnectionLost(f"{where} connexion coupée pendant l’envoi ; nouvel essai plus tard.")
    if isinstance(error, (ValueError, aiosmtplib.SMTPNotSupported)):
        return DeliveryError(
            f"{where} l’adresse du destinataire ne peut pas voyager ; corrigez-la.", permanent=True
        )
    return ConnectionLost(f"{where} échec de l’envoi ({type(error).__name__}) ; nouvel essai.")


def _refused(error: aiosmtplib.SMTPResponseException, where: str) -> DeliveryError:
    answer = _answer(error)
    if error.code == _CLOSING or error.code < 0:
        return ConnectionLost(f"{where} il ferme la connexion ({answer}) ; nouvel essai plus tard.")
    if _says_who(error):
        return Unreachable(
            f"{where} il demande une authentification ({answer}) ; vérifiez l’identifiant et le "
            "mot de passe dans la configuration."
        )
    if error.code not in _PERMANENT:
        return DeliveryError(f"{where} pas maintenant ({answer}) ; nouvel essai.", permanent=False)
    if isinstance(error, aiosmtplib.SMTPRecipientRefused):
        said = f"le destinataire est refusé ({answer}) ; corrigez son adresse."
    elif isinstance(error, aiosmtplib.SMTPSenderRefused):
        said = f"l’expéditeur est refusé ({answer}) ; vérifiez l’adresse d’expédition."
    else:
        said = f"le message est refusé ({answer}) ; voyez avec qui administre ce serveur."
    return DeliveryError(f"{where} {said}", permanent=True)


def _says_who(error: Exception) -> bool:
    return isinstance(error, aiosmtplib.SMTPResponseException) and error.code in _AUTHENTICATION


def _answer(error: aiosmtplib.SMTPResponseException) -> str:
    text = _ADDRESS.sub("…", flat(str(error.message)))[:_QUOTED]
    return f"{error.code} {text}".rstrip()


def _chain(error: BaseException | None) -> list[BaseException]:
    """Return an error and what caused it, outermost first."""
    found: list[BaseException] = []
    while error is not None and error not in found:
        found.append(error)
        error = error.__cause__ or error.__context__
    return found
