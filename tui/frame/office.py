"""Everything a screen may ask for: use cases, reads, people, time, and the choices of the user.

Made once by `cli.wiring.container`, given to `tui.app`. Screens reach the outside through it and nothing
else, which is why a test can open any screen on a real database with a clock of its own.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Protocol
from zoneinfo import ZoneInfo

from msgspec import Struct, field

from notifications.schedule.viewpoint import Looking
from workflow.calendar.calendars import WorkingCalendar, calendar, territory
from workflow.case.people import Directory
from workflow.operations.requests import Request
from workflow.usecases.preparing import UseCases, prepare
from workflow.worklist.worklist import FirstPage, WorkDay, Worklist, WorkRow

if TYPE_CHECKING:
    # None of these is needed to show the first screen.
    from notifications.correspondence.writing import Correspondence
    from notifications.inbox.collecting import Collecting
    from notifications.mail.mime import Mailbox
    from notifications.model.ports import NotificationStore
    from notifications.schedule.planning import Planner
    from workflow.case.case import Case, Outcome
    from workflow.cohorts.acting import Cohorts
    from workflow.eligibility.portal_sheet import Sheet
    from workflow.rulefiles.rulebook import Rulebook
    from workflow.rules.procedure import Procedure
    from workflow.takeover.importing import Importing
    from workflow.takeover.taking_back import TakingBack
    from workflow.usecases.confirming import Confirming
    from workflow.usecases.reads import Inquiries
    from workflow.usecases.recompute import CalendarChanges

_METROPOLE = "FR"


class Services(UseCases, Protocol):
    """The parts that screens use, each made when it is first asked for; safe to share between threads.

    What reads the database may raise `OutOfReach` when it is made.
    """

    @property
    def rulebook(self) -> Rulebook:
        """The rules."""

    @property
    def confirming(self) -> Confirming:
        """The use cases of what the rules leave in doubt."""

    @property
    def correspondence(self) -> Correspondence:
        """What writes letters to people outside."""

    @property
    def inquiries(self) -> Inquiries:
        """The use cases that look a file up in depth."""

    @property
    def worklist(self) -> Worklist:
        """The open files, by page."""

    @property
    def notifications(self) -> NotificationStore:
        """Reminders, mails and absences."""

    @property
    def cohorts(self) -> Cohorts:
        """The use cases of groups."""

    @property
    def importing(self) -> Importing:
        """The use cases of a table that people bring."""

    @property
    def taking_back(self) -> TakingBack:
        """The use cases of an import that was a mistake."""

    def collecting(self, by: str) -> Collecting | None:
        """Return what reads the return mailbox in the name of a person, None when none is set."""

    def changes(self) -> CalendarChanges:
        """Return the use cases that move the dates of several files."""

    def first_page(self, day: WorkDay, lines: int) -> Callable[[], FirstPage | None]:
        """Return what reads the top of the list at once, or gives None: `worklist` is asked then."""

    def hurry(self) -> None:
        """Give a silent database up soon: somebody wants to leave."""

    def database_place(self) -> str:
        """Return where the database is, without its password."""


class Office(Struct, frozen=True):
    """What the screens work with.

    Args:
        services: the use cases and what they read.
        directory: agencies and people.
        clock: the present.
        planner: gives the timetable of an agency, by its id and territory.
        acting: id of the person at the keyboard.
        agency: id of that person's agency, None when the configuration does not know them.
        sender: gives who writes the mails.
        typed: turns a request into the command that can be typed in a terminal.
        hinted: completes the commands that a sentence names, so that they can be typed.
        folder: where drafts and saved views are kept, the user's own.
        wrote: told each thing that was written, in French, should the rest fail.
        printed: lays a portal sheet out as a page to print.
        copies: False when the terminal is known to take nothing in its clipboard.
        heir: True when the drafts kept before each person had a folder are this person's.
        read_only: True when nothing may be written.
        keys: keys changed by the user, by id of binding.
        theme: id of the theme to start with.
    """

    services: Services
    directory: Directory
    clock: Callable[[], datetime]
    planner: Callable[[str, str], Planner]
    acting: str
    agency: str | None
    sender: Callable[[], Mailbox]
    typed: Callable[[Request], str]
    folder: Path
    wrote: Callable[[str], None] = lambda _: None
    hinted: Callable[[str], str] = str
    printed: Callable[[Sheet], str] = lambda _: ""
    copies: bool = True
    heir: bool = False
    read_only: bool = False
    keys: Mapping[str, str] = field(default_factory=dict)
    theme: str = "sombre"

    def prepare(self, request: Request, version: int | None = None) -> Outcome:
        """Return what a request about a file, read at a version, would do; raises like its use case."""
        return prepare(self.services, request, by=self.acting, version=version)

    @property
    def base(self) -> str:
        """What tells databases apart, short and without a name in it: each has its own drafts."""
        return sha256(self.services.database_place().encode()).hexdigest()[:12]

    @property
    def drafts(self) -> Path:
        """Where the drafts of this person on this database are kept, under no name."""
        return (
            self.folder / "brouillons" / self.base / sha256(self.acting.encode()).hexdigest()[:12]
        )

    @property
    def now(self) -> datetime:
        """The present instant (aware, UTC)."""
        return self.clock()

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
        procedure = self.services.rulebook.procedure(row.procedure)
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
