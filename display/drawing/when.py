"""How pressing a date is: words, sign and colour, the same in every view and on every screen.

The standing itself is computed by `notifications.schedule.standing`, so that the terminal and the mails
always say the same. Only turns it into something to look at.
"""

from __future__ import annotations

from datetime import date, datetime

from rich.text import Text

from display.drawing.layout import text
from notifications.schedule.standing import Standing, Status
from workflow.text import french
from workflow.text.day_ends import day_of_end, hour_of_end

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


def style_of(where: Standing) -> str:
    """Return the colour of a standing; a target of the house never looks like a lost funding."""
    style = _STYLES[where.status]
    return "internal" if where.internal and style == "late" else style


def headline(where: Standing) -> Text:
    """Return « ! Demain », coloured by how pressing it is."""
    return text(f"{where.sign} {where.words}".strip(), style_of(where))


def compact(end: date | datetime) -> str:
    """Return « ven. 12/03 » or « ven. 12/03 09:00 » of an end, for a narrow column."""
    hour = f" {hour_of_end(end)}" if isinstance(end, datetime) else ""
    return f"{french.weekday_day(day_of_end(end))}{hour}"


def stacked(end: date | datetime) -> str:
    """Return the same with the hour on a line of its own, for a narrower column."""
    hour = f"\nà{french.NBSP}{hour_of_end(end)}" if isinstance(end, datetime) else ""
    return f"{french.weekday_day(day_of_end(end))}{hour}"
