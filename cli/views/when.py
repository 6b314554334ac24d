"""How pressing a date is: words, sign and colour, the same in every view.

The standing itself is computed by `notifications.standing`, so that the terminal and the mails always
say the same. Only turns it into something to look at.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime

from rich.text import Text

from cli.output import line
from notifications.planning import Audience, Planner
from notifications.standing import Standing, Status, local, standing
from workflow import french
from workflow.case import Deadline, Moment
from workflow.procedure import Kind

_STYLES = {
    Status.MARGIN: "late",
    Status.LATE: "late",
    Status.TODAY: "soon",
    Status.SOON: "soon",
    Status.AHEAD: "ok",
    Status.CHASE: "late",
    Status.AWAITED: "awaited",
    Status.OPENING: "awaited",
}

_SIGNS = {
    Status.MARGIN: "!",
    Status.LATE: "!!",
    Status.TODAY: "!",
    Status.SOON: "!",
    Status.CHASE: "?",
    Status.AWAITED: "…",
}
"""Read without colours: !! missed, ! act now, ? chase, … wait."""


@dataclass(frozen=True, slots=True)
class Looking:
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
        return standing(deadline, self.now, self.agency, self.planner)

    def local(self, moment: Moment) -> Moment:
        """Return a moment as the agency's clocks show it."""
        return local(moment, self.agency, self.planner)


def style_of(where: Standing, *, internal: bool = False) -> str:
    """Return the colour of a standing; a target of the house never looks like a lost funding."""
    style = _STYLES[where.status]
    return "internal" if internal and style == "late" else style


def sign(where: Standing, *, internal: bool = False) -> str:
    """Return the sign of a standing, which says without colour what the colour says."""
    mark = _SIGNS.get(where.status, "")
    return "!" if internal and mark == "!!" else mark


def headline(where: Standing, *, internal: bool = False) -> Text:
    """Return « ! Demain », coloured by how pressing it is."""
    return line(
        (
            f"{sign(where, internal=internal)} {words(where)}".strip(),
            style_of(where, internal=internal),
        )
    )


def words(where: Standing) -> str:
    """Return « Limite stricte dépassée depuis hier »: the same words in every list and sheet.

    Once the margin is used up two dates matter, and each is named.
    """
    if where.status is Status.MARGIN:
        return f"{where.headline}, {where.name} {where.phrase}"
    return where.headline


def dates(deadline: Deadline, looking: Looking) -> Iterator[tuple[str, str]]:
    """Yield each date of a deadline, named and written out in full."""
    internal = deadline.kind is Kind.INTERNAL
    prudent = "objectif" if internal else "limite prudente"
    chase = looking.planner.chase_day(deadline, looking.agency) if deadline.awaited else None
    moments: tuple[tuple[str, Moment | None], ...] = (
        ("ouverture", deadline.opens_on),
        (prudent, deadline.prudent),
        ("limite stricte", deadline.strict),
        ("réponse attendue", deadline.expected_at),
        ("relance", chase),
        ("commission", deadline.commission),
    )
    for name, moment in moments:
        if moment is not None:
            yield name, french.long_moment(looking.local(moment))


def next_reminder(deadline: Deadline, looking: Looking) -> datetime | None:
    """Return when whoever follows the case is next told of a deadline, None when nothing is planned."""
    planned = looking.planner.planned(deadline, looking.agency)
    owners = (p.at for p in planned if p.at > looking.now and p.audience is not Audience.MANAGER)
    return next(owners, None)


def reminders(deadline: Deadline, looking: Looking) -> Iterator[tuple[str, str]]:
    """Yield when each is told of a deadline next, and the last day on which telling helps."""
    planner, agency = looking.planner, looking.agency
    moments: tuple[tuple[str, Moment | None], ...] = (
        ("prochain rappel", next_reminder(deadline, looking)),
        ("responsable prévenu", planner.next_escalation(deadline, agency, looking.now)),
        ("dernier jour utile", planner.last_call(deadline, agency)),
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
        "last_call": planner.last_call(deadline, agency),
    }
    return {name: moment.isoformat() if moment else None for name, moment in moments.items()}


def compact(moment: date | datetime) -> str:
    """Return « ven. 12/03 » or « ven. 12/03 09:00 » of a moment, for a narrow column."""
    if isinstance(moment, datetime):
        return f"{french.weekday_day(moment)} {moment:%H:%M}"
    return french.weekday_day(moment)


def stacked(moment: date | datetime) -> str:
    """Return the same with the hour on a line of its own, for a narrower column."""
    if isinstance(moment, datetime):
        return f"{french.weekday_day(moment)}\nà{french.NBSP}{moment:%H:%M}"
    return french.weekday_day(moment)
