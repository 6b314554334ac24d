"""Which dates and reminders move between two states of a file, and by how many days; drawn as a table.

Used by « Et si… ». Compares what the machine and the planner computed; computes no date itself.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime

from msgspec import Struct
from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from display.drawing.layout import line, text
from notifications.schedule.planning import (
    CHASE,
    ESCALATION,
    MISSED,
    OPENING,
    SNOOZED,
    Planned,
    Planner,
)
from notifications.schedule.standing import local
from workflow.case.case import Deadline, Moment
from workflow.text import french
from workflow.text.day_ends import day_of_end, hour_of_end
from workflow.wording.date_names import DATE_NAMES, differences
from workflow.wording.journal_text import ABSENT

_REMINDERS = {
    OPENING: "rappel à l’ouverture",
    CHASE: "rappel pour relancer",
    SNOOZED: "rappel reporté",
    ESCALATION: "alerte au responsable",
    MISSED: "rappel d’échéance manquée",
}


class Shift(Struct, frozen=True):
    """A date before and after.

    Args:
        of: the deadline.
        name: which of its dates, or which reminder.
        old: None when it did not exist.
        new: None when it is no more.
    """

    of: str
    name: str
    old: Moment | None
    new: Moment | None

    @property
    def days(self) -> int | None:
        """Days between both; None when one of them is missing."""
        if self.old is None or self.new is None:
            return None
        return (day_of_end(self.new) - day_of_end(self.old)).days


class FileMoves(Struct, frozen=True):
    """What moves in a file."""

    ref: str = ""
    title: str = ""
    dates: tuple[Shift, ...] = ()
    reminders: tuple[Shift, ...] = ()


def moves_of(
    was: Mapping[str, Deadline],
    now: Mapping[str, Deadline],
    agency: str,
    before: Planner,
    after: Planner,
    instant: datetime,
) -> FileMoves:
    """Return the dates that differ, and the reminders still to come that do.

    Args:
        was: deadlines by id, as they are.
        now: the same, as they would be.
        agency: id of the agency.
        before: places reminders as things are.
        after: places them as they would be.
        instant: the present (aware, UTC); reminders that have left do not move.
    """
    dates: list[Shift] = []
    reminders: list[Shift] = []
    for id_ in dict.fromkeys((*was, *now)):
        old, new = was.get(id_), now.get(id_)
        dates += _dates(old, new, after, agency)
        reminders += _reminders(old, new, (before, after), agency, instant)
    return FileMoves(dates=tuple(dates), reminders=tuple(reminders))


def _dates(
    old: Deadline | None, new: Deadline | None, planner: Planner, agency: str
) -> Iterator[Shift]:
    known = new or old
    assert known is not None, "compared because one exists"  # noqa: S101 - by the caller
    for name, one, other in differences(old, new):
        was, now = (moment and local(moment, agency, planner) for moment in (one, other))
        yield Shift(known.label, name, was, now)


def _reminders(
    old: Deadline | None,
    new: Deadline | None,
    planners: tuple[Planner, Planner],
    agency: str,
    instant: datetime,
) -> Iterator[Shift]:
    known = new or old
    assert known is not None, "compared because one exists"  # noqa: S101 - by the caller
    one = _coming(old, planners[0], agency, instant)
    other = _coming(new, planners[1], agency, instant)
    for offset in dict.fromkeys((*one, *other)):
        was, now = one.get(offset), other.get(offset)
        if was != now:
            yield Shift(known.label, _reminder(offset), was, now)


def _coming(
    deadline: Deadline | None, planner: Planner, agency: str, instant: datetime
) -> dict[str, date]:
    if deadline is None:
        return {}
    planned: tuple[Planned, ...] = planner.planned(deadline, agency)
    zone = planner.zone(agency)
    return {one.offset: one.at.astimezone(zone).date() for one in planned if one.at > instant}


def _reminder(offset: str) -> str:
    """Return « rappel J−7, limite prudente »."""
    if offset in _REMINDERS:
        return _REMINDERS[offset]
    name, _, number = offset.rpartition("-")
    day = f"J−{number}" if number != "0" else "jour J"
    return f"rappel {day}, {DATE_NAMES[name]}"


# --- Drawing ---------------------------------------------------------------------------------------

_SHOWN = 200
"""Files drawn; a change that moves more is counted, and told by its first files."""
_DAY, _WITH_HOUR, _GAP = 10, 16, 7
"""Columns of a day, of a day with its hour, of a difference."""


def counted(files: Iterable[FileMoves]) -> str:
    """Return « 3 dossiers bougent : 8 dates, 14 rappels »."""
    files = tuple(files)
    if not files:
        return "Rien ne bouge : ni date, ni rappel."
    who = french.count(len(files), "dossier bouge", "dossiers bougent")
    counts = (
        (sum(len(one.dates) for one in files), "date", "dates"),
        (sum(len(one.reminders) for one in files), "rappel", "rappels"),
    )
    return f"{who} : {', '.join(french.count(*one) for one in counts if one[0])}"


def table(files: tuple[FileMoves, ...]) -> Iterator[RenderableType]:
    """Yield each file with what moves in it, in columns that line up from file to file."""
    shifts = [shift for one in files for shift in (*one.dates, *one.reminders)]
    hours = any(isinstance(moment, datetime) for one in shifts for moment in (one.old, one.new))
    width = _WITH_HOUR if hours else _DAY
    for one in files[:_SHOWN]:
        yield line((one.ref, "strong"), "  ", (one.title, "muted"))
        yield from _moves(one, width)
        yield ""
    if len(files) > _SHOWN:
        more = french.count(len(files) - _SHOWN, "autre dossier", "autres dossiers")
        yield text(f"… et {more}", "muted")


def _moves(moves: FileMoves, width: int) -> Iterator[RenderableType]:
    heads: tuple[str, ...] = ("avant", "après", "écart")
    for label in dict.fromkeys(one.of for one in (*moves.dates, *moves.reminders)):
        grid = _grid(width)
        grid.add_row(text(f"  {label}"), *(text(head, "muted") for head in heads))
        heads = ("", "", "")
        for shift in (one for one in moves.dates if one.of == label):
            _add(grid, shift, "", "strong")
        for shift in (one for one in moves.reminders if one.of == label):
            _add(grid, shift, "muted", "muted")
        yield grid


def _grid(width: int) -> Table:
    grid = Table.grid(padding=(0, 1), expand=True)
    grid.add_column(ratio=1)
    for columns in (width, width, _GAP):
        grid.add_column(width=columns, justify="right")
    return grid


def _add(grid: Table, shift: Shift, name: str, new: str) -> None:
    grid.add_row(
        text(f"    {shift.name}", name),
        text(_moment(shift.old), "muted"),
        text(_moment(shift.new), new),
        _gap(shift),
    )


def _moment(moment: Moment | None) -> str:
    if moment is None:
        return ABSENT
    hour = f" {hour_of_end(moment)}" if isinstance(moment, datetime) else ""
    return f"{french.short_day(day_of_end(moment))}{hour}"


def _gap(shift: Shift) -> Text:
    days = shift.days
    if days is None:
        return text("nouveau" if shift.old is None else "retiré", "soon")
    sign, style = ("+", "ok") if days > 0 else ("−", "soon")
    return text(f"{sign}{abs(days)}{french.NBSP}j", style) if days else text("heure")
