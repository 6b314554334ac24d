"""Whose digest a file belongs to: its owner's, or that of whoever stands in today.

Used by all that is gathered for a digest, so that dates, changes and counts of a file always come to the
same reader. Asks each pair of owner and agency once, however many files they have.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, datetime

from notifications.people.staff import Addressee, Staff
from workflow.case.people import Recipient


class Readers:
    """Those who are written to on a morning.

    Args:
        recipients: the readers; files of anybody else are passed over.
        staff: who follows what, and who is away.
        now: the present instant.
    """

    def __init__(self, recipients: Iterable[Recipient], staff: Staff, now: datetime) -> None:
        self._recipients = {recipient.id: recipient for recipient in recipients}
        self._staff = staff
        self._now = now
        self._told: dict[tuple[str | None, str], Addressee] = {}
        self._today = {
            id_: now.astimezone(one.zone).date() for id_, one in self._recipients.items()
        }

    def of(self, owner: str | None, agency: str) -> Addressee | None:
        """Return who reads about a file, and for whom; None when it is none of these readers.

        Raises:
            NotFound: when the configuration has no such agency.
        """
        key = (owner, agency)
        told = self._told.get(key)
        if told is None:
            told = self._told[key] = self._staff.told(owner, agency, self._now)
        return told if told.recipient.id in self._recipients else None

    def days(self) -> Iterator[tuple[Recipient, date]]:
        """Yield each reader with the day it is for them."""
        return ((one, self._today[one.id]) for one in self._recipients.values())

    def today(self, reader: Recipient) -> date:
        """Return the day it is for a reader."""
        return self._today[reader.id]

    def last_day(self) -> date:
        """Return the latest of the readers' days."""
        return max(self._today.values(), default=self._now.date())
