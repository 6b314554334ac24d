"""What an absence does: the dates that fall in it, and who is told instead, day by day.

Used by `absences` and by the form of an absence. Names people and files, never why somebody is away: nobody
asks.
"""

from __future__ import annotations

from collections.abc import Iterator

from rich.console import RenderableType

from display.drawing.layout import line
from notifications.model.preferences import Absence
from notifications.people.cover import Effect
from workflow.case.people import Directory
from workflow.text import french


def counted(does: Effect) -> str:
    """Return « 3 dossiers en cours ; 1 date tombe pendant son absence. »."""
    files = french.count(does.open_files, "dossier en cours", "dossiers en cours")
    falling = french.count(len(does.falling), "date tombe", "dates tombent")
    return f"{files} ; {falling} pendant son absence."


def standins(does: Effect) -> Iterator[RenderableType]:
    """Yield who is told instead, and when."""
    for one in does.standins:
        name = (one.recipient.name, "strong")
        yield line("Sera prévenu : ", name, f", {french.period(one.first, one.last)}.")


def away_too(absence: Absence, directory: Directory) -> str:
    """Return the warning about a substitute who is away on some of the days."""
    name, days = name_of(directory, absence.person), french.period(absence.first, absence.last)
    return f"{name} est absent aussi, {days} ; ces jours-là, qui le remplace est prévenu."


def name_of(directory: Directory, id_: str) -> str:
    """Return the name of a person; the id of one the configuration no longer knows."""
    person = directory.people.get(id_)
    return person.name if person else id_
