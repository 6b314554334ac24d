"""What an absence does: the files of the person, the dates that fall in it, who receives them when.

Called by `absences` and by the form of an absence before one is noted. Asks the store and the staff;
writes nothing.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from msgspec import Struct
from msgspec.structs import replace

from notifications.model.ports import NotificationStore
from notifications.model.preferences import Absence
from notifications.people.staff import Staff
from workflow.calendar.calendars import calendar
from workflow.case.people import Agency, Directory, Person, Recipient
from workflow.counting.odd_days import odd_days
from workflow.errors import InvalidInput
from workflow.operations import operations
from workflow.operations.requests import Request
from workflow.ports.stores import CaseQuery, OpenDeadline
from workflow.text import french
from workflow.usecases.cases import CaseService
from workflow.wording.ledger_text import read_day

_NOON = time(12)
_ANY = ZoneInfo("Europe/Paris")
"""A day written in full is the same day everywhere."""
_LONGEST = timedelta(days=3 * 366)


class Standin(Struct, frozen=True):
    """Who is written to for somebody who is away, over days that follow each other."""

    first: date
    last: date
    recipient: Recipient


class Effect(Struct, frozen=True):
    """What an absence does."""

    open_files: int
    falling: tuple[OpenDeadline, ...]
    """The deadlines to act on while the person is away."""
    standins: tuple[Standin, ...]
    away_too: tuple[Absence, ...]
    """The absences of the substitute on some of these days."""
    odd: tuple[str, ...] = ()
    """A sentence for each of its two ends that falls on a Sunday or a public holiday."""


def absence_of(request: Request, directory: Directory) -> Absence:
    """Return the absence that a request notes, its days written in full.

    Raises:
        NotFound: a person that nobody is.
    """
    substitute = request.given(operations.SUBSTITUTE)
    first, last = (read_day(request.text(one), _ANY) for one in (operations.FIRST, operations.LAST))
    person = directory.person(request.about[0])
    return Absence(person.id, first, last, directory.person(substitute).id if substitute else None)


def effect_of(
    person: Person,
    absence: Absence,
    cases: CaseService,
    store: NotificationStore,
    directory: Directory,
) -> Effect:
    """Return what an absence would do, beside those that are known.

    Raises:
        InvalidInput: when it is over already, or would last for years.
    """
    _refuse_useless(absence, cases.clock().astimezone(directory.agency(person.agency).zone).date())
    known = store.absences()
    staff = Staff.gathered(directory, (), (*known, absence))
    return Effect(
        open_files=cases.store.find(CaseQuery(owner=person.id, limit=1)).total,
        falling=tuple(
            row
            for row in cases.store.open_deadlines(until=absence.last, owner=person.id)
            if row.deadline.dates.act_on >= absence.first
        ),
        standins=tuple(_standins(person, absence, staff)),
        away_too=tuple(
            one
            for one in known
            if one.person == absence.substitute
            and one.first <= absence.last
            and absence.first <= one.last
        ),
        odd=tuple(_odd_ends(absence, directory.agency(person.agency))),
    )


def _odd_ends(absence: Absence, agency: Agency) -> Iterator[str]:
    ends = dict.fromkeys((absence.first, absence.last))
    named = zip(("Le premier jour", "Le dernier jour"), ends, strict=False)
    yield from odd_days(named, calendar(agency.territory))


def _refuse_useless(absence: Absence, today: date) -> None:
    days = french.period(absence.first, absence.last)
    if absence.last < today:
        raise InvalidInput(f"Absence {days} : elle est déjà finie ; vérifiez les dates.")
    if absence.last - absence.first > _LONGEST:
        raise InvalidInput(
            f"Absence {days} : trois ans au plus ; au-delà, confiez les dossiers à quelqu’un d’autre."
        )


def _standins(person: Person, absence: Absence, staff: Staff) -> Iterator[Standin]:
    """Yield who receives what the person does not, each for as long as it stays the same."""
    zone = staff.directory.agency(person.agency).zone
    run: Standin | None = None
    day = absence.first
    while day <= absence.last:
        told = staff.told(person.id, person.agency, datetime.combine(day, _NOON, zone))
        if run is not None and run.recipient != told.recipient:
            yield run
            run = None
        run = Standin(day, day, told.recipient) if run is None else replace(run, last=day)
        day += timedelta(days=1)
    if run is not None:
        yield run
