"""How pressing a line of the list is: sign, words and colour, in as few columns as a list allows.

Used by the list and the panels. The standing itself is that of `notifications.schedule.standing`, so that
screens, commands and mails say the same; nothing here is told by colour alone.
"""

from __future__ import annotations

from datetime import date, timedelta

from msgspec import Struct

from display.drawing.when import style_of
from notifications.schedule.standing import Standing, Status, opening, standing
from notifications.schedule.viewpoint import Looking
from workflow.text import french
from workflow.text.day_ends import day_of_end
from workflow.worklist.worklist import WorkGroup, WorkRow

GROUPS = {
    WorkGroup.LATE: "En retard",
    WorkGroup.TODAY: "Aujourd’hui",
    WorkGroup.CHASE: "À relancer",
    WorkGroup.WEEK: "Cette semaine",
    WorkGroup.OPENING: "Fenêtres qui s’ouvrent",
    WorkGroup.WAITING: "En attente d’une réponse",
    WorkGroup.LATER: "Plus tard",
    WorkGroup.IDLE: "Sans échéance",
}


class Urgency(Struct, frozen=True):
    """How pressing something is, to be shown.

    Args:
        sign: one or two characters that need no colour.
        words: the time left or gone by, short.
        style: name of a colour of the theme.
    """

    sign: str
    words: str
    style: str


def urgency_of(where: Standing, today: date) -> Urgency:
    """Return how pressing a standing is, in a few columns."""
    return Urgency(
        where.sign or ("▸" if where.status is Status.OPENING else "·"),
        _short(where, today),
        style_of(where),
    )


def row_urgency(row: WorkRow, looking: Looking) -> Urgency:
    """Return how pressing a line of the list is."""
    if row.dates is None or row.kind is None:
        return Urgency("", "", "muted")
    from_here = looking.now, looking.agency, looking.planner
    where = opening(row.dates, *from_here) if row.group is WorkGroup.OPENING else None
    where = where or standing(row.dates, row.kind, *from_here)
    return urgency_of(where, looking.today)


def _short(where: Standing, today: date) -> str:
    """Return « retard 3 j », « demain », « marge, 2 j »: which date it is, and how far."""
    gone, left = f" {_days(-where.left)}" if where.left else "", _left(where, today)
    opened = day_of_end(where.on) <= today
    words = {
        Status.LATE: f"retard{gone}",
        Status.MARGIN: f"marge, {left}",
        Status.CHASE: f"relance{gone}",
        Status.AWAITED: f"attend {left}",
        Status.OPENING: "ouverte" if opened else f"ouvre {left}",
    }
    return words.get(where.status, left)


def _left(where: Standing, today: date) -> str:
    day = day_of_end(where.on)
    if day <= today:
        return "auj."
    if day == today + timedelta(days=1):
        return "demain"
    return _days(where.left) if where.left else french.short_day(day)[:5]


def _days(number: int) -> str:
    return f"{number}{french.NBSP}j"
