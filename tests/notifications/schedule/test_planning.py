"""When each deadline speaks: worked tables, clock changes, working hours, and properties."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from notifications.model.policy import ReminderPolicy
from notifications.model.preferences import Habits
from notifications.schedule.planning import ESCALATION, MISSED, SNOOZED, Audience, Planned
from tests.support.notifications import GUADELOUPE, PARIS, drf, make_planner, paris, reply, target
from workflow.calendar.calendars import Closure
from workflow.case.case import Deadline
from workflow.errors import NotFound

PLANNER = make_planner()
QUIET = make_planner(ReminderPolicy(escalation=None))
"""Never tells a manager."""


def timetable(deadline: Deadline, agency: str = "dijon") -> list[tuple[str, str]]:
    """Return the offsets of a deadline and their local time in Paris."""
    return [
        (one.offset, f"{one.at.astimezone(PARIS):%Y-%m-%d %H:%M}")
        for one in PLANNER.planned(deadline, agency)
    ]


def test_a_window_with_two_limits_speaks_eleven_times() -> None:
    """The DRF of example E01 is announced when it opens, before each limit, and once missed."""
    assert timetable(drf()) == [
        ("ouverture", "2026-07-08 09:00"),
        ("prudent-14", "2026-08-14 09:00"),
        ("strict-14", "2026-08-18 09:00"),
        ("prudent-7", "2026-08-25 09:00"),
        ("strict-7", "2026-08-27 09:00"),
        ("prudent-2", "2026-09-01 09:00"),
        ("prudent-1", "2026-09-02 09:00"),
        ("strict-2", "2026-09-03 09:00"),
        ("escalade", "2026-09-04 09:00"),
        ("strict-1", "2026-09-04 09:00"),
        ("manque", "2026-09-07 09:00"),
    ]


def test_a_limit_at_midnight_is_announced_on_the_day_that_it_ends() -> None:
    """Of a limit at midnight, the reminder of the day itself leaves on the day that ends there."""
    planner = make_planner(ReminderPolicy(offsets=(1, 0), escalation=None))
    limit = drf(strict=datetime(2026, 9, 8, tzinfo=PARIS), prudent=None)
    left = {one.offset: one.at.astimezone(PARIS).date() for one in planner.planned(limit, "dijon")}
    assert left["strict-0"] == date(2026, 9, 7)
    assert left["strict-1"] == date(2026, 9, 4)


def test_a_reminder_names_the_date_it_announces() -> None:
    """The value is the ISO date; for a limit with an hour, the hour too: a moved hour is told anew."""
    values = {one.offset: one.value for one in PLANNER.planned(drf(), "dijon")}
    assert values["ouverture"] == "2026-07-08"
    assert values["prudent-1"] == "2026-09-03"
    assert values["strict-1"] == "2026-09-06T09:00+02:00"


def test_the_identity_does_not_depend_on_how_an_instant_was_stored() -> None:
    """The same limit read back with another offset of zone keeps the identity of its reminders."""
    stored = drf(strict=datetime(2026, 9, 6, 7, tzinfo=UTC))
    assert PLANNER.planned(stored, "dijon") == PLANNER.planned(drf(), "dijon")


def test_two_limits_on_one_day_keep_two_identities() -> None:
    """When both limits fall together, each keeps its reminders, at the same instants."""
    both = drf(opens_on=None, strict=date(2026, 9, 3))
    instants: dict[datetime, list[str]] = {}
    for one in QUIET.planned(both, "dijon"):
        instants.setdefault(one.at, []).append(one.offset)
    assert list(instants.values()) == [[f"prudent-{n}", f"strict-{n}"] for n in (14, 7, 2, 1)]


def test_a_reply_is_chased_once() -> None:
    """A reply awaited speaks on the day to chase it, and not before."""
    assert PLANNER.planned(reply(), "dijon") == (
        Planned(paris(date(2026, 9, 1)), "relance", "2026-09-01"),
    )


def test_a_reply_without_a_day_to_chase_is_chased_the_next_working_day() -> None:
    """Expected on a Friday and with no rule to chase it, a reply is chased on the Monday."""
    friday = reply(expected_at=date(2026, 8, 28), chase_on=None)
    assert PLANNER.planned(friday, "dijon")[0].value == "2026-08-31"


def test_a_target_speaks_of_its_prudent_day_only() -> None:
    """An internal target has no strict date, hence no reminder of one."""
    assert [offset for offset, _ in timetable(target())] == [
        "prudent-14", "prudent-7", "prudent-2", "prudent-1",
    ]  # fmt: skip


def test_a_window_that_opens_on_a_sunday_is_announced_on_the_monday() -> None:
    """The opening is told on the first working day on which something can be done."""
    sunday = drf(opens_on=date(2026, 7, 5))
    assert timetable(sunday)[0] == ("ouverture", "2026-07-06 09:00")


def test_public_holidays_and_closures_are_stepped_over() -> None:
    """Working days before 15 May 2026 skip Ascension Thursday and a declared closure."""
    bridge = make_planner(closures=(Closure(date(2026, 5, 13), date(2026, 5, 13), "fermeture"),))
    limit = target(prudent=date(2026, 5, 15))
    day_before = [p.at for p in bridge.planned(limit, "dijon") if p.offset == "prudent-1"]
    assert day_before == [paris(date(2026, 5, 12))]


SCHOELCHER = date(2026, 7, 21)
"""A Tuesday that custom keeps in Guadeloupe, and no law."""


def in_guadeloupe(day: date, hour: int = 9) -> datetime:
    """Return an hour of a day in Guadeloupe."""
    return datetime.combine(day, time(hour), GUADELOUPE).astimezone(UTC)


@pytest.mark.parametrize(
    ("deadline", "offset"),
    [
        (drf(opens_on=SCHOELCHER), "ouverture"),
        (reply(expected_at=date(2026, 7, 20), chase_on=SCHOELCHER), "relance"),
        (reply(expected_at=date(2026, 7, 20), chase_on=None), "relance"),
        (drf(snoozed_until=SCHOELCHER), SNOOZED),
    ],
)
def test_a_customary_holiday_puts_nothing_off(deadline: Deadline, offset: str) -> None:
    """What is said on a day that custom alone makes a holiday is said on that day, not on the next."""
    planned = {one.offset: one.at for one in PLANNER.planned(deadline, "pap")}
    assert planned[offset] == in_guadeloupe(SCHOELCHER)


def test_a_customary_holiday_is_stepped_over_backwards() -> None:
    """A reminder one working day before the Wednesday leaves on the Monday, not on the holiday itself."""
    limit = target(prudent=date(2026, 7, 22))
    planned = {one.offset: one.at for one in PLANNER.planned(limit, "pap")}
    assert planned["prudent-1"] == in_guadeloupe(date(2026, 7, 20))
    assert planned["prudent-2"] == in_guadeloupe(date(2026, 7, 17))


def test_a_manager_is_told_before_a_customary_holiday() -> None:
    """One working day before a limit is never a day that custom makes a holiday."""
    late = drf(opens_on=None, prudent=date(2026, 7, 20), strict=date(2026, 7, 22))
    planned = {one.offset: one.at for one in PLANNER.planned(late, "pap")}
    assert planned[ESCALATION] == in_guadeloupe(date(2026, 7, 20))


def test_mails_leave_on_a_customary_holiday() -> None:
    """A mail is held for no custom: the agency's hours are open, and the evening before leads to them."""
    evening = in_guadeloupe(date(2026, 7, 20), 20)
    assert PLANNER.is_open(in_guadeloupe(SCHOELCHER, 10), "pap")
    assert PLANNER.hold_until(evening, reply().dates, "pap") == in_guadeloupe(SCHOELCHER)


