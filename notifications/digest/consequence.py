"""What missing a date would cost, weighed against the time left to save it: the order of what is read.

Used by the digest and the grouped mails. The weight of a line is its stake divided by one more than the
working days left, so that what is near and dear comes first. What is already lost follows what can
still be saved; a file whose stake nobody knows counts as the reader's usual one; at equal weight the
law comes before a target of the agency. Pure: holds no amount and no rule of its own.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal
from functools import lru_cache

from notifications.schedule.standing import Standing, Status
from workflow.text import french

_UNKNOWN = Decimal(1)
"""Stake of every file when none is known: only time is left to sort by."""

Rank = tuple[bool, Decimal, bool, str, str]
"""Sorts lines, the most consequent first."""


def usual(stakes: Iterable[Decimal | None]) -> Decimal:
    """Return the mean of the stakes that are known, in euros."""
    known = [stake for stake in stakes if stake is not None]
    return sum(known, Decimal(0)) / len(known) if known else _UNKNOWN


def weight(stake: Decimal, left: int) -> Decimal:
    """Return how much a line weighs.

    Args:
        stake: euros that missing the date would lose.
        left: working days up to the date; once it has passed, none.
    """
    return stake / (1 + max(left, 0))


def rank(
    where: Standing, stake: Decimal | None, mean: Decimal, *, internal: bool, ref: str
) -> Rank:
    """Return the place of a line among others.

    Args:
        where: where its date stands.
        stake: euros at stake, None when nobody knows.
        mean: what an unknown stake counts for (`usual`).
        internal: True for a target of the agency.
        ref: the file, which settles what is otherwise equal.
    """
    on = where.on
    # A date alone means the whole day: it comes after the hours of that day.
    when = on.isoformat() if isinstance(on, datetime) else f"{on.isoformat()}T24"
    lost = where.status is Status.LATE
    return (lost, -weight(mean if stake is None else stake, where.left), internal, when, ref)


@lru_cache(maxsize=4096)
def at_stake(stake: Decimal | None) -> str:
    """Return « 3 200 € en jeu », or "" when nothing is known to be."""
    if not stake:
        return ""
    return f"{french.number(french.cents(stake, 0))} € en jeu".replace(" ", french.NBSP)
