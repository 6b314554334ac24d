"""What the core asks of the outside: a place where cases are kept, and the date of a first reminder.

Implemented by `db.cases.store` and `notifications.schedule.planning`; joined in `cli.wiring.container`.
Each question with what it promises, hence its length.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Protocol

from msgspec import Struct

from workflow.case.case import Case, Dates, Deadline, Entry, FactValue, HoursLine, Outcome
from workflow.case.kept_file import KeptFile
from workflow.case.money import MoneyKind
from workflow.case.parties import Party, PartyEntry, PartyKind
from workflow.counting.ways_of_counting import Sitting
from workflow.ports.imports import ImportedFiles, UndoneFiles


class CaseQuery(Struct, frozen=True):
    """What a list shows. Empty fields do not filter."""

    procedure: str | None = None
    state: str | None = None
    agency: str | None = None
    owner: str | None = None
    cohort: str | None = None
    text: str | None = None
    """Part of the reference or title, whatever the case of letters."""
    closed: bool = False
    """True to include cases in a final state."""
    limit: int = 50
    after: str | None = None
    """Reference after which the page starts."""


class CaseLine(Struct, frozen=True):
    """One line of a list of cases."""

    ref: str
    title: str
    procedure: str
    state: str
    agency: str
    owner: str | None
    version: int
    cohort: str | None
    next_deadline: Deadline | None


class CohortLine(Struct, frozen=True):
    """One group of a list of groups."""

    name: str
    procedures: tuple[str, ...]
    files: int
    open: int
    """Files that are not in a final state."""
    act_on: date | None
    """The first day to act in one of them."""


class CasePage(Struct, frozen=True):
    """A page of cases and how many there are in all."""

    lines: tuple[CaseLine, ...]
    total: int


class OpenDeadline(Struct, frozen=True):
    """A deadline that is still awaited, with what is needed to speak of it."""

    id: int
    """Key of the row, given back when it is rescheduled."""
    ref: str
    title: str
    procedure: str
    state: str
    agency: str
    owner: str | None
    deadline: Deadline
    reminded_until: datetime
    """Every reminder planned up to this instant has been dealt with (aware, UTC)."""
    next_reminder_at: datetime | None
    alerts: tuple[str, ...] = ()
    """What does not conform in the file, whatever the dates (`Case.alerts`)."""
    stake: Decimal | None = None
    """Euros that missing a date of the file would lose (`Case.stake`)."""
    estimated: bool = False
    """True when it is the usual stake of the procedure."""


class HeldFile(Struct, frozen=True):
    """A file that a paper of a case has."""

    ref: str
    paper: str
    """Id of the paper."""
    file: KeptFile


class CalendarEntry(Struct, frozen=True):
    """A session of a funder's commission, as somebody noted it."""

    procedure: str
    funder: str
    session: Sitting
    label: str = ""
    noted_by: str = ""


class CalendarChange(Struct, frozen=True):
    """What becomes of a funder's calendar: sessions that go, sessions that come (moved: both)."""

    procedure: str
    funder: str
    removed: tuple[date, ...] = ()
    added: tuple[CalendarEntry, ...] = ()
    known: tuple[Sitting, ...] | None = None
    """The calendar as it was read, by date: the change is refused when it is no longer so."""


class Consultation(Struct, frozen=True):
    """Somebody read the restricted part of a case."""

    at: datetime
    """When (aware, UTC)."""
    by: str
    """Id of the person."""


class CaseFacts(Struct, frozen=True):
    """Some facts of one case, for a view over many."""

    ref: str
    title: str
    procedure: str
    state: str
    agency: str
    owner: str | None
    facts: Mapping[str, FactValue]
    money: Mapping[MoneyKind, Decimal] = {}
    """The sum of its lines of money, by kind."""
    missed: tuple[HoursLine, ...] = ()
    """Its lines of hours that were not done as they were planned."""