def test_the_last_call_comes_before_a_customary_holiday() -> None:
    """The last day to act on a limit that falls on a customary holiday is the working day before."""
    assert PLANNER.last_call(drf(strict=SCHOELCHER).dates, "pap") == date(2026, 7, 20)


def test_each_agency_speaks_at_its_own_hour() -> None:
    """Nine o'clock in Guadeloupe is not nine o'clock in Paris."""
    first = PLANNER.planned(target(), "pap")[0]
    assert first.at.astimezone(GUADELOUPE).time() == time(9)
    assert first.at.astimezone(PARIS).time() == time(15)


@pytest.mark.parametrize(("prudent", "utc_hour"), [(date(2026, 3, 30), 8), (date(2026, 3, 31), 7)])
def test_nine_o_clock_stays_nine_o_clock_across_the_clock_change(
    prudent: date, utc_hour: int
) -> None:
    """The reminder of Friday 27 March leaves at 08:00 UTC, that of Monday 30 at 07:00 UTC."""
    planned = {p.offset: p.at for p in PLANNER.planned(target(prudent=prudent), "dijon")}
    assert planned["prudent-1"].hour == utc_hour


def test_no_reminder_is_planned_after_an_hour_limit() -> None:
    """A limit at 08:00 gets no reminder at 09:00 on the same day."""
    planner = make_planner(ReminderPolicy(offsets=(1, 0), escalation=None))
    early = drf(
        opens_on=None, prudent=None, strict=datetime(2026, 9, 4, 8, tzinfo=PARIS)
    )  # fmt: skip
    assert [p.offset for p in planner.planned(early, "dijon")] == ["strict-1"]


