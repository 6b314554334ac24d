"""The ceiling of a day: never more mails than it, one more for the rest, and nothing left unsaid."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from notifications.model.announcement import Announcement
from notifications.model.messages import DayOfMails
from notifications.model.policy import ReminderPolicy
from notifications.reminders.round import ReminderRound
from notifications.schedule.planning import Planned, Planner
from tests.support.notifications import (
    GUADELOUPE,
    PARIS,
    MemoryNotificationStore,
    armed,
    body,
    drf,
    make_composer,
    make_directory,
    make_planner,
    paris,
    row,
)
from workflow.calendar.calendars import WorkingCalendar
from workflow.case.case import Deadline
from workflow.ports.stores import OpenDeadline
from workflow.rules.deadline_rules import Kind

MOST = 3
# Each file has its own mail: what groups them is told elsewhere.
POLICY = ReminderPolicy(group_from=99, daily_ceiling=MOST)
PLANNER = make_planner(POLICY)
MORNING = paris(date(2026, 7, 8))
HOUR, MONTH = timedelta(hours=1), timedelta(days=30)


def rows(count: int, first: int = 1, **changes: Any) -> list[OpenDeadline]:
    """Return open deadlines of as many files that Zoé follows."""
    return [row(n, ref=f"CIPI-2026-{n:04}", **changes) for n in range(first, first + count)]


def a_round(
    store: MemoryNotificationStore, planner: Planner = PLANNER, **options: Any
) -> ReminderRound:
    """Return the round of the tests."""
    return ReminderRound(store, planner, make_composer(planner), make_directory(), **options)


def opened_today(store: MemoryNotificationStore, now: datetime, count: int, **changes: Any) -> None:
    """Add files noted a moment ago, of which something is due."""
    for one in rows(count, len(store.rows) + 1, **changes):
        store.rows[one.id] = replace(one, reminded_until=now - MONTH, next_reminder_at=now)


def send(store: MemoryNotificationStore, now: datetime) -> Counter[tuple[str, date]]:
    """Have everything that waits leave; return how many each reader received, by their day."""
    zones = {one.id: one.zone for one in make_directory().recipients()}
    found = store.claim(now, 999, HOUR, "relais")
    for message in found:
        store.mark_sent(message.lease, now, "250")
    return Counter((one.recipient, now.astimezone(zones[one.recipient]).date()) for one in found)


def test_what_is_above_the_ceiling_comes_in_one_mail() -> None:
    """Seven files, three mails a day: three that press most, one for the four others, which says so."""
    strict = [datetime(2026, 9, day, 9, tzinfo=PARIS) for day in (9, 8, 7, 6, 5, 4, 3)]
    files = [replace(one, deadline=drf(strict=at)) for one, at in zip(rows(7), strict, strict=True)]
    store = MemoryNotificationStore(armed(PLANNER, *files))
    assert a_round(store).run(MORNING).messages == MOST + 1
    *alone, joint = store.letters
    assert [one.ref for one in alone] == [f"CIPI-2026-000{n}" for n in (7, 6, 5)]
    assert joint.subject.startswith("4\xa0rappels de plus aujourd’hui, les voici ensemble – ")
    text = body(joint.content, "plain").replace("\xa0", " ")
    assert all(f"CIPI-2026-000{n}" in text for n in (1, 2, 3, 4))
    assert "après 3 courriels dans la journée" in " ".join(text.split())
    assert all(one.outbox_id for one in store.reminders.values())
    assert len(store.reminders) == 7


def test_later_ones_wait_for_the_digest_and_the_day_after_is_another() -> None:
    """After the one for the rest, what a digest says in time makes no mail; tomorrow there is room again."""
    store = MemoryNotificationStore(armed(PLANNER, *rows(MOST + 2)))
    sweep = a_round(store)
    sweep.run(MORNING)
    send(store, MORNING)
    opened_today(store, MORNING + HOUR, 2)
    report = sweep.run(MORNING + HOUR)
    assert (report.messages, report.left, report.broken) == (0, 2, [])
    tomorrow = MORNING + timedelta(days=1)
    opened_today(store, tomorrow, 1)
    assert sweep.run(tomorrow).messages == 1


def test_what_presses_leaves_all_the_same_once_an_hour() -> None:
    """A limit before the next digest is told above the ceiling too, in one mail an hour at most."""
    store = MemoryNotificationStore(armed(PLANNER, *rows(MOST + 2)))
    sweep = a_round(store)

    def to_zoe() -> int:
        return sum(one.recipient == "personne:zoe" for one in store.letters)

    sweep.run(MORNING)
    presses = drf(strict=datetime(2026, 7, 9, 0, tzinfo=PARIS), prudent=date(2026, 7, 8))
    later = MORNING + 2 * HOUR
    opened_today(store, later, 2, deadline=presses)
    sweep.run(later)
    assert to_zoe() == MOST + 2
    opened_today(store, later + HOUR / 4, 1, deadline=presses)
    (held,) = sweep.run(later + HOUR / 4).broken
    assert "Zoé Müller a reçu plus de 3" in held.reason
    assert to_zoe() == MOST + 2
    sweep.run(later + 2 * HOUR)
    assert to_zoe() == MOST + 3


def test_a_day_is_that_of_the_readers_agency_and_a_mail_that_waits_is_of_today() -> None:
    """In Guadeloupe a day ends at six in the morning of Paris; what a server kept counts when it comes."""
    late = datetime(2026, 7, 8, 17, tzinfo=GUADELOUPE).astimezone(UTC)
    store = MemoryNotificationStore(armed(PLANNER, *rows(MOST + 2, owner="max", agency="pap")))
    sweep = a_round(store)
    sweep.run(late)
    assert len(store.letters) == MOST + 1
    # In Paris it is the next day, in Guadeloupe it is not.
    evening = late + 2 * HOUR
    opened_today(store, evening, 2, owner="max", agency="pap")
    assert store.day_of_mails("personne:max", evening - 19 * HOUR).count == MOST + 1
    sweep.run(evening)
    assert len(store.letters) == MOST + 1
    # Nothing has left yet: a new day brings no room.
    next_day = late + 24 * HOUR
    opened_today(store, next_day, 2, owner="max", agency="pap")
    assert sweep.run(next_day).messages == 0
    assert set(send(store, next_day).values()) == {MOST + 1}


class Repeating(Planner):
    """A timetable gone wrong: whatever was said is to be said again, under another name, at every beat."""

    def between(
        self, deadline: Deadline, agency: str, after: datetime, until: datetime
    ) -> tuple[Planned, ...]:
        """Return one more reminder."""
        return (Planned(until, f"prudent-{until.timestamp():.0f}", "2026-09-03"),)

    def next_after(self, deadline: Deadline, agency: str, instant: datetime) -> datetime:
        """Return the very next instant."""
        return instant + timedelta(seconds=1)


def test_a_timetable_gone_wrong_sends_no_flood() -> None:
    """Everything said at each beat, a clock that jumps a day and back: never more than one above."""
    planner = Repeating(POLICY, {"dijon": WorkingCalendar("FR")}, {"dijon": PARIS})
    store = MemoryNotificationStore(armed(planner, *rows(5)))
    sweep, received = a_round(store, planner), Counter[tuple[str, date]]()
    beats = [MORNING + n * timedelta(minutes=20) for n in range(3 * 72)]
    ahead = [one + timedelta(days=1) for one in beats[30:40]]
    for number, now in enumerate([*beats[:40], *ahead, *beats[40:]]):
        assert sweep.run(now).broken == []
        # The server takes mails one morning in two only.
        if number // 36 % 2:
            received += send(store, now)
    received += send(store, beats[-1])
    assert max(received.values()) == MOST + 1
    # Every file was told of, day after day: by the digest once it is above.
    assert {one.channel for one in store.reminders.values()} == {"aussitot", "synthese"}


def test_two_services_agree_on_the_count() -> None:
    """One that counted before the other wrote writes nothing, and reads again what it wanted to say."""

    class Slow(MemoryNotificationStore):
        other: ReminderRound | None = None

        def announce(self, announcements: Sequence[Announcement], now: datetime) -> int:
            if self.other is not None:
                other, self.other = self.other, None
                # Another file of the same reader comes due in between.
                opened_today(self, now, 1)
                assert other.run(now).messages > 0
            return super().announce(announcements, now)

    store = Slow(armed(PLANNER, *rows(2)))
    opened_today(store, MORNING, 2)
    shared = MemoryNotificationStore(engine=store.engine)
    store.other = a_round(shared)
    sweep = a_round(store)
    for _ in range(3):
        sweep.run(MORNING)
    assert len(store.letters) == MOST + 1
    assert len(store.reminders) == 5
    assert store.day_of_mails("personne:zoe", MORNING) == DayOfMails(MORNING, MOST + 1, MORNING)


STREAMS = st.lists(
    st.tuples(st.integers(0, 60), st.booleans(), st.integers(0, 15), st.booleans()),
    min_size=1, max_size=12,
)  # fmt: skip


@settings(max_examples=8, deadline=None)
@given(STREAMS)
def test_whatever_comes_due_nobody_is_flooded_and_everything_is_told(
    stream: list[tuple[int, bool, int, bool]],
) -> None:
    """Above the ceiling of a day comes one mail, and what presses hour by hour; each reminder is noted."""
    store = MemoryNotificationStore()
    free = MemoryNotificationStore()
    sweeps = (a_round(store), a_round(free, make_planner(replace(POLICY, daily_ceiling=999))))
    received: Counter[tuple[str, date]] = Counter()
    apart: dict[tuple[str, date], list[datetime]] = {}
    last = max(hour for hour, *_ in stream)
    beats = {at + after for at, *_ in stream for after in range(3)}
    for hour in sorted({*beats, *range(last, last + 30, 4)}):
        now = MORNING + hour * HOUR
        for at, law, days, _ in stream:
            if at == hour:
                kind = Kind.REGULATORY if law else Kind.INTERNAL
                limit = (now + timedelta(days=days)).date()
                for one in (store, free):
                    opened_today(one, now, 3, deadline=drf(kind=kind, prudent=limit, opens_on=None))
        for sweep in sweeps:
            sweep.run(now)
        if any(up for at, _, _, up in stream if at <= hour) or hour > last:
            received += (left := send(store, now))
            for who in left:
                apart.setdefault(who, []).append(now)
    # What waited an hour is told by then, and nobody was told less for it.
    assert {key[:4] for key in store.reminders} == {key[:4] for key in free.reminders}
    for who, mails in received.items():
        assert mails <= MOST + 1 + len(apart[who])
