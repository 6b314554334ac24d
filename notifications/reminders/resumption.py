"""Starting again from a backup: what it does not know to have been sent must not be sent again.

Called by `echeancier service --reprise`, once a backup has been put back. The reminders planned before
now are noted as left to the digest, which tells of every open deadline anyway; the messages that waited
when the backup was made are dropped, with the reason. Nothing is erased, and nothing leaves.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from itertools import islice

from msgspec import Struct, field

from notifications.model.announcement import Announcement, Reminder, Reschedule, Telling
from notifications.model.messages import MessageQuery, MessageState
from notifications.model.ports import NotificationStore
from notifications.model.preferences import Delivery
from notifications.model.sending import Decision, SendingEvent
from notifications.people.staff import Staff
from notifications.schedule.planning import Audience, Due, Planner
from workflow.case.people import Directory
from workflow.errors import EcheancierError, Refused
from workflow.ports.stores import OpenDeadline

_PAGE = 5000
_WRITTEN_AT_ONCE = 200
_ALIVE = timedelta(minutes=2)
"""Age of a sign of life under which a service is thought to run."""
_REASON = "Reprise après restauration d’une sauvegarde : il a pu partir depuis."


class Resumed(Struct):
    """What is not told again, or would not be."""

    reminders: int = 0
    files: set[str] = field(default_factory=set)
    """References of the cases they speak of."""
    people: set[str] = field(default_factory=set)
    """Ids of the recipients."""
    oldest: datetime | None = None
    """When the first of them was planned."""
    messages: int = 0
    """Messages that waited in the backup."""
    broken: list[str] = field(default_factory=list)
    """What could not be settled, one French sentence each."""

    @property
    def nothing(self) -> bool:
        """Tell whether there is nothing to settle."""
        return not (self.reminders or self.messages)


def refuse_running(store: NotificationStore, now: datetime) -> None:
    """Refuse to settle anything beside a service that runs.

    Raises:
        Refused: when one has given a sign of life for two minutes.
    """
    for beat in store.beats():
        if abs(now - beat.at) < _ALIVE:
            raise Refused(
                f"Un service tourne sur cette base ({beat.service}) : arrêtez-le, attendez deux "
                "minutes, puis relancez."
            )


class Resumption:
    """Settles what a backup left open.

    Args:
        store: where rows are due and messages wait.
        planner: when each deadline speaks.
        directory: who would be told.
    """

    def __init__(self, store: NotificationStore, planner: Planner, directory: Directory) -> None:
        self._store = store
        self._planner = planner
        self._directory = directory

    def run(self, by: str, now: datetime) -> Resumed:
        """Note what is due as left to the digest, and drop what waits.

        Args:
            by: id of the person who decides it.
            now: the present (aware).

        Raises:
            Refused: when a service runs: what it sends meanwhile could not be told from the rest.
        """
        refuse_running(self._store, now)
        report = Resumed()
        announcements = self._announcements(self._rows(now), now, report)
        while written := list(islice(announcements, _WRITTEN_AT_ONCE)):
            self._store.announce(written, now)
        self._drop_waiting(by, now, report)
        self.note(by, now)
        return report

    def note(self, by: str, now: datetime) -> None:
        """Note that the silence since the backup holds nothing back: what piled up is settled."""
        self._store.decide(SendingEvent(now, by, Decision.RESUMED))

    def _rows(self, now: datetime) -> Iterator[OpenDeadline]:
        """Yield every row that is due, once: nothing moves on while they are only counted."""
        seen: set[int] = set()
        limit = _PAGE
        while rows := [row for row in self._store.due(now, limit) if row.id not in seen]:
            seen.update(row.id for row in rows)
            yield from rows
            limit = len(seen) + _PAGE

    def _announcements(
        self, rows: Iterable[OpenDeadline], now: datetime, report: Resumed
    ) -> Iterator[Announcement]:
        staff = Staff.of(self._directory, self._store, now)
        for row in rows:
            try:
                yield self._settled(row, staff, now, report)
            except EcheancierError as error:
                report.broken.append(f"{row.ref} : {error.message}")

    def _settled(
        self, row: OpenDeadline, staff: Staff, now: datetime, report: Resumed
    ) -> Announcement:
        planned = self._planner.between(row.deadline, row.agency, row.reminded_until, now)
        told = {
            Audience.OWNER: [staff.told(row.owner, row.agency, now).recipient.id],
            Audience.MANAGER: [staff.manager(row.owner, row.agency, now).recipient.id],
        }
        told[Audience.BOTH] = [*told[Audience.OWNER], *told[Audience.MANAGER]]
        reminders = {
            # The same person may be both: told once.
            (one.offset, one.value, one.recipient): one
            for each in planned
            for recipient in told[each.audience]
            for one in Due(row, (each,)).reminders(recipient, Delivery.DIGEST)
        }
        assert row.next_reminder_at is not None, "the store returns what is due"  # noqa: S101
        until = max(now, row.reminded_until)
        again = self._planner.next_after(row.deadline, row.agency, until)
        move = Reschedule(row.id, row.next_reminder_at, until, again)
        if reminders:
            report.reminders += len(reminders)
            report.files.add(row.ref)
            report.people.update(one.recipient for one in reminders.values())
            first = planned[0].at
            report.oldest = first if report.oldest is None else min(report.oldest, first)
        return Announcement((move,), _by_recipient(reminders.values()))

    def _drop_waiting(self, by: str, now: datetime, report: Resumed) -> None:
        before: int | None = None
        waiting = MessageState.WAITING
        while page := self._store.messages(MessageQuery(state=waiting, limit=500, before=before)):
            for message in page:
                try:
                    self._store.drop(message.id, by, now, _REASON)
                    report.messages += 1
                except EcheancierError as error:
                    report.broken.append(f"Message {message.id} : {error.message}")
            before = page[-1].id


def _by_recipient(reminders: Iterable[Reminder]) -> tuple[Telling, ...]:
    found: dict[str, list[Reminder]] = {}
    for one in reminders:
        found.setdefault(one.recipient, []).append(one)
    return tuple(Telling(tuple(of_one)) for of_one in found.values())
