"""Absences in the terminal and as JSON: who, when, who stands in, and what it does.

Used by `absences`. Names people and files, never why somebody is away: nobody asks.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import date
from typing import Any

from rich.console import RenderableType
from rich.table import Table

from cli.shared.picking import picked
from display.case import deadlines
from display.drawing.layout import figures, headed, line, text, under, whole
from display.mail.absences import counted, name_of, standins
from notifications.model.preferences import Absence
from notifications.people.cover import Effect
from notifications.schedule.viewpoint import Looking
from workflow.case.people import Directory, Person
from workflow.text import french

_SHOWN = 20
"""Dates listed of those that fall in an absence; all are in `--json`."""
_BY_DEFAULT = "son responsable, puis l’agence"


def table(absences: Iterable[Absence], directory: Directory, today: date) -> Table:
    """Return absences, in the order given."""
    grid = headed(figures("N°"), "Qui", whole("Du"), whole("Au"), "", "Prévenu à sa place")
    for one in absences:
        words, style = _standing(one, today)
        substitute = name_of(directory, one.substitute) if one.substitute else _BY_DEFAULT
        grid.add_row(
            text(str(one.number or ""), "strong"),
            text(name_of(directory, one.person)),
            text(french.weekday_day(one.first)),
            text(french.weekday_day(one.last)),
            text(words, style),
            text(substitute),
        )
    return grid


def _standing(absence: Absence, today: date) -> tuple[str, str]:
    if absence.last < today:
        return "finie", "muted"
    return ("en cours", "soon") if absence.first <= today else ("à venir", "")


def effect(
    absence: Absence, person: Person, does: Effect, looking_from: Callable[[str], Looking]
) -> Iterator[RenderableType]:
    """Yield what an absence does: the files, the dates that fall in it, who receives them."""
    yield line((person.name, "strong"), f" : {french.period(absence.first, absence.last)}.")
    yield counted(does)
    if does.falling:
        shown = does.falling[:_SHOWN]
        placed = ((row, looking_from(row.agency)) for row in shown)
        yield under(deadlines.table(placed, people=False))
        if len(does.falling) > len(shown):
            yield f"  et {len(does.falling) - len(shown)} autres."
    yield from standins(does)


def effect_json(
    absence: Absence, does: Effect, directory: Directory, *, saved: bool
) -> dict[str, Any]:
    """Return an absence and what it does."""
    return {
        "saved": saved,
        **absence_json(absence, directory),
        "open_files": does.open_files,
        "falling": [
            {
                "ref": row.ref,
                "deadline": row.deadline.id,
                "label": row.deadline.label,
                "act_on": row.deadline.dates.act_on,
            }
            for row in does.falling
        ],
        "told": [
            {
                **picked(one, "first last"),
                "recipient": one.recipient.id,
                "name": one.recipient.name,
            }
            for one in does.standins
        ],
        "substitute_away": [absence_json(one, directory) for one in does.away_too],
        "warnings": does.odd,
    }


def absence_json(absence: Absence, directory: Directory) -> dict[str, Any]:
    """Return an absence."""
    return {
        "number": absence.number or None,
        "person": absence.person,
        "name": name_of(directory, absence.person),
        **picked(absence, "first last substitute"),
    }