class CaseStore(Protocol):
    """Where cases are kept. Every write is one transaction, whole or not at all."""

    def load(self, ref: str) -> Case:
        """Return a case with its open deadlines and its history, or raise `NotFound`."""

    def next_ref(self, prefix: str, year: int) -> str:
        """Return the first free reference `PREFIX-YEAR-0001`, `…-0002`, …"""

    def save(self, outcome: Outcome) -> None:
        """Write an outcome: case, facts, documents, hours, restricted part, journal entry, deadlines.

        Raises:
            TakenReference: when a new case bears a reference already taken.
            StaleCase: when the case is no longer at the version of `outcome.before`.
            OutOfReach: when the database cannot be written.
        """

    def save_all(
        self,
        outcomes: Sequence[Outcome],
        calendar: CalendarChange | None = None,
        imported: ImportedFiles | UndoneFiles | None = None,
    ) -> None:
        """Write several outcomes, and the calendar or the import that makes them, in one transaction.

        Raises:
            StaleCase: when one of the cases moved on; nothing was written.
            Conflict: when the calendar is no longer what was read: a session that goes is not there,
                or one that comes is; when another import took the number.
        """

    def sessions(self, procedure: str, funder: str) -> tuple[CalendarEntry, ...]:
        """Return the sessions of a funder, by date."""

    def open_refs(self, procedure: str, funder: str | None = None) -> Iterator[str]:
        """Yield the references of the open cases of a procedure, of one funder or of all, in order."""

    def journal(self, ref: str) -> tuple[Entry, ...]:
        """Return every entry of a case, oldest first, or raise `NotFound`."""

    def note_consultation(self, ref: str, consultation: Consultation) -> None:
        """Record that somebody reads the restricted part of a case, or raise `NotFound`."""

    def consultations(self, ref: str) -> tuple[Consultation, ...]:
        """Return who read the restricted part of a case, oldest first, or raise `NotFound`."""

    def facts_of(
        self,
        names: Collection[str],
        beside: Collection[str] = (),
        *,
        agency: str | None = None,
        closed: bool = True,
    ) -> Iterator[CaseFacts]:
        """Yield, by reference, the cases that have some of these facts or lines of money.

        With those only, and with the facts asked beside. Read as a stream. Without `closed`, cases in a
        final state are left out.
        """

    def held_files(self) -> Iterator[HeldFile]:
        """Yield every file that a paper has, by reference and paper."""

    def fact_names(self) -> frozenset[str]:
        """Return the ids of the facts that some case has."""

    def find(self, query: CaseQuery) -> CasePage:
        """Return a page of cases, in order of reference."""

    def cohorts(self, agency: str | None = None) -> tuple[CohortLine, ...]:
        """Return the groups, by name; those of an agency count its own files alone."""

    def open_deadlines(
        self,
        *,
        until: date | None = None,
        agency: str | None = None,
        owner: str | None = None,
        overdue_on: date | None = None,
        limit: int | None = None,
    ) -> Iterator[OpenDeadline]:
        """Yield the deadlines to act on up to a day, most urgent first, without loading them all.

        `overdue_on` keeps only those whose day to act is before that day.
        """


class PartyQuery(Struct, frozen=True):
    """Which parties a list shows: those of a kind that answer to some words."""

    kind: PartyKind
    text: str = ""
    limit: int = 50
    offset: int = 0


class PartyPage(Struct, frozen=True):
    """Some parties by name, how many there are in all, and how many files each has, by its number."""

    parties: tuple[Party, ...]
    total: int
    files: Mapping[int, int]


class PartyFile(Struct, frozen=True):
    """A file of a party, in one line."""

    ref: str
    title: str
    procedure: str
    state: str
    agency: str
    is_open: bool
    version: int


class PartyOutline(Struct, frozen=True):
    """What tells a party from others: its name as names are compared, and what only one should have."""

    number: int
    same_name: str
    siret: str | None
    marks: frozenset[str]
    """Telephone number, address, declaration of activity."""


class PartyStore(Protocol):
    """Where parties are kept: each write is one transaction, with its line of journal."""

    def party(self, number: int) -> Party | None:
        """Return a party by its number, None when there is none."""

    def named(self, kind: PartyKind, same_name: str) -> tuple[Party, ...]:
        """Return those that bear a name (`workflow.case.parties.same_name`), oldest first."""

    def beginning(self, kind: PartyKind, typed: str) -> str | None:
        """Return the first name, in their order, that begins as typed; None without one."""

    def with_siret(self, kind: PartyKind, siret: str) -> tuple[Party, ...]:
        """Return the one that has a SIRET, if any."""

    def outlines(self, kind: PartyKind) -> tuple[PartyOutline, ...]:
        """Return what tells apart all of a kind, oldest first."""

    def those(self, numbers: Collection[int]) -> tuple[Party, ...]:
        """Return parties by their numbers, in that order."""

    def page(self, query: PartyQuery) -> PartyPage:
        """Return those that answer to some words, by name."""

    def journal(self, number: int) -> tuple[PartyEntry, ...]:
        """Return every entry of a party, oldest first."""

    def merged(self, number: int) -> tuple[Party, ...]:
        """Return those that were merged into one."""

    def files(self, kind: PartyKind, numbers: Collection[int]) -> tuple[PartyFile, ...]:
        """Return the files that point to some parties, by reference."""

    def write(self, *written: tuple[Party, PartyEntry]) -> tuple[Party, ...]:
        """Write parties as they become, and return them as written.

        Raises:
            Conflict: one was written since it was read, or its SIRET is another's; nothing was written.
        """


class ReminderSchedule(Protocol):
    """When a deadline must next be looked at."""

    def next_after(self, deadline: Deadline, agency: str, instant: datetime) -> datetime | None:
        """Return the first reminder planned strictly after an instant, or None."""

    def last_call(self, dates: Dates, agency: str) -> date | None:
        """Return the last working day that opens before a deadline is missed; None for a reply."""


Clock = Callable[[], datetime]
"""The only source of the present (aware, UTC)."""
