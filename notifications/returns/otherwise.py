"""Who is told at once, instead, of a mail that did not arrive while a limit of the law presses.

Asked by `notifications.returns.settling`, which writes what is told with the mark, or not at all. The owner's
manager, else the agency, never the address that failed. What presses less is in the digests of the morning.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from datetime import datetime, timedelta

from notifications.model.messages import MessageKind, OutgoingMessage
from notifications.model.ports import NotificationStore
from notifications.model.returns import Return, Returned
from notifications.people.staff import Addressee, Staff
from notifications.rendering.composer import Composer
from notifications.schedule.carried import by_file, still_due
from notifications.schedule.planning import Due, Planner
from workflow.case.people import Directory
from workflow.errors import OutOfReach, Unreadable
from workflow.rules.procedure import Kind
from workflow.text.addresses import mailbox_key
from workflow.usecases.ports import OpenDeadline

logger = logging.getLogger(__name__)

_NEAR = 3
"""Working days, from tomorrow to the limit, below which nobody waits for the digest of the morning."""


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
    ) -> tuple[OutgoingMessage, ...]:
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
    ) -> Iterator[OutgoingMessage]:
        failed = {mailbox_key(one) for one in (returned.message.address, said.address) if one}
        staff = Staff.of(self._directory, self._store, now)
        told: dict[str, tuple[Addressee, list[Due]]] = {}
        for due in still_due(self._planner, self._store.carried(returned.carrier)):
            readers = self._readers(due.row, returned.message.kind, staff, now)
            left = (one for one in readers if mailbox_key(one.recipient.email) not in failed)
            reader = next(left, None) if self._is_near(due, now) else None
            if reader is not None:
                told.setdefault(reader.key, (reader, []))[1].append(due)
        for reader, dues in told.values():
            yield self._composer.notice(reader, returned, why, by_file(dues), now)

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
        """Yield who hears of a file in place of who did not: the manager, unless they were told already."""
        if kind is not MessageKind.NOTICE:
            yield staff.manager(row.owner, row.agency, now)
        yield Addressee(self._directory.recipient(None, row.agency))
