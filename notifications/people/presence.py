"""Who is away, in words: for the mail of a substitute, and for the digest of a team.

Used by the digest and the reminders. Names people of the agency and days, never why they are away.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

from msgspec import Struct
from msgspec.structs import asdict

from notifications.people.staff import Addressee, Staff, person_of
from workflow.case.people import Recipient
from workflow.text import french


class Absent(Struct, frozen=True):
    """Somebody whose files another follows meanwhile."""

    name: str
    until: date | None
    """Last day away; None when mails to them come back, until somebody corrects that."""

    @property
    def words(self) -> str:
        """Return « en l’absence de Claire Vasseur (jusqu’au 28/11/2026) »."""
        if self.until is None:
            return f"à la place {french.of(self.name)} (ses courriels reviennent)"
        return f"en l’absence {french.of(self.name)} (jusqu’au {french.short_day(self.until)})"

    def as_json(self) -> dict[str, Any]:
        """Return what leaves of it in JSON."""
        return asdict(self)


class Away(Struct, frozen=True):
    """A colleague who is away today."""

    absent: Absent
    substitute: str
    """Name of who stands in."""
    yours: bool
    """True when it is the reader."""

    @property
    def words(self) -> str:
        """Return « Claire Vasseur, jusqu’au 28/11/2026 : vous suivez ses dossiers »."""
        who = "vous suivez ses dossiers" if self.yours else f"voyez {self.substitute}"
        until = self.absent.until
        when = f"jusqu’au {french.short_day(until)}" if until else "ses courriels reviennent"
        return f"{self.absent.name}, {when} : {who}"

    def as_json(self) -> dict[str, Any]:
        """Return the absence as JSON values."""
        return self.absent.as_json() | {"substitute": self.substitute, "yours": self.yours}


def absent_of(told: Addressee) -> Absent | None:
    """Return for whom somebody is told, or None when it is for themselves."""
    if told.absent is None or (told.back_on is None and not told.unreachable):
        return None
    return Absent(told.absent.name, told.back_on)


def away(reader: Recipient, staff: Staff, now: datetime) -> Iterator[Away]:
    """Yield who is away at an instant: the reader's colleagues, and anybody they stand in for."""
    for id_ in staff.missing():
        person = staff.directory.people.get(id_)
        if person is None or id_ == person_of(reader.id):
            continue
        told = staff.told(id_, person.agency, now)
        absent, yours = absent_of(told), told.recipient.id == reader.id
        if absent is not None and (yours or person.agency == reader.agency):
            yield Away(absent, told.recipient.name, yours)
