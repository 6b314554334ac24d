"""Parties that may be the same: nearly the same name, or the same number to call or address to write to.

Used by `workflow.usecases.parties`. Says what may be, and merges nothing: two people bear one name. Looks at
outlines, so that a hundred thousand people are compared while somebody waits.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Final

from rapidfuzz import fuzz, process

from workflow.ports.stores import PartyOutline

_ALIKE: Final = 90
"""Of 100: one letter of eleven differs."""
_NEIGHBOURS: Final = 5
"""Names beside one another in the order of names that are compared: what is misspelt stays near."""


def alike(
    name: str, outlines: Sequence[PartyOutline], least: int = _ALIKE
) -> Iterator[PartyOutline]:
    """Yield those whose name is nearly a name (`workflow.case.parties.same_name`), the nearest first."""
    names = [one.same_name for one in outlines]
    found = process.extract(name, names, scorer=fuzz.ratio, score_cutoff=least, limit=_NEIGHBOURS)
    yield from (outlines[rank] for _, _, rank in found)


def doubles_of(party: PartyOutline, outlines: Sequence[PartyOutline]) -> Iterator[PartyOutline]:
    """Yield those of the same kind that may be a party."""
    telling = (one for one in outlines if one.marks & party.marks)
    found = {one.number: one for one in (*alike(party.same_name, outlines), *telling)}
    yield from (one for number, one in found.items() if number != party.number and _may(party, one))


def pairs(outlines: Sequence[PartyOutline]) -> Iterator[tuple[int, int]]:
    """Yield the pairs that may be the same by their numbers, the older first, each once."""
    found: set[tuple[int, int]] = set()
    for one, other in _candidates(outlines):
        pair = min(one.number, other.number), max(one.number, other.number)
        if pair not in found and _may(one, other):
            found.add(pair)
            yield pair


def _candidates(outlines: Sequence[PartyOutline]) -> Iterator[tuple[PartyOutline, PartyOutline]]:
    in_order = sorted(outlines, key=lambda one: (one.same_name, one.number))
    for rank, one in enumerate(in_order):
        for other in in_order[rank + 1 : rank + 1 + _NEIGHBOURS]:
            if fuzz.ratio(one.same_name, other.same_name, score_cutoff=_ALIKE):
                yield one, other
    bearing: dict[str, list[PartyOutline]] = {}
    for one in outlines:
        for mark in one.marks:
            bearing.setdefault(mark, []).append(one)
    for same in bearing.values():
        yield from pairwise(same)


def _may(one: PartyOutline, other: PartyOutline) -> bool:
    """Tell whether nothing says that they are two: each SIRET is one establishment."""
    return one.siret is None or other.siret is None or one.siret == other.siret
