"""What proves that a deadline was met: the fact it waits for, hours noted, a date that reaches another.

Used by `workflow.deadlines.compute` (what is still awaited), `workflow.deadlines.verdicts` (what became of
the rest) and `workflow.acts.guards` (what a step asks). Reads the values of a case; knows no step, no state
and no clock.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from fractions import Fraction
from math import ceil

from workflow.case.case import FactValue, civil
from workflow.counting.ways_of_counting import Work
from workflow.errors import Reason, ReasonCode
from workflow.rules.counts import LastStart
from workflow.rules.deadline_rules import DeadlineSpec, Evidence, Rule
from workflow.rules.procedure import Procedure
from workflow.text import french


def lacking(
    spec: DeadlineSpec, rule: Rule | None, facts: Mapping[str, FactValue], *, over: bool
) -> tuple[Evidence, ...]:
    """Return what a deadline still lacks to be proved, by its facts alone; none when it is.

    Of several demands on one fact, only the first that does not hold is returned.

    Args:
        spec: the deadline.
        rule: the rule that speaks for these facts.
        facts: values of the case, ledger included.
        over: True once a later step was done. Until then a beginning is proved by its day; hours
            decide as soon as some are counted, and afterwards: what began is not what is done.
    """
    missing: dict[str, Evidence] = {}
    for one in _asked(spec, rule, facts, over=over):
        if not holds(one, facts):
            missing.setdefault(one.fact, one)
    return tuple(missing.values())


def proved_by_facts(spec: DeadlineSpec, rule: Rule | None) -> bool:
    """Tell whether facts prove a deadline; otherwise the date of the step that meets it does."""
    hours = rule.last_start if rule else None
    return bool(spec.met_by_fact or spec.evidence or (hours and hours.done))


def _asked(
    spec: DeadlineSpec, rule: Rule | None, facts: Mapping[str, FactValue], *, over: bool
) -> tuple[Evidence, ...]:
    fact = (Evidence(spec.met_by_fact),) if spec.met_by_fact else ()
    hours = rule.last_start if rule else None
    if hours is not None and hours.done:
        counted = Evidence(hours.done, hours.hours, hours.share, hours.share_of)
        first = (counted,) if over or hours.done in facts or not fact else fact
        return (*first, *spec.evidence)
    return (*fact, *spec.evidence)


def proving_day(
    spec: DeadlineSpec, rule: Rule, facts: Mapping[str, FactValue]
) -> tuple[str, date | None]:
    """Return the fact that dates a deadline proved by facts, and its value."""
    names = (spec.met_by_fact, rule.last_start.begun if rule.last_start else None)
    found = ((name, facts.get(name)) for name in names if name)
    dated = ((name, value) for name, value in found if isinstance(value, date))
    return next(dated, (spec.met_by_fact or "", None))


def holds(evidence: Evidence, facts: Mapping[str, FactValue]) -> bool:
    """Tell whether a piece of evidence stands."""
    value = facts.get(evidence.fact)
    if evidence.hours:
        asked = hours_asked(evidence, facts)
        return asked is not None and _number(value) >= asked
    if evidence.some:
        return _number(value) > 0
    if evidence.at_most is not None:
        return _number(value) <= evidence.at_most
    if evidence.not_before:
        known = (facts.get(name) for name in evidence.not_before)
        bound = next((one for one in known if isinstance(one, date)), None)
        return isinstance(value, date) and (bound is None or civil(value) >= civil(bound))
    return value is not None


def hours_asked(evidence: Evidence, facts: Mapping[str, FactValue]) -> Decimal | None:
    """Return the hours that must be noted, or None while those they are a share of are unknown."""
    if evidence.share is None:
        return evidence.at_least
    whole = facts.get(evidence.of or "")
    if not isinstance(whole, Decimal | int):
        return None
    # A share that falls between two cents of an hour is rounded up: never an hour too few.
    return Decimal(ceil(Fraction(whole) * evidence.share * 100)) / 100


def work(last: LastStart, facts: Mapping[str, FactValue]) -> Work | None:
    """Return the hours to do, or None while those they are a share of are unknown."""
    asked = hours_asked(Evidence(last.done or "", last.hours, last.share, last.share_of), facts)
    return None if asked is None else Work(asked, _number(facts.get(last.done or "")))


def words(procedure: Procedure, evidence: Evidence, facts: Mapping[str, FactValue]) -> str:
    """Say what is missing: « « Heures de mission réalisées » (heures_mission_realisees) : 0 h sur 70 h »."""
    spec = procedure.facts[evidence.fact]
    named = f"« {spec.label} » ({spec.id})"
    if evidence.hours:
        asked = hours_asked(evidence, facts)
        if asked is None:
            whole = procedure.facts[evidence.of or ""]
            return f"« {whole.label} » ({whole.id})"
        noted = french.measured(_number(facts.get(evidence.fact)), spec.unit)
        return f"{named} : {noted} sur {french.measured(asked, spec.unit)}"
    if evidence.not_before:
        bounds = (name for name in evidence.not_before if isinstance(facts.get(name), date))
        label = procedure.facts[next(bounds, evidence.not_before[0])].label
        return f"{named} : une date qui ne tombe pas avant « {label} »"
    return named


def unfounded(
    procedure: Procedure, asked: Evidence, facts: Mapping[str, FactValue], on: date, ref: str
) -> Reason | None:
    """Say why a step of that day has nothing to stand on yet, or None when it has."""
    value, spec = facts.get(asked.fact), procedure.facts[asked.fact]
    label = spec.label
    if asked.past:
        if not isinstance(value, date) or civil(value) <= on:
            return None
        said = f"trop tôt : « {label} » est le {french.short_day(civil(value))}"
        return Reason(ReasonCode.WINDOW, said)
    if holds(asked, facts):
        return None
    if asked.at_most is not None:
        said = f"« {label} » : {french.measured(_number(value), spec.unit)}"
        return Reason(ReasonCode.UNPAID, said, {"ref": ref})
    return Reason(ReasonCode.HOURS_ASKED, f"« {label} » : aucune n’est notée", {"ref": ref})


def _number(value: FactValue | None) -> Decimal:
    return Decimal(value) if isinstance(value, Decimal | int) else Decimal(0)
