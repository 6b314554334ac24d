"""What a rule counts: so many units, one way, from an anchor; and the numbers that change on a date.

Part of what `workflow.rules.procedure` says of a deadline; counted by `workflow.counting.ways_of_counting`.
Holds no number of its own: each comes from a rule file.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from typing import Annotated

from msgspec import Struct, field

from workflow.rules.fact_specs import Checked
from workflow.structures.written import IfAbsent, Positive


class Unit(StrEnum):
    """What a rule counts."""

    HOURS = "heures"
    WORKING_HOURS = "heures_ouvrees"
    DAYS = "jours"
    WORKING_DAYS = "jours_ouvres"
    MONTHS = "mois"
    MONTH_ENDS = "fins_de_mois"


class Direction(StrEnum):
    """Which way a rule counts from its anchor."""

    BEFORE = "avant"
    AFTER = "apres"
    WITHIN = "pendant"
    """Over a period that starts at the anchor."""
    SAME_DAY = "quantieme"
    """Back to the day that bears the same number in its month, or to the last of that month."""


class DatedNumber(Struct, frozen=True):
    """A number that takes the place of another from a day on.

    Args:
        since: first day on which it holds, compared with the date that decides.
        number: the number, in the unit of the one that it replaces.
        source: the text that sets it.
    """

    since: date = field(name="from")
    number: Positive
    source: Checked


class ReadingName(Struct, frozen=True):
    """What a count is, among the readings of its text.

    Args:
        id: the ambiguity: « AMB-13 ».
        words: what the text is taken to say.
    """

    id: str
    words: str


class Count(Struct, frozen=True):
    """A number of units, counted one way from an anchor.

    Exactly one of `number` and `setting` is given: a `setting` is a delay that the agency
    chooses (`workflow.rules.targets`), never a rule of law.
    """

    unit: Unit
    direction: Direction
    number: Positive | None = None
    setting: str | None = None
    prudent_working_days: Positive | None = None
    """For an hour rule: working days kept before the anchor (domain AMB-1)."""
    then: Count | None = None
    """A second count from where the first one ends: « 2 mois puis 15 jours avant »."""
    values: tuple[DatedNumber, ...] = ()
    """What takes the place of `number`, by date."""
    dated_by: str | None = None
    """Fact whose date decides between them; None for the anchor of the rule."""
    doubt: str | None = None
    """Doubt whose answer takes the place of `number`."""
    reading: ReadingName | None = None
    """The reading that it is, for a limit that holds beside those of the other readings."""

    def chain(self, key: str) -> Iterator[tuple[str, Count]]:
        """Yield it and each count that follows it, under dotted keys."""
        yield key, self
        if self.then is not None:
            yield from self.then.chain(f"{key}.then")


class Constraint(Count, frozen=True, kw_only=True):
    """Another limit on the same act, with its own source; of several, the most restrictive decides."""

    source: Checked


class LastStart(Struct, frozen=True):
    """The last day on which a number of hours can still begin inside a period."""

    hours_per_day: str
    """Setting that gives the hours of a day's work."""
    within: Annotated[Count, IfAbsent("donnez la période")]
    hours: Decimal | None = None
    """Hours to work; None when they are a share of others."""
    share: Fraction | None = None
    """Part of `share_of` that must be worked."""
    share_of: str | None = None
    """Fact that holds the hours of which a share must be worked."""
    done: str | None = None
    """Fact that holds the hours already worked."""
    begun: str | None = None
    """Fact that holds the day on which hours worked began; it dates them when nobody noted another."""
    ended: str | None = None
    """Fact that holds their last day: past the period, they leave the last day to begin as it was."""
    values: tuple[DatedNumber, ...] = ()
    """What takes the place of `hours`, by date."""
    dated_by: str | None = None
    """Fact whose date decides between them; None for the anchor of the rule."""
