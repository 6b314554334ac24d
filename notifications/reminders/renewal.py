"""Brings up to date the messages that a mail server kept waiting, before they leave.

Called by `notifications.mail.relay` with a message it has claimed and that is an hour old or more. What was
done or moved meanwhile falls away; what is left is written anew, says that it is late, and keeps its
Message-ID. Sends nothing, and reads no clock.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from msgspec.structs import replace

from notifications.digest.model import digest_key
from notifications.mail.mime import bearing, is_resent
from notifications.model.announcement import Carried
from notifications.model.messages import MessageKind, OutgoingMessage, QueuedMessage
from notifications.model.ports import NotificationStore
from notifications.people.staff import Addressee, Staff, person_of
from notifications.rendering.composer import Composer
from notifications.schedule.carried import by_file, still_due
from notifications.schedule.planning import Due, Planner
from workflow.case.people import Directory
from workflow.errors import NotFound, Unreadable
from workflow.ports.stores import OpenDeadline

_DONE = "Ce que ce rappel annonçait est fait, ou sa date a changé : il n’a plus lieu de partir."
_OLD = "Une synthèse plus récente est partie, ou va partir : celle-ci n’a plus lieu de partir."


class Renewal:
    """Renews messages; `renew` is what `notifications.mail.relay.Relay` asks.

    Args:
        store: what each message carries, and where its new text is kept.
        planner: the reminders that each deadline calls for now.
        composer: writes the mails.
        directory: the recipients.
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

    def renew(self, message: QueuedMessage, now: datetime) -> QueuedMessage | None:
        """Return a message as it must leave, or None once it has no reason left to be sent.

        Raises:
            OutOfReach: when the database does not answer.
        """
        if is_resent(message.content):
            # Somebody read this very text and chose who receives it.
            return message
        if message.kind is MessageKind.DIGEST:
            return self._digest(message, now)
        try:
            carried = self._store.carried(message.id)
            dues = self._dues(carried, now)
        except (NotFound, Unreadable):
            # An agency has left the configuration, or a row makes no sense: nobody can tell what its
            # reminders became.
            return message
        if carried and not dues:
            self._store.mark_superseded(message.lease, now, _DONE)
            return None
        if message.kind is MessageKind.NOTICE:
            # It tells of a mail that did not arrive, which is as true an hour later.
            return message
        return self._rewritten(message, dues, now) if dues else message

    def _digest(self, message: QueuedMessage, now: datetime) -> QueuedMessage | None:
        recipient, _, written = message.key.partition(":")[2].rpartition(":")
        day = date.fromisoformat(written)
        # A day ahead: it may be tomorrow already where the recipient is.
        for later in range(1, (now.date() - day).days + 2):
            if self._store.has_message(digest_key(recipient, day + timedelta(days=later))):
                self._store.mark_superseded(message.lease, now, _OLD)
                return None
        return message

    def _dues(self, carried: Sequence[Carried], now: datetime) -> list[Due]:
        """Return what is still to be said, deadline by deadline, as the deadlines stand now."""
        return [
            replace(one, late=True, opening=self._opening(one.row, now))
            for one in still_due(self._planner, carried)
        ]

    def _opening(self, row: OpenDeadline, now: datetime) -> datetime | None:
        """Return the agency's next opening, when a deadline falls before it and it is closed."""
        planner, agency = self._planner, row.agency
        if planner.is_open(now, agency) or planner.hold_until(now, row.deadline.dates, agency):
            return None
        return planner.next_opening(now, agency)

    def _rewritten(
        self, message: QueuedMessage, dues: Sequence[Due], now: datetime
    ) -> QueuedMessage:
        """Return a message written anew, or as it was when that cannot be done."""
        told = self._told(message, now)
        if told is None:
            return message
        try:
            fresh = self._composed(told, dues, now)
        except Exception:  # noqa: BLE001 - an older text is better than no reminder
            return message
        if fresh.address != message.address:
            return message
        content = bearing(fresh.content, message.message_id)
        self._store.rewrite(message.lease, fresh.subject, content)
        return replace(message, content=content)

    def _composed(self, told: Addressee, dues: Sequence[Due], now: datetime) -> OutgoingMessage:
        files = by_file(dues)
        if len(files) == 1:
            return self._composer.reminder(told.recipient, dues, now, told=told)
        return self._composer.group(told.recipient, files, now, told=told)

    def _told(self, message: QueuedMessage, now: datetime) -> Addressee | None:
        """Return who a message is for, and for whom, or None when nobody knows them any more."""
        known = {one.id: one for one in self._directory.recipients()}
        recipient = known.get(message.recipient)
        absent = known.get(message.on_behalf_of or "")
        if recipient is None:
            return None
        if absent is None:
            return Addressee(recipient)
        staff = Staff.of(self._directory, self._store, now)
        away = staff.absence(person_of(absent.id), now.astimezone(absent.zone).date())
        unreachable = away is None and staff.is_unreachable(absent)
        return Addressee(recipient, absent, away.last if away else None, unreachable)