def test_an_opening_after_the_limit_is_not_announced() -> None:
    """A window that closes before it opens has nothing to announce on its opening."""
    impossible = drf(opens_on=date(2026, 9, 10))
    assert "ouverture" not in [offset for offset, _ in timetable(impossible)]


def test_the_day_itself_can_be_an_offset() -> None:
    """With offset 0 the reminder comes on the day, or on the working day before a day off."""
    planner = make_planner(ReminderPolicy(offsets=(0,)))
    saturday = target(prudent=date(2026, 9, 5))
    assert planner.planned(saturday, "dijon")[0].at == paris(date(2026, 9, 4))


def test_the_next_reminder_is_strictly_after() -> None:
    """Asked at the very instant of a reminder, the plan answers with the following one."""
    first = paris(date(2026, 8, 14))
    assert PLANNER.next_after(drf(), "dijon", first) == paris(date(2026, 8, 18))
    assert PLANNER.next_after(drf(), "dijon", first - timedelta(seconds=1)) == first
    assert PLANNER.next_after(drf(), "dijon", paris(date(2026, 9, 4))) == paris(date(2026, 9, 7))
    assert PLANNER.next_after(drf(), "dijon", paris(date(2026, 9, 7))) is None


def test_a_case_opened_late_is_not_told_of_the_past() -> None:
    """Nothing planned before the case was last written is ever sent."""
    opened = paris(date(2026, 8, 31), 10)
    told = QUIET.between(drf(), "dijon", opened, paris(date(2026, 12, 1)))
    assert [one.offset for one in told] == ["prudent-2", "prudent-1", "strict-2", "strict-1"]


def test_an_unknown_agency_is_named() -> None:
    """A deadline of an agency that the configuration lacks is refused by name."""
    with pytest.raises(NotFound, match="« dijn » n’existe pas"):
        PLANNER.planned(drf(), "dijn")
    with pytest.raises(NotFound, match="dijn"):
        PLANNER.zone("dijn")


@pytest.mark.parametrize(
    ("now", "opening"),
    [
        (paris(date(2026, 9, 1), 10), None),
        (paris(date(2026, 9, 1), 9), None),
        (paris(date(2026, 9, 1), 8, 59), paris(date(2026, 9, 1))),
        (paris(date(2026, 9, 1), 17, 30), paris(date(2026, 9, 2))),
        (paris(date(2026, 8, 29), 10), paris(date(2026, 8, 31))),
    ],
)
def test_nobody_is_disturbed_out_of_hours(now: datetime, opening: datetime | None) -> None:
    """Early, late or on a Saturday, a reminder waits for the next opening."""
    assert PLANNER.hold_until(now, drf().dates, "dijon") == opening


@pytest.mark.parametrize(
    ("now", "deadline", "held"),
    [
        # Friday evening, limit on Sunday 09:00: Monday would be too late.
        (paris(date(2026, 9, 4), 20), drf(), False),
        # The limit is the very instant of the opening: too late as well.
        (paris(date(2026, 9, 6), 20), drf(strict=datetime(2026, 9, 7, 9, tzinfo=PARIS)), False),
        (paris(date(2026, 9, 6), 20), drf(strict=datetime(2026, 9, 7, 9, 1, tzinfo=PARIS)), True),
        # A civil date lasts until midnight.
        (paris(date(2026, 9, 3), 20), drf(strict=date(2026, 9, 4)), True),
        (paris(date(2026, 9, 4), 20), drf(strict=date(2026, 9, 4)), False),
        # Missed already: a mail in the night changes nothing.
        (paris(date(2026, 9, 6), 20), drf(), True),
        # Without a strict date, the target's own day counts.
        (paris(date(2026, 9, 4), 20), target(), False),
        (paris(date(2026, 9, 3), 20), target(), True),
        # A reply can always wait for the morning.
        (paris(date(2026, 9, 1), 20), reply(), True),
    ],
)
def test_a_limit_that_falls_first_breaks_the_silence(
    now: datetime, deadline: Deadline, held: bool
) -> None:
    """Out of hours, a reminder leaves at once only when the deadline would not wait."""
    assert (PLANNER.hold_until(now, deadline.dates, "dijon") is not None) == held


