"""Why the return mailbox was not read, as one French sentence: what each refusal means, and what to do.

Used by `notifications.inbox.mailbox` alone. A table that can be tested; repeats no password and no address.
"""

from __future__ import annotations

import imaplib
import re
from collections.abc import Mapping
from typing import Final

from imap_tools.errors import MailboxFolderSelectError, UnexpectedCommandStatusError

from notifications.inbox.client import FloodedError, LateError, SignInError, said
from notifications.inbox.settings import ImapSettings
from notifications.mail.network import unreached
from notifications.smtp.replies import heard

_BY_CODE: Final[Mapping[str, str]] = {
    # RFC 5530, section 3.
    "UNAVAILABLE": "il ne peut pas répondre maintenant ({said}) ; nouvel essai plus tard.",
    "INUSE": "la boîte est occupée ({said}) ; nouvel essai plus tard.",
    "LIMIT": "une limite de ce serveur est atteinte ({said}) ; nouvel essai plus tard.",
    "SERVERBUG": "il est en panne ({said}) ; nouvel essai plus tard.",
    "PRIVACYREQUIRED": 'il n’accepte rien sans chiffrement ({said}) ; écrivez security = "tls".',
    "EXPIRED": "le mot de passe a expiré ({said}) ; changez-le, puis donnez le nouveau.",
    "CONTACTADMIN": "il renvoie à qui l’administre ({said}) ; voyez avec cette personne.",
}
_LOGIN_REFUSED: Final = (
    "identifiant ou mot de passe refusé ({said}) ; vérifiez [mail.returns] username et "
    "ECHEANCIER_IMAP_PASSWORD, et que la boîte s’ouvre par IMAP avec un mot de passe."
)
_BEARER_REFUSED: Final = (
    "le jeton n’ouvre pas cette boîte ({said}) ; vérifiez [mail.returns] username, que la boîte s’ouvre par "
    "IMAP et que l’application y a droit (chez Microsoft, IMAP.AccessAsApp)."
)
_NO_FOLDER: Final = "le dossier ne s’ouvre pas ({said}) ; corrigez [mail.returns] folder."
_REFUSED: Final = "il refuse de montrer les messages ({said}) ; nouvel essai plus tard."
_CUT: Final = "connexion coupée pendant la lecture ; nouvel essai plus tard."
_LATE: Final = (
    "il est trop lent pour être lu ; nouvel essai plus tard, voyez avec qui l’administre."
)
_FLOOD: Final = "sa réponse n’en finit pas ; nouvel essai plus tard."
_ODD: Final = "sa réponse ne se comprend pas ; vérifiez [mail.returns] host et port."
_NOT_OFFERED: Final = (
    "il ne propose pas le chiffrement demandé ; corrigez [mail.returns] security et port."
)
_OF_THE_LIBRARY: Final = (("TLS not supported", _NOT_OFFERED), ("EOF", _CUT))
"""What the library says of its own, and what that means."""
_CODE: Final = re.compile(r"\[([A-Z]+)\]")


def why(error: Exception, settings: ImapSettings, token: str | None) -> str:
    """Return why a mailbox was not read, or not to its end.

    Args:
        error: what was raised.
        settings: the mailbox.
        token: what was to open it, not to be repeated.
    """
    return f"Boîte de retour {settings.server} : {_because(error, settings, token)}"


def _because(error: Exception, settings: ImapSettings, token: str | None) -> str:
    sentence, words = _understood(error, token)
    if sentence is None:
        return unreached(error, settings.answer_timeout) or _ODD
    return _quoting(_coded(words) or sentence, words, settings, token)


def _understood(error: Exception, token: str | None) -> tuple[str | None, str]:
    """Return what an error means, and the server's words; None when only the network tells."""
    match error:
        case SignInError():
            return (_LOGIN_REFUSED if token is None else _BEARER_REFUSED), error.words
        case UnexpectedCommandStatusError():
            sentence = _NO_FOLDER if isinstance(error, MailboxFolderSelectError) else _REFUSED
            return sentence, said(error.command_result[1])
        case FloodedError():
            return _FLOOD, ""
        case LateError():
            return _LATE, ""
        case imaplib.IMAP4.error():
            words = _told(error)
            found = (meaning for text, meaning in _OF_THE_LIBRARY if text in words)
            return next(found, _ODD), words
        case _:
            return None, ""


def _quoting(sentence: str, words: str, settings: ImapSettings, token: str | None) -> str:
    """Return a sentence with the server's own words in it; a code of its own says more."""
    answer = heard(-1, words, hidden=settings.secrets(token))
    return sentence.replace("{said}", f"« {answer.words or 'sans dire pourquoi'} »")


def _coded(words: str) -> str | None:
    """Return what a response code means, None without one that says more than its command."""
    found = _CODE.search(words)
    return _BY_CODE.get(found[1]) if found else None


def _told(error: Exception) -> str:
    """Return what the library says of an answer, or a server that takes leave at once."""
    told = error.args[0] if error.args else ""
    return told.decode("utf-8", "replace") if isinstance(told, bytes) else str(told)
