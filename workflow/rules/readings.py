"""The readings that the text of a rule bears, where several can be defended.

Part of what `workflow.rules.procedure` says of a deadline; dated by `workflow.counting.readings`. Each is
one of an ambiguity of the register (« AMB-1 », docs/regles.md) and gives one date.
"""

from __future__ import annotations

from msgspec import Struct

from workflow.rules.counts import Count, Direction, Unit
from workflow.rules.fact_specs import Checked
from workflow.structures.written import Positive


class ReadingCount(Struct, frozen=True):
    """What a reading counts; without a number, that of the rule, be it one that changes on a date."""

    unit: Unit
    direction: Direction
    number: Positive | None = None
    then: Count | None = None
    """A second count from where the first one ends."""

    @classmethod
    def of(cls, count: Count) -> ReadingCount:
        """Return what a limit counts."""
        return cls(count.unit, count.direction, count.number, count.then)


class RuleReading(Struct, frozen=True):
    """One way in which the text of a rule can be understood; it gives exactly one date."""

    id: str
    """The ambiguity: « AMB-1 »."""
    words: str
    """What the text is taken to say."""
    source: Checked
    opens: ReadingCount | None = None
    closes: ReadingCount | None = None
    expects: ReadingCount | None = None
    anchors: tuple[str, ...] = ()
    """Facts it counts from, the latest of them; empty for what the rule counts from."""
    extended: bool = False
    """Whether a last day that is not worked gives way to the next one that is."""

    def count(self, own: int) -> Count:
        """Return what it counts, with the number of the rule where it has none."""
        asked = self.opens or self.closes or self.expects
        assert asked is not None, "a reading gives a date"  # noqa: S101 - kept by the checker
        return Count(asked.unit, asked.direction, asked.number or own, then=asked.then)