def test_a_manager_is_told_a_working_day_before_the_law_decides_and_once_it_has() -> None:
    """A civil limit on a Monday is escalated on the Friday, and missed on the Tuesday morning."""
    monday = drf(opens_on=None, prudent=None, strict=date(2026, 9, 7))
    above = [one for one in PLANNER.planned(monday, "dijon") if one.audience is not Audience.OWNER]
    assert [(one.offset, one.at, one.value) for one in above] == [
        (ESCALATION, paris(date(2026, 9, 4)), "2026-09-07"),
        (MISSED, paris(date(2026, 9, 8)), "2026-09-07"),
    ]


def test_a_limit_missed_in_working_hours_is_told_at_once() -> None:
    """An hour rule that runs out at 14:00 does not wait for the next morning."""
    afternoon = drf(opens_on=None, prudent=None, strict=datetime(2026, 9, 8, 14, tzinfo=PARIS))
    assert PLANNER.planned(afternoon, "dijon")[-1].at == paris(date(2026, 9, 8), 14)


@pytest.mark.parametrize("deadline", [target(), reply()])
def test_managers_hear_of_limits_of_the_law_only(deadline: Deadline) -> None:
    """An internal target or a reply to chase is escalated to nobody."""
    offsets = {one.offset for one in PLANNER.planned(deadline, "dijon")}
    assert not offsets & {ESCALATION, MISSED}


def test_an_agency_may_do_without_escalation() -> None:
    """Without a number of days, managers are never told."""
    assert all(one.audience is Audience.OWNER for one in QUIET.planned(drf(), "dijon"))


def test_a_snooze_stands_for_all_the_reminders_before_it() -> None:
    """Put off until 1 September, the DRF speaks then, and goes on as planned."""
    snoozed = drf(snoozed_until=date(2026, 9, 1))
    assert timetable(snoozed) == [
        ("report", "2026-09-01 09:00"),
        ("prudent-1", "2026-09-02 09:00"),
        ("strict-2", "2026-09-03 09:00"),
        ("escalade", "2026-09-04 09:00"),
        ("strict-1", "2026-09-04 09:00"),
        ("manque", "2026-09-07 09:00"),
    ]


def test_a_snooze_hides_nothing_from_the_manager() -> None:
    """Put off until the last useful day, a limit is still escalated."""
    last = PLANNER.last_call(drf().dates, "dijon")
    offsets = [one.offset for one in PLANNER.planned(drf(snoozed_until=last), "dijon")]
    assert offsets == ["escalade", SNOOZED, "manque"]


@pytest.mark.parametrize(
    ("deadline", "last"),
    [
        # The hour falls on a Sunday: Friday is the last day on which something can be done.
        (drf(), date(2026, 9, 4)),
        # At 08:00 the agency is closed: the day before.
        (drf(strict=datetime(2026, 9, 8, 8, tzinfo=PARIS)), date(2026, 9, 7)),
        (drf(strict=datetime(2026, 9, 8, 9, 1, tzinfo=PARIS)), date(2026, 9, 8)),
        (drf(strict=date(2026, 9, 8)), date(2026, 9, 8)),
        (target(), date(2026, 9, 4)),
        (reply(), None),
    ],
)
def test_the_last_useful_day_opens_before_the_limit(deadline: Deadline, last: date | None) -> None:
    """A reminder put off to the last useful morning still comes in time."""
    assert PLANNER.last_call(deadline.dates, "dijon") == last


@pytest.mark.parametrize(
    ("habits", "opening"),
    [
        (Habits("zoe", opening=time(10)), paris(date(2026, 9, 1), 10)),
        # Earlier than the agency: its own hour.
        (Habits("zoe", opening=time(7)), paris(date(2026, 9, 1), 9)),
        (Habits("zoe", days=frozenset({3})), paris(date(2026, 9, 3), 9)),
        (Habits("zoe", paused_until=date(2026, 9, 4)), paris(date(2026, 9, 7), 9)),
    ],
)
def test_each_person_is_disturbed_in_their_own_hours(habits: Habits, opening: datetime) -> None:
    """On Tuesday at 08:00, a reminder waits for the first hour at which its reader works."""
    now = paris(date(2026, 9, 1), 8)
    far = drf(prudent=None, strict=date(2026, 9, 30))
    assert PLANNER.hold_until(now, far.dates, "dijon", habits) == opening


