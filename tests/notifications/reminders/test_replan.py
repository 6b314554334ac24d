"""A change of policy: nothing lost, nothing told about the past, page by page."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from msgspec.structs import replace

from notifications.model.policy import ReminderPolicy
from notifications.reminders.replan import replan
from notifications.reminders.round import ReminderRound
from tests.support.notifications import (
    MemoryNotificationStore,
    armed,
    drf,
    make_composer,
    make_directory,
    make_planner,
    paris,
    row,
    target,
)
from workflow.ports.stores import OpenDeadline

OLD = make_planner()
LONGER = make_planner(ReminderPolicy(offsets=(21, 14, 7, 2, 1)))
NOON = paris(date(2026, 8, 12), 12)
"""Between the 21st and the 14th working day before the target of 4 September."""


def told_by(store: MemoryNotificationStore, *instants: datetime) -> list[str]:
    """Sweep at some instants with the longer policy, and return the offsets told."""
    sweep = ReminderRound(store, LONGER, make_composer(LONGER), make_directory())
    for now in instants:
        sweep.run(now)
    return [offset for _, _, _, offset, _ in store.reminders]


def test_a_longer_warning_writes_to_nobody_about_the_past() -> None:
    """An offset added today is not told for deadlines whose turn would have been yesterday."""
    store = MemoryNotificationStore(armed(OLD, row(1, target())))
    report = replan(store, LONGER, NOON)
    assert report.finished
    assert told_by(store, NOON, paris(date(2026, 8, 17))) == ["prudent-14"]


def test_a_new_offset_still_ahead_is_armed() -> None:
    """An offset added before its time is told when it comes."""
    store = MemoryNotificationStore(armed(OLD, row(1, target())))
    replan(store, LONGER, paris(date(2026, 7, 1), 12))
    assert store.rows[1].next_reminder_at == LONGER.planned(target(), "dijon")[0].at
    assert told_by(store, paris(date(2026, 8, 10))) == ["prudent-21"]


def test_a_deadline_that_had_nothing_more_to_say_speaks_again() -> None:
    """A shorter warning added later arms a row that was silent, without its past."""
    weekly = make_planner(ReminderPolicy(offsets=(7,)))
    silent = replace(row(1, target()), reminded_until=paris(date(2026, 8, 26)))
    assert weekly.next_after(target(), "dijon", silent.reminded_until) is None
    store = MemoryNotificationStore([silent])
    report = replan(store, LONGER, paris(date(2026, 8, 28), 12))
    assert report.changed == 1
    assert told_by(store, paris(date(2026, 9, 2))) == ["prudent-2"]


def test_an_overdue_reminder_is_left_to_the_sweep() -> None:
    """What was due during the stop is still told after a change of policy."""
    store = MemoryNotificationStore(armed(OLD, row(1, target())))
    now = paris(date(2026, 8, 20), 12)
    replan(store, LONGER, now)
    assert "prudent-14" in told_by(store, now)


def test_a_reminder_held_for_the_morning_survives() -> None:
    """A policy changed at night does not lose what waits for the opening."""
    store = MemoryNotificationStore(armed(OLD, row(1, target())))
    night = paris(date(2026, 8, 17), 20)
    ReminderRound(store, OLD, make_composer(OLD), make_directory()).run(night)
    assert store.letters == []
    replan(store, LONGER, night + timedelta(minutes=5))
    assert "prudent-14" in told_by(store, paris(date(2026, 8, 18)))


def test_a_held_reminder_survives_another_opening_hour() -> None:
    """The hour of opening changed at night does not lose what waited for the old one."""
    store = MemoryNotificationStore(armed(OLD, row(1, target())))
    night = paris(date(2026, 8, 17), 20)
    ReminderRound(store, OLD, make_composer(OLD), make_directory()).run(night)
    early = make_planner(ReminderPolicy(offsets=(14, 7), opening=time(7)))
    replan(store, early, night)
    sweep = ReminderRound(store, early, make_composer(early), make_directory())
    assert sweep.run(paris(date(2026, 8, 18))).reminders == 1


def test_a_row_about_to_speak_is_brought_forward_only() -> None:
    """A row looked at soon is moved when the new policy speaks sooner, never later."""
    early = make_planner(ReminderPolicy(offsets=(14, 7, 2, 1), opening=time(0)))
    store = MemoryNotificationStore(armed(OLD, row(1, target())))
    before = store.rows[1]
    at_night = paris(date(2026, 8, 14), 23)
    replan(store, early, at_night)
    assert store.rows[1].next_reminder_at == paris(date(2026, 8, 17), 0)
    assert store.rows[1].reminded_until == before.reminded_until


def test_pages_go_through_every_row() -> None:
    """However many rows there are, each is looked at once, a page at a time."""
    rows = [row(n, drf(), ref=f"CIPI-2026-{n:04}") for n in range(1, 26)]
    store = MemoryNotificationStore(armed(OLD, *rows))
    report = replan(store, LONGER, paris(date(2026, 7, 10), 12), page=10)
    assert (report.rows, report.finished) == (25, True)


def test_cut_short_it_says_so_and_starts_again() -> None:
    """Asked to stop, it ends after its page; done again, it gives the same plan."""
    now = paris(date(2026, 7, 10), 12)
    rows = [row(n, ref=f"CIPI-2026-{n:04}", reminded_until=now) for n in range(1, 26)]
    store = MemoryNotificationStore(armed(OLD, *rows))
    asked = iter([False, True])
    assert not replan(store, LONGER, now, page=10, stopping=lambda: next(asked)).finished
    assert replan(store, LONGER, now, page=10).finished
    assert {one.next_reminder_at for one in store.rows.values()} == {
        LONGER.next_after(drf(), "dijon", now)
    }


def test_nothing_changes_when_nothing_changed() -> None:
    """Planned again with the same policy, every row keeps its next reminder."""
    store = MemoryNotificationStore(armed(OLD, row(1), row(2, target())))
    before = {id_: one.next_reminder_at for id_, one in store.rows.items()}
    report = replan(store, OLD, paris(date(2026, 6, 10), 12))
    assert report.changed == 0
    assert {id_: one.next_reminder_at for id_, one in store.rows.items()} == before


def test_a_broken_row_does_not_stop_the_others() -> None:
    """A deadline of an agency that has gone is counted, and the rest is planned."""
    lost = replace(row(1, agency="fermee", ref="A-PERDU"), next_reminder_at=paris(date(2026, 9, 1)))
    store = MemoryNotificationStore([lost, *armed(OLD, row(2, target()))])
    report = replan(store, LONGER, paris(date(2026, 7, 1), 12))
    assert (report.broken, report.changed, report.finished) == (1, 1, True)


def test_a_row_moved_meanwhile_keeps_its_new_date() -> None:
    """A deadline that staff move while the plan is made again is not overwritten."""
    store = MemoryNotificationStore(armed(OLD, row(1, target())))
    stale = store.all_open(0, 10)
    moved = armed(OLD, row(1, target(prudent=date(2026, 12, 4))))[0]
    store.rows[1] = moved

    class Stale(MemoryNotificationStore):
        def all_open(self, after_id: int, limit: int) -> list[OpenDeadline]:
            return list(stale) if after_id == 0 else []

    view = Stale(engine=store.engine)
    replan(view, LONGER, paris(date(2026, 7, 1), 12))
    assert store.rows[1] == moved
