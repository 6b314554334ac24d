"""What a digest counts, against the digest of a week before.

Made by `notifications.digest.gathering`, kept by the store with each digest that leaves. Pure: both
counts are arguments.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from msgspec import Struct

from notifications.model.happenings import Figures
from workflow.text import french

_WEEK = timedelta(days=7)

NAMES = {
    "late": "en retard",
    "due": "sous sept jours",
    "awaited": "en attente",
    "open_files": "dossiers suivis",
}
"""What each count is called, in the order shown."""


class TrendCount(Struct, frozen=True):
    """One count, and what it was."""

    id: str
    value: int
    before: int | None

    @property
    def name(self) -> str:
        """Return what it counts."""
        return NAMES[self.id]

    @property
    def change(self) -> str:
        """Return « 2 de moins », « 1 de plus », « autant », or "" when nothing is known."""
        if self.before is None:
            return ""
        gap = self.value - self.before
        if not gap:
            return "autant"
        return f"{abs(gap)}{french.NBSP}de {'plus' if gap > 0 else 'moins'}"


class Trend(Struct, frozen=True):
    """The counts of a day against those of an earlier one."""

    now: Figures
    before: Figures | None = None

    @property
    def counts(self) -> tuple[TrendCount, ...]:
        """Return each count with what it was."""
        return tuple(
            TrendCount(
                id_, getattr(self.now, id_), getattr(self.before, id_) if self.before else None
            )
            for id_ in NAMES
        )

    @property
    def against(self) -> str:
        """Return « lundi dernier », « le 02/11/2026 », or "" without an earlier digest."""
        if self.before is None:
            return ""
        day = self.before.day
        if self.now.day - day == _WEEK:
            return f"{french.weekday(day)} dernier"
        return f"le {french.short_day(day)}"

    def as_json(self) -> dict[str, Any]:
        """Return the counts as JSON values."""
        return {
            "now": {count.id: count.value for count in self.counts},
            "before": None if self.before is None else {c.id: c.before for c in self.counts},
            "before_day": self.before and self.before.day,
        }


def earlier(known: Sequence[Figures], day: date) -> Figures | None:
    """Return what to compare a day with: a week before, or the nearest earlier that is known.

    The first one known, when all are younger than a week.

    Args:
        known: what earlier digests counted, oldest first.
        day: the day of the digest.
    """
    past = [one for one in known if one.day < day]
    old = [one for one in past if one.day <= day - _WEEK]
    return old[-1] if old else next(iter(past), None)