def test_a_pause_gives_way_to_a_limit() -> None:
    """A limit that falls before the end of a pause is told at once, even at night."""
    paused = Habits("zoe", paused_until=date(2026, 9, 11))
    assert PLANNER.hold_until(paris(date(2026, 9, 3), 10), drf().dates, "dijon", paused) is None


def test_the_fingerprint_follows_calendars_too() -> None:
    """A closure declared later moves reminders, so the plan must be made again."""
    closed = make_planner(closures=(Closure(date(2026, 8, 10), date(2026, 8, 21), "été"),))
    assert closed.fingerprint() != PLANNER.fingerprint()
    assert make_planner().fingerprint() == PLANNER.fingerprint()


DAYS = st.dates(date(2024, 1, 1), date(2032, 12, 31))
EPOCH = datetime(2023, 1, 1, tzinfo=UTC)
INSTANTS = st.timedeltas(timedelta(0), timedelta(days=4000)).map(lambda after: EPOCH + after)
AGENCIES = st.sampled_from(["dijon", "pap"])


@st.composite
def deadlines(draw: st.DrawFn) -> Deadline:
    """Draw a deadline of any kind."""
    prudent = draw(DAYS)
    after = timedelta(days=draw(st.integers(0, 20)))
    kind = draw(st.sampled_from(["window", "civil", "target", "reply"]))
    if kind == "reply":
        return reply(expected_at=prudent, chase_on=prudent + after)
    if kind == "target":
        return target(prudent=prudent)
    strict = prudent + after
    opens_on = draw(st.none() | st.just(prudent - timedelta(days=draw(st.integers(-5, 90)))))
    if kind == "civil":
        return drf(opens_on=opens_on, prudent=prudent, strict=strict)
    at = datetime.combine(strict, time(draw(st.integers(0, 23))), PARIS)
    return drf(opens_on=opens_on, prudent=prudent, strict=at)


@given(deadlines(), AGENCIES)
def test_every_reminder_falls_in_working_hours(deadline: Deadline, agency: str) -> None:
    """Whatever the deadline and the agency, no reminder is planned at night or on a day off."""
    assert all(PLANNER.is_open(one.at, agency) for one in PLANNER.planned(deadline, agency))


@given(deadlines(), AGENCIES)
def test_no_reminder_comes_after_its_deadline(deadline: Deadline, agency: str) -> None:
    """From the instant a deadline is missed, nothing is planned but the one that says so."""
    limit = PLANNER.limit(deadline.dates, agency)
    for one in PLANNER.planned(deadline, agency):
        assert limit is None or (one.at < limit) == (one.offset != MISSED)


@given(deadlines(), AGENCIES)
def test_reminders_are_in_order_and_told_apart(deadline: Deadline, agency: str) -> None:
    """The timetable is sorted, and no two reminders share value and offset."""
    planned = PLANNER.planned(deadline, agency)
    assert list(planned) == sorted(planned)
    assert len({(one.value, one.offset) for one in planned}) == len(planned)


@given(deadlines(), AGENCIES, INSTANTS)
def test_walking_the_plan_meets_every_reminder(
    deadline: Deadline, agency: str, start: datetime
) -> None:
    """Going from one reminder to the next visits every instant of the plan, each once."""
    visited: list[datetime] = []
    while (after := PLANNER.next_after(deadline, agency, (visited or [start])[-1])) is not None:
        visited.append(after)
    expected = {p.at for p in PLANNER.planned(deadline, agency) if p.at > start}
    assert visited == sorted(expected)


@given(deadlines(), AGENCIES, st.lists(INSTANTS))
def test_intervals_share_out_the_reminders(
    deadline: Deadline, agency: str, cuts: list[datetime]
) -> None:
    """However time is cut, each reminder falls in exactly one interval."""
    bounds = [EPOCH - timedelta(days=9000), *sorted(set(cuts)), EPOCH + timedelta(days=9000)]
    found = [
        one
        for after, until in pairwise(bounds)
        for one in PLANNER.between(deadline, agency, after, until)
    ]
    assert found == list(PLANNER.planned(deadline, agency))


@given(deadlines(), AGENCIES, INSTANTS)
def test_a_held_reminder_leaves_at_an_opening_before_the_deadline(
    deadline: Deadline, agency: str, now: datetime
) -> None:
    """A reminder is held only until an open hour, and never past a deadline still to come."""
    held = PLANNER.hold_until(now, deadline.dates, agency)
    limit = PLANNER.limit(deadline.dates, agency)
    if held is not None:
        assert held > now
        assert PLANNER.is_open(held, agency)
        assert limit is None or limit <= now or held < limit
