"""The one clock of the project."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from freezegun.api import FrozenDateTimeFactory

from cli.demo.builder import moments
from cli.terminal import clock
from workflow.calendar.calendars import calendar


def test_the_clock_gives_an_aware_instant_in_utc(freezer: FrozenDateTimeFactory) -> None:
    """The present is aware, in UTC, and that of the machine."""
    freezer.move_to("2026-09-01T08:00:00+00:00")
    assert clock.now() == datetime(2026, 9, 1, 8, 0, tzinfo=UTC)
    assert clock.now().utcoffset() == timedelta(0)


@pytest.mark.parametrize("hour", [0, 7, 8, 12, 23])
@pytest.mark.parametrize("day", range(1, 15))
def test_the_demonstration_takes_place_on_working_days(day: int, hour: int) -> None:
    """Files are entered on the working day before a morning that is never in the future."""
    now = datetime(2027, 5, day, hour, 0, tzinfo=UTC)
    found, days = moments(now), calendar("FR")
    assert found.entered < found.morning <= now
    assert days.is_working(found.morning.date())
    assert days.forward(found.entered.date(), 1) == found.morning.date()
