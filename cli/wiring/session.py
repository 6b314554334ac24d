"""One run of the command: what was typed globally, and what is opened only when it is needed.

Made by `cli.main`, completed by `cli.app` with the global options, given to every command as the
context object. Opens nothing before a command asks: `simuler` never touches the database.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from cli.terminal import clock
from cli.terminal.failures import Doing
from cli.terminal.spelling import words_of
from workflow.errors import InvalidInput

if TYPE_CHECKING:
    from cli.config.configuration import Configuration
    from cli.config.places import AgencyDirectory
    from cli.terminal.output import Output
    from cli.wiring.container import Container
    from notifications.schedule.viewpoint import Looking
    from workflow.case.case import Outcome
    from workflow.eligibility.portal_sheet import Sheet
    from workflow.operations.requests import Request
    from workflow.wording.date_text import Today

NOW_OPTION = "--maintenant"


@dataclass
class Session:
    """What every command receives.

    Args:
        doing: what was typed, and what has been written so far.
        machine_clock: source of the present.
        environment: environment variables.
        config: `--config`.
        base: `--base`.
        at: `--maintenant`, as typed.
        by: `--par`.
    """

    doing: Doing
    machine_clock: Callable[[], datetime] = clock.now
    environment: Mapping[str, str] = field(default_factory=lambda: os.environ)
    config: Path | None = None
    base: str | None = None
    at: str | None = None
    by: str | None = None

    @cached_property
    def output(self) -> Output:
        """Return where the command writes."""
        from cli.terminal.output import Output

        return Output(sys.stdout, sys.stderr, self.doing.hinted)

    @cached_property
    def configuration(self) -> Configuration:
        """Return the configuration, read once."""
        from cli.config.configuration import find, load

        return load(find(self.config, self.environment))

    @cached_property
    def container(self) -> Container:
        """Return everything wired together; nothing is connected yet."""
        from cli.wiring.container import Container

        # A present that was given cannot be compared with what the machine counts.
        invented = self.at is not None or self.machine_clock is not clock.now
        ticks = None if invented else clock.ticks
        return Container(
            self.configuration, self.places, self.environment, self.base, self.clock, ticks
        )

    @cached_property
    def places(self) -> AgencyDirectory:
        """Return agencies, people and their days."""
        from cli.config.places import AgencyDirectory

        return AgencyDirectory(self.configuration.settings)

    @cached_property
    def acting(self) -> str:
        """Return who acts: `--par`, the configured user, or the system account.

        Raises:
            NotFound: when `--par` names nobody the configuration knows.
        """
        from cli.config.identity import acting_person

        return acting_person(self.by, self.configuration.settings, self.environment)

    def clock(self) -> datetime:
        """Return the present: `--maintenant` when it was given, else the machine's clock."""
        return self._told_now or self.machine_clock()

    def writes(self, *, dry_run: bool = False) -> None:
        """Refuse an invented present to a command about to write, which its readers then stop no more.

        Raises:
            InvalidInput: when `--maintenant` was given and this is no dry run.
        """
        if self.at is not None and not dry_run:
            raise InvalidInput(
                f"L’option {NOW_OPTION} ne sert qu’à lire et à simuler : retirez-la, ou ajoutez "
                "--essai quand la commande le permet."
            )
        if not dry_run:
            self.output.outlive_readers()

    def typed(self, *words: str) -> str:
        """Return a command as it can be typed, with the global options this one was given."""
        options = (("--config", self.config), ("--base", self.base), ("--par", self.by))
        given = [word for name, value in options if value for word in (name, str(value))]
        return self.doing.typed([*given, *words])

    def command_for(self, request: Request) -> str:
        """Return the command that does what is asked, as it can be typed."""
        return self.typed(*words_of(request))

    def suggest(self, title: str, *requests: Request) -> None:
        """Write what to type next, each command alone on its line."""
        self.output.suggest(title, *map(self.command_for, requests))

    def prepare(self, request: Request, version: int | None) -> Outcome:
        """Return what a request about a file would do, not yet written; raises like its use case."""
        from workflow.usecases.preparing import prepare

        return prepare(self.container, request, by=self.acting, version=version)

    def looking(self, agency: str, territory: str = "FR") -> Looking:
        """Return from when and where the dates of an agency are looked at.

        One that the configuration no longer has is given the calendar and clock of the territory.
        """
        from notifications.schedule.viewpoint import Looking

        return Looking(self.clock(), self.places.planner_for(agency, territory), agency)

    def today(self, agency: str | None = None) -> date:
        """Return the civil date of an agency, or of the métropole."""
        return self.places.today(self.clock(), agency)

    @property
    def present(self) -> Today:
        """Return what « demain » and « +10jo » are counted from: the day where the person who acts works."""
        person = self.places.directory.people.get(self.acting)
        return self.looking(person.agency if person else "").present

    def printed(self, sheet: Sheet) -> str:
        """Return a portal sheet laid out as a page to print."""
        from cli.terminal.sheet_layout import Format, render
        from display.case.sheet import page

        looking = self.looking(sheet.case.agency, sheet.case.territory)
        return render(Format.PAGE, page(sheet, looking, self.command_for))

    def wrote(self, what: str) -> None:
        """Remember that something was written, should the rest fail."""
        self.doing.wrote.append(what)

    def close(self) -> None:
        """Say what could not be read, and let go of the database, if it was opened."""
        if "container" in self.__dict__:
            self.output.warn_each(self.container.unreadable())
            self.container.close()

    @cached_property
    def _told_now(self) -> datetime | None:
        if self.at is None:
            return None
        from workflow.calendar.calendars import calendar, territory
        from workflow.rules.fact_specs import FactSpec, FactType
        from workflow.wording.date_text import Today
        from workflow.wording.fact_text import read_fact

        zone = territory("FR").zone
        spec = FactSpec(NOW_OPTION, "le moment présent", FactType.INSTANT, future=True)
        today = Today(self.machine_clock().astimezone(zone).date(), calendar())
        value = read_fact(spec, self.at, zone, today)
        if isinstance(value, datetime):
            return value.astimezone(UTC)
        assert isinstance(value, date), "an instant without its hour is a date"  # noqa: S101
        return datetime(value.year, value.month, value.day, tzinfo=zone).astimezone(UTC)
