"""Gives every open deadline its next reminder again, after the policy or a calendar has changed.

Called by `notifications.service.loop` when it starts and the fingerprint of the plan differs from the one
the last heartbeat noted. Page by page; may be cut short and started again. Sends nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from msgspec import Struct

from notifications.model.announcement import Announcement, Reschedule
from notifications.model.ports import NotificationStore
from notifications.schedule.planning import Planner
from workflow.errors import EcheancierError
from workflow.ports.stores import OpenDeadline

_MARGIN = timedelta(days=1)


class ReplanReport(Struct):
    """What a change of policy did."""

    rows: int = 0
    """Open deadlines looked at."""
    changed: int = 0
    """Those whose next reminder moved."""
    broken: int = 0
    """Those that could not be planned; they keep their plan, and the round says why."""
    finished: bool = False
    """False when it was cut short: it starts again next time."""


def replan(
    store: NotificationStore,
    planner: Planner,
    now: datetime,
    *,
    page: int = 1000,
    stopping: Callable[[], bool] = lambda: False,
) -> ReplanReport:
    """Plan every open deadline again from an instant on.

    A reminder that only the new policy calls for, at an instant already past, is not sent: a longer
    warning added today does not write to everybody about yesterday. A reminder still owed under the
    old policy is not lost: a row that is due, or about to be looked at, is left to the round, which
    tells what is owed and plans on by itself.
    """
    report = ReplanReport()
    after_id = 0
    while not stopping():
        rows = store.all_open(after_id, page)
        if not rows:
            report.finished = True
            break
        after_id = rows[-1].id
        _replan_page(store, planner, rows, now, report)
    return report


def _replan_page(
    store: NotificationStore,
    planner: Planner,
    rows: list[OpenDeadline],
    now: datetime,
    report: ReplanReport,
) -> None:
    report.rows += len(rows)
    silent: list[tuple[int, datetime]] = []
    moves: list[Announcement] = []
    for row in rows:
        try:
            move = _move(row, planner, now)
        except EcheancierError:
            report.broken += 1
            continue
        if move is None:
            continue
        if row.next_reminder_at is None:
            # Had nothing more to say: armed first, so that the move below finds what it has seen.
            silent.append((row.id, move.seen))
        moves.append(Announcement((move,)))
    if silent:
        store.arm(silent)
    if moves:
        store.announce(moves, now)
        report.changed += len(moves)


def _move(row: OpenDeadline, planner: Planner, now: datetime) -> Reschedule | None:
    """Return what becomes of a row, or None when it stays as it is."""
    known = row.next_reminder_at
    planned = planner.next_after(row.deadline, row.agency, now)
    if known is None:
        return None if planned is None else Reschedule(row.id, planned, now, planned)
    # Something may be owed to a row that is due, was put aside, or waits for the next opening (a day
    # more, should the opening hour itself have changed).
    owed_until = planner.next_opening(now, row.agency) + _MARGIN
    if known <= owed_until:
        if planned is None or planned >= known:
            return None
        return Reschedule(row.id, known, row.reminded_until, planned)
    past = planner.between(row.deadline, row.agency, row.reminded_until, now)
    if planned == known and not past:
        return None
    return Reschedule(row.id, known, now, planned)
