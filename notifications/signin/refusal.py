"""Why there is no token, as one French sentence: what each refusal means, and what to do.

Raised by the grants and by `notifications.signin.tokens`, said by `notifications.smtp.transports`. Tables
that can be tested; repeats nothing of an answer but its code, for the rest may hold a secret or an address.
"""

from __future__ import annotations

import re
import socket
import ssl
from collections.abc import Mapping
from datetime import timedelta
from typing import Final

from workflow.text import french

TOLERANCE: Final = timedelta(minutes=5)
"""How far the clock may be from the server's: beyond, assertions that bear a date are refused."""

_SCOPE: Final = "l’autorisation demandée lui est inconnue ({code}) ; corrigez [mail] scope."
_TENANT: Final = (
    "cette organisation (« tenant ») lui est inconnue ({code}) ; vérifiez [mail] tenant."
)
_CONSENT: Final = (
    "l’application n’a pas le consentement de l’organisation ({code}) ; demandez à qui l’administre "
    "d’accorder l’autorisation SMTP.SendAsApp."
)
_LATER: Final = "il ne peut pas répondre maintenant ({code}) ; nouvel essai plus tard."

_BY_CODE: Final[Mapping[str, str]] = {
    # Those of Microsoft Entra, more precise than the protocol's.
    "AADSTS90002": _TENANT,
    "AADSTS900023": _TENANT,
    "AADSTS700016": (
        "il ne connaît pas l’application dans cette organisation ({code}) ; vérifiez [mail] client_id et "
        "tenant, et le consentement de qui l’administre."
    ),
    "AADSTS65001": _CONSENT,
    "AADSTS7000229": _CONSENT,
    "AADSTS7000112": (
        "l’application est désactivée ({code}) ; demandez à qui administre l’organisation de la rétablir."
    ),
    "AADSTS7000215": (
        "il refuse le secret de l’application ({code}) ; donnez la valeur du secret, et non son identifiant."
    ),
    "AADSTS7000222": (
        "le secret de l’application a expiré ({code}) ; créez-en un autre et donnez sa valeur."
    ),
    "AADSTS700027": (
        "il ne reconnaît pas le certificat, ou il a expiré ({code}) ; déposez sa partie publique dans "
        "l’application, et donnez-nous le même."
    ),
    "AADSTS700024": "il refuse l’heure de notre demande ({code}) ; mettez ce poste à l’heure.",
    "AADSTS53003": (
        "un accès conditionnel de l’organisation interdit cette connexion ({code}) ; demandez à qui "
        "l’administre de la permettre à l’application."
    ),
    "AADSTS70011": _SCOPE,
    "AADSTS500011": _SCOPE,
    "AADSTS1002012": _SCOPE,
    # RFC 6749, section 5.2.
    "invalid_client": (
        "il refuse l’identifiant ou le secret de l’application ({code}) ; vérifiez [mail] client_id et le "
        "secret, qui a pu expirer."
    ),
    "invalid_grant": (
        "il refuse la clé, la boîte ou l’heure de notre demande ({code}) ; vérifiez la clé, l’adresse de la "
        "boîte et l’horloge de ce poste."
    ),
    "unauthorized_client": (
        "l’application n’a pas le droit d’ouvrir cette boîte ({code}) ; demandez à qui administre "
        "l’organisation de le lui accorder."
    ),
    "unsupported_grant_type": (
        "il n’accepte pas qu’une application se connecte sans personne ({code}) ; voyez avec qui "
        "administre ce serveur."
    ),
    "invalid_scope": _SCOPE,
    "server_error": _LATER,
    "temporarily_unavailable": _LATER,
}
_OTHER: Final = "il refuse notre demande ({code}) ; voyez avec qui administre ce serveur."
_BY_STATUS: Final[tuple[tuple[range, str], ...]] = (
    (
        range(300, 400),
        "il renvoie à une autre adresse ({code}), qui n’est jamais suivie ; corrigez l’adresse.",
    ),
    (range(404, 405), "il n’y a rien à cette adresse ({code}) ; corrigez-la."),
    (
        range(407, 408),
        "le proxy demande une authentification ({code}) ; voyez avec qui l’administre.",
    ),
    (range(429, 430), _LATER),
    (range(500, 600), _LATER),
)
_STRANGE: Final = (
    "sa réponse n’est pas celle d’un serveur de jetons ({code}) ; vérifiez l’adresse, et qu’aucun proxy ni "
    "portail ne répond à sa place."
)
_WHY_SILENT: Final[tuple[tuple[type[BaseException], str], ...]] = (
    (
        ssl.SSLCertVerificationError,
        "son certificat n’est pas reconnu ; vérifiez l’adresse, et les autorités que ce poste connaît.",
    ),
    (ssl.SSLError, "la connexion chiffrée a échoué ; vérifiez l’adresse et le proxy."),
    (socket.gaierror, "ce nom est inconnu ; vérifiez l’adresse."),
    (ConnectionError, "connexion refusée ou coupée ; vérifiez l’adresse, le pare-feu et le proxy."),
)
_MICROSOFT: Final = re.compile(r"\bAADSTS\d{4,8}\b")
_ERROR: Final = re.compile(r"[a-z_]{1,40}")


