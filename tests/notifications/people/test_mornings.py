"""When the digests of a reader leave, and which reminders can wait for one."""

from __future__ import annotations

from datetime import date, time
from typing import Any

import pytest

from notifications.model.preferences import Absence, Habits
from notifications.people.mornings import Mornings
from notifications.people.staff import Staff
from notifications.schedule.planning import Due, Planned
from tests.support.notifications import PARIS, drf, make_directory, make_planner, paris, row

ZOE = make_directory().recipient("zoe", "dijon")
FRIDAY, MONDAY = date(2026, 9, 4), date(2026, 9, 7)


def mornings(hour: int, *away: Absence, **chosen: Any) -> Mornings:
    """Return the digests of Zoé around an hour of the Friday."""
    staff = Staff.gathered(make_directory(), [Habits("zoe", **chosen)], away)
    return Mornings.around(ZOE, staff, make_planner(), time(7, 30), paris(FRIDAY, hour))


@pytest.mark.parametrize(
    ("found", "left", "following"),
    [
        (mornings(7), None, FRIDAY),
        (mornings(9), time(7, 30), MONDAY),
        (mornings(9, digest_at=time(10)), None, FRIDAY),
        (mornings(9, days=frozenset({1})), None, date(2026, 9, 8)),
        (mornings(9, paused_until=date(2026, 9, 10)), None, date(2026, 9, 11)),
        (mornings(9, Absence("zoe", MONDAY, MONDAY)), time(7, 30), date(2026, 9, 8)),
        (mornings(9, Absence("zoe", FRIDAY, date(2028, 1, 1))), None, None),
    ],
)
def test_a_digest_leaves_on_the_days_of_its_reader(
    found: Mornings, left: time | None, following: date | None
) -> None:
    """Working days of the agency and of the reader, neither paused nor away, from their hour on."""
    last = found.last.astimezone(PARIS).time() if found.last else None
    assert (last, found.following) == (left, following)


@pytest.mark.parametrize(
    ("around", "known", "late", "prudent", "said"),
    [
        (mornings(9), paris(FRIDAY, 7), False, FRIDAY, True),
        (mornings(9), paris(FRIDAY, 8), False, FRIDAY, False),
        (mornings(9), paris(FRIDAY, 7), True, FRIDAY, False),
        (mornings(9), paris(FRIDAY, 8), True, MONDAY, False),
        (mornings(9), paris(FRIDAY, 8), True, date(2026, 9, 8), True),
        (mornings(7), paris(date(2026, 9, 1)), False, FRIDAY, False),
        (mornings(9, Absence("zoe", FRIDAY, date(2028, 1, 1))), paris(FRIDAY, 7), False, MONDAY, False),
    ],
)  # fmt: skip
def test_what_a_digest_says_in_time_can_wait(
    around: Mornings, known: Any, late: bool, prudent: date, said: bool
) -> None:
    """This morning's said what was known by then; the next one does before the day of the limit, or not."""
    line = row(deadline=drf(prudent=prudent, strict=None, opens_on=None), reminded_until=known)
    assert around.say(Due(line, (Planned(known, "escalade", "x"),), late=late)) is said
