"""What every judge of rule files needs: names that nothing bears, periods that overlap or leave a hole.

Used by `workflow.consistency.whole` and `workflow.consistency.checks`.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from datetime import date, timedelta
from itertools import pairwise
from typing import Protocol

from workflow.errors import nearest

Found = Iterator[tuple[str, str]]
"""Dotted key and message."""

_ONE_DAY = timedelta(days=1)
_LISTED = 20
"""Known names listed when none is near."""
_FEMININE = {"action", "échéance", "édition", "pièce", "valeur"}


class Dated(Protocol):
    """Anything that holds over a period, both ends included."""

    @property
    def valid_from(self) -> date | None:
        """First day, None for no beginning."""

    @property
    def valid_until(self) -> date | None:
        """Last day, None for no end."""


def unknown_name(key: str, what: str, name: str, known: Collection[str]) -> Found:
    """Yield the problem of a name that is not among those known, with the nearest."""
    if name not in known:
        names = sorted(known)
        more = ", …" if len(names) > _LISTED else ""
        e = "e" if what in _FEMININE else ""
        hint = nearest(name, names) or f" (connu{e}s : {', '.join(names[:_LISTED])}{more})"
        yield key, f"{what} « {name} » inconnu{e}{hint}."


def period_problems(key: str, named: Iterable[tuple[str, Dated]]) -> Found:
    """Find periods that end before they begin, overlap, or leave a hole."""
    rows = sorted(named, key=lambda row: row[1].valid_from or date.min)
    for name, period in rows:
        if period.valid_from and period.valid_until and period.valid_until < period.valid_from:
            yield key, f"« {name} » finit avant de commencer."
    for (name, period), (next_name, following) in pairwise(rows):
        end, start = period.valid_until, following.valid_from
        if end is None or start is None or start <= end:
            yield (
                key,
                f"« {name} » et « {next_name} » se chevauchent ; fixez `valid_until` et `valid_from`.",
            )
        elif start > end + _ONE_DAY:
            yield (
                key,
                f"aucune entrée entre « {name} » et « {next_name} » ({end + _ONE_DAY} – {start - _ONE_DAY}).",
            )