class TokenRefused(Exception):
    """There is no token; it says nothing against any message.

    Args:
        why: a French sentence that goes on after « Serveur de jetons : ».
    """

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


def silent(seconds: float) -> TokenRefused:
    """Return what to say of a server that has not answered in so many seconds."""
    return TokenRefused(
        f"pas de réponse en {seconds:g} s ; vérifiez l’adresse, le pare-feu et le proxy."
    )


def unreached(error: BaseException, seconds: float) -> TokenRefused:
    """Return what to say of a server that could not be reached, from what was raised."""
    cause = getattr(error, "reason", error)
    if isinstance(cause, TimeoutError):
        return silent(seconds)
    said = (said for kind, said in _WHY_SILENT if isinstance(cause, kind))
    return TokenRefused(
        next(said, f"la connexion a échoué ({type(cause).__name__}) ; vérifiez l’adresse.")
    )


def broken(error: Exception) -> TokenRefused:
    """Return what to say of a defect; its own text may quote a secret: only its kind is passed on."""
    return TokenRefused(f"panne imprévue ({type(error).__name__}) ; prévenez le support.")


def refused(answer: Mapping[str, object]) -> TokenRefused:
    """Return what to say of an answer that bears an `error`."""
    codes = _MICROSOFT.findall(str(answer.get("error_description") or ""))
    error = str(answer.get("error"))
    codes += [error] if _ERROR.fullmatch(error) else []
    sentence = next((_BY_CODE[code] for code in codes if code in _BY_CODE), _OTHER)
    return TokenRefused(sentence.replace("{code}", f"« {codes[0] if codes else 'erreur'} »"))


def unintelligible(status: int, kind: str = "") -> TokenRefused:
    """Return what to say of an answer that is not a token server's.

    Args:
        status: of HTTP.
        kind: what it says that it is made of, `text/html`.
    """
    sentence = next((said for codes, said in _BY_STATUS if status in codes), _STRANGE)
    kind = kind if re.fullmatch(r"[a-z]+/[a-z0-9.+-]{1,40}", kind) else ""
    return TokenRefused(
        sentence.replace("{code}", f"« {' '.join(filter(None, (str(status), kind)))} »")
    )


def skewed(ahead: timedelta) -> str:
    """Return what to say of a clock that is not the server's, or nothing when it is.

    Args:
        ahead: how far the clock of this machine is ahead; negative when it is behind.
    """
    if abs(ahead) <= TOLERANCE:
        return ""
    way = "avance" if ahead > timedelta(0) else "retarde"
    return (
        f"l’horloge de ce poste {way} de {_lasting(abs(ahead))} sur celle du serveur de jetons, "
        "remettez-la à l’heure"
    )


def _lasting(gap: timedelta) -> str:
    for size, one, many in ((86_400, "jour", "jours"), (3600, "heure", "heures")):
        if gap >= timedelta(seconds=2 * size):
            return french.count(round(gap.total_seconds() / size), one, many)
    return french.count(round(gap.total_seconds() / 60), "min", "min")
