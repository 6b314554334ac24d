"""From when and where dates are looked at, and the dates of a deadline named and written in full.

Used by mails, by the views of the command line and by the screens. Shows nothing itself.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime

from msgspec import Struct

from notifications.schedule.planning import Audience, Planner
from notifications.schedule.standing import Standing, local, standing
from workflow.case.case import Deadline, Moment
from workflow.text import french
from workflow.wording.date_names import date_names
from workflow.wording.date_text import Today


class Looking(Struct, frozen=True):
    """From when and where dates are looked at.

    Args:
        now: present instant.
        planner: working days and zones of the agencies.
        agency: the agency whose days count.
    """

    now: datetime
    planner: Planner
    agency: str

    def standing(self, deadline: Deadline) -> Standing:
        """Return where a deadline stands."""
        return standing(deadline.dates, deadline.kind, self.now, self.agency, self.planner)

    def local(self, moment: Moment) -> Moment:
        """Return a moment as the agency's clocks show it."""
        return local(moment, self.agency, self.planner)

    @property
    def today(self) -> date:
        """The civil date of the agency."""
        return self.now.astimezone(self.planner.zone(self.agency)).date()

    @property
    def present(self) -> Today:
        """What « demain » and « +10jo » are counted from, where somebody types."""
        return Today(self.today, self.planner.calendar(self.agency))


def dates_of(deadline: Deadline, looking: Looking) -> Iterator[tuple[str, str]]:
    """Yield each date of a deadline, named and written out in full."""
    dates = deadline.dates
    chase = looking.planner.chase_day(dates, looking.agency) if dates.awaited else None
    for field, name in date_names(deadline).items():
        moment = chase if field == "chase_on" else getattr(dates, field)
        if moment is not None:
            yield name, french.long_end(looking.local(moment))


def next_reminder(deadline: Deadline, looking: Looking) -> datetime | None:
    """Return when whoever follows the case is next told of a deadline, None when nothing is planned."""
    planned = looking.planner.planned(deadline, looking.agency)
    owners = (p.at for p in planned if p.at > looking.now and p.audience is not Audience.MANAGER)
    return next(owners, None)


def reminders_of(deadline: Deadline, looking: Looking) -> Iterator[tuple[str, str]]:
    """Yield when each is told of a deadline next, and the last day on which telling helps."""
    planner, agency = looking.planner, looking.agency
    moments: tuple[tuple[str, Moment | None], ...] = (
        ("prochain rappel", next_reminder(deadline, looking)),
        ("responsable prévenu", planner.next_escalation(deadline, agency, looking.now)),
        ("dernier jour utile", planner.last_call(deadline.dates, agency)),
    )
    for name, moment in moments:
        if moment is not None:
            yield name, french.long_moment(looking.local(moment))


def reminders_json(deadline: Deadline, looking: Looking) -> dict[str, str | None]:
    """Return the same for another program."""
    planner, agency = looking.planner, looking.agency
    moments = {
        "next_reminder": next_reminder(deadline, looking),
        "escalation": planner.next_escalation(deadline, agency, looking.now),
        "last_call": planner.last_call(deadline.dates, agency),
    }
    return {name: moment.isoformat() if moment else None for name, moment in moments.items()}
