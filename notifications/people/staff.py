"""Who is told about a file on a day: its owner, whoever stands in, the manager, the agency.

Made at each round by the rounds from the directory and what the store knows of people,
so that an absence noted a minute ago counts. Pure: the day is an argument.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta

from msgspec import Struct, field

from notifications.model.ports import NotificationStore
from notifications.model.preferences import Absence, Habits
from workflow.case.people import Directory, Recipient

_PERSON = "personne:"


class Addressee(Struct, frozen=True):
    """Who is written to about a file, and for whom."""

    recipient: Recipient
    absent: Recipient | None = None
    """The person who would have been told, when somebody stands in."""
    back_on: date | None = None
    """Last day of the absence."""

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
    """

    directory: Directory
    choices: Mapping[str, Habits] = field(default_factory=dict)
    away: Mapping[str, tuple[Absence, ...]] = field(default_factory=dict)

    @classmethod
    def of(cls, directory: Directory, store: NotificationStore, now: datetime) -> Staff:
        """Return the staff as the store knows it at an instant."""
        # A day earlier: it is not the same day everywhere.
        absences = store.absences(since=now.date() - timedelta(days=1))
        return cls.gathered(directory, store.habits(), absences)

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

    def told(self, owner: str | None, agency: str, now: datetime) -> Addressee:
        """Return who is told about a file at an instant: its owner, or who stands in for them.

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
        found, seen = usual, {usual.id}
        absence = first = self._away(found, now)
        while absence is not None:
            found = self._next(found, absence)
            if found.id in seen:
                # Everybody is away: the agency's address never is.
                found = self.directory.recipient(None, usual.agency)
                break
            seen.add(found.id)
            absence = self._away(found, now)
        if first is None:
            return Addressee(usual)
        return Addressee(found, usual, first.last)

    def _away(self, recipient: Recipient, now: datetime) -> Absence | None:
        person = person_of(recipient.id)
        return self.absence(person, now.astimezone(recipient.zone).date()) if person else None

    def _next(self, recipient: Recipient, absence: Absence) -> Recipient:
        person = self.directory.people.get(absence.person)
        stand_in = absence.substitute or (person.manager if person else None)
        return self.directory.recipient(stand_in, recipient.agency)


def person_of(recipient: str) -> str:
    """Return the id of the person a recipient is, or "" for an agency's address."""
    return recipient.removeprefix(_PERSON) if recipient.startswith(_PERSON) else ""
