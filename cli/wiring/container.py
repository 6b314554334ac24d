"""The composition root: the only module that knows the database and joins every part.

Made by `cli.wiring.session`, asked by the commands. Each part is built when it is first wanted, so that a
command pays for what it uses; a part is built once. Holds no rule and shows nothing.
Every part is made here, hence its length.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from functools import cached_property, partial
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import structs

from cli.config.configuration import Configuration
from cli.config.places import METROPOLE, AgencyDirectory
from cli.terminal.spelling import line_of
from cli.wiring.database import ConfiguredDatabase
from workflow.errors import OutOfReach
from workflow.papers.folder import PaperFolder
from workflow.rulefiles.rulebook import Rulebook, house_rulebook, load_rulebook
from workflow.rules.procedure import Procedure
from workflow.text import french
from workflow.usecases.cases import CaseService
from workflow.usecases.confirming import Confirming, KnownDoubt, known_doubts, latest
from workflow.usecases.noting import Recording
from workflow.usecases.reads import Inquiries
from workflow.usecases.recompute import CalendarChanges
from workflow.usecases.snooze import Snoozing
from workflow.worklist.worklist import FirstPage, WorkDay

if TYPE_CHECKING:
    from cli.wiring.messaging import DryRun, Messaging
    from db.cases.aside import Aside
    from db.cases.confirmations import SqlConfirmationStore
    from db.mail.store import SqlNotificationStore
    from db.worklist.pages import SqlWorklist
    from notifications.agenda.calendar import Agenda
    from notifications.correspondence.models import LetterModels
    from notifications.correspondence.writing import Correspondence
    from notifications.inbox.collecting import Collecting
    from notifications.model.ports import NotificationStore
    from notifications.model.procedure_names import Labels
    from notifications.schedule.planning import Planner
    from notifications.service.watch import Watch
    from workflow.cohorts.acting import Cohorts
    from workflow.takeover.importing import Importing
    from workflow.takeover.taking_back import TakingBack
    from workflow.usecases.parties import Parties


@dataclass(eq=False)
class Container:
    """Everything a command may need, joined by the configuration.

    Args:
        configuration: settings and where they come from.
        places: agencies, people and their days.
        environment: gives the secrets.
        base: `--base`, or None.
        clock: source of the present.
        ticks: the machine's own count, None when the present is invented.
    """

    configuration: Configuration
    places: AgencyDirectory
    environment: Mapping[str, str]
    base: str | None
    clock: Callable[[], datetime]
    ticks: Callable[[], timedelta] | None = None

    def __post_init__(self) -> None:
        # At once, though nothing is connected yet: threads that ask together must have the same.
        self.database = ConfiguredDatabase(self.configuration, self.environment, self.base)

    def at(self, instant: datetime) -> Container:
        """Return the same container at another instant, for the demonstration."""
        return replace(self, clock=lambda: instant, ticks=None)

    @cached_property
    def rulebook(self) -> Rulebook:
        """Return the rules as the house has had them confirmed; raises like `cases`."""
        return house_rulebook(latest(self._confirmations.confirmations()), self.confirming.today())

    @cached_property
    def confirming(self) -> Confirming:
        """Return the use cases of what the rules leave in doubt; raises like `cases`."""
        return Confirming(self._confirmations, self.clock, self._forget_rules)

    def rules_at_hand(self) -> tuple[Rulebook, tuple[KnownDoubt, ...]]:
        """Return the rules and their doubts: those of the house, or of the program where no base answers."""
        try:
            return self.rulebook, self.confirming.doubts()
        except OutOfReach:
            return load_rulebook(), known_doubts((), self.clock().date())

    @cached_property
    def _confirmations(self) -> SqlConfirmationStore:
        from db.cases.confirmations import SqlConfirmationStore

        return SqlConfirmationStore(self.database.ready)

    def _forget_rules(self) -> None:
        """Have the rules, and what works by them, made anew."""
        for name in ("rulebook", "cases", "recording", "snoozing", "inquiries", "parties"):
            self.__dict__.pop(name, None)

    @cached_property
    def cases(self) -> CaseService:
        """Return the use cases.

        Raises:
            OutOfReach: when the database is absent, older, newer, or does not answer.
        """
        # What talks to a database takes a third of a start to load: each part imports it when it is made.
        from db.cases.store import SqlCaseStore

        return CaseService(
            rulebook=self.rulebook,
            store=SqlCaseStore(
                self.database.ready,
                self.places.planner,
                load_rulebook().is_final,
                self._aside,
                self.rulebook.numbers,
            ),
            directory=self.places.directory,
            closures=self.places.closures,
            settings=self.configuration.settings.targets,
            clock=self.clock,
            papers=self.papers,
            company=self.configuration.settings.company.known(),
        )

    @cached_property
    def papers(self) -> PaperFolder:
        """Return where the files of papers are: what is configured, or a folder beside the base."""
        settings, file = self.configuration.settings.papers, self.database.file
        beside = self.configuration.folder / "pieces"
        if file is not None:
            beside = file.absolute().with_name(f"{file.stem}-pieces")
        chosen = settings.directory
        directory = self.configuration.folder / chosen.expanduser() if chosen else beside
        return PaperFolder(directory, settings.largest_megabytes)

    @cached_property
    def recording(self) -> Recording:
        """Return the use cases that note hours, money and eligibility; raises like `cases`."""
        return Recording(self.cases)

    @property
    def importing(self) -> Importing:
        """Return the use cases of a table that people bring; raises like `cases`."""
        from db.cases.imports import SqlImportLedger
        from workflow.takeover.importing import Importing

        planner = self.places.planner
        return Importing(
            self.cases,
            SqlImportLedger(self.database.ready),
            lambda deadline, agency, at: sum(
                one.at <= at for one in planner.planned(deadline, agency)
            ),
        )

    @property
    def taking_back(self) -> TakingBack:
        """Return the use cases of an import that was a mistake; raises like `cases`."""
        from db.cases.imports import SqlImportLedger
        from workflow.takeover.taking_back import TakingBack

        return TakingBack(self.cases, SqlImportLedger(self.database.ready))

    @cached_property
    def snoozing(self) -> Snoozing:
        """Return the use cases of a reminder put off; raises like `cases`."""
        return Snoozing(self.cases, self.places.planner)

    @cached_property
    def parties(self) -> Parties:
        """Return the use cases of organisations, clients and beneficiaries; raises like `cases`."""
        from db.parties.store import SqlPartyStore
        from workflow.usecases.parties import Parties

        return Parties(SqlPartyStore(self.database.ready), self.cases)

    @property
    def correspondence(self) -> Correspondence:
        """Return what writes letters to people outside; raises like `cases`."""
        from notifications.correspondence.writing import Correspondence

        return Correspondence(self.cases, self.parties.of, self._letters_folder)

    @property
    def letter_models(self) -> LetterModels:
        """Return the models of letters, those of the agency included."""
        from notifications.correspondence.models import LetterModels

        rules, _ = self.rules_at_hand()
        return LetterModels(tuple(rules.procedures.values()), self._letters_folder)

    @property
    def _letters_folder(self) -> Path | None:
        directory = self.configuration.settings.letters.directory
        return None if directory is None else self.configuration.folder / directory.expanduser()

    @cached_property
    def inquiries(self) -> Inquiries:
        """Return the use cases that look a case up in depth; raises like `cases`."""
        return Inquiries(self.cases)

    @property
    def cohorts(self) -> Cohorts:
        """Return the use cases of groups; raises like `cases`."""
        from workflow.cohorts.acting import Cohorts

        return Cohorts(self.cases)

    def changes(
        self,
        watch: Callable[[Sequence[str]], Iterable[str]] = tuple,
        rules: Path | None = None,
    ) -> CalendarChanges:
        """Return the use cases that move the dates of several files; raises like `cases`.

        Args:
            watch: sees the references of the files go by.
            rules: folder of the rules to compute with, None for those of the program.

        Raises:
            InvalidDefinition: rules that cannot be used, every problem told.
        """
        cases = self.cases
        if rules is not None:
            cases = structs.replace(cases, rulebook=load_rulebook(rules))
        return CalendarChanges(cases, watch)

    @property
    def worklist(self) -> SqlWorklist:
        """Return the open files as staff work through them; raises like `cases`."""
        with self.database.opening:
            return self._worklist

    def first_page(self, day: WorkDay, lines: int) -> Callable[[], FirstPage | None]:
        """Return what reads the top of the list at once, for a thread to call.

        It loads nothing but the driver of a server, keeps nothing open, and gives None when the stores
        must be asked.
        """
        from db.worklist.first_page import first_page

        return partial(first_page, self.database.url, day, lines, self.database.trust)

    @cached_property
    def notifications(self) -> SqlNotificationStore:
        """Return reminders, outbox and heartbeat; raises like `cases`."""
        from db.mail.store import SqlNotificationStore

        return SqlNotificationStore(self.database.ready, self._aside)

    @cached_property
    def messaging(self) -> Messaging:
        """Return what writes and sends mails; nothing is connected yet."""
        return self._messaging(lambda: self.notifications, sends=True)

    def collecting(self, by: str) -> Collecting | None:
        """Return what reads the return mailbox in the name of a person; raises like `Messaging.mailbox`."""
        return self.messaging.collecting(by)

    @contextmanager
    def trial(self) -> Iterator[DryRun]:
        """Lend what writes mails in one transaction that is undone at its end, and that sends nothing.

        The clock is believed there. Raises like `cases`, and where the database cannot be written.
        """
        from cli.wiring.messaging import DryRun
        from db.connection.engine import undone
        from db.mail.store import SqlNotificationStore

        with undone(self.database.ready) as transaction:
            store = SqlNotificationStore(transaction, self._aside)
            yield DryRun(store, self._messaging(lambda: store, sends=False), self.clock())

    def _messaging(self, store: Callable[[], NotificationStore], *, sends: bool) -> Messaging:
        # Imported here: templates, scheduler and mail library are of no use to most commands.
        from cli.wiring.messaging import Messaging
        from cli.wiring.watching import watches

        def watching(store: NotificationStore) -> Sequence[Watch]:
            if not sends:
                return ()
            return watches(self.configuration, self.database.credentials, store, self.clock)

        return Messaging(
            self.configuration,
            self.database.credentials,
            self.places,
            self._labels,
            store,
            self.clock,
            watching,
            self._day_calendar,
            self.hurry,
            self.keep_house,
            self._reveals,
            self.ticks,
            sends=sends,
        )

    def _reveals(self, words: str) -> bool:
        from workflow.text.nir import holds_nir
        from workflow.wording.act_text import reveals

        rules, _ = self.rules_at_hand()
        return holds_nir(words) or any(reveals(one, words) for one in rules.procedures.values())

    def keep_house(self, now: datetime) -> None:
        """Look through the whole database, and sweep the files that were copied and never noted.

        Raises:
            OutOfReach: the database is damaged, or the folder cannot be written.
        """
        self.database.verify()
        if self.papers.directory.is_dir():
            held = {one.file.digest for one in self.cases.store.held_files()}
            self.papers.sweep(held, now)

    @cached_property
    def agenda(self) -> Agenda:
        """Return what writes calendars."""
        from notifications.agenda.calendar import Agenda
        from workflow.text.addresses import domain_of

        domain = domain_of(self.configuration.settings.mail.sender)
        return Agenda(self._planner_for, self._labels, domain, line_of)

    def _day_calendar(self, people: Sequence[str], day: date, now: datetime) -> bytes | None:
        """Return the dates of some people on a day as a calendar, None when they have none."""
        store = self.notifications
        rows = (row for one in people for row in store.dated(owner=one, closed_since=day))
        name = f"Échéances du {french.short_day(day)}"
        return self.agenda.day_calendar(rows, day, name, now)

    def unreadable(self) -> tuple[str, ...]:
        """Return what the database holds and nobody could read, one French sentence each."""
        return self._aside.take() if "_aside" in self.__dict__ else ()

    def hurry(self) -> None:
        """Give the database up soon if it is silent: somebody wants to leave."""
        self.database.hurry()

    def close(self) -> None:
        """Let go of the database, if it was opened."""
        if "_worklist" in self.__dict__:
            self._worklist.close()
        self.database.close()

    def database_place(self) -> str:
        """Return where the database is, as a person writes it, without its password."""
        return self.database.place

    def _planner_for(self, agency: str) -> Planner:
        return self.places.planner_for(agency, METROPOLE)

    @cached_property
    def _labels(self) -> Labels:
        from notifications.model.procedure_names import labels_of

        return labels_of({id_: _spoken(one) for id_, one in load_rulebook().procedures.items()})

    @cached_property
    def _aside(self) -> Aside:
        from db.cases.aside import Aside

        return Aside()

    @cached_property
    def _worklist(self) -> SqlWorklist:
        from db.worklist.pages import SqlWorklist

        return SqlWorklist(self.database.ready, self._aside)


def _spoken(procedure: Procedure) -> Procedure:
    """Return a procedure with the deadlines of all its funders, which mails name alike."""
    own = {id_: spec for one in procedure.funders.values() for id_, spec in one.deadlines.items()}
    return structs.replace(procedure, deadlines={**own, **procedure.deadlines})
