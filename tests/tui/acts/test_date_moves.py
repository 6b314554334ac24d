"""That what moves between two states of a file is named as staff would say it."""

from __future__ import annotations

from datetime import UTC, date, datetime

from tests.support.cases import a_deadline, varied
from tests.support.core import PARIS
from tests.support.samples import PLANNER
from tui.acts.date_moves import moves_of
from workflow.rules.deadline_rules import Kind

NOW = datetime(2026, 8, 3, 8, tzinfo=UTC)
WAS = varied(
    a_deadline(
        "drf",
        date(2026, 9, 21),
        Kind.REGULATORY,
        strict=date(2026, 9, 23),
        opens_on=date(2026, 8, 17),
    ),
    snoozed_until=date(2026, 8, 10),
)
NEW = varied(
    WAS,
    opens_on=date(2026, 8, 24),
    prudent=date(2026, 9, 28),
    strict=date(2026, 9, 30),
    snoozed_until=date(2026, 8, 12),
)


def test_every_reminder_that_moves_has_a_french_name() -> None:
    """Reminders before a limit, at the opening, put off, to the manager and of what is missed."""
    moves = moves_of({"drf": WAS}, {"drf": NEW}, "lyon", PLANNER, PLANNER, NOW)
    names = [shift.name for shift in moves.reminders]
    assert sorted(name for name in names if "J−" not in name and "jour J" not in name) == [
        "alerte au responsable",
        "rappel d’échéance manquée",
        "rappel reporté",
        "rappel à l’ouverture",
    ]
    assert {name.partition(", ")[2] for name in names} <= {"", "limite prudente", "limite stricte"}


def test_a_limit_that_moves_from_midnight_moves_by_whole_days() -> None:
    """From midnight to the morning of the day after next: two days, as people count them."""
    midnight = varied(WAS, strict=datetime(2026, 9, 24, tzinfo=PARIS))
    morning = varied(WAS, strict=datetime(2026, 9, 25, 9, tzinfo=PARIS))
    moves = moves_of({"drf": midnight}, {"drf": morning}, "lyon", PLANNER, PLANNER, NOW)
    assert [shift.days for shift in moves.dates] == [2]
