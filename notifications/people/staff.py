"""Who is told about a file on a day: its owner, whoever stands in, the manager, the agency.

Made at each round by the rounds from the directory and what the store knows of people,
so that an absence noted a minute ago counts. Pure: the day is an argument.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta

from msgspec import Struct, field
from msgspec.structs import replace

from notifications.model.ports import NotificationStore
from notifications.model.preferences import Absence, Habits
from workflow.case.people import Directory, Recipient
from workflow.text.addresses import mailbox_key

_PERSON = "personne:"


class Addressee(Struct, frozen=True):
    """Who is written to about a file, and for whom."""

    recipient: Recipient
    absent: Recipient | None = None
    """The person who would have been told, when somebody stands in."""
    back_on: date | None = None
    """Last day of the absence."""
    unreachable: bool = False
    """True when mails to the person come back, rather than that they are away."""

    @property
    def key(self) -> str:
        """Return what tells a reader from another: whoever stands in reads their own files apart."""
        return f"{self.recipient.id} {self.absent.id if self.absent else ''}"


class Staff(Struct, frozen=True):
    """Agencies and people as they are on the days of a round.

    Attributes:
        directory: everybody the configuration names.
        choices: what people chose, by id of the person.
        away: absences, by id of the person.
        unreachable: addresses that mails come back from, as `mailbox_key` writes them.
    """

    directory: Directory
    choices: Mapping[str, Habits] = field(default_factory=dict)
    away: Mapping[str, tuple[Absence, ...]] = field(default_factory=dict)
    unreachable: frozenset[str] = frozenset()

    @classmethod
    def of(cls, directory: Directory, store: NotificationStore, now: datetime) -> Staff:
        """Return the staff as the store knows it at an instant."""
        # A day earlier: it is not the same day everywhere.
        absences = store.absences(since=now.date() - timedelta(days=1))
        found = cls.gathered(directory, store.habits(), absences)
        return replace(found, unreachable=frozenset(one.address for one in store.unreachable()))

    @classmethod
    def gathered(
        cls, directory: Directory, habits: Iterable[Habits], absences: Iterable[Absence]
    ) -> Staff:
        """Return the staff from what people chose and when they are away."""
        away: dict[str, tuple[Absence, ...]] = {}
        for absence in absences:
            away[absence.person] = (*away.get(absence.person, ()), absence)
        return cls(directory, {one.person: one for one in habits}, away)

    def habits(self, recipient: Recipient) -> Habits:
        """Return what a recipient chose; an agency's address chooses nothing."""
        person = person_of(recipient.id)
        return self.choices.get(person) or Habits(person)

    def absence(self, person: str, day: date) -> Absence | None:
        """Return the absence of a person on a day, or None."""
        return next((one for one in self.away.get(person, ()) if one.covers(day)), None)

    def is_unreachable(self, recipient: Recipient) -> bool:
        """Tell whether mails to a person come back; an agency is written to whatever happens."""
        person = person_of(recipient.id)
        return bool(person) and mailbox_key(recipient.email) in self.unreachable

    def missing(self) -> tuple[str, ...]:
        """Return the ids of those who are away, then of those to whom mails come back."""
        people = self.directory.recipients() if self.unreachable else ()
        silent = (person_of(one.id) for one in people if self.is_unreachable(one))
        return tuple(dict.fromkeys((*self.away, *silent)))

    def told(self, owner: str | None, agency: str, now: datetime) -> Addressee:
        """Return who is told about a file at an instant: its owner, or who stands in for them.

        Whoever cannot be reached is passed over like somebody away; an agency's address never is, for
        nobody is left after it.

        Raises:
            NotFound: when the configuration has no such agency.
        """
        usual = self.directory.recipient(owner, agency)
        return self._present(usual, now)

    def manager(self, owner: str | None, agency: str, now: datetime) -> Addressee:
        """Return who is told when a file is about to lose its funding: the owner's manager.

        The agency's address when nobody manages the owner, or nobody owns the file.

        Raises:
            NotFound: when the configuration has no such agency.
        """
        person = self.directory.people.get(owner or "")
        manager = person.manager if person is not None else None
        return self._present(self.directory.recipient(manager, agency), now)

    def _present(self, usual: Recipient, now: datetime) -> Addressee:
        """Return a recipient, or the first present of those who stand in, one after the other."""
        found, seen, first = usual, {usual.id}, self._away(usual, now)
        while (successor := self._successor(found, now)) is not None:
            found = successor
            if found.id in seen:
                # Everybody is away: the agency's address never is.
                found = self.directory.recipient(None, usual.agency)
                break
            seen.add(found.id)
        if found.id == usual.id:
            return Addressee(usual)
        if first is None:
            return Addressee(found, usual, unreachable=True)
        return Addressee(found, usual, first.last)

    def _successor(self, recipient: Recipient, now: datetime) -> Recipient | None:
        """Return who is written to instead of a person who is away or cannot be reached, or None."""
        person = self.directory.people.get(person_of(recipient.id))
        absence = self._away(recipient, now)
        if person is None or (absence is None and not self.is_unreachable(recipient)):
            return None
        stand_in = absence.substitute if absence is not None else None
        return self.directory.recipient(stand_in or person.manager, recipient.agency)

    def _away(self, recipient: Recipient, now: datetime) -> Absence | None:
        person = person_of(recipient.id)
        return self.absence(person, now.astimezone(recipient.zone).date()) if person else None


def person_of(recipient: str) -> str:
    """Return the id of the person a recipient is, or "" for an agency's address."""
    return recipient.removeprefix(_PERSON) if recipient.startswith(_PERSON) else ""
