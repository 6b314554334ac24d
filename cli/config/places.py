"""Agencies, people and their days: what the configuration says of who works where, and when.

Built by `cli.wiring.session` from the settings, used by the commands and by `cli.wiring.container`. Needs
no database, so that simulating stays fast.
"""

from __future__ import annotations

import sys
from datetime import date, datetime
from functools import cached_property
from zoneinfo import ZoneInfo

from cli.config.settings import AgencyRow, Settings
from notifications.model.policy import ReminderPolicy
from notifications.schedule.planning import Planner
from workflow.calendar.calendars import Closure, calendar, territory
from workflow.case.people import Agency, Directory, Person
from workflow.text.french import WEEKDAYS

METROPOLE = "FR"


class AgencyDirectory:
    """The agencies and people of a configuration."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings

    @cached_property
    def directory(self) -> Directory:
        """Return agencies and people."""
        rows = self._settings.people.items()
        people = {
            id_: Person(
                id=id_,
                name=row.name,
                email=row.email,
                agency=row.agency,
                manager=row.manager,
                empty_digest_days=frozenset(WEEKDAYS.index(day) for day in row.empty_digest_on),
            )
            for id_, row in rows
        }
        agencies = {id_: _agency(id_, row) for id_, row in self._settings.agencies.items()}
        return Directory(agencies, people)

    def closures(self, agency: str | None) -> tuple[Closure, ...]:
        """Return the days off of everybody, then those of an agency."""
        row = self._settings.agencies.get(agency or "")
        own = row.closures if row else ()
        rows = (*self._settings.calendar.closures, *own)
        return tuple(Closure(one.first, one.last, one.label) for one in rows)

    def zone(self, agency: str | None) -> ZoneInfo:
        """Return the clock of an agency, or of the métropole when none is named."""
        return self.directory.agency(agency).zone if agency else territory(METROPOLE).zone

    def today(self, now: datetime, agency: str | None) -> date:
        """Return the civil date of an instant in an agency, or in the métropole."""
        return now.astimezone(self.zone(agency)).date()

    @cached_property
    def policy(self) -> ReminderPolicy:
        """Return when reminders leave."""
        reminders = self._settings.reminders
        return ReminderPolicy(
            offsets=reminders.offsets,
            opening=reminders.workday_start,
            closing=reminders.workday_end,
            escalation=reminders.escalation_working_days or None,
            # More files than anybody follows: each then has its own mail.
            group_from=reminders.group_from or sys.maxsize,
            daily_ceiling=self._settings.mail.daily_ceiling,
        )

    @cached_property
    def planner(self) -> Planner:
        """Return the timetable of reminders of every agency."""
        agencies = self.directory.agencies.values()
        return Planner(
            self.policy,
            {
                agency.id: calendar(agency.territory, self.closures(agency.id))
                for agency in agencies
            },
            {agency.id: agency.zone for agency in agencies},
        )

    def planner_for(self, agency: str, place: str) -> Planner:
        """Return a timetable that knows an agency; `place` is the territory of one that is not configured."""
        if agency in self.directory.agencies:
            return self.planner
        days = calendar(place, self.closures(agency))
        return Planner(self.policy, {agency: days}, {agency: territory(place).zone})


def _agency(id_: str, row: AgencyRow) -> Agency:
    zone = ZoneInfo(row.zone) if row.zone else territory(row.territory).zone
    return Agency(id_, row.name, row.email, row.territory, zone)
