"""The reminder policy: what it accepts, and when its fingerprint changes."""

from __future__ import annotations

from datetime import time

import pytest
from msgspec.structs import replace

from notifications.model.policy import ReminderPolicy
from workflow.errors import InvalidInput


def test_the_default_policy_is_the_one_announced() -> None:
    """Without configuration, reminders come 14, 7, 2 and 1 working days before, at nine."""
    policy = ReminderPolicy()
    assert policy.offsets == (14, 7, 2, 1)
    assert (policy.opening, policy.closing) == (time(9), time(17, 30))


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"offsets": (7, -1)}, "ne peut pas être négatif"),
        ({"offsets": (7, 7)}, "figure deux fois"),
        ({"opening": time(18), "closing": time(9)}, "ne forment pas une journée"),
        ({"opening": time(9), "closing": time(9)}, "ne forment pas une journée"),
    ],
)
def test_an_impossible_policy_is_refused(change: dict[str, object], words: str) -> None:
    """A policy that cannot be kept is refused with one French sentence."""
    with pytest.raises(InvalidInput, match=words):
        ReminderPolicy(**change)  # type: ignore[arg-type]


def test_the_fingerprint_ignores_the_order_of_offsets() -> None:
    """Writing the same offsets in another order plans nothing again."""
    same = replace(ReminderPolicy(), offsets=(1, 2, 7, 14))
    assert same.fingerprint() == ReminderPolicy().fingerprint()


@pytest.mark.parametrize(
    "change", [{"offsets": (14, 7, 1)}, {"opening": time(8)}, {"closing": time(18)}]
)
def test_the_fingerprint_follows_every_setting(change: dict[str, object]) -> None:
    """Whatever moves a reminder changes the fingerprint."""
    changed = replace(ReminderPolicy(), **change)
    assert changed.fingerprint() != ReminderPolicy().fingerprint()
