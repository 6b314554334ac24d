"""Which funder is it? The sector, the collective agreement or the employer in words, and who covers it.

Used by `regles opacif` and by the new file of the interface. Reads rule files alone: no case, no clock. It
proposes and never decides: the funder is the one that the last payslip, or the funder itself, names.
"""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import Struct

from workflow.rules.procedure import Procedure
from workflow.text.folding import fold

_SHORT = 3
"""Letters below which a word says nothing of a sector: « de », « et », « la »."""
_STEM = 5
"""Letters that two forms of a word share: « agricole » and « agriculture »."""


class Covering(Struct, frozen=True):
    """A funder that covers what was asked.

    Args:
        procedure: the rules as it makes them.
        sectors: its sectors that answer, the best first; all of them when nothing was asked.
        words: how many of the words asked these sectors hold.
    """

    procedure: Procedure
    sectors: tuple[str, ...]
    words: int = 0


def covering(procedure: Procedure, asked: str) -> tuple[Covering, ...]:
    """Return the funders of a procedure that cover some words, the best first; all without words.

    Args:
        procedure: one that several funders rule.
        asked: a sector, an agreement or an employer, in any words.
    """
    words = tuple(word for word in _words(asked) if len(word) >= _SHORT)
    found = (_matched(one, words) for one in procedure.funders.values() if one.domain)
    if not words:
        return tuple(found)
    return tuple(sorted((one for one in found if one.words), key=lambda one: -one.words))


def several(procedures: Mapping[str, Procedure]) -> tuple[Procedure, ...]:
    """Return the procedures that several funders rule."""
    return tuple(one for one in procedures.values() if one.funders)


def _matched(procedure: Procedure, words: tuple[str, ...]) -> Covering:
    domain = procedure.domain
    sectors = domain.sectors if domain else ()
    scores = {one: _score(f"{one} {procedure.funder_label}", words) for one in sectors}
    best = sorted(
        (one for one in sectors if scores[one] or not words), key=lambda one: -scores[one]
    )
    return Covering(procedure, tuple(best), max(scores.values(), default=0))


def _score(sector: str, words: tuple[str, ...]) -> int:
    held = _words(sector)
    return sum(any(_alike(word, one) for one in held) for word in words)


def _alike(one: str, two: str) -> bool:
    """Tell whether two words are forms of one: the same beginning, or one inside a sign of letters."""
    stem = min(len(one), len(two), _STEM)
    return stem >= _SHORT and one[:stem] == two[:stem]


def _words(text: str) -> list[str]:
    """Return the words of a text, folded; an apostrophe and a hyphen part them."""
    return "".join(sign if sign.isalnum() else " " for sign in fold(text)).split()
