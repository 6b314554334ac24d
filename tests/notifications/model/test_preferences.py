"""What people choose: the most precise choice wins, and nobody can silence the law."""

from __future__ import annotations

from datetime import date, time

import pytest

from notifications.model.preferences import Absence, Delivery, Habits, Preference, Topic
from workflow.errors import InvalidInput


def test_everything_is_told_at_once_until_somebody_chooses() -> None:
    """Without a choice, each topic of each procedure makes a mail."""
    assert {Habits("zoe").channel("cipi", topic) for topic in Topic} == {Delivery.AT_ONCE}


@pytest.mark.parametrize(
    ("procedure", "topic", "channel"),
    [
        ("ptp", Topic.OPENING, Delivery.DIGEST),
        ("ptp", Topic.TARGET, Delivery.DIGEST),
        ("cipi", Topic.OPENING, Delivery.NONE),
        ("cipi", Topic.LIMIT, Delivery.AT_ONCE),
        ("cif-cdd", Topic.TARGET, Delivery.AT_ONCE),
    ],
)
def test_the_most_precise_choice_wins(procedure: str, topic: Topic, channel: Delivery) -> None:
    """A choice for a procedure comes before one for a topic, and both before none."""
    habits = Habits(
        "zoe",
        (
            Preference(Delivery.AT_ONCE),
            Preference(Delivery.NONE, Topic.OPENING),
            Preference(Delivery.DIGEST, procedure="ptp"),
        ),
    )
    assert habits.channel(procedure, topic) is channel


@pytest.mark.parametrize("topic", [None, Topic.LIMIT])
def test_the_limits_of_the_law_cannot_be_silenced(topic: Topic | None) -> None:
    """« aucun » is refused for what the law decides, and for everything at once."""
    with pytest.raises(InvalidInput, match="ne peuvent pas être tues"):
        Preference(Delivery.NONE, topic)


@pytest.mark.parametrize(
    ("day", "works"),
    [(date(2026, 9, 1), False), (date(2026, 9, 2), True), (date(2026, 9, 4), False)],
)
def test_a_person_works_on_chosen_days_outside_pauses(day: date, works: bool) -> None:
    """A pause up to Tuesday and days from Monday to Thursday leave the Wednesday."""
    habits = Habits("zoe", days=frozenset({0, 1, 2, 3}), paused_until=date(2026, 9, 1))
    assert habits.works_on(day) == works


def test_hours_and_days_must_leave_some_work() -> None:
    """A day that ends before it begins, or a week-end alone, is refused in words."""
    with pytest.raises(InvalidInput, match="avant celle de fin"):
        Habits("zoe", opening=time(17), closing=time(9))
    with pytest.raises(InvalidInput, match="au moins un jour"):
        Habits("zoe", days=frozenset({5, 6}))


def test_an_absence_covers_both_its_ends() -> None:
    """The first and the last day are days away, those around them are not."""
    absence = Absence("zoe", date(2026, 9, 1), date(2026, 9, 3), "lea")
    days = [date(2026, 8, 31), date(2026, 9, 1), date(2026, 9, 3), date(2026, 9, 4)]
    assert [absence.covers(day) for day in days] == [False, True, True, False]


def test_an_absence_that_cannot_be_is_refused() -> None:
    """Ending before it begins, or standing in for oneself, is refused in words."""
    with pytest.raises(InvalidInput, match="finit avant de commencer"):
        Absence("zoe", date(2026, 9, 2), date(2026, 9, 1))
    with pytest.raises(InvalidInput, match="soi-même"):
        Absence("zoe", date(2026, 9, 1), date(2026, 9, 2), "zoe")
