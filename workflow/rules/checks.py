"""What a file must satisfy whatever the dates, as a rule file says it: checks, grounds, proofs.

Read from a rule file, judged by `workflow.eligibility.evaluate`. A check measures something
of the case and looks up the verdict in its bands; numbers, wordings and sources come from the file alone.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from fractions import Fraction

from msgspec import Struct, field

from workflow.rules.fact_specs import Checked, FactSpec, Period
from workflow.structures.written import OneOrMore


class CheckVerdict(StrEnum):
    """What is said of a file on one point."""

    CONFORMING = "conforme"
    TO_CONFIRM = "a_confirmer"
    FAILING = "non_conforme"
    REMINDER = "rappel"
    """Something to know; nothing is judged."""

    @property
    def weight(self) -> int:
        """Rank among verdicts: the heaviest is the verdict of the whole."""
        return _WEIGHTS[self]


_WEIGHTS: Mapping[CheckVerdict, int] = {
    CheckVerdict.REMINDER: 0,
    CheckVerdict.CONFORMING: 1,
    CheckVerdict.TO_CONFIRM: 2,
    CheckVerdict.FAILING: 3,
}


class Measuring(StrEnum):
    """How a check gets from the facts to one value."""

    VALUE = "value"
    """The value of a fact."""
    SUM = "sum"
    """The sum of several facts."""
    DIFFERENCE = "difference"
    """What remains of some facts once others are taken away."""
    SHARE = "share"
    """The part that some facts are of others, as a percentage."""
    DAYS = "days"
    """Civil days from a date to the nearest of others."""
    MONTHS = "months"
    """Whole months from a date to the nearest of others."""
    OVERRUN = "overrun"
    """Days by which the latest of several dates goes beyond another, or months from it; 0 on that day."""


class Measure(Struct, frozen=True):
    """What a check looks at. A name that ends with `?` may be unknown.

    Args:
        by: how the value is obtained.
        of: facts measured; for dates, the one counted from.
        over: what is taken away; for a share, the whole; for dates, those counted to.
        months: for an overrun, the length of the period; 0 to compare with the date itself.
        doubt: the doubt whose answer takes the place of these months.
    """

    by: Measuring
    of: tuple[str, ...]
    over: tuple[str, ...] = ()
    months: int = 0
    doubt: str | None = None

    @property
    def names(self) -> tuple[str, ...]:
        """Every fact it looks at, without the question marks."""
        return tuple(dict.fromkeys(name.removesuffix("?") for name in (*self.of, *self.over)))


class Band(Struct, frozen=True):
    """A stretch of values, its verdict and what is said of it. The first that holds decides.

    Exactly one of `below`, `at_most` and `is_` limits it; without any, it takes what is left.
    """

    verdict: CheckVerdict
    say: str
    """French sentence; `{valeur}`, `{limite}` and `{le}` are filled in."""
    below: Fraction | None = None
    at_most: Fraction | None = None
    is_: OneOrMore = field(default=(), name="is")
    """Values of a choice; `oui` and `non` for a boolean."""
    doubt: str | None = None
    """Doubt whose answer is the verdict, with a sentence of its own; a number leaves nothing to confirm."""


class Check(Period, frozen=True, kw_only=True):
    """One thing a file must satisfy; it speaks on the days of its period, by the reference date."""

    id: str
    label: str
    theme: str
    source: Checked
    measure: Measure | None
    """None for something to know, which has a single band and looks at nothing."""
    bands: tuple[Band, ...]
    missing: Band | None = None
    """What is said while a fact is unknown; None says nothing until it is known."""
    unit: str = ""
    """Unit of the value: `h`, `€`, `%`, `jour`, `mois`, `salarié`; empty for a bare number."""
    when: Mapping[str, OneOrMore] = field(default_factory=dict)
    """The check only speaks when each of these facts has one of these values."""
    when_positive: tuple[str, ...] = ()
    """… and each of these is more than nothing."""
    when_known: tuple[str, ...] = ()
    """… and each of these is known."""
    blocks: tuple[str, ...] = ()
    """Actions that are refused while what it looks at does not conform."""
    notes: tuple[str, ...] = ()
    doubts: tuple[str, ...] = ()
    """What it rests on and nobody has settled, beside its bands."""

    @property
    def resting_on(self) -> tuple[str, ...]:
        """Every doubt that it rests on."""
        named = (self.measure and self.measure.doubt, *(band.doubt for band in self.bands))
        return tuple(dict.fromkeys((*self.doubts, *(id_ for id_ in named if id_))))

    def may_say(self, verdict: CheckVerdict) -> bool:
        """Tell whether a verdict is among those it can give."""
        if self.missing and self.missing.verdict is verdict:
            return True
        return any(band.verdict is verdict for band in self.bands)


class ProofSpec(Struct, frozen=True):
    """A document that proves a ground."""

    id: str
    label: str
    source: Checked
    expires: bool = False
    """True for one that is worth nothing after a date."""
    unconfirmed: bool = False
    """True for one that no source names: the agency asks the funder."""
    doubt: str | None = None
    """Doubt that asks the funder for it; None once it is confirmed."""


class Ground(Struct, frozen=True):
    """A reason why a person is eligible, with its questions. Everything here is restricted."""

    id: str
    label: str
    source: Checked
    questions: Mapping[str, FactSpec] = field(default_factory=dict)
    checks: tuple[Check, ...] = ()
    proofs: Mapping[str, ProofSpec] = field(default_factory=dict)
    notes: tuple[str, ...] = ()


class Says(Struct, frozen=True):
    """What the public line says for each verdict; it never tells which ground."""

    conforming: str = field(name="conforme")
    to_confirm: str = field(name="a_confirmer")
    failing: str = field(name="non_conforme")

    def of(self, verdict: CheckVerdict) -> str:
        """Return the sentence of a verdict that judges."""
        return str(getattr(self, verdict.name.lower()))


class EligibilityRules(Struct, frozen=True):
    """Who may benefit from a scheme: the public line, and the restricted grounds behind it."""

    id: str
    """Id of the public line."""
    label: str
    theme: str
    source: Checked
    says: Says
    unset: str
    """What it says while no ground is chosen."""
    proof_seen: str
    """Fact that holds the day on which the proof was seen."""
    proof_until: str
    """Fact that holds the day until which the proof is worth something."""
    grounds: Mapping[str, Ground] = field(default_factory=dict)
    revealing: tuple[str, ...] = ()
    """Words that would reveal a ground: no title, comment or pointer may hold one."""
