"""What each reader has had to read today, and what may still come: the ceiling of a day, whatever fails.

Made for each round of reminders and for each mail that came back, when it presses. Days are those of the
reader's agency. The count is the outbox's, which compares it again as it writes. Sends nothing.
"""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import Final

from notifications.model.announcement import Telling
from notifications.model.messages import DayOfMails
from notifications.model.ports import NotificationStore
from workflow.case.people import Recipient
from workflow.errors import Refused
from workflow.text import french

_APART: Final = timedelta(hours=1)
"""Between two mails that press, once a reader has had all the others."""


class Ceiling:
    """How many mails the readers of a round may still receive today.

    Args:
        store: what left today, and what waits.
        most: mails of a day for one reader; one more holds together what is above.
        now: the instant of the round.
    """

    def __init__(self, store: NotificationStore, most: int, now: datetime) -> None:
        self._store = store
        self.most = most
        self._now = now
        self._days: dict[str, DayOfMails] = {}

    def day(self, reader: Recipient) -> DayOfMails:
        """Return what a reader has had to read today."""
        known = self._days.get(reader.id)
        if known is None:
            local = self._now.astimezone(reader.zone)
            since = datetime.combine(local.date(), time(), reader.zone)
            known = self._days[reader.id] = self._store.day_of_mails(reader.id, since)
        return known

    def is_passed(self, reader: Recipient) -> bool:
        """Tell whether a reader has even had the mail of what is above."""
        return self.day(reader).count > self.most

    def free_at(self, reader: Recipient) -> datetime:
        """Return when what presses may leave to whoever has had all of a day: an hour after the last mail."""
        latest = self.day(reader).latest
        if latest is None or not timedelta(0) <= self._now - latest < _APART:
            return self._now
        return latest + _APART

    def check_apart(self, reader: Recipient, *, told: bool) -> None:
        """Let what presses leave, an hour after the last mail of a reader who has had all of a day.

        Args:
            reader: who is above the ceiling.
            told: True when this round has a mail for them already.

        Raises:
            Refused: before that.
        """
        if told or self.free_at(reader) > self._now:
            mails = french.count(self.most, "courriel", "courriels")
            raise Refused(
                f"{reader.name} a reçu plus de {mails} aujourd’hui, le plafond d’un jour ([mail] "
                "daily_ceiling) : ce qui presse attend, une heure au plus, et part en un seul."
            )

    def add(self, tellings: tuple[Telling, ...]) -> None:
        """Count the mails that a round puts in the outbox."""
        for one in tellings:
            if one.message is not None:
                known = self._days[one.message.recipient]
                self._days[one.message.recipient] = DayOfMails(
                    known.since, known.count + 1, self._now
                )
