"""Who is told at once, instead, of a mail that did not arrive while a limit of the law presses.

Asked by `notifications.returns.settling`, which writes what is told with the mark, or not at all. The owner's
manager, else the agency, else whoever follows the file, never an address that failed. A reader has one notice
that waits, which says all; above the ceiling of a day it leaves an hour after their last mail. What presses
less is in the digests of the morning.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from msgspec.structs import replace

from notifications.model.messages import MessageKind, MessageState
from notifications.model.ports import NotificationStore
from notifications.model.returns import Missed, Notice, Return, Returned, ToldNotice
from notifications.people.ceiling import Ceiling
from notifications.people.staff import Addressee, Staff
from notifications.rendering.composer import Composer
from notifications.schedule.carried import by_file, still_due
from notifications.schedule.planning import Due, Planner
from workflow.case.people import Directory
from workflow.errors import EcheancierError, OutOfReach, Unreadable
from workflow.ports.stores import OpenDeadline
from workflow.rules.deadline_rules import Kind
from workflow.text.addresses import mailbox_key

logger = logging.getLogger(__name__)

_NEAR = 3
"""Working days, from tomorrow to the limit, below which nobody waits for the digest of the morning."""

_UNREAD = frozenset({MessageState.UNDELIVERED, MessageState.FAILED})


class Otherwise:
    """Writes to somebody else.

    Args:
        store: what each message carries.
        planner: the reminders that each deadline calls for now.
        composer: writes the mails.
        directory: everybody the configuration names.
    """

    def __init__(
        self,
        store: NotificationStore,
        planner: Planner,
        composer: Composer,
        directory: Directory,
    ) -> None:
        self._store = store
        self._planner = planner
        self._composer = composer
        self._directory = directory

    def notices(
        self, said: Return, returned: Returned, why: str, now: datetime
    ) -> tuple[Notice, ...]:
        """Return what tells of a message that did not arrive, to each who must hear of it now.

        Args:
            said: what came back.
            returned: the message.
            why: what became of it, « est revenu… », for people.
            now: the present (aware).

        Raises:
            OutOfReach: when the database does not answer.
        """
        try:
            return tuple(self._notices(said, returned, why, now))
        except Exception as error:
            if isinstance(error, OutOfReach) and not isinstance(error, Unreadable):
                raise
            logger.warning(
                "notice failed", extra={"action": "notice_failed", "error": type(error).__name__}
            )
            return ()

    def _notices(
        self, said: Return, returned: Returned, why: str, now: datetime
    ) -> Iterator[Notice]:
        failed = {mailbox_key(said.address)} if said.address else set()
        failed |= returned.tried
        staff = Staff.of(self._directory, self._store, now)
        told: dict[str, tuple[Addressee, list[Due]]] = {}
        for due in self._near(now, returned.message.id):
            readers = self._readers(due.row, returned.message.kind, staff, now)
            left = (one for one in readers if mailbox_key(one.recipient.email) not in failed)
            if (reader := next(left, None)) is not None:
                told.setdefault(reader.key, (reader, []))[1].append(due)
        ceiling = Ceiling(self._store, self._planner.policy.daily_ceiling, now)
        for reader, dues in told.values():
            yield from self._notice(reader, Missed(returned.message, why), dues, ceiling, now)

    def _notice(
        self, reader: Addressee, missed: Missed, dues: list[Due], ceiling: Ceiling, now: datetime
    ) -> Iterator[Notice]:
        """Yield what tells a reader, unless a notice of today has told them of every date already."""
        day = ceiling.day(reader.recipient)
        known = self._store.notices(reader.recipient.id, day.since)
        left = [one.number for one in known if not one.waits and not _tells_of(one, missed)]
        said = {due.row.id for due in self._near(now, *left)}
        dues = [due for due in dues if due.row.id not in said]
        if not dues:
            return
        address = reader.recipient.email
        waiting = next((one for one in known if one.waits and one.address == address), None)
        if waiting is not None:
            try:
                yield self._replacing(waiting, reader, missed, dues, ceiling, now)
                return
            except (EcheancierError, ValueError) as error:
                if isinstance(error, OutOfReach) and not isinstance(error, Unreadable):
                    raise
        above = day.count >= ceiling.most
        message = self._composer.notice(
            reader, [missed], by_file(dues), now, ceiling=ceiling.most if above else None
        )
        if day.count > ceiling.most:
            message = replace(message, due_at=ceiling.free_at(reader.recipient))
        yield Notice(message, (missed,), day, waiting)

    def _replacing(
        self,
        waiting: ToldNotice,
        reader: Addressee,
        missed: Missed,
        dues: Sequence[Due],
        ceiling: Ceiling,
        now: datetime,
    ) -> Notice:
        """Return what says all that a notice that waits says, and one more, when that one was to leave."""
        day = ceiling.day(reader.recipient)
        # What somebody sent again, or dropped, since is told no more.
        kept = [one for one in waiting.missed if one.message.state in _UNREAD]
        every = tuple({one.message.id: one for one in (*kept, missed)}.values())
        before = self._near(now, *(one.message.id for one in kept))
        due = {one.row.id: one for one in (*dues, *before)}
        message = self._composer.notice(
            _both(waiting, reader),
            every,
            by_file(list(due.values())),
            now,
            ceiling=ceiling.most if day.count > ceiling.most else None,
            after=waiting.message_id,
        )
        return Notice(replace(message, due_at=waiting.due_at), every, day, waiting, replaces=True)

    def _near(self, now: datetime, *messages: int) -> list[Due]:
        """Return what messages said, or told of, and that still presses."""
        if not messages:
            return []
        dues = still_due(self._planner, self._store.carried(*messages))
        return [due for due in dues if self._is_near(due, now)]

    def _is_near(self, due: Due, now: datetime) -> bool:
        """Tell whether a limit of the law, prudent or strict, is nearer than three working days or passed."""
        row, dates = due.row, due.row.deadline.dates
        if self._planner.limit(dates, row.agency) is None:
            return False
        if row.deadline.kind is not Kind.REGULATORY:
            return False
        today = now.astimezone(self._planner.zone(row.agency)).date()
        # A customary holiday is no day to count on.
        careful = self._planner.calendar(row.agency).careful
        return careful.count(today + timedelta(days=1), dates.act_on) < _NEAR

    def _readers(
        self, row: OpenDeadline, kind: MessageKind, staff: Staff, now: datetime
    ) -> Iterator[Addressee]:
        """Yield who hears of a file in place of who did not: the manager, unless they were told already.

        After the agency, whoever follows the file: it may be the agency that cannot be reached.
        """
        if kind is not MessageKind.NOTICE:
            yield staff.manager(row.owner, row.agency, now)
        yield Addressee(self._directory.recipient(None, row.agency))
        yield staff.told(row.owner, row.agency, now)


def _tells_of(one: ToldNotice, missed: Missed) -> bool:
    """Tell whether a notice tells of a message: sent again since, that message is told of again."""
    return any(each.message.id == missed.message.id for each in one.missed)


def _both(one: ToldNotice, reader: Addressee) -> Addressee:
    """Return who reads a notice that is written for two, which may stand in for different people."""
    absent = None if reader.absent is None else reader.absent.id
    return reader if absent == one.on_behalf_of else Addressee(reader.recipient)
