"""What mail servers write to people, in French and in English: the phrases that say what became of a mail.

Used by `notifications.returns.sentences` and `notifications.returns.answers`. A table: a server whose words
are missing is « à regarder », and its phrase is added here with a shape of the tests.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from notifications.model.returns import ReturnKind


def either(*phrases: str) -> re.Pattern[str]:
    """Return what finds any of some phrases: broken over lines, or with their accents lost on the way."""
    return re.compile(rf"(?i)\b(?:{'|'.join(map(_pattern, phrases))})")


def _pattern(phrase: str) -> str:
    words = ("".join(_letter(char) for char in word) for word in phrase.split())
    return r"[\s>]{1,8}".join(words)


def _letter(char: str) -> str:
    """Return what stands for a letter: one with an accent is three at most in a wrong charset."""
    return ".{1,3}" if char == "'" or not char.isascii() else re.escape(char)


_OPENINGS: Final[Mapping[ReturnKind, tuple[str, ...]]] = {
    ReturnKind.UNDELIVERED: (
        "able to deliver your message to the following address",
        "unable to deliver your message",
        "unable to deliver message to",
        "could not deliver your message",
        "could not deliver the message",
        "could not be delivered",
        "couldn't be delivered",
        "was not delivered to",
        "wasn't delivered to",
        "cannot be delivered",
        "failed to reach the following recipient",
        "delivery has failed to these recipients",
        "did not reach some or all of the intended recipients",
        "did not reach the following recipient",
        "delivery to the following recipient failed permanently",
        "delivery to the following recipients failed",
        "had permanent fatal errors",
        "following address failed",
        "following addresses failed",
        "following address(es) failed",
        "n'a pas pu être remis",
        "n'a pas pu être délivré",
        "n'a pas pu être distribué",
        "n'a pas pu être livré",
        "n'a pas pu être acheminé",
        "n'a pas été remis",
        "n'a pas été délivré",
        "n'est pas parvenu à",
        "échec de la remise pour",
        "échec de remise pour",
        "remise impossible",
        "impossible de remettre",
        "impossible de délivrer",
        "impossible de distribuer",
        "les adresses suivantes ont échoué",
        "l'adresse suivante a échoué",
        "la remise au destinataire suivant a échoué",
        "la remise aux destinataires suivants a échoué",
    ),
    ReturnKind.DELAYED: (
        "had transient non-fatal errors",
        "has not yet been delivered",
        "delivery to the following recipient has been delayed",
        "delivery to these recipients or groups has been delayed",
        "temporary problem delivering your message to",
        "n'a pas encore été remis",
        "n'a pas encore pu être remis",
        "n'a pas encore été distribué",
        "remise à ces destinataires ou groupes est retardée",
        "problème temporaire est survenu lors de la remise",
    ),
    ReturnKind.RELAYED: (
        "was successfully delivered to",
        "delivery to these recipients or groups is complete",
        "remise à ces destinataires ou groupes est terminée",
        "a bien été remis à",
    ),
    ReturnKind.UNCLEAR: (
        "transcript of session follows",
        "transcription de la session",
        "informations de diagnostic pour les administrateurs",
        "diagnostic information for administrators",
    ),
}
"""What a passage on some recipients begins with; the last ones end a passage and say nothing of anybody."""

OPENING: Final = re.compile(
    "|".join(f"(?P<{kind.name}>{either(*said).pattern[4:]})" for kind, said in _OPENINGS.items()),
    re.IGNORECASE,
)

WAITING: Final = either(
    "will be retried",
    "will retry",
    "will keep trying",
    "will continue to try",
    "will continue trying",
    "continue to be made",
    "still being tried",
    "still trying",
    "warning message only",
    "this is a warning only",
    "could not send message for past",
    "do not need to resend",
    "no action is required",
    "retardé",
    "nouvelles tentatives",
    "nouvelle tentative de remise",
    "tentatives se poursuivent",
    "continuera à essayer",
    "continuera d'essayer",
    "il est inutile de renvoyer",
    "n'avez pas besoin de renvoyer",
)
"""The server has not given up, whatever else it says."""

GIVEN_UP: Final = either(
    "permanent",
    "given up",
    "giving up",
    "définiti",
    "abandonné",
)
"""It has: with the former in one report, nobody knows of whom it says which."""

HELD: Final = either(
    "quarantine",
    "quarantaine",
    "held for review",
    "awaiting moderation",
    "awaits moderator approval",
    "en attente de modération",
    "captcha",
    "mailinblack",
)
"""The mail is kept until somebody decides: it neither arrived nor failed."""

COPY: Final = re.compile(
    r"(?im)^[ \t>*-]{0,20}(?:below this line is (?:a|the) copy|this is a copy of|original message\b|"
    r"the header of the original message|unsent message follows|message header follows|returned message\b|"
    r"en-t.{1,3}tes? d(?:e|u) message|message d.{1,3}origine|message original|"
    r"(?:ci-dessous, )?(?:la |une )?copie du message)[^\n]{0,80}\n"
)
"""The line before a copy of the mail that comes back."""
