"""Taking back what a clock that was ahead has told: each true reminder leaves on its own day.

Called by `echeancier service --dedire`, once the clock is right again. What was noted as told at an instant
still to come was told too early: it is forgotten, its deadlines are planned again, what waits of it is
dropped. What has left cannot be called back: it is counted, so that people can be warned.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from notifications.model.announcement import Announcement, Reschedule
from notifications.model.ports import NotificationStore
from notifications.model.sending import Untold
from notifications.reminders.resumption import refuse_running
from notifications.schedule.planning import Planner
from workflow.errors import EcheancierError
from workflow.ports.stores import OpenDeadline

_PAGE = 1000
_MARGIN = timedelta(days=1)

REASON = "Écrit par une horloge en avance : ce qu’il annonce sera dit en son temps."


class Untelling:
    """Takes back what a clock ahead has told.

    Args:
        store: what was told.
        planner: when each deadline speaks.
    """

    def __init__(self, store: NotificationStore, planner: Planner) -> None:
        self._store = store
        self._planner = planner

    def run(self, by: str, now: datetime) -> Untold:
        """Take back what was told after an instant.

        Raises:
            Refused: when a service runs.
        """
        refuse_running(self._store, now)
        put_off = 0
        # Before the rest: done again, it changes nothing more.
        for moves in self._put_off(now):
            put_off += len(moves)
            self._store.announce([Announcement((move,)) for move in moves], now)
        broken: list[str] = []

        def following(row: OpenDeadline, until: datetime) -> datetime | None:
            try:
                return self._planner.next_after(row.deadline, row.agency, until)
            except EcheancierError as error:
                broken.append(f"{row.ref} : {error.message}")
                # Looked at by the next beat, which says why it cannot be told.
                return now

        found = self._store.untell(by, now, REASON, following)
        found.put_off, found.broken = put_off, broken
        return found

    def _put_off(self, now: datetime) -> Iterator[list[Reschedule]]:
        """Yield, page by page, the rows that the clock ahead had put off without telling anything."""
        after = 0
        while rows := self._store.all_open(after, _PAGE):
            after = rows[-1].id
            if moves := [move for row in rows if (move := self._woken(row, now)) is not None]:
                yield moves

    def _woken(self, row: OpenDeadline, now: datetime) -> Reschedule | None:
        """Return a row that something is owed to, brought back, or None when it waits as it should."""
        known = row.next_reminder_at
        if known is None or row.reminded_until > now:
            return None
        try:
            planned = self._planner.next_after(row.deadline, row.agency, row.reminded_until)
            if planned is None or planned >= known:
                return None
            opening = self._planner.next_opening(now, row.agency)
        except EcheancierError:
            return None
        # What has come may wait for an opening, and somebody's own hours begin after the agency's.
        if planned <= now and known <= opening + _MARGIN:
            return None
        return Reschedule(row.id, known, row.reminded_until, planned)
