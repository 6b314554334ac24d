"""The round that turns what is due into messages: one mail per case and person, whatever piled up.

Called by `notifications.service.loop` at every beat. What is due is asked of the store (« by now », never
« exactly today »), so that a week of silence is caught up by the first round. Nothing is sent here:
messages enter the outbox in the same transaction that moves the reminders on.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime, timedelta
from itertools import islice

from msgspec import Struct, field

from notifications.people.staff import Staff, Told
from notifications.planning import Audience, Due, Planner
from notifications.ports import NotificationStore
from notifications.reminders.parcels import Parcels, ReminderComposer
from notifications.telling import Announcement, Reschedule
from workflow.errors import EcheancierError
from workflow.people import Directory
from workflow.ports import OpenDeadline

_FILES_TOGETHER = 200
"""Files of one announcement, hence of one grouped mail."""
_WRITTEN_AT_ONCE = 50
"""Announcements of one transaction: the database is never held long."""

_Files = list[list[OpenDeadline]]
"""What is due, file by file."""


class Broken(Struct, frozen=True):
    """A deadline whose reminder could not be written; it is looked at again an hour later."""

    ref: str
    rule: str
    reason: str
    """One French sentence."""


class SweepReport(Struct):
    """What a round did."""

    looked_at: int = 0
    """Rows that were due."""
    reminders: int = 0
    """Reminders told, several of which may share a mail."""
    messages: int = 0
    """Mails that entered the outbox."""
    left: int = 0
    """Reminders left to the digest, or that somebody did not want."""
    held: int = 0
    """Rows that wait for somebody's working hours."""
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
        batch: rows asked of the store at once; what piled up is merged among them.
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
        batch: int = 5000,
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
        told: _Round | None = None
        while not self._stopping():
            due = self._store.due(now, self._batch)
            rows = [row for row in due if (row.id, row.next_reminder_at) not in seen]
            if not rows:
                break
            seen.update((row.id, row.next_reminder_at) for row in rows)
            report.looked_at += len(rows)
            told = told or self._round(now, report)
            announcements = told.announcements(rows)
            while written := list(islice(announcements, _WRITTEN_AT_ONCE)):
                report.messages += self._store.announce(written, now)
                if self._stopping():
                    break
        return report

    def _round(self, now: datetime, report: SweepReport) -> _Round:
        staff = Staff.of(self._directory, self._store, now)
        delays = (self._late_after, self._retry_after)
        return _Round(self._planner, self._composer, staff, now, delays, report)


