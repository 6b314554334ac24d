"""What a deadline is, before it is computed: its rules, what a commission asks, what proves it.

Part of what `workflow.rules.procedure` says; dated by `workflow.deadlines.compute`. Holds no rule of its own.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from typing import Annotated

from msgspec import Struct, field
from msgspec.structs import force_setattr

from workflow.rules.counts import Constraint, Count, LastStart
from workflow.rules.fact_specs import Checked
from workflow.rules.readings import ReadingCount, RuleReading
from workflow.structures.written import UNWRITTEN, Joined, OneOrMore


class Kind(StrEnum):
    """Where a deadline comes from."""

    REGULATORY = "reglementaire"
    INTERNAL = "interne"
    """A target the agency sets itself: no text gives this date, and every screen says so."""


class CommissionRule(Struct, frozen=True):
    """An act that a funder's sessions decide: it is done before one that comes before the start."""

    before: Constraint
    """How long before the session."""
    gap: Constraint | None = None
    """How long before the start the session must be; None only asks that it come before."""
    blackouts: frozenset[int] = frozenset()
    """Months (1 to 12) without a session."""
    blackouts_source: Checked | None = None
    readings: tuple[RuleReading, ...] = ()
    """What `before` can be taken to say; counted from the session that was chosen."""


class Rule(Struct, frozen=True):
    """One dated wording of a deadline: its anchors and what is counted from the latest of them."""

    anchors: tuple[str, ...]
    source: Checked
    editions: frozenset[str] = frozenset()
    """Ids of the editions it belongs to; empty means every edition."""
    or_later: tuple[str, ...] = ()
    """Dates that may be unknown: it counts from the latest of them when that one comes after its anchors."""
    opens: Count | None = None
    closes: Count | None = None
    expects: Count | None = None
    last_start: LastStart | None = None
    notes: tuple[str, ...] = ()
    """What a careful reader must know, shown as warnings beside the date."""
    assumes: Mapping[str, Joined] = field(default_factory=dict)
    """By fact, what is taken for granted as long as nobody noted it: a warning too."""
    also: tuple[Constraint, ...] = ()
    """Other limits on the same act."""
    commission: CommissionRule | None = None
    """The funder's sessions, for an act that they decide."""
    readings: tuple[RuleReading, ...] = ()
    """What its text can be taken to say; its prudent date satisfies them all where a working day does."""
    dated: Annotated[bool, UNWRITTEN] = False
    """Whether one of its numbers changes on a date."""
    when: Mapping[str, OneOrMore] = field(default_factory=dict)
    """The rule only speaks when each of these facts has one of these values."""
    when_below: Mapping[str, int] = field(default_factory=dict)
    """… and each of these numbers is known and less than this …"""
    when_known: tuple[str, ...] = ()
    """… and each of these is known."""
    unless: Mapping[str, OneOrMore] = field(default_factory=dict)
    """… and none of these facts has one of these values."""
    doubts: tuple[str, ...] = ()
    """What it rests on and nobody has settled, beside its numbers."""
    unless_after: tuple[str, ...] = ()
    """Planned dates: the rule only speaks when its anchor falls before the first of them known."""

    def __post_init__(self) -> None:
        force_setattr(self, "dated", any(one.values for _, one in self.numbers()))

    def numbers(self) -> Iterator[tuple[str, Count | LastStart]]:
        """Yield all that bears a number, under the dotted key of each."""
        ends = (("opens", self.opens), ("closes", self.closes), ("expects", self.expects))
        also = ((f"also[{number}]", one) for number, one in enumerate(self.also, 1))
        counts = [*ends, *also]
        if self.last_start:
            yield "last_start", self.last_start
            counts.append(("last_start.within", self.last_start.within))
        if self.commission:
            counts.append(("commission.before", self.commission.before))
            counts.append(("commission.gap", self.commission.gap))
        for key, count in counts:
            if count is not None:
                yield from count.chain(key)

    @property
    def understood(self) -> tuple[RuleReading, ...]:
        """Its readings, then those that its limits are."""
        limits = ((self.closes, self.source), *((one, one.source) for one in self.also))
        return (
            *self.readings,
            *(
                RuleReading(name.id, name.words, source, closes=ReadingCount.of(one))
                for one, source in limits
                if one and (name := one.reading)
            ),
        )

    @property
    def resting_on(self) -> tuple[str, ...]:
        """Doubts that it rests on: its own, then those of its numbers."""
        counts = (one for _, one in self.numbers() if isinstance(one, Count))
        return tuple(dict.fromkeys((*self.doubts, *(one.doubt for one in counts if one.doubt))))

    @property
    def deciding(self) -> tuple[str, ...]:
        """Facts whose dates it reads: those it counts from, and those that choose between its numbers."""
        named = (one.dated_by for _, one in self.numbers())
        counted = (*self.anchors, *self.or_later)
        return tuple(dict.fromkeys((*counted, *(name for name in named if name))))


class Evidence(Struct, frozen=True):
    """Something that must be noted for a deadline to be proved, or for a step to stand on.

    Args:
        fact: the fact that says it; without any bound, noted is enough.
        at_least: hours that must be noted.
        share: … or the part of `of` that they must be.
        of: fact that holds the hours of which a share is asked.
        some: True when any number of hours will do, but none.
        at_most: … or what a number that is known may come to.
        not_before: dates, the first known of which it must not come before.
        past: True for a day that the step must not come before; asks nothing while it is unknown.
        source: where the number comes from.
    """

    fact: str
    at_least: Decimal | None = None
    share: Fraction | None = None
    of: str | None = None
    some: bool = False
    at_most: Decimal | None = None
    not_before: tuple[str, ...] = ()
    past: bool = False
    source: Checked | None = None

    @property
    def hours(self) -> bool:
        """True when a number of hours is asked."""
        return self.at_least is not None or self.share is not None


class DeadlineSpec(Struct, frozen=True):
    """A deadline of the procedure and the rules that give its date, edition by edition."""

    id: str
    label: str
    kind: Kind
    states: frozenset[str]
    """States in which it is awaited."""
    rules: tuple[Rule, ...]
    met_by: frozenset[str] = frozenset()
    """Steps that end it: their date proves it, unless facts do; then it stays unproved without them."""
    met_by_fact: str | None = None
    """Fact that proves it, and dates it, for what no action records."""
    portal: bool = False
    """True when the act is done in the funder's portal."""
    editions: frozenset[str] = frozenset()
    """Editions in which it exists; empty means every edition."""
    checks_start: bool = False
    """True when this window decides whether the start date is possible at all."""
    evidence: tuple[Evidence, ...] = ()
    """What must be noted besides for it to be proved."""
