"""What a mail server said, or failed to say, as one French sentence and a verdict: again, or never.

Used by `notifications.smtp.transports` alone. Holds the whole reading of SMTP failures, as tables that can be
tested; whom a refusal speaks of is decided by `notifications.smtp.refusal_codes`. Opens no connection, and
repeats no password, address or message.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

import aiosmtplib
from msgspec import Struct

from notifications.mail.delivery import ConnectionLost, InDoubt, Unreachable
from notifications.mail.network import unreached
from notifications.model.ports import DeliveryError
from notifications.smtp.refusal_codes import LOGIN_CODES, PERMANENT, Blame, DeliveryStage, blamed
from notifications.smtp.replies import Answer, heard

_STAGES: Final[tuple[tuple[type[BaseException], DeliveryStage], ...]] = (
    (aiosmtplib.SMTPAuthenticationError, DeliveryStage.LOGIN),
    (aiosmtplib.SMTPSenderRefused, DeliveryStage.SENDER),
    (aiosmtplib.SMTPRecipientRefused, DeliveryStage.READER),
    (aiosmtplib.SMTPDataError, DeliveryStage.CONTENT),
)

_CLOSING: Final = 421
_REFUSALS: Final = range(400, 600)

_SAID: Final[Mapping[Blame, str]] = {
    Blame.PERMISSION: (
        "il ne nous autorise pas cet envoi ({said}) ; vérifiez l’identifiant, l’adresse d’expédition et "
        "les droits du compte ; nouvel essai plus tard."
    ),
    Blame.LATER: "pas maintenant ({said}) ; nouvel essai.",
    Blame.FULL: "la boîte du destinataire est pleine ({said}) ; nouvel essai plus tard.",
    Blame.READER: "le destinataire est refusé ({said}) ; corrigez son adresse.",
    Blame.SIZE: (
        "le message est trop lourd pour lui ({said}) ; voyez avec qui administre ce serveur."
    ),
    Blame.MESSAGE: "le message est refusé ({said}) ; voyez avec qui administre ce serveur.",
}
_FINAL: Final = frozenset({Blame.READER, Blame.SIZE, Blame.MESSAGE})

_UNENCRYPTED: Final = (
    "il n’accepte rien sans chiffrement ({said}) ; écrivez "
    'security = "starttls" dans la configuration.'
)
_FORBIDDEN: Final = (
    "l’organisation (« tenant ») ou le compte interdit l’envoi par SMTP avec un mot de passe ({said}) ; "
    "demandez à qui l’administre de l’autoriser."
)
_WHO_BY_REASON: Final[Mapping[str, str]] = {
    "7.9": (
        "le compte interdit ce mot de passe ({said}) ; créez un mot de passe d’application et donnez-le "
        "dans la configuration."
    ),
    "7.10": _UNENCRYPTED,
    "7.11": _UNENCRYPTED,
    "7.12": "le mot de passe du compte est à changer ({said}) ; changez-le, puis donnez le nouveau.",
    "7.13": "le compte est désactivé ({said}) ; voyez avec qui administre ce serveur.",
    "7.14": "le compte demande une vérification ({said}) ; ouvrez-le dans un navigateur.",
    "7.30": _FORBIDDEN,
    "7.139": _FORBIDDEN,
}
"""What is wrong with who we are, where an enhanced code says it."""


class LoginWords(Struct, frozen=True):
    """What to say of a login that is refused: what opens the account decides what to look at."""

    refused: str
    by_reason: Mapping[str, str]
    """The same where an enhanced code says more."""


PASSWORD: Final = LoginWords(
    "identifiant ou mot de passe refusé ({said}) ; vérifiez-les dans la configuration.",
    _WHO_BY_REASON,
)
_NOT_ITS_MAILBOX: Final = (
    "le jeton n’ouvre pas cette boîte ({said}) ; vérifiez son adresse, qu’elle peut envoyer par SMTP et que "
    "l’application y a droit."
)
_SMTP_CLOSED: Final = (
    "l’organisation (« tenant ») ou la boîte interdit l’envoi par SMTP ({said}) ; demandez à qui "
    "l’administre de l’autoriser pour cette boîte."
)
TOKEN: Final = LoginWords(
    _NOT_ITS_MAILBOX,
    {**_WHO_BY_REASON, "7.9": _NOT_ITS_MAILBOX, "7.30": _SMTP_CLOSED, "7.139": _SMTP_CLOSED},
)
_LOGIN_WANTED: Final = (
    "il demande une authentification ({said}) ; vérifiez l’identifiant et le mot de passe dans la "
    "configuration."
)
_WHO_BY_CODE: Final[Mapping[int, str]] = {
    530: _LOGIN_WANTED,
    538: _UNENCRYPTED,
}
_SENDER_REFUSED: Final = (
    "l’expéditeur est refusé ({said}) ; vérifiez l’adresse d’expédition et les droits du compte ; nouvel "
    "essai plus tard."
)
_NOT_IN: Final = "il refuse la connexion ({said}) ; nouvel essai plus tard."

_NOT_OFFERED: Final = (
    "il ne propose pas le chiffrement ou l’authentification demandés ; corrigez ce réglage."
)
"""STARTTLS or AUTH where there is none: what the library raises of its own."""


def connecting(
    error: Exception,
    server: str,
    seconds: float,
    hidden: Sequence[str] = (),
    login: LoginWords = PASSWORD,
) -> DeliveryError:
    """Return why nobody lets us in; always worth trying again.

    Args:
        error: what was raised while connecting, encrypting or logging in.
        server: `host:port`.
        seconds: how long we waited.
        hidden: secrets that the server may have repeated.
        login: what to say of a login that is refused.
    """
    why = _why_not_in(error, seconds, hidden, login)
    return Unreachable(f"Serveur de messagerie {server} : {why}")


def _why_not_in(error: Exception, seconds: float, hidden: Sequence[str], words: LoginWords) -> str:
    if isinstance(error, aiosmtplib.SMTPResponseException):
        answer = heard(error.code, error.message, hidden=hidden)
        login = isinstance(error, aiosmtplib.SMTPAuthenticationError)
        speaks_of_us = answer.code in LOGIN_CODES or (login and answer.code in PERMANENT)
        return _quoting(
            _who(answer, DeliveryStage.LOGIN, words) if speaks_of_us else _NOT_IN, answer
        )
    if why := unreached(error, seconds):
        return why
    if isinstance(error, aiosmtplib.SMTPException):
        return _NOT_OFFERED
    return f"la connexion a échoué ({type(error).__name__}) ; vérifiez l’adresse et le port."


def sending(error: Exception, server: str, seconds: float, *, said: bool = False) -> DeliveryError:
    """Return why one message did not leave, and whether it could leave later.

    Args:
        error: what was raised while handing the message over.
        server: `host:port`.
        seconds: how long we waited.
        said: True once the whole message was said: a server that is silent then may have taken it.
    """
    where = f"Serveur de messagerie {server} :"
    lost = InDoubt if said else ConnectionLost
    if isinstance(error, TimeoutError):
        return lost(f"{where} pas de réponse en {seconds:g} s ; nouvel essai plus tard.")
    if isinstance(error, aiosmtplib.SMTPResponseException):
        return _refused(error, where, lost)
    if isinstance(error, OSError):
        return lost(f"{where} connexion coupée pendant l’envoi ; nouvel essai plus tard.")
    if isinstance(error, (ValueError, aiosmtplib.SMTPNotSupported)):
        return DeliveryError(
            f"{where} l’adresse du destinataire ne peut pas voyager ; corrigez-la.", permanent=True
        )
    return lost(f"{where} échec de l’envoi ({type(error).__name__}) ; nouvel essai.")


def _refused(
    error: aiosmtplib.SMTPResponseException, where: str, lost: type[ConnectionLost]
) -> DeliveryError:
    answer = heard(error.code, error.message, hidden=())
    stage = next((one for kind, one in _STAGES if isinstance(error, kind)), DeliveryStage.CONTENT)
    if answer.code == _CLOSING:
        closes = _quoting("il ferme la connexion ({said}) ; nouvel essai plus tard.", answer)
        return ConnectionLost(f"{where} {closes}")
    if not refuses(answer.code):
        odd = _quoting("sa réponse ne se comprend pas ({said}) ; nouvel essai plus tard.", answer)
        return lost(f"{where} {odd}")
    blame = blamed(answer, stage)
    if blame is Blame.US:
        return Unreachable(f"{where} {_quoting(_who(answer, stage), answer)}")
    return DeliveryError(f"{where} {_quoting(_SAID[blame], answer)}", permanent=blame in _FINAL)


def refuses(code: int) -> bool:
    """Tell whether a code that takes nothing refuses it at least; any other belongs to another question."""
    return code in _REFUSALS


def _who(answer: Answer, stage: DeliveryStage, words: LoginWords = PASSWORD) -> str:
    """Return the sentence for an answer about us."""
    # The name of the command is the protocol's own, whatever language the server speaks.
    if answer.code in LOGIN_CODES and "STARTTLS" in answer.words.upper():
        return _UNENCRYPTED
    login = stage is DeliveryStage.LOGIN or answer.code in LOGIN_CODES
    otherwise = words.refused if login else _SENDER_REFUSED
    by_code = _WHO_BY_CODE.get(answer.code, otherwise)
    return words.by_reason.get(answer.reason, by_code)


def _quoting(sentence: str, answer: Answer) -> str:
    """Return a sentence with the server's own words in it."""
    return sentence.replace("{said}", f"« {answer} »")
