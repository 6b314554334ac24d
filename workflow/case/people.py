"""Who acts and who is told: persons, agencies, and the directory that finds them.

Read from the configuration by `cli.config.settings`; used by the service, the reminders and the digest.
"""

from __future__ import annotations

from collections.abc import Mapping
from zoneinfo import ZoneInfo

from msgspec import Struct, field

from workflow.errors import one_named


class Agency(Struct, frozen=True):
    """An agency of the ETT."""

    id: str
    name: str
    email: str
    territory: str
    zone: ZoneInfo


class Person(Struct, frozen=True):
    """A member of staff."""

    id: str
    name: str
    email: str
    agency: str
    manager: str | None = None
    empty_digest_days: frozenset[int] = frozenset()
    """Weekdays (Monday is 0) on which a digest that has nothing to say is sent all the same."""


class Recipient(Struct, frozen=True):
    """An address that receives reminders and digests: a person, or an agency for files nobody owns."""

    id: str
    """`personne:ID` or `agence:ID`; part of a reminder's identity."""
    name: str
    email: str
    agency: str
    zone: ZoneInfo
    empty_digest_days: frozenset[int] = frozenset()


class Directory(Struct, frozen=True):
    """Everybody the configuration names."""

    agencies: Mapping[str, Agency] = field(default_factory=dict)
    people: Mapping[str, Person] = field(default_factory=dict)

    def agency(self, id_: str) -> Agency:
        """Return an agency.

        Raises:
            NotFound: when the configuration has none of that id.
        """
        return one_named("Agence", id_, self.agencies)

    def person(self, id_: str) -> Person:
        """Return a person.

        Raises:
            NotFound: when the configuration has none of that id.
        """
        return one_named("Personne", id_, self.people)

    def recipient(self, owner: str | None, agency: str) -> Recipient:
        """Return who is told about a case: its owner, or the agency when nobody known owns it."""
        known = self.agency(agency)
        person = self.people.get(owner) if owner else None
        if person is None:
            return Recipient(f"agence:{known.id}", known.name, known.email, known.id, known.zone)
        return Recipient(
            f"personne:{person.id}",
            person.name,
            person.email,
            person.agency,
            self.agency(person.agency).zone,
            person.empty_digest_days,
        )

    def recipients(self) -> tuple[Recipient, ...]:
        """Return every possible recipient: each person, then each agency."""
        people = [self.recipient(person.id, person.agency) for person in self.people.values()]
        return (*people, *(self.recipient(None, id_) for id_ in self.agencies))
