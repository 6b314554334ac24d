"""The round that turns what is due into messages: one mail per case and person, or one for many.

Called by `notifications.service.loop` at every beat, and by the check-up for what no round could tell. What
is due is asked of the store (« by now », never « exactly today »), so that a week of silence is caught up
by the first round. Nothing is sent here: messages enter the outbox in the same transaction that moves the
reminders on. One round from what is due to what is written: hence its length.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime, time, timedelta
from itertools import islice

from msgspec import Struct, field
from msgspec.structs import replace

from notifications.digest.model import digest_key
from notifications.model.announcement import Announcement, Reschedule
from notifications.model.ports import NotificationStore
from notifications.model.preferences import Habits
from notifications.people.ceiling import Ceiling
from notifications.people.mornings import Mornings, is_missed
from notifications.people.staff import Addressee, Staff
from notifications.reminders.circles import DueFile, circles
from notifications.reminders.grouping import Grouping
from notifications.rendering.composer import Composer
from notifications.schedule.planning import Audience, Due, Planner
from workflow.case.people import Directory, Recipient
from workflow.errors import EcheancierError
from workflow.ports.stores import OpenDeadline

_WRITTEN_AT_ONCE = 50
"""Announcements of one transaction: the database is never held long."""

_LATE_AFTER = timedelta(hours=1)
"""Delay from which a mail says that it should have left before."""

_RETRY_AFTER = timedelta(hours=1)
"""How long a row that cannot be told is put aside."""


class Broken(Struct, frozen=True):
    """A deadline whose reminder could not be written; it is looked at again an hour later."""

    ref: str
    rule: str
    reason: str
    """One French sentence."""


class ReminderRoundReport(Struct):
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


class ReminderRound:
    """Tells each recipient what has come due.

    Args:
        store: where rows are due and messages are put.
        planner: when each deadline speaks.
        composer: writes the mails.
        directory: who is told about each case.
        batch: rows asked of the store at once; what piled up is merged among them.
        digest_at: hour of the digest, for whoever chose none.
        stopping: asked between transactions; True ends the round early, losing nothing.
    """

    def __init__(
        self,
        store: NotificationStore,
        planner: Planner,
        composer: Composer,
        directory: Directory,
        *,
        batch: int = 5000,
        digest_at: time = time(7, 30),
        stopping: Callable[[], bool] = lambda: False,
    ) -> None:
        self._store = store
        self._planner = planner
        self._composer = composer
        self._directory = directory
        self._batch = batch
        self._at = digest_at
        self._stopping = stopping

    def run(self, now: datetime) -> ReminderRoundReport:
        """Tell everything due by an instant, batch after batch.

        Every row asked is moved on, or left to whoever moved it first: the same row at the same
        instant is never looked at twice in a round, so that none can make it endless.
        """
        report = ReminderRoundReport()
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

    def put_aside(self, now: datetime, limit: int) -> list[Broken]:
        """Return what could not be told at an instant, and why; nothing is written.

        Args:
            now: the present.
            limit: rows looked at, at most.
        """
        # Where a round that could not tell them has put them.
        rows, report = self._store.due(now + _RETRY_AFTER, limit), ReminderRoundReport()
        if rows:
            for _ in self._round(now, report).announcements(rows):
                """Composed, and left there."""
        return report.broken

    def _round(self, now: datetime, report: ReminderRoundReport) -> _Round:
        staff = Staff.of(self._directory, self._store, now)
        return _Round(self._planner, self._composer, staff, now, self._at, self._store, report)


class _Seen(Struct, frozen=True):
    """A row as a round looked at it."""

    row: OpenDeadline
    told: Addressee
    due: Due | None
    """What must be said of it now."""
    hold: datetime | None
    """The opening that it waits for; None when it leaves now, or says nothing."""
    done: Reschedule
    """Where it moves once it was told."""


class _Round:
    """Rows being turned into announcements, at one instant, with the staff of that instant."""

    def __init__(
        self,
        planner: Planner,
        composer: Composer,
        staff: Staff,
        now: datetime,
        digest_at: time,
        store: NotificationStore,
        report: ReminderRoundReport,
    ) -> None:
        self._planner = planner
        self._composer = composer
        self._staff = staff
        self._now = now
        self._at = digest_at
        self._store = store
        self._ceiling = Ceiling(store, planner.policy.daily_ceiling, now)
        self._report = report

    def announcements(self, rows: Iterable[OpenDeadline]) -> Iterator[Announcement]:
        """Yield what becomes of the rows: the files that share a reader together."""
        files: dict[tuple[str, str], list[_Seen]] = {}
        for row in rows:
            try:
                seen = self._look(row)
            except Exception as error:  # noqa: BLE001 - one odd row must not silence all the others
                yield self._put_aside(row, _reason(error))
                continue
            files.setdefault((seen.told.key, row.ref), []).append(seen)
        for together in circles(map(self._file, files.values())):
            yield from self._guarded(together)

    def _guarded(self, files: list[DueFile]) -> Iterator[Announcement]:
        """Yield what becomes of some files; what cannot be told is put aside, the others stay together."""
        try:
            yield self._counted(files)
            return
        except Exception as error:  # noqa: BLE001 - one odd row must not silence all the others
            reason = _reason(error)
        parts = _parts(files)
        if len(parts) == 1:
            yield from (self._put_aside(due.row, reason) for due in parts[0].dues)
            return
        sound: list[DueFile] = []
        odd: list[DueFile] = []
        for part in parts:
            (sound if self._can_be_told(part) else odd).append(part)
        if not odd:
            # Each is sound alone, and they are not together: told one by one, all of them still leave.
            sound, odd = [], sound
        for some in (_joined(sound), *([part] for part in odd)):
            if some:
                yield from self._guarded(some)

    def _can_be_told(self, file: DueFile) -> bool:
        try:
            self._announced([file])
        except Exception:  # noqa: BLE001 - said when it is put aside
            return False
        return True

    def _counted(self, files: list[DueFile]) -> Announcement:
        """Return what becomes of some files, counted in the report."""
        announcement, grouping = self._announced(files)
        # Only now: what could not be written is counted when its parts are.
        self._ceiling.add(announcement.tellings)
        self._report.reminders += grouping.told
        self._report.left += grouping.left
        self._report.held += sum(file.held for file in files)
        self._report.late += sum(file.late for file in files)
        return announcement

    def _announced(self, files: list[DueFile]) -> tuple[Announcement, Grouping]:
        group_from = self._planner.policy.group_from
        grouping = Grouping(self._composer, group_from, self._now, self._ceiling)
        for file in files:
            if file.dues:
                habits = self._habits(file.told.recipient)
                grouping.put(
                    file.told, habits, file.manager, file.dues, self._mornings(file.told, habits)
                )
        moves = tuple(move for file in files for move in file.moves)
        return Announcement(moves, grouping.tellings()), grouping

    def _habits(self, reader: Recipient) -> Habits:
        """Return what a reader chose; whoever has had all the mails of a day is told by digests alone."""
        habits = self._staff.habits(reader)
        return replace(habits, one_a_day=True) if self._ceiling.is_passed(reader) else habits

    def _mornings(self, told: Addressee, habits: Habits) -> Mornings | None:
        """Return the digests of a reader who wants one mail a day, None for any other."""
        if not habits.one_a_day:
            return None
        reader = told.recipient
        found = Mornings.around(reader, self._staff, self._planner, self._at, self._now)
        local = self._now.astimezone(reader.zone).time()
        if found.last is not None and is_missed(found.last.time(), local):
            key = digest_key(reader.id, found.today)
            return found if self._store.has_message(key) else replace(found, last=None)
        return found

    def _file(self, rows: list[_Seen]) -> DueFile:
        """Return what becomes of a file, from its rows that have come due."""
        first, dues = rows[0], [seen.due for seen in rows if seen.due is not None]
        held = [seen for seen in rows if seen.hold is not None]
        if dues and len(held) == len(dues):
            moves = [self._held(seen) for seen in rows]
            return DueFile(first.row.ref, first.told, moves=moves, held=len(held))
        # As soon as one reminder may leave, the others of the file leave with it.
        moves = [seen.done for seen in rows]
        manager = self._staff.manager(first.row.owner, first.row.agency, self._now)
        presses = manager.recipient.id != first.told.recipient.id and any(map(_escalated, dues))
        return DueFile(first.row.ref, first.told, manager if presses else None, dues, moves)

    def _look(self, row: OpenDeadline) -> _Seen:
        told = self._staff.told(row.owner, row.agency, self._now)
        due = self._due(told, row)
        return _Seen(row, told, due, self._hold(told, due) if due else None, self._done(row))

    def _due(self, told: Addressee, row: OpenDeadline) -> Due | None:
        """Return what must be said of a row now, or None when nothing of its plan has come."""
        now, agency = self._now, row.agency
        planned = self._planner.between(row.deadline, agency, row.reminded_until, now)
        if not planned:
            return None
        habits = self._staff.habits(told.recipient)
        closed = not self._planner.is_open(now, agency, habits)
        presses = (
            closed and self._planner.hold_until(now, row.deadline.dates, agency, habits) is None
        )
        opening = self._planner.next_opening(now, agency, habits) if presses else None
        return Due(row, planned, now - planned[0].at > _LATE_AFTER, opening)

    def _hold(self, told: Addressee, due: Due) -> datetime | None:
        """Return the opening that a due reminder waits for, or None when it leaves now.

        What a manager must know waits for the agency alone: nobody's pause puts it off.
        """
        habits = None if _escalated(due) else self._staff.habits(told.recipient)
        return self._planner.hold_until(self._now, due.row.deadline.dates, due.row.agency, habits)

    def _held(self, seen: _Seen) -> Reschedule:
        """Return a row that waits: nothing told, nothing forgotten, managers told in time."""
        if seen.hold is None:
            return seen.done
        row = seen.row
        escalation = self._planner.next_escalation(row.deadline, row.agency, self._now)
        wake = seen.hold if escalation is None else min(seen.hold, escalation)
        return _moved(row, row.reminded_until, wake)

    def _done(self, row: OpenDeadline) -> Reschedule:
        # A clock set back must not bring back what was told before.
        until = max(self._now, row.reminded_until)
        return _moved(row, until, self._planner.next_after(row.deadline, row.agency, until))

    def _put_aside(self, row: OpenDeadline, reason: str) -> Announcement:
        self._report.broken.append(Broken(row.ref, row.deadline.id, reason))
        return Announcement((_moved(row, row.reminded_until, self._now + _RETRY_AFTER),))


def _escalated(due: Due) -> bool:
    """Tell whether something of it is for the manager."""
    return any(one.audience is not Audience.OWNER for one in due.planned)


def _parts(files: list[DueFile]) -> list[DueFile]:
    """Return what some files are made of: each of them, or each deadline of the only one."""
    if len(files) > 1:
        return files
    (file,) = files
    moves = {move.deadline_id: move for move in file.moves}
    parts = [replace(file, dues=[due], moves=[moves.pop(due.row.id)]) for due in file.dues]
    return [*parts, replace(file, dues=[], moves=[*moves.values()])] if moves else parts


def _joined(files: list[DueFile]) -> list[DueFile]:
    """Return files, the deadlines of each together again."""
    found: dict[tuple[str, str], DueFile] = {}
    for file in files:
        key = file.told.key, file.ref
        known = found.setdefault(key, replace(file, dues=[], moves=[]))
        known.dues += file.dues
        known.moves += file.moves
    return list(found.values())


def _reason(error: Exception) -> str:
    """Return why a reminder could not be written."""
    if isinstance(error, EcheancierError):
        return error.message
    # The error's own text may quote what staff typed: only its kind is passed on.
    return f"Rappel impossible à écrire ({type(error).__name__}) ; prévenez le support."


def _moved(row: OpenDeadline, until: datetime, next_reminder_at: datetime | None) -> Reschedule:
    assert row.next_reminder_at is not None, "the store returns what is due"  # noqa: S101
    return Reschedule(row.id, row.next_reminder_at, until, next_reminder_at)
