"""Whatever the deadline and whenever the service beats, each reminder is told once, in order, never early."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from notifications.reminders.round import ReminderRound
from notifications.schedule.planning import Audience, Planner
from tests.support.notifications import (
    OPENED,
    PARIS,
    MemoryNotificationStore,
    armed,
    drf,
    make_composer,
    make_directory,
    make_planner,
    row,
)
from workflow.case.case import Deadline
from workflow.rules.deadline_rules import Kind

PLANNER: Planner = make_planner()
COMPOSER = make_composer(PLANNER)

DAYS = st.dates(date(2026, 6, 10), date(2026, 12, 31))
SPANS = st.integers(0, 40)


@st.composite
def deadlines(draw: st.DrawFn) -> Deadline:
    """Draw a deadline: of the law or a target, with or without an hour, a window, a silence."""
    prudent = draw(DAYS)
    strict: date | datetime | None = prudent + timedelta(days=draw(SPANS))
    if draw(st.booleans()):
        strict = datetime.combine(prudent, draw(st.times()), PARIS) + timedelta(days=draw(SPANS))
    return drf(
        kind=draw(st.sampled_from([Kind.REGULATORY, Kind.INTERNAL])),
        prudent=prudent,
        strict=draw(st.sampled_from([strict, None])),
        opens_on=draw(st.none() | DAYS),
        snoozed_until=draw(st.none() | DAYS),
    )


# A year and a half from the opening, clock changes and holidays included, night and day; a clock may be
# set back.
INSTANTS = st.lists(st.integers(0, 13_000), min_size=1, max_size=25, unique=True).map(
    lambda hours: [OPENED + timedelta(hours=hour) for hour in hours]
)


@settings(max_examples=150, deadline=None)
@given(deadlines(), INSTANTS)
def test_each_reminder_is_told_once_in_order_and_never_early(
    deadline: Deadline, beats: list[datetime]
) -> None:
    """By a last round in working hours, everything planned has been told to its people, once."""
    store = MemoryNotificationStore(armed(PLANNER, row(1, deadline)))
    sweep = ReminderRound(store, PLANNER, COMPOSER, make_directory())
    last = datetime.combine(date(2028, 2, 1), time(10), PARIS).astimezone(UTC)
    told: list[tuple[datetime, str, str]] = []
    for beat in [*beats, last]:
        known = set(store.reminders)
        assert sweep.run(beat).broken == []
        new = [one for key, one in store.reminders.items() if key not in known]
        assert all(one.planned_for <= beat for one in new)
        told.extend((one.planned_for, one.offset, one.recipient) for one in new)

    expected = {
        (one.at, one.offset, person)
        for one in PLANNER.planned(deadline, "dijon")
        if one.at > OPENED
        for person in _people(one.audience)
    }
    assert set(told) == expected
    assert len(told) == len(expected)
    for person in {who for _, _, who in told}:
        heard = [at for at, _, who in told if who == person]
        assert heard == sorted(heard)


def _people(audience: Audience) -> tuple[str, ...]:
    owner, manager = "personne:zoe", "personne:lea"
    return {
        Audience.OWNER: (owner,),
        Audience.MANAGER: (manager,),
        Audience.BOTH: (owner, manager),
    }[audience]
