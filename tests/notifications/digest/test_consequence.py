"""What is read first: money at stake against the time left, what can be saved before what is lost."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from notifications.digest.consequence import at_stake, rank, usual, weight
from notifications.schedule.standing import standing
from tests.support.notifications import (
    digest_for,
    drf,
    make_directory,
    make_planner,
    paris,
    row,
    target,
)
from workflow.case.case import Deadline
from workflow.rules.procedure import Kind

NOW = paris(date(2026, 9, 3), 7, 30)
ZOE = make_directory().recipient("zoe", "dijon")


def test_an_unknown_stake_is_the_usual_one() -> None:
    """The mean of what is known stands in; when nothing is known, only time counts."""
    assert usual([Decimal(100), None, Decimal(300)]) == 200
    assert usual([None]) == 1


@pytest.mark.parametrize(("left", "weighs"), [(0, 1200), (1, 600), (3, 300), (-5, 1200)])
def test_the_nearer_the_heavier(left: int, weighs: int) -> None:
    """The stake is divided by one more than the working days left; past days do not count."""
    assert weight(Decimal(1200), left) == weighs


@pytest.mark.parametrize(
    ("stake", "said"), [(Decimal("3200.4"), "3 200 € en jeu"), (Decimal(0), ""), (None, "")]
)
def test_money_is_said_in_whole_euros(stake: Decimal | None, said: str) -> None:
    """Cents are noise; nothing is said of nothing."""
    assert at_stake(stake).replace("\u00a0", " ") == said


def order(*rows: tuple[str, Deadline, int | None]) -> list[str]:
    """Return the references of the first section, as read."""
    lines = [
        row(n, deadline, ref=ref, stake=None if stake is None else Decimal(stake))
        for n, (ref, deadline, stake) in enumerate(rows)
    ]
    return [line.ref for line in digest_for(ZOE, NOW, lines).sections[0].lines]


def late(prudent: int, strict: date) -> Deadline:
    """Return a limit whose prudent date has passed."""
    return drf(prudent=date(2026, 9, prudent), strict=strict)


def test_what_is_lost_follows_what_can_be_saved() -> None:
    """A small amount that can still be saved is read before a large one that cannot."""
    saved, lost = late(1, date(2026, 9, 10)), late(1, date(2026, 9, 2))
    assert order(("A-PERDU", lost, 9000), ("B-SAUF", saved, 10)) == ["B-SAUF", "A-PERDU"]


def test_money_and_time_are_weighed_together() -> None:
    """Much money in two days outweighs little money tomorrow, and less than as much tomorrow."""
    soon, later = drf(prudent=date(2026, 9, 4)), drf(prudent=date(2026, 9, 7))
    rows = (("A", soon, 100), ("B", later, 3000), ("C", soon, 3000))
    assert order(*rows) == ["C", "B", "A"]


def test_the_law_comes_before_a_target() -> None:
    """At equal weight, a date that the law gives is read first."""
    day = date(2026, 9, 4)
    assert order(("A", target(prudent=day), None), ("B", drf(prudent=day), None)) == ["B", "A"]


@given(
    st.lists(
        st.tuples(st.integers(-5, 20), st.none() | st.integers(0, 10_000), st.booleans()),
        min_size=1,
        max_size=30,
    )
)
def test_the_order_is_total(values: list[tuple[int, int | None, bool]]) -> None:
    """Whatever the lines, each has one place, and no heavier line follows a lighter one."""
    planner, mean = make_planner(), Decimal(500)
    ranks = []
    for number, (days, stake, internal) in enumerate(values):
        day = date.fromordinal(date(2026, 9, 7).toordinal() + days)
        where = standing(target(prudent=day).dates, Kind.INTERNAL, NOW, "dijon", planner)
        worth = None if stake is None else Decimal(stake)
        ranks.append(rank(where, worth, mean, internal=internal, ref=f"R-{number:03}"))
    placed = sorted(ranks)
    assert len(set(ranks)) == len(ranks)
    saved = [-one[1] for one in placed if not one[0]]
    assert saved == sorted(saved, reverse=True)
