"""Customary holidays in the ways of counting: earlier where a date is prudent, never later."""

from __future__ import annotations

from datetime import date

import pytest

from tests.support.core import SETTINGS, cipi, context, told
from workflow.counting.context import context_for
from workflow.counting.ways_of_counting import CLOSERS, EXPECTERS
from workflow.deadlines.compute import every
from workflow.rules.counts import Count, Direction, Unit

GUADELOUPE = context("FR-971")
"""Mid-Lent on 12 March 2026, Good Friday on 3 April, 21 July: customs. Easter Monday: the law."""


@pytest.mark.parametrize(
    ("unit", "direction", "number", "anchor", "prudent"),
    [
        # Earlier: the last working day, less the custom.
        (Unit.DAYS, Direction.AFTER, 10, date(2026, 7, 11), date(2026, 7, 20)),
        (Unit.MONTHS, Direction.AFTER, 1, date(2026, 6, 21), date(2026, 7, 20)),
        (Unit.MONTH_ENDS, Direction.AFTER, 1, date(2026, 6, 30), date(2026, 7, 31)),
        (Unit.MONTH_ENDS, Direction.AFTER, 2, date(2026, 1, 30), date(2026, 2, 27)),
        (Unit.MONTHS, Direction.WITHIN, 1, date(2026, 6, 22), date(2026, 7, 20)),
        (Unit.MONTHS, Direction.BEFORE, 1, date(2026, 8, 22), date(2026, 7, 20)),
        (Unit.DAYS, Direction.BEFORE, 10, date(2026, 8, 1), date(2026, 7, 20)),
        (Unit.HOURS, Direction.BEFORE, 48, date(2026, 7, 24), date(2026, 7, 20)),
        (Unit.WORKING_DAYS, Direction.BEFORE, 2, date(2026, 7, 23), date(2026, 7, 20)),
        # A target counts the custom among its days, and is not set on it.
        (Unit.WORKING_DAYS, Direction.AFTER, 3, date(2026, 7, 17), date(2026, 7, 22)),
        (Unit.WORKING_DAYS, Direction.AFTER, 2, date(2026, 7, 17), date(2026, 7, 20)),
        # But never on the day it counts from.
        (Unit.WORKING_DAYS, Direction.AFTER, 1, date(2026, 7, 20), date(2026, 7, 21)),
    ],
)
def test_a_prudent_date_comes_before_a_custom(
    unit: Unit, direction: Direction, number: int, anchor: date, prudent: date
) -> None:
    """Whatever the way of counting, the prudent date is earlier for a custom, and no later."""
    limit = CLOSERS[unit, direction](anchor, Count(unit, direction, number), GUADELOUPE)
    assert limit.prudent == prudent


@pytest.mark.parametrize(
    ("unit", "number", "anchor"),
    [
        (Unit.WORKING_HOURS, 48, date(2026, 7, 16)),
        (Unit.DAYS, 10, date(2026, 7, 10)),
        (Unit.MONTHS, 1, date(2026, 6, 20)),
    ],
)
def test_a_chase_falls_on_a_custom(unit: Unit, number: int, anchor: date) -> None:
    """A reply is chased on the first day that the law lets be worked, custom or not."""
    count = Count(unit, Direction.AFTER, number)
    assert EXPECTERS[unit, Direction.AFTER](anchor, count, GUADELOUPE).chase_on == date(2026, 7, 21)


def test_the_explanation_names_the_custom_that_moved_a_date() -> None:
    """A prudent date that went back over a custom says which, and that no law makes it."""
    facts = {"drf_accordee_le": date(2026, 5, 21)}
    deadlines = every(cipi(), cipi().editions[-1], facts, GUADELOUPE)
    (contract,) = (one for one in deadlines if one.id == "contrat")
    assert contract.dates.prudent == date(2026, 7, 20)
    assert "mar. 21/07/2026 (Fête de Victor Schoelcher, jour d’usage)" in told(contract)["Décompte"]


def test_the_explanation_of_a_target_names_only_what_was_skipped() -> None:
    """A custom that a target counts among its days is not told as skipped; the weekend is."""
    where = context_for(cipi(), "FR-971", (), {**SETTINGS, "presences_jours_ouvres": 3})
    facts = {"fin_formation": date(2026, 7, 17), "financement_accorde_le": date(2026, 7, 1)}
    deadlines = every(cipi(), cipi().editions[-1], facts, where)
    (target,) = (one for one in deadlines if one.id == "presences")
    assert target.dates.prudent == date(2026, 7, 22)
    skipped = "jours sautés : sam. 18/07/2026 et dim. 19/07/2026."
    assert told(target)["Décompte"].endswith(skipped)