class _Round:
    """Rows being turned into announcements, at one instant, with the staff of that instant."""

    def __init__(
        self,
        planner: Planner,
        composer: ReminderComposer,
        staff: Staff,
        now: datetime,
        delays: tuple[timedelta, timedelta],
        report: SweepReport,
    ) -> None:
        self._planner = planner
        self._composer = composer
        self._staff = staff
        self._now = now
        self._late_after, self._retry_after = delays
        self._report = report

    def announcements(self, rows: Iterable[OpenDeadline]) -> Iterator[Announcement]:
        """Yield what becomes of the rows: the files of one person together."""
        people: dict[str, tuple[Told, dict[str, list[OpenDeadline]]]] = {}
        for row in rows:
            try:
                told = self._staff.told(row.owner, row.agency, self._now)
            except EcheancierError as error:
                yield self._put_aside([row], error.message)
                continue
            # A substitute's own files and those of the absent are told apart: a mail names whom it is for.
            key = f"{told.recipient.id} {told.absent.id if told.absent else ''}"
            people.setdefault(key, (told, {}))[1].setdefault(row.ref, []).append(row)
        for told, files in people.values():
            remaining = iter(files.values())
            while together := list(islice(remaining, _FILES_TOGETHER)):
                yield from self._guarded(told, together)

    def _guarded(self, told: Told, files: _Files) -> Iterator[Announcement]:
        """Yield what becomes of some files; what cannot be told is put aside."""
        try:
            yield self._told(told, files)
            return
        except EcheancierError as error:
            reason = error.message
        except Exception as error:  # noqa: BLE001 - one odd row must not silence all the others
            # The error's own text may quote what staff typed: only its kind is passed on.
            reason = f"Rappel impossible à écrire ({type(error).__name__}) ; prévenez le support."
        if len(files) == 1 and len(files[0]) == 1:
            yield self._put_aside(files[0], reason)
            return
        # One of them is at fault: told one by one, the others still leave.
        for part in [[rows] for rows in files] if len(files) > 1 else [[[row]] for row in files[0]]:
            yield from self._guarded(told, part)

    def _told(self, told: Told, files: _Files) -> Announcement:
        """Return what becomes of the files of one person."""
        report, parcels = (
            SweepReport(),
            Parcels(self._composer, self._planner.policy.group_from, self._now),
        )
        moves: list[Reschedule] = []
        for rows in files:
            moves.extend(self._file(told, rows, parcels, report))
        announcement = Announcement(tuple(moves), parcels.tellings())
        # Only now: what could not be written is counted when its parts are.
        self._report.reminders += parcels.told
        self._report.left += parcels.left
        self._report.held += report.held
        self._report.late += report.late
        return announcement

    def _file(
        self, told: Told, rows: list[OpenDeadline], parcels: Parcels, report: SweepReport
    ) -> Iterator[Reschedule]:
        """Yield where the rows of a file move, and put what is due of them in the mails."""
        dues = [due for row in rows if (due := self._due(told, row)) is not None]
        holds = {due.row.id: self._hold(told, due) for due in dues}
        if dues and None not in holds.values():
            for row in rows:
                held = holds.get(row.id)
                yield self._done(row) if held is None else self._held(row, held)
            report.held += len(holds)
            return
        # As soon as one reminder may leave, the others of the file leave with it.
        for row in rows:
            yield self._done(row)
        if dues:
            report.late += sum(due.late for due in dues)
            manager = self._staff.manager(rows[0].owner, rows[0].agency, self._now)
            parcels.put(told, self._staff.habits(told.recipient), manager, dues)

    def _due(self, told: Told, row: OpenDeadline) -> Due | None:
        """Return what must be said of a row now, or None when nothing of its plan has come."""
        now, agency = self._now, row.agency
        planned = self._planner.between(row.deadline, agency, row.reminded_until, now)
        if not planned:
            return None
        habits = self._staff.habits(told.recipient)
        closed = not self._planner.is_open(now, agency, habits)
        presses = closed and self._planner.hold_until(now, row.deadline, agency, habits) is None
        opening = self._planner.next_opening(now, agency, habits) if presses else None
        return Due(row, planned, now - planned[0].at > self._late_after, opening)

    def _hold(self, told: Told, due: Due) -> datetime | None:
        """Return the opening that a due reminder waits for, or None when it leaves now.

        What a manager must know waits for the agency alone: nobody's pause puts it off.
        """
        escalated = any(one.audience is not Audience.OWNER for one in due.planned)
        habits = None if escalated else self._staff.habits(told.recipient)
        return self._planner.hold_until(self._now, due.row.deadline, due.row.agency, habits)

    def _held(self, row: OpenDeadline, opening: datetime) -> Reschedule:
        """Return a row that waits: nothing told, nothing forgotten, managers told in time."""
        escalation = self._planner.next_escalation(row.deadline, row.agency, self._now)
        wake = opening if escalation is None else min(opening, escalation)
        return _moved(row, row.reminded_until, wake)

    def _done(self, row: OpenDeadline) -> Reschedule:
        # A clock set back must not bring back what was told before.
        until = max(self._now, row.reminded_until)
        return _moved(row, until, self._planner.next_after(row.deadline, row.agency, until))

    def _put_aside(self, rows: list[OpenDeadline], reason: str) -> Announcement:
        self._report.broken.extend(Broken(row.ref, row.deadline.id, reason) for row in rows)
        later = self._now + self._retry_after
        return Announcement(tuple(_moved(row, row.reminded_until, later) for row in rows))


def _moved(row: OpenDeadline, until: datetime, next_reminder_at: datetime | None) -> Reschedule:
    assert row.next_reminder_at is not None, "the store returns what is due"  # noqa: S101
    return Reschedule(row.id, row.next_reminder_at, until, next_reminder_at)
