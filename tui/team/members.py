"""What the team has to do: files, late ones, the coming weeks, who is away and who stands in.

Read by the screen of the team, off the screen. The counts are those of the list of work, so that a person's
line and their files always agree.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from msgspec import Struct

from notifications.digest.load import drawn, working_days
from notifications.model.preferences import Absence
from notifications.people.staff import Addressee, Staff
from tui.frame.office import Office
from workflow.case.people import Agency, Person
from workflow.text.folding import french_order
from workflow.worklist.worklist import WorkGroup, WorkQuery

NOBODY = "sans-personne:"
"""Start of the name of the line of files that nobody follows, before the id of the agency."""


class Member(Struct, frozen=True):
    """A person, or the files that nobody follows in an agency.

    Args:
        ref: id of the person, or `NOBODY` and the id of the agency.
        name: what the line is called.
        agency: id of the agency.
        counts: open files, by group.
        days: dates to act on, by working day of the coming four weeks.
        absences: absences that are not over, by first day.
        told: who is told now; None for files that nobody follows.
    """

    ref: str
    name: str
    agency: str
    counts: Mapping[WorkGroup, int]
    days: Mapping[date, int]
    absences: tuple[Absence, ...] = ()
    told: Addressee | None = None

    @property
    def version(self) -> int:
        """Another number once something of it has changed."""
        return hash((tuple(self.counts.values()), tuple(self.days.values()), self.absences))

    @property
    def is_person(self) -> bool:
        """False for the files that nobody follows."""
        return not self.ref.startswith(NOBODY)

    @property
    def files(self) -> int:
        """Open files."""
        return sum(self.counts.values())

    @property
    def late(self) -> int:
        """Files late, or to chase."""
        return self.counts[WorkGroup.LATE] + self.counts[WorkGroup.CHASE]

    @property
    def week(self) -> int:
        """Files to act on today or within a week."""
        return self.counts[WorkGroup.TODAY] + self.counts[WorkGroup.WEEK]

    @property
    def away(self) -> date | None:
        """Last day of the absence that goes on, None when the person is there."""
        return self.told.back_on if self.told is not None else None

    @property
    def leaves(self) -> date | None:
        """First day of the next absence, None when one goes on or none is noted."""
        return self.absences[0].first if self.absences and self.away is None else None


class Team(Struct, frozen=True):
    """An agency and its people, in the order of a French directory."""

    agency: Agency
    members: tuple[Member, ...]


def query_of(office: Office, member: str, agency: str) -> WorkQuery:
    """Return what lists the files of a line."""
    if member.startswith(NOBODY):
        return WorkQuery(day=office.day, owner="", agency=agency)
    return WorkQuery(day=office.day, owner=member)


def teams(office: Office) -> tuple[Team, ...]:
    """Return everybody, by agency; raises `OutOfReach`."""
    directory = office.directory
    absences = office.services.notifications.absences(since=office.today)
    staff = Staff.gathered(directory, (), absences)
    found = []
    for agency in sorted(directory.agencies.values(), key=lambda one: french_order(one.name)):
        people = sorted(
            (one for one in directory.people.values() if one.agency == agency.id),
            key=lambda one: french_order(one.name),
        )
        members = [_member(office, one, staff, absences) for one in people]
        nobody = _line(office, f"{NOBODY}{agency.id}", "Sans personne", agency.id)
        found.append(Team(agency, (*members, *((nobody,) if nobody.files else ()))))
    return tuple(found)


def _member(office: Office, person: Person, staff: Staff, absences: Sequence[Absence]) -> Member:
    own = tuple(one for one in absences if one.person == person.id)
    told = staff.told(person.id, person.agency, office.now)
    return _line(office, person.id, person.name, person.agency, own, told)


def _line(
    office: Office,
    ref: str,
    name: str,
    agency: str,
    absences: tuple[Absence, ...] = (),
    told: Addressee | None = None,
) -> Member:
    place = office.directory.agencies[agency].territory
    calendar = office.planner(agency, place).calendar(agency)
    days, query = working_days(office.today, calendar), query_of(office, ref, agency)
    load = office.services.worklist.load(query, days[0], days[-1])
    counts = office.services.worklist.counts(query)
    worked = {bar.day: bar.count for bar in drawn(days, load, calendar).bars}
    return Member(ref, name, agency, counts, worked, absences, told)
