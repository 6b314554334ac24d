"""What a person types beside facts: titles, comments, references, pointers. Read, or refused.

Used by `workflow.service`, `workflow.recording` and the drafts of the interface. A text that would reveal why
somebody is eligible is refused, and the refusal does not repeat it: titles go into lists and mails, comments
into journals.
"""

from __future__ import annotations

import re
from datetime import datetime

from workflow.errors import InvalidInput, Refused
from workflow.outcomes import Act
from workflow.procedure import Procedure
from workflow.texts import fold, is_clean

_MAX_TITLE = 120
_MAX_COMMENT = 2000
_MAX_POINTER = 300
_REF = re.compile(r"[A-Za-z0-9][A-Za-z0-9._/-]{0,39}")
_SPELT = "\0"
"""Marks a word made of single letters, while it is put together."""
_WORD = re.compile(r"[^\W_]+")


def act_of(
    procedure: Procedure, by: str, now: datetime, comment: str, *, forced: bool = False
) -> Act:
    """Return who acts, and with what words.

    Raises:
        InvalidInput: a comment that is too long, or holds invisible characters.
        Refused: a comment that reveals why somebody is eligible.
    """
    words = _checked("commentaire", comment, _MAX_COMMENT, breaks=True)
    _refuse_revealing(procedure, "commentaire", words)
    return Act(by, now, words, forced)


def checked_title(procedure: Procedure, title: str) -> str:
    """Return the title of a case; raises like `act_of`."""
    words = _checked("libellé", title, _MAX_TITLE)
    _refuse_revealing(procedure, "libellé", words)
    return words


def checked_pointer(procedure: Procedure, pointer: str) -> str:
    """Return where a document is kept, a path or a reference; raises like `act_of`."""
    words = _checked("lieu de rangement", pointer, _MAX_POINTER)
    _refuse_revealing(procedure, "lieu de rangement", words)
    return words


def checked_restricted_pointer(pointer: str) -> str:
    """Return where a proof is kept, in the restricted part, where any word may stand."""
    return _checked("lieu de rangement", pointer, _MAX_POINTER)


def checked_place(place: str) -> str:
    """Return the name of a company or a training organisation, whatever it is called."""
    return _checked("lieu", place, _MAX_TITLE)


def checked_ref(ref: str) -> str:
    """Return a reference that a person chose.

    Raises:
        InvalidInput: when it could break a list, a file name or a header.
    """
    if not _REF.fullmatch(ref):
        raise InvalidInput(
            f"Référence « {ref[:40]} » : 40 signes au plus, lettres sans accent, chiffres et - _ . /, "
            "en commençant par une lettre ou un chiffre."
        )
    return ref


def _checked(name: str, text: str, limit: int, *, breaks: bool = False) -> str:
    """Return a text without surrounding spaces and with plain line ends, or refuse it."""
    clean = text.strip().replace("\r\n", "\n")
    if len(clean) > limit:
        raise InvalidInput(f"Le {name} est trop long ({len(clean)} signes) ; {limit} au plus.")
    if not breaks and "\n" in clean:
        raise InvalidInput(f"Le {name} tient sur une ligne ; retirez le saut de ligne.")
    if not is_clean(clean, breaks=breaks):
        raise InvalidInput(f"Le {name} contient des caractères invisibles ; réécrivez-le.")
    return clean


def reveals(procedure: Procedure, text: str) -> bool:
    """Tell whether a text holds a word that would reveal why somebody is eligible."""
    rules = procedure.eligibility
    if rules is None or not text:
        return False
    said = f" {' '.join(_words(text))} "
    return any(f" {' '.join(_words(word))} " in said for word in rules.revealing)


def _refuse_revealing(procedure: Procedure, name: str, text: str) -> None:
    if reveals(procedure, text):
        raise Refused(
            f"Le {name} contient un mot qui peut révéler pourquoi la personne est éligible, et il "
            "serait lu dans les listes, les courriels ou le journal : écrivez-le autrement ; le motif "
            "se note dans la partie restreinte (dossier eligibilite)."
        )


def _words(text: str) -> list[str]:
    """Return the words of a text without case or accents."""
    words: list[str] = []
    for word in _WORD.findall(fold(text)):
        # « R.Q.T.H. » reads as one word, letter by letter.
        if len(word) == 1 and words and words[-1].startswith(_SPELT):
            words[-1] += word
        else:
            words.append(_SPELT + word if len(word) == 1 else word)
    return [word.removeprefix(_SPELT) for word in words]
