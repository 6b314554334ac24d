"""What a person types beside facts: titles, comments, references, pointers. Read, or refused.

Used by `workflow.usecases.cases`, `workflow.usecases.noting` and the drafts of the interface. A text that
would reveal why somebody is eligible is refused, and the refusal does not repeat it: titles go into lists
and mails, comments into journals.
"""

from __future__ import annotations

import re
from datetime import datetime
from functools import lru_cache
from typing import Final

from workflow.case.act import Act
from workflow.errors import InvalidInput, Refused
from workflow.rules.procedure import Procedure
from workflow.text.folding import BROKEN, cleaned, fold, unclean, visible
from workflow.text.nir import holds_nir

TAKEN_OVER: Final = "Repris du suivi existant"
"""Why what was done long ago is entered now, as the journal says it; an import adds its number."""
_MAX_TITLE = 120
_MAX_COMMENT = 2000
_MAX_POINTER = 300
_MAX_PATH = 1000
_REF = re.compile(r"[A-Za-z0-9][A-Za-z0-9._/-]{0,39}")
_SPELT = "\0"
"""Marks a word made of single letters, while it is put together."""
_WORD = re.compile(r"[^\W\d_]+|\d+")
"""Letters or digits: « Dupont2026 » are two words."""


def act_of(
    procedure: Procedure, by: str, now: datetime, comment: str, *, forced: bool = False
) -> Act:
    """Return who acts, and with what words.

    Raises:
        InvalidInput: a comment that is too long, or holds invisible characters.
        Refused: a comment that reveals why somebody is eligible.
    """
    words = checked_words(procedure, "le commentaire", comment, _MAX_COMMENT, breaks=True)
    return Act(by, now, words, forced)


def checked_title(procedure: Procedure, title: str) -> str:
    """Return the title of a case; raises like `act_of`."""
    return checked_words(procedure, "le libellé", title)


def checked_pointer(procedure: Procedure, pointer: str) -> str:
    """Return where a document is kept, a path or a reference; raises like `act_of`."""
    return checked_words(procedure, "le lieu de rangement", pointer, _MAX_POINTER)


def checked_path(path: str) -> str:
    """Return the path of a file to read; raises like `checked_text`."""
    return checked_text("le chemin du fichier", path, _MAX_PATH)


def checked_words(
    procedure: Procedure, what: str, text: str, limit: int = _MAX_TITLE, *, breaks: bool = False
) -> str:
    """Return words that everybody may read; arguments as `checked_text`, raises like `act_of`."""
    words = checked_text(what, text, limit, breaks=breaks)
    if reveals(procedure, words):
        raise Refused(
            f"{what[:1].upper()}{what[1:]} contient un mot qui peut révéler pourquoi la personne est "
            "éligible, et il serait lu dans les listes, les courriels ou le journal : écrivez-le autrement ; "
            "le motif se note dans la partie restreinte (dossier eligibilite)."
        )
    return words


def checked_restricted_pointer(pointer: str) -> str:
    """Return where a proof is kept, in the restricted part, where any word may stand."""
    return checked_text("le lieu de rangement", pointer, _MAX_POINTER)


def checked_place(place: str) -> str:
    """Return the name of a company or a training organisation, whatever it is called."""
    return checked_text("le lieu", place, _MAX_TITLE)


def checked_ref(ref: str) -> str:
    """Return a reference that a person chose.

    Raises:
        InvalidInput: when it could break a list, a file name or a header.
        Refused: when it is the social security number of somebody.
    """
    if not _REF.fullmatch(ref):
        raise InvalidInput(
            f"Référence « {visible(ref[:40])} » : 40 signes au plus, lettres sans accent, chiffres et "
            "- _ . /, en commençant par une lettre ou un chiffre."
        )
    return checked_text("la référence", ref, len(ref))


# The same words come back from act to act: why files are entered together, say.
@lru_cache(maxsize=512)
def checked_text(what: str, text: str, limit: int, *, breaks: bool = False) -> str:
    """Return a text as it was meant, without surrounding spaces, or refuse it.

    Args:
        what: what it is, with its article: « le libellé ».
        text: what was typed.
        limit: letters at most.
        breaks: True where several lines are welcome.

    Raises:
        InvalidInput: too long, several lines, or a character that gives orders rather than is read.
        Refused: the social security number of somebody.
    """
    clean, named = cleaned(text, breaks=breaks).strip(), what[:1].upper() + what[1:]
    if len(clean) > limit:
        raise InvalidInput(f"{named} est trop long ({len(clean)} signes) ; {limit} au plus.")
    if not breaks and "\n" in clean:
        raise InvalidInput(f"{named} tient sur une ligne ; retirez le saut de ligne.")
    if (found := unclean(clean, breaks=breaks)) is not None:
        rank, sign = found
        raise InvalidInput(
            f"{named} contient des octets illisibles : vérifiez que le terminal écrit en UTF-8 (LC_ALL)."
            if sign == BROKEN
            else f"{named} contient un caractère de commande, « {sign} », le {rank}{_rank(rank)} : "
            "retirez-le."
        )
    if holds_nir(clean):
        raise Refused(
            f"{named} contient un numéro de sécurité sociale : le programme n’en garde aucun, retirez-le."
        )
    return clean


def _rank(number: int) -> str:
    return "er" if number == 1 else "e"


def reveals(procedure: Procedure, text: str) -> bool:
    """Tell whether a text holds a word that would reveal why somebody is eligible."""
    rules = procedure.eligibility
    if rules is None or not text:
        return False
    return _reveals(rules.revealing, text)


@lru_cache(maxsize=512)
def _reveals(revealing: tuple[str, ...], text: str) -> bool:
    said, (words, phrases) = _words(text), _revealing(revealing)
    joined = _joined(said)
    return not words.isdisjoint(said) or any(one in joined for one in phrases)


@lru_cache(maxsize=32)
def _revealing(words: tuple[str, ...]) -> tuple[frozenset[str], tuple[str, ...]]:
    """Return the words that reveal by themselves, and those that do side by side."""
    spelt = list(map(_words, words))
    alone = frozenset(one[0] for one in spelt if len(one) == 1)
    return alone, tuple(_joined(one) for one in spelt if len(one) > 1)


def _joined(words: list[str]) -> str:
    return f" {' '.join(words)} "


def _words(text: str) -> list[str]:
    """Return the words of a text without case or accents."""
    words: list[str] = []
    for word in _WORD.findall(fold(text)):
        # « R.Q.T.H. » reads as one word, letter by letter.
        spelt = len(word) == 1 and word.isalpha()
        if spelt and words and words[-1].startswith(_SPELT):
            words[-1] += word
        else:
            words.append(_SPELT + word if spelt else word)
    return [word.removeprefix(_SPELT) for word in words]
