"""The composition root: the only module that knows the database and joins every part.

Made by `cli.wiring.session`, asked by the commands. Each part is built when it is first wanted, so that a
command pays for what it uses; a part is built once. Holds no rule and shows nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from functools import cached_property, partial
from pathlib import Path
from threading import RLock
from typing import TYPE_CHECKING
from urllib.parse import unquote

from msgspec.structs import replace

from cli.config.configuration import Configuration
from cli.config.credentials import Credentials, read_credentials
from cli.config.database_address import database_url, refuse_unusable
from cli.config.places import METROPOLE, AgencyDirectory
from cli.terminal.spelling import line_of
from workflow.errors import InvalidInput
from workflow.rulefiles.rulebook import Rulebook, load_rulebook
from workflow.rules.procedure import Procedure
from workflow.text import french
from workflow.usecases.cases import CaseService
from workflow.usecases.noting import Recording
from workflow.usecases.reads import Inquiries
from workflow.usecases.recompute import CalendarChanges
from workflow.usecases.snooze import Snoozing
from workflow.usecases.worklist import FirstPage, WorkDay

if TYPE_CHECKING:
    from sqlalchemy import Engine

    from cli.wiring.messaging import DryRun, Messaging
    from db.cases.aside import Aside
    from db.connection.trust import Trust
    from db.mail.store import SqlNotificationStore
    from db.worklist.pages import SqlWorklist
    from notifications.agenda.calendar import Agenda
    from notifications.model.ports import NotificationStore
    from notifications.model.procedure_names import Labels
    from notifications.schedule.planning import Planner
    from notifications.service.watch import Watch


_SHARED_CACHE_KIB = 2_048


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

    def __init__(
        self,
        configuration: Configuration,
        places: AgencyDirectory,
        environment: Mapping[str, str],
        base: str | None,
        clock: Callable[[], datetime],
        ticks: Callable[[], timedelta] | None = None,
    ) -> None:
        self._configuration = configuration
        self._places = places
        self._environment = environment
        self._base = base
        self._clock = clock
        self._ticks = ticks
        self._cache_kib: int | None = None
        # The interface asks from several threads at once: there is one engine, and one list.
        self._opening = RLock()

    def share_memory(self) -> None:
        """Have each connection keep fewer pages: the interface reads through several at once.

        The disk's own cache has the others, and a list is read no slower. To be called before the
        database is opened.
        """
        self._cache_kib = _SHARED_CACHE_KIB

    def at(self, instant: datetime) -> Container:
        """Return the same container at another instant, for the demonstration."""
        return Container(
            self._configuration, self._places, self._environment, self._base, lambda: instant
        )

    @cached_property
    def rulebook(self) -> Rulebook:
        """Return the rules."""
        return load_rulebook()

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
                self._ready_engine,
                self._places.planner,
                self.rulebook.is_final,
                self._aside,
                self.rulebook.numbers,
            ),
            directory=self._places.directory,
            closures=self._places.closures,
            settings=self._configuration.settings.targets,
            clock=self._clock,
            company=self._configuration.settings.company.known(),
        )

    @cached_property
    def recording(self) -> Recording:
        """Return the use cases that note papers, hours and eligibility; raises like `cases`."""
        return Recording(self.cases)

    @cached_property
    def snoozing(self) -> Snoozing:
        """Return the use cases of a reminder put off; raises like `cases`."""
        return Snoozing(self.cases, self._places.planner)

    @cached_property
    def inquiries(self) -> Inquiries:
        """Return the use cases that look a case up in depth; raises like `cases`."""
        return Inquiries(self.cases)

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
            cases = replace(cases, rulebook=load_rulebook(rules))
        return CalendarChanges(cases, watch)

    @property
    def worklist(self) -> SqlWorklist:
        """Return the open files as staff work through them; raises like `cases`."""
        with self._opening:
            return self._worklist

    def first_page(self, day: WorkDay, lines: int) -> Callable[[], FirstPage | None]:
        """Return what reads the top of the list at once, for a thread to call.

        It loads nothing but the driver of a server, keeps nothing open, and gives None when the stores
        must be asked.
        """
        from db.worklist.first_page import first_page

        return partial(first_page, self._url, day, lines, self._trust)

    @cached_property
    def notifications(self) -> SqlNotificationStore:
        """Return reminders, outbox and heartbeat; raises like `cases`."""
        from db.mail.store import SqlNotificationStore

        return SqlNotificationStore(self._ready_engine, self._aside)

    @cached_property
    def messaging(self) -> Messaging:
        """Return what writes and sends mails; nothing is connected yet."""
        return self._messaging(lambda: self.notifications, sends=True)

    @contextmanager
    def trial(self) -> Iterator[DryRun]:
        """Lend what writes mails in one transaction that is undone at its end, and that sends nothing.

        The clock is believed there. Raises like `cases`, and where the database cannot be written.
        """
        from cli.wiring.messaging import DryRun
        from db.connection.engine import undone
        from db.mail.store import SqlNotificationStore

        with undone(self._ready_engine) as transaction:
            store = SqlNotificationStore(transaction, self._aside)
            yield DryRun(store, self._messaging(lambda: store, sends=False), self._clock())

    def _messaging(self, store: Callable[[], NotificationStore], *, sends: bool) -> Messaging:
        # Imported here: templates, scheduler and mail library are of no use to most commands.
        from cli.wiring.messaging import Messaging
        from cli.wiring.watching import watches

        def watching(store: NotificationStore) -> Sequence[Watch]:
            if not sends:
                return ()
            return watches(self._configuration, self._credentials, store, self._clock)

        return Messaging(
            self._configuration,
            self._credentials,
            self._places,
            self._labels,
            store,
            self._clock,
            watching,
            self._day_calendar,
            self.hurry,
            self.verify_database,
            self._ticks,
            sends=sends,
        )

    @cached_property
    def agenda(self) -> Agenda:
        """Return what writes calendars."""
        from notifications.agenda.calendar import Agenda
        from workflow.text.addresses import domain_of

        domain = domain_of(self._configuration.settings.mail.sender)
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
        if "_opened" in self.__dict__:
            from db.connection.engine import hurry

            hurry(self._opened)

    def close(self) -> None:
        """Let go of the database, if it was opened."""
        if "_worklist" in self.__dict__:
            self._worklist.close()
        if "_opened" in self.__dict__:
            self._opened.dispose()

    def schema_state(self) -> str:
        """Return `absent`, `current`, `older` or `newer`."""
        from db.schema import version

        return version.schema_state(self._engine).value

    def database_file(self) -> Path | None:
        """Return the file of the database, None for a server."""
        url = self._engine.url
        is_file = url.get_backend_name() == "sqlite" and url.database
        return Path(url.database) if is_file and url.database else None

    def refuse_absent_folder(self) -> None:
        """Refuse to create a database where no folder is: its path was mistyped.

        Raises:
            InvalidInput: unless the place is the program's own, which it makes itself.
        """
        file = self.database_file()
        named = self._base or self._credentials.database_url or self._configured_url
        if file is None or not named or str(file).startswith("file:") or file.parent.is_dir():
            return
        raise InvalidInput(
            f"Le dossier « {file.parent} » n’existe pas : corrigez le chemin de la base, ou créez "
            "ce dossier."
        )

    def upgrade(self) -> tuple[str | None, str, int]:
        """Create or migrate the database; return its revision before and after, and what was judged anew."""
        from db.migrations.revisions import HEAD
        from db.schema import version

        before = version.current(self._engine)
        if before is not None:
            version.verify(self._engine)
        judged = version.upgrade(self._engine)
        version.refuse_incomplete(self._engine)
        return before, HEAD, judged

    def require_database(self) -> None:
        """Connect to the database; raises like `cases`."""
        _ = self._ready_engine

    def database_read_only(self) -> bool:
        """Tell whether the base may be read and not written; raises like `cases`."""
        from db.schema import version

        return version.read_only(self._ready_engine)

    def verify_database(self) -> None:
        """Look through the whole base; raises like `cases`, and when it is damaged or incomplete."""
        from db.schema import version

        version.verify(self._ready_engine)
        version.refuse_incomplete(self._ready_engine)

    def database_place(self) -> str:
        """Return where the database is, as a person writes it, without its password."""
        return unquote(self._engine.url.set(query={}, password=None).render_as_string())

    def _planner_for(self, agency: str) -> Planner:
        return self._places.planner_for(agency, METROPOLE)

    @cached_property
    def _labels(self) -> Labels:
        from notifications.model.procedure_names import labels_of

        return labels_of({id_: _spoken(one) for id_, one in self.rulebook.procedures.items()})

    @cached_property
    def _credentials(self) -> Credentials:
        return read_credentials(self._environment)

    @property
    def _configured_url(self) -> str | None:
        return self._configuration.settings.database.url

    @property
    def _url(self) -> str:
        url = database_url(self._base, self._credentials, self._configuration)
        refuse_unusable(url)
        return url

    @property
    def _trust(self) -> Trust:
        from db.connection.trust import Trust

        settings = self._configuration.settings.database
        file = settings.ca_file and self._configuration.folder / settings.ca_file.expanduser()
        return Trust(settings.security == "tls", str(file) if file else None)

    @cached_property
    def _aside(self) -> Aside:
        from db.cases.aside import Aside

        return Aside()

    @cached_property
    def _worklist(self) -> SqlWorklist:
        from db.worklist.pages import SqlWorklist

        return SqlWorklist(self._ready_engine, self._aside)

    @property
    def _engine(self) -> Engine:
        with self._opening:
            return self._opened

    @cached_property
    def _opened(self) -> Engine:
        from db.connection import engine

        cache_kib = self._cache_kib or engine.CACHE_KIB
        return engine.open_engine(self._url, cache_kib=cache_kib, trust=self._trust)

    @property
    def _ready_engine(self) -> Engine:
        # Never the lock of the property before this one: two threads would wait for each other.
        with self._opening:
            return self._checked

    @cached_property
    def _checked(self) -> Engine:
        from db.schema import version

        version.require_current(self._engine)
        return self._engine


def _spoken(procedure: Procedure) -> Procedure:
    """Return a procedure with the deadlines of all its funders, which mails name alike."""
    own = {id_: spec for one in procedure.funders.values() for id_, spec in one.deadlines.items()}
    return replace(procedure, deadlines={**own, **procedure.deadlines})
