"""Everything a screen may ask for: use cases, reads, people, time, and the choices of the user.

Made once by `cli.wiring`, given to `tui.app`. Screens reach the outside through it and nothing else, which
is why a test can open any screen on a real database with a clock of its own.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from msgspec import Struct, field

from notifications.looking import Looking
from notifications.planning import Planner
from workflow.calendarchanges import CalendarChanges
from workflow.calendars import WorkingCalendar, calendar, territory
from workflow.case import Case
from workflow.inquiries import Inquiries
from workflow.people import Directory
from workflow.procedure import Procedure
from workflow.recording import Recording
from workflow.service import CaseService
from workflow.snoozing import Snoozing
from workflow.worklist import WorkDay, Worklist, WorkRow

if TYPE_CHECKING:
    # What reads and writes mails is not needed to show the first screen.
    from notifications.mail.mime import Mailbox
    from notifications.ports import Mailroom, Notifications, NotificationStore, PeopleRecords

_METROPOLE = "FR"


class Office(Struct, frozen=True):
    """What the screens work with.

    Args:
        cases: the use cases on files.
        recording: the use cases that note papers, hours and contracts.
        inquiries: the use cases that look a file up in depth.
        changes: makes the use cases that move the dates of several files.
        worklist: the open files, by page.
        planner: gives the timetable of an agency, by its id and territory.
        acting: id of the person at the keyboard.
        agency: id of that person's agency, None when the configuration does not know them.
        notifications: gives mails and absences.
        snoozing: the use cases of a reminder put off.
        sender: gives who writes the mails.
        typed: turns the words of a command into what can be typed in a terminal.
        folder: where drafts and saved views are kept, the user's own.
        base: tells databases apart, short and without a name in it: each has its own drafts.
        read_only: True when nothing may be written.
        keys: keys changed by the user, by id of binding.
        theme: id of the theme to start with.
    """

    cases: CaseService
    recording: Recording
    inquiries: Inquiries
    changes: Callable[[], CalendarChanges]
    worklist: Worklist
    planner: Callable[[str, str], Planner]
    acting: str
    agency: str | None
    notifications: Callable[[], Notifications]
    snoozing: Snoozing
    sender: Callable[[], Mailbox]
    typed: Callable[..., str]
    folder: Path
    base: str
    read_only: bool = False
    keys: Mapping[str, str] = field(default_factory=dict)
    theme: str = "sombre"

    @property
    def directory(self) -> Directory:
        """Agencies and people."""
        return self.cases.directory

    @property
    def mail(self) -> NotificationStore:
        """Outbox and heartbeat; screens only read them."""
        return self.notifications()

    @property
    def room(self) -> Mailroom:
        """The outbox, to be looked at and acted on."""
        return self.notifications()

    @property
    def people(self) -> PeopleRecords:
        """Where absences are noted."""
        return self.notifications()

    @property
    def drafts(self) -> Path:
        """Where the drafts of this database are kept."""
        return self.folder / "brouillons" / self.base

    @property
    def now(self) -> datetime:
        """The present instant (aware, UTC)."""
        return self.cases.clock()

    @property
    def person(self) -> str:
        """The name of whoever is at the keyboard."""
        known = self.directory.people.get(self.acting)
        return known.name if known else self.acting

    def looking(self, agency: str, place: str = _METROPOLE) -> Looking:
        """Return from when and where the dates of an agency are looked at."""
        return Looking(self.now, self.planner(agency, place), agency)

    def looking_at(self, case: Case) -> Looking:
        """Return from when and where the dates of a file are looked at."""
        return self.looking(case.agency, case.territory)

    def procedure_of(self, row: WorkRow) -> Procedure:
        """Return the rules of a line of the list."""
        procedure = self.cases.rulebook.procedure(row.procedure)
        return procedure.funders.get(row.funder or "", procedure)

    @property
    def zone(self) -> ZoneInfo:
        """The clock of the person's agency, or of the métropole."""
        known = self.directory.agencies.get(self.agency or "")
        return known.zone if known else territory(_METROPOLE).zone

    @property
    def today(self) -> date:
        """The civil date of the person's agency, or of the métropole."""
        return self.now.astimezone(self.zone).date()

    @property
    def calendar(self) -> WorkingCalendar:
        """The working days of the person's agency, or of the métropole."""
        if self.agency is None:
            return calendar(_METROPOLE)
        return self.planner(self.agency, _METROPOLE).calendar(self.agency)

    @property
    def day(self) -> WorkDay:
        """The days that tell the groups of the list apart."""
        return WorkDay.of(self.today, self.calendar)
