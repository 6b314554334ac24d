"""Parties that may be the same: nearly the same name, or the same number to call or address to write to.

Used by `workflow.usecases.parties`. Says what may be, and merges nothing: two people bear one name.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import combinations
from typing import Final

from rapidfuzz import fuzz, process

from workflow.case.parties import Party

_ALIKE: Final = 90
"""Of 100: one letter of eleven differs."""
_NEIGHBOURS: Final = 5
"""Names beside one another in the order of names that are compared: what is misspelt stays near."""
_TELLING: Final = ("telephone", "courriel")


def doubles_of(party: Party, others: Sequence[Party]) -> Iterator[Party]:
    """Yield those of the same kind that may be a party."""
    names = {rank: one.folded for rank, one in enumerate(others)}
    near = process.extract(
        party.folded, names, scorer=fuzz.ratio, score_cutoff=_ALIKE, limit=_NEIGHBOURS
    )
    alike = {rank for _, _, rank in near}
    for rank, one in enumerate(others):
        if (
            one.number != party.number
            and (rank in alike or _tells(party, one))
            and _may(party, one)
        ):
            yield one


def pairs(parties: Iterable[Party]) -> Iterator[tuple[Party, Party]]:
    """Yield the pairs that may be the same, the older first, each once."""
    found: set[tuple[int, int]] = set()
    for one, other in _candidates(sorted(parties, key=lambda one: (one.folded, one.number))):
        first, second = sorted((one, other), key=lambda party: party.number)
        key = first.number, second.number
        if key not in found and _may(one, other):
            found.add(key)
            yield first, second


def _candidates(in_order: Sequence[Party]) -> Iterator[tuple[Party, Party]]:
    for rank, one in enumerate(in_order):
        for other in in_order[rank + 1 : rank + 1 + _NEIGHBOURS]:
            if fuzz.ratio(one.folded, other.folded, score_cutoff=_ALIKE):
                yield one, other
    for name in _TELLING:
        bearing: dict[object, list[Party]] = {}
        for one in in_order:
            if value := one.values.get(name):
                bearing.setdefault(value, []).append(one)
        for alike in bearing.values():
            yield from combinations(alike, 2)


def _tells(one: Party, other: Party) -> bool:
    return any(
        name in one.values and one.values[name] == other.values.get(name) for name in _TELLING
    )


def _may(one: Party, other: Party) -> bool:
    """Tell whether nothing says that they are two: each SIRET is one establishment."""
    sirets = {party.values["siret"] for party in (one, other) if "siret" in party.values}
    return len(sirets) <= 1
