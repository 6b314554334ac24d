"""What comes first among the dates to act on: the one order of the list, the digest and the grouped mails.

What the law still allows to save comes first, the nearest last day before the others; then what it no longer
allows, then what the agency asked of itself, then what is not late. Of one day, more money comes first. Said
in SQL by `db.worklist.sql`; a test holds the two together. Pure: the present day is an argument.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from enum import IntEnum
from typing import NamedTuple

from workflow.case.case import Dates, Deadline
from workflow.rules.deadline_rules import Kind
from workflow.text.day_ends import day_of_end
from workflow.worklist.worklist import NEVER

_MOST_EUROS = 2_000_000_000
"""What both databases hold in a column of whole numbers."""


class Phase(IntEnum):
    """What a date has come to, the most consequent first."""

    SAVABLE = 0
    """Late, or on its last day, while the strict limit has not passed."""
    LOST = 1
    """The strict limit has passed."""
    OVERDUE = 2
    """Late, where no text says when it is lost."""
    AHEAD = 3


class Rank(NamedTuple):
    """Sorts what is to act on."""

    phase: Phase
    day: date
    """The last day, of what the law limits and is late; otherwise the day to act."""
    limit: date
    """The last day that the law leaves; `NEVER` for a target of the agency."""
    spared: int
    """Less euros at stake, less a number: more money sorts first."""
    ref: str
    """Settles what is otherwise equal."""


def euros(stake: Decimal | None) -> int:
    """Return a stake as files are ranked by it, in whole euros; nothing when nobody knows."""
    return 0 if stake is None else min(int(stake), _MOST_EUROS)


def limit_of(dates: Dates, kind: Kind) -> date:
    """Return the last day that the law leaves for an act, `NEVER` when it sets none."""
    lawful = dates.strict is not None and not dates.awaited and kind is not Kind.INTERNAL
    return day_of_end(dates.strict) if lawful and dates.strict is not None else NEVER


def rank(
    dates: Dates, kind: Kind, today: date, *, stake: Decimal | None = None, ref: str = ""
) -> Rank:
    """Return the place of a deadline among others.

    Args:
        dates: of the deadline.
        kind: whether a text or the agency sets it.
        today: the reader's day.
        stake: euros that missing it would lose, None when nobody knows.
        ref: its file.
    """
    act_on, limit = dates.act_on, limit_of(dates, kind)
    if limit < today:
        phase = Phase.LOST
    elif limit == today or act_on < today:
        phase = Phase.SAVABLE if limit < NEVER else Phase.OVERDUE
    else:
        phase = Phase.AHEAD
    day = limit if phase in {Phase.SAVABLE, Phase.LOST} else act_on
    return Rank(phase, day, limit, -euros(stake), ref)


def most_urgent(deadlines: Iterable[Deadline]) -> Deadline | None:
    """Return the deadline to act on first, whatever the day, if any."""
    return min(
        deadlines, key=lambda deadline: (deadline.dates.act_on, *decisive(deadline)), default=None
    )


def most_pressing(deadlines: Iterable[Deadline], today: date) -> Deadline | None:
    """Return the deadline that a file is listed by on a day, if any."""
    return min(
        deadlines,
        key=lambda one: (rank(one.dates, one.kind, today), *decisive(one)),
        default=None,
    )


def decisive(deadline: Deadline, today: date | None = None) -> tuple[bool, bool, date, str]:
    """Return the rank of a deadline among those of the same day to act, the most decisive first.

    First what can no longer wait (the strict limit is that very day, or today, or past), then what
    the law asks before what the agency asks of itself, then the nearest strict limit.
    """
    limit = NEVER if deadline.dates.strict is None else day_of_end(deadline.dates.strict)
    can_wait = limit > max(deadline.dates.act_on, today or date.min)
    return can_wait, deadline.kind is Kind.INTERNAL, limit, deadline.id
