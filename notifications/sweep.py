"""The round that turns what is due into messages: one mail per case and person, whatever piled up.

Called by `notifications.service` at every beat. What is due is asked of the store (« by now », never
« exactly today »), so that a week of silence is caught up by the first round. Nothing is sent here:
messages enter the outbox in the same transaction that moves the reminders on.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import islice
from typing import Protocol

from notifications.planning import Due, Planner
from notifications.ports import (
    Announcement,
    NotificationStore,
    OutgoingMessage,
    Reschedule,
)
from workflow.errors import EcheancierError
from workflow.people import Directory, Recipient
from workflow.ports import OpenDeadline

_WRITTEN_AT_ONCE = 200
"""Mails of one transaction: the database is never held long."""


class ReminderComposer(Protocol):
    """Writes the mail of what is due about a case."""

    def reminder(self, recipient: Recipient, dues: list[Due], now: datetime) -> OutgoingMessage:
        """Return the message, or raise an `EcheancierError` when it cannot be written."""


@dataclass(frozen=True, slots=True)
class Broken:
    """A deadline whose reminder could not be written; it is looked at again an hour later."""

    ref: str
    rule: str
    reason: str
    """One French sentence."""


@dataclass(slots=True)
class SweepReport:
    """What a round did."""

    looked_at: int = 0
    """Rows that were due."""
    reminders: int = 0
    """Reminders told, several of which may share a mail."""
    messages: int = 0
    """Mails that entered the outbox."""
    held: int = 0
    """Rows that wait for the agency to open."""
    late: int = 0
    """Rows told well after their time."""
    broken: list[Broken] = field(default_factory=list)


class Sweep:
    """Tells each recipient what has come due.

    Args:
        store: where rows are due and messages are put.
        planner: when each deadline speaks.
        composer: writes the mails.
        directory: who is told about each case.
        batch: rows asked of the store at once; what piled up for a case is merged among them.
        late_after: delay from which a mail says that it should have left before.
        retry_after: how long a row that cannot be told is put aside.
        stopping: asked between transactions; True ends the round early, losing nothing.
    """

    def __init__(
        self,
        store: NotificationStore,
        planner: Planner,
        composer: ReminderComposer,
        directory: Directory,
        *,
        batch: int = 2000,
        late_after: timedelta = timedelta(hours=1),
        retry_after: timedelta = timedelta(hours=1),
        stopping: Callable[[], bool] = lambda: False,
    ) -> None:
        self._store = store
        self._planner = planner
        self._composer = composer
        self._directory = directory
        self._batch = batch
        self._late_after = late_after
        self._retry_after = retry_after
        self._stopping = stopping

    def run(self, now: datetime) -> SweepReport:
        """Tell everything due by an instant, batch after batch.

        Every row asked is moved on, or left to whoever moved it first: the same row at the same
        instant is never looked at twice in a round, so that none can make it endless.
        """
        report = SweepReport()
        seen: set[tuple[int, datetime | None]] = set()
        while not self._stopping():
            due = self._store.due(now, self._batch)
            rows = [row for row in due if (row.id, row.next_reminder_at) not in seen]
            if not rows:
                break
            seen.update((row.id, row.next_reminder_at) for row in rows)
            report.looked_at += len(rows)
            announcements = self._announcements(rows, now, report)
            while written := list(islice(announcements, _WRITTEN_AT_ONCE)):
                report.messages += self._store.announce(written, now)
                if self._stopping():
                    break
        return report

    def _announcements(
        self, rows: Iterable[OpenDeadline], now: datetime, report: SweepReport
    ) -> Iterator[Announcement]:
        groups: dict[tuple[str, str], tuple[Recipient, list[OpenDeadline]]] = {}
        for row in rows:
            try:
                told = self._directory.recipient(row.owner, row.agency)
            except EcheancierError as error:
                yield self._put_aside([row], now, error.message, report)
                continue
            groups.setdefault((row.ref, told.id), (told, []))[1].append(row)
        for recipient, group in groups.values():
            yield from self._guarded(recipient, group, now, report)

    def _guarded(
        self, recipient: Recipient, rows: list[OpenDeadline], now: datetime, report: SweepReport
    ) -> Iterator[Announcement]:
        """Yield what becomes of the rows of a case; those that cannot be told are put aside."""
        try:
            yield self._told(recipient, rows, now, report)
            return
        except EcheancierError as error:
            reason = error.message
        except Exception as error:  # noqa: BLE001 - one odd row must not silence all the others
            # The error's own text may quote what staff typed: only its kind is passed on.
            reason = f"Rappel impossible à écrire ({type(error).__name__}) ; prévenez le support."
        if len(rows) == 1:
            yield self._put_aside(rows, now, reason, report)
            return
        # One of them is at fault: told one by one, the others still leave.
        for row in rows:
            yield from self._guarded(recipient, [row], now, report)

    def _told(
        self, recipient: Recipient, rows: list[OpenDeadline], now: datetime, report: SweepReport
    ) -> Announcement:
        dues = [due for row in rows if (due := self._due(row, now)) is not None]
        holds = [self._planner.hold_until(now, due.row.deadline, due.row.agency) for due in dues]
        opening = min((hold for hold in holds if hold is not None), default=None)
        if opening is not None and None not in holds:
            return self._held(rows, dues, opening, now, report)
        # As soon as one reminder may leave, the others of the case leave with it.
        moves = tuple(self._done(row, now) for row in rows)
        if not dues:
            return Announcement(moves)
        message = self._composer.reminder(recipient, dues, now)
        reminders = tuple(told for due in dues for told in due.reminders(recipient.id))
        report.reminders += len(reminders)
        report.late += sum(due.late for due in dues)
        return Announcement(moves, reminders, message)

    def _held(
        self,
        rows: list[OpenDeadline],
        dues: list[Due],
        opening: datetime,
        now: datetime,
        report: SweepReport,
    ) -> Announcement:
        """Return the rows as they wait for the opening: nothing told, nothing forgotten."""
        waiting = {due.row.id for due in dues}
        moves = tuple(
            _moved(row, row.reminded_until, opening) if row.id in waiting else self._done(row, now)
            for row in rows
        )
        report.held += len(waiting)
        return Announcement(moves)

    def _due(self, row: OpenDeadline, now: datetime) -> Due | None:
        """Return what must be said of a row now, or None when nothing of its plan has come."""
        planned = self._planner.between(row.deadline, row.agency, row.reminded_until, now)
        if not planned:
            return None
        closed = not self._planner.is_open(now, row.agency)
        presses = closed and self._planner.hold_until(now, row.deadline, row.agency) is None
        opening = self._planner.next_opening(now, row.agency) if presses else None
        return Due(row, planned, now - planned[0].at > self._late_after, opening)

    def _done(self, row: OpenDeadline, now: datetime) -> Reschedule:
        # A clock set back must not bring back what was told before.
        until = max(now, row.reminded_until)
        return _moved(row, until, self._planner.next_after(row.deadline, row.agency, until))

    def _put_aside(
        self, rows: list[OpenDeadline], now: datetime, reason: str, report: SweepReport
    ) -> Announcement:
        report.broken.extend(Broken(row.ref, row.deadline.id, reason) for row in rows)
        later = now + self._retry_after
        return Announcement(tuple(_moved(row, row.reminded_until, later) for row in rows))


def _moved(row: OpenDeadline, until: datetime, next_reminder_at: datetime | None) -> Reschedule:
    assert row.next_reminder_at is not None, "the store returns what is due"  # noqa: S101
    return Reschedule(row.id, row.next_reminder_at, until, next_reminder_at)
