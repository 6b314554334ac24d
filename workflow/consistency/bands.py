"""What could never happen: a value without a band, a band without a value, a guard that nothing passes.

Used by `workflow.consistency.checks` for checks, by `workflow.consistency.deadlines` for windows.
Looks at what a file says, never at a case.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fractions import Fraction

from workflow.rules.checks import Band, Check, CheckVerdict, Measuring
from workflow.rules.counts import Count, Direction, Unit
from workflow.rules.deadline_rules import Rule
from workflow.rules.fact_specs import NUMERIC, FactSpec, FactType
from workflow.text import french
from workflow.text.identifiers import Found

BOOLEAN = ("oui", "non")
"""How a boolean is written where a choice would be."""

_LONGEST_MONTH = 31
_DAYS = {Unit.DAYS: Fraction(1), Unit.HOURS: Fraction(1, 24)}
"""Days of a unit."""


def values_of(spec: FactSpec) -> tuple[str, ...]:
    """Return what a choice or a boolean can be; nothing for what can be anything."""
    return BOOLEAN if spec.type is FactType.BOOLEAN else tuple(spec.choices)


def never(check: Check, key: str, facts: Mapping[str, FactSpec]) -> Found:
    """Find values that no band takes, bands that take none, and refusals that are always or never."""
    if check.valid_from and check.valid_until and check.valid_until < check.valid_from:
        yield f"{key}.valid_until", "ce contrôle finit avant de commencer : il ne dit jamais rien."
    if check.measure is None:
        return
    spec = facts.get(check.measure.of[0].removesuffix("?"))
    worded = check.measure.by is Measuring.VALUE and spec is not None and spec.type not in NUMERIC
    if spec is not None and worded:
        yield from _of_words(check, key, values_of(spec))
    else:
        yield from _of_numbers(check, key)
    failing = [band.verdict is CheckVerdict.FAILING for band in check.bands]
    if check.blocks and not any(failing):
        yield f"{key}.blocks", "aucune bande n’est « non_conforme » : rien ne serait jamais refusé."
    if check.blocks and all(failing) and not (check.when or check.when_positive):
        yield (
            f"{key}.blocks",
            "toutes les bandes sont « non_conforme » : l’action ne passerait jamais.",
        )


def _of_numbers(check: Check, key: str) -> Found:
    """Judge bands of numbers: each goes beyond the last, and one takes what is left."""
    reached: tuple[Fraction, bool] | None = None
    for number, band in enumerate(check.bands, 1):
        at = f"{key}.bands[{number}]"
        if band.is_:
            yield (
                f"{at}.is",
                "un nombre n’est jamais une de ces valeurs ; donnez `below` ou `at_most`.",
            )
            continue
        limit = _limit(band)
        if limit is None:
            return
        # « At most 10 » after « below 10 » still takes 10; every other band must go further.
        if reached is None or limit > reached:
            reached = limit
        else:
            yield (
                at,
                f"aucune valeur n’y tombe : une bande d’avant va jusqu’à {french.number(reached[0])}.",
            )
    yield (
        f"{key}.bands",
        "au-delà de la dernière borne, aucune bande ; finissez par une bande sans borne.",
    )


def _limit(band: Band) -> tuple[Fraction, bool] | None:
    """Return the limit of a band, and whether it takes the limit itself."""
    if band.below is not None:
        return band.below, False
    return None if band.at_most is None else (band.at_most, True)


def _of_words(check: Check, key: str, known: tuple[str, ...]) -> Found:
    """Judge bands of a choice, a boolean or a text."""
    left = dict.fromkeys(known)
    for number, band in enumerate(check.bands, 1):
        at = f"{key}.bands[{number}]"
        if _limit(band) is not None:
            yield at, "ce fait n’est pas un nombre : aucune valeur n’y tombe ; donnez `is`."
        elif not band.is_:
            if known and not left:
                yield at, "aucune valeur n’y tombe : les bandes d’avant les prennent toutes."
            return
        else:
            if known and not left.keys() & set(band.is_) and set(band.is_) <= set(known):
                yield at, "aucune valeur n’y tombe : les bandes d’avant les prennent."
            left = {value: None for value in left if value not in band.is_}
    if left or not known:
        rest = f" ({', '.join(left)})" if left else ""
        yield (
            f"{key}.bands",
            f"des valeurs sont sans bande{rest} ; finissez par une bande sans borne.",
        )


def shut_window(rule: Rule, key: str) -> Found:
    """Find a window that would always close before it opens: the act that waits for it never passes."""
    opens, closes = rule.opens, rule.closes
    if opens is None or closes is None or closes.direction is not Direction.BEFORE:
        return
    # Months are compared as months; other units, by the days that they and the longest month have.
    days = {**_DAYS, Unit.MONTHS: Fraction(_LONGEST_MONTH)}
    if opens.unit is closes.unit:
        days = {opens.unit: Fraction(1)}
    elif not {opens.unit, closes.unit} <= days.keys() or closes.unit is Unit.MONTHS:
        return
    longest, shortest = max(_numbers(opens), default=None), min(_numbers(closes), default=None)
    if longest is None or shortest is None:
        return
    if longest * days[opens.unit] < shortest * days[closes.unit]:
        yield (
            f"{key}.closes",
            "cette fenêtre fermerait toujours avant d’ouvrir ; inversez les délais.",
        )


def _numbers(count: Count) -> Iterator[int]:
    """Yield each number that a count can take; none for a delay that the agency chooses."""
    yield from (one for one in (count.number, *(value.number for value in count.values)) if one)
