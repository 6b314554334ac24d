"""The ledger of hours: sums whatever the order, what no timetable could hold, what is read of it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.core import DAY, plain
from tests.support.depth import line
from workflow.case.case import FactValue, HoursLine, WorkKind
from workflow.case.ledger import (
    DERIVATIONS,
    by_kind,
    derive,
    done_hours,
    impossible,
    planned_hours,
    shared_days,
)

MONDAY = date(2026, 3, 2)
FRIDAY = date(2026, 3, 6)
TRAINING, MISSION, ASSESSMENT = WorkKind

HOURS = st.decimals(min_value="0.01", max_value=60, places=2)


@st.composite
def ledgers(draw: st.DrawFn, size: int = 6, span: int = 6) -> list[HoursLine]:
    """Return a few lines over a few days, in any order of days, each with its own number."""
    lines = []
    for number in range(1, draw(st.integers(0, size)) + 1):
        first = MONDAY + DAY * draw(st.integers(0, span))
        last = first + DAY * draw(st.integers(0, 3))
        planned, done = draw(st.none() | HOURS), draw(st.none() | HOURS)
        place = draw(st.sampled_from(["", "Ici", "Là"]))
        kind = draw(st.sampled_from(WorkKind))
        lines.append(line(number, kind, first, last, planned=planned, done=done, place=place))
    return lines


def told(*lines: HoursLine) -> list[str]:
    """Return what is impossible, with plain spaces."""
    return [plain(text) for text in impossible(lines)]


# --- Sums ------------------------------------------------------------------------------------------------


@given(ledgers())
def test_the_sum_is_that_of_its_lines(lines: list[HoursLine]) -> None:
    """Sums are those of the lines added one by one in hundredths of an hour, without any rounding."""
    done = sum(int((one.done or 0) * 100) for one in lines)
    planned = sum(
        int(((one.done or 0) if one.planned is None else one.planned) * 100) for one in lines
    )
    assert int(done_hours(lines) * 100) == done_hours(lines) * 100 == done
    assert int(planned_hours(lines) * 100) == planned_hours(lines) * 100 == planned


# --- What cannot be --------------------------------------------------------------------------------------


def test_25_hours_in_a_day_are_refused() -> None:
    """More hours on a day than it has are refused, with the figures and the line."""
    assert told(line(1, MISSION, MONDAY, done=25)) == [
        "25 h le 02/03/2026, alors qu’un jour n’en a que 24 (ligne 1)"
    ]


def test_25_hours_in_a_day_over_several_lines_are_refused() -> None:
    """Lines of any kind and place share the same day: together they cannot hold more than it has."""
    lines = (
        line(1, TRAINING, MONDAY, planned=9),
        line(2, MISSION, MONDAY, done=9, place="Usine"),
        line(3, ASSESSMENT, MONDAY, done="7.01"),
    )
    assert told(*lines) == [
        "25,01 h le 02/03/2026, alors qu’un jour n’en a que 24 (lignes 1, 2 et 3)"
    ]


def test_24_hours_in_a_day_are_accepted() -> None:
    """Exactly the hours of a day hold in it, and a hundredth more does not."""
    full = line(1, TRAINING, MONDAY, planned=12)
    assert impossible((full, line(2, MISSION, MONDAY, done=12))) == ()
    assert len(impossible((full, line(2, MISSION, MONDAY, done="12.01")))) == 1


def test_a_period_holds_the_hours_of_its_days_and_no_more() -> None:
    """A period of five days holds 120 hours; one more is refused with the period."""
    assert impossible((line(1, MISSION, MONDAY, FRIDAY, planned=120),)) == ()
    assert told(line(1, MISSION, MONDAY, FRIDAY, planned=121)) == [
        "121 h du 02/03/2026 au 06/03/2026, alors que 5 jours n’en ont que 120 (ligne 1)"
    ]


def test_the_larger_of_planned_and_done_must_fit() -> None:
    """A line takes the room of what was planned or of what was done, whichever is more."""
    assert len(impossible((line(1, MISSION, MONDAY, planned=8, done=25),))) == 1
    assert len(impossible((line(1, MISSION, MONDAY, planned=25, done=8),))) == 1
    assert impossible((line(1, MISSION, MONDAY, planned=20, done=20),)) == ()


def test_a_full_day_inside_a_full_period_is_refused() -> None:
    """A day inside a period leaves it less room: each fits alone, both together do not."""
    period = line(1, MISSION, MONDAY, FRIDAY, planned=110)
    assert impossible((period, line(2, TRAINING, date(2026, 3, 4), planned=10))) == ()
    assert told(period, line(2, TRAINING, date(2026, 3, 4), planned=11)) == [
        ("121 h du 02/03/2026 au 06/03/2026, alors que 5 jours n’en ont que 120 (lignes 1 et 2)")
    ]


def test_periods_that_overlap_share_their_days() -> None:
    """Two periods that overlap need, together, no more than the days that either covers."""
    early = line(1, MISSION, MONDAY, date(2026, 3, 4), planned=48, place="A")
    late = line(2, MISSION, date(2026, 3, 4), FRIDAY, planned=72, place="B")
    assert impossible((early, late)) == ()
    assert len(impossible((early, line(2, MISSION, date(2026, 3, 4), FRIDAY, planned=73)))) == 1


def feasible(lines: Sequence[HoursLine]) -> bool:
    """Tell whether a timetable exists, in whole hours: a flow from lines to days, path by path."""
    left = {one.number: int(max(one.planned or 0, one.done or 0)) for one in lines}
    spent: dict[tuple[int, date], int] = {
        (one.number, one.first + DAY * n): 0
        for one in lines
        for n in range((one.last - one.first).days + 1)
    }
    used = dict.fromkeys((day for _, day in spent), 0)

    def give(number: int, seen: set[date]) -> bool:
        """Place one hour of a line, moving the hours of others along if need be."""
        for owner, day in spent:
            if owner != number or day in seen:
                continue
            seen.add(day)
            if used[day] < 24:
                used[day] += 1
                spent[owner, day] += 1
                return True
            for other in [one for (one, same), n in spent.items() if same == day and n]:
                if give(other, seen):
                    spent[other, day] -= 1
                    spent[owner, day] += 1
                    return True
        return False

    return all(give(number, set()) for number, hours in left.items() for _ in range(hours))


@given(
    st.lists(
        st.tuples(st.integers(0, 4), st.integers(0, 3), st.integers(1, 60)), min_size=1, max_size=5
    )
)
def test_what_is_refused_is_what_no_timetable_holds(rows: list[tuple[int, int, int]]) -> None:
    """A ledger is refused exactly when its hours cannot be spread over its days, found by a flow."""
    lines = [
        line(
            number,
            MISSION,
            MONDAY + DAY * first,
            MONDAY + DAY * (first + more),
            planned=hours,
            place=f"chantier {number}",
        )
        for number, (first, more, hours) in enumerate(rows, 1)
    ]
    assert (impossible(lines) == ()) is feasible(lines)


# --- The same hours twice --------------------------------------------------------------------------------


def test_the_same_days_twice_are_refused() -> None:
    """Two lines of one kind at one place that share days would count them twice; the days are named."""
    lines = (
        line(1, MISSION, MONDAY, date(2026, 3, 4), planned=21, place="Usine"),
        line(2, MISSION, date(2026, 3, 4), FRIDAY, planned=21, place="USINE"),
    )
    assert told(*lines) == [
        "les lignes 1 et 2 disent deux fois les mêmes jours (mission, le 04/03/2026)"
    ]


def test_a_period_inside_another_is_named() -> None:
    """Of a period inside another, the days told are those of the inner one."""
    lines = (
        line(4, TRAINING, MONDAY, FRIDAY, planned=35),
        line(7, TRAINING, date(2026, 3, 3), date(2026, 3, 4), planned=14),
    )
    assert told(*lines) == [
        (
            "les lignes 4 et 7 disent deux fois les mêmes jours "
            "(formation, du 03/03/2026 au 04/03/2026)"
        )
    ]


@pytest.mark.parametrize(
    "other",
    [
        line(2, TRAINING, MONDAY, FRIDAY, planned=7, place="Usine"),
        line(2, MISSION, MONDAY, FRIDAY, planned=7, place="Dépôt"),
        line(2, MISSION, date(2026, 3, 7), date(2026, 3, 8), planned=7, place="Usine"),
        line(2, MISSION, date(2026, 2, 23), date(2026, 3, 1), planned=7, place="Usine"),
    ],
)
def test_other_days_places_or_kinds_are_not_the_same_hours(other: HoursLine) -> None:
    """Another kind, another place, or the days just before or after are no repetition."""
    assert impossible((line(1, MISSION, MONDAY, FRIDAY, planned=35, place="Usine"), other)) == ()


# --- Shared days and what is read ------------------------------------------------------------------------


@given(ledgers())
def test_shared_days_are_those_found_one_by_one(lines: list[HoursLine]) -> None:
    """Shared days are those of the calendar that a line of training and one of mission both cover."""
    covered = [
        {MONDAY + DAY * n for n in range(12) if one.first <= MONDAY + DAY * n <= one.last}
        for one in lines
    ]
    found = {
        day
        for (one, mine), (two, yours) in product(zip(lines, covered, strict=True), repeat=2)
        for day in mine & yours
        if (one.kind, two.kind) == (TRAINING, MISSION)
    }
    assert shared_days(lines) == len(found)


LEDGER = (
    line(1, TRAINING, date(2026, 3, 9), date(2026, 3, 13), planned=35, done="28.5"),
    line(2, MISSION, date(2026, 3, 13), date(2026, 3, 20), planned=40),
    line(3, MISSION, date(2026, 3, 2), done=7, place="Dépôt"),
    line(4, TRAINING, date(2026, 3, 16), planned=7, done="0.25"),
)
READ: dict[str, FactValue] = {
    "formation.lignes": 2,
    "mission.lignes": 2,
    "tout.lignes": 4,
    "formation.prevues": Decimal(42),
    "formation.realisees": Decimal("28.75"),
    "formation.absentes": Decimal("13.25"),
    "formation.premier_jour": date(2026, 3, 9),
    "formation.dernier_jour": date(2026, 3, 16),
    "formation.premier_jour_fait": date(2026, 3, 9),
    "formation.dernier_jour_fait": date(2026, 3, 16),
    "formation.jours_communs": 0,
    "mission.prevues": Decimal(47),
    "mission.realisees": Decimal(7),
    "mission.absentes": Decimal(0),
    "mission.premier_jour": date(2026, 3, 2),
    "mission.dernier_jour": date(2026, 3, 20),
    "mission.premier_jour_fait": date(2026, 3, 2),
    "mission.dernier_jour_fait": date(2026, 3, 2),
    "mission.jours_communs": 0,
    "tout.prevues": Decimal(89),
    "tout.realisees": Decimal("35.75"),
    "tout.absentes": Decimal("13.25"),
    "tout.premier_jour": date(2026, 3, 2),
    "tout.dernier_jour": date(2026, 3, 20),
    "tout.premier_jour_fait": date(2026, 3, 2),
    "tout.dernier_jour_fait": date(2026, 3, 16),
    "tout.jours_communs": 2,
}


@pytest.mark.parametrize("name", sorted(DERIVATIONS))
def test_everything_that_can_be_read_of_a_ledger(name: str) -> None:
    """Each name that a rule file may read gives its value; a kind without a line gives none."""
    assert derive(by_kind(LEDGER), name) == READ.get(name)
    assert (name in READ) is not name.startswith("bilan.")
    assert derive(by_kind(()), name) is None


def test_a_plan_alone_says_that_nothing_is_done() -> None:
    """A ledger that only has plans reads as nothing done, which is not the same as not known."""
    assert derive(by_kind((line(1, MISSION, MONDAY, planned=7),)), "mission.realisees") == 0
    assert derive(by_kind((line(1, TRAINING, MONDAY, planned=7),)), "mission.realisees") is None


def test_a_long_ledger_is_judged_at_once() -> None:
    """A year of lines, one a day, is accepted, and one more on a full day is found among them."""
    lines = [line(n, MISSION, MONDAY + timedelta(days=n), done=7) for n in range(1, 261)]
    assert impossible(lines) == ()
    extra = line(300, TRAINING, MONDAY + timedelta(days=100), done=18)
    [found] = told(*lines, extra)
    assert "lignes 100 et 300" in found
