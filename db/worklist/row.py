"""A line of the list of open files, made of its row and of the dates that it awaits.

Used by `db.worklist.pages` and by `db.worklist.first_page`. Pure: runs nothing, and loads nothing of
SQLAlchemy.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any, Final

from msgspec.json import decode
from msgspec.structs import replace

from db.cases.aside import Aside
from workflow.case.case import Deadline
from workflow.wording.codec import deadline_value
from workflow.worklist.ranking import limit_of, most_pressing, most_urgent
from workflow.worklist.worklist import WorkDay, WorkGroup, WorkRow, group_of

FILE: Final = ("id", "ref", "title", "procedure", "funder", "state", "agency", "owner")
"""Columns that say whose file it is."""

_READ: Final = {"alerts": "CAST(case_file.alerts AS TEXT)"}
"""How what is no column, or not as it stands, is read: a fact, by `(SELECT value FROM fact WHERE …)`."""

LINE: Final = {
    name: _READ.get(name, f"case_file.{name}")
    for name in (*FILE, "version", "alerts", "act_on", "strict_on", "opens_on", "chase_on")
}
"""What a line is made of, and how SQL reads it, in that order."""


def pressing_line(
    row: Any, awaited: Iterable[Deadline], day: WorkDay, aside: Aside, *, acts: bool = False
) -> WorkRow:
    """Return the line of a file, with the date that presses most.

    Args:
        row: what `LINE` reads, as the driver gives it.
        awaited: its open deadlines.
        day: the reader's days.
        aside: what cannot be read: a file stays in its place all the same.
        acts: True to show the act whose limit comes first, even where something else presses more.
    """
    group = _group(row, day)
    replies = not acts and group in {WorkGroup.CHASE, WorkGroup.WAITING}
    shown = [one for one in awaited if one.dates.awaited is replies]
    if acts:
        pressing = min(shown, key=lambda one: limit_of(one.dates, one.kind), default=None)
    else:
        pressing = most_urgent(shown) if replies else most_pressing(shown, day.today)
    return _line(row, group, pressing, aside)


def dated_line(row: Any, deadline: Deadline, day: WorkDay, aside: Aside) -> WorkRow:
    """Return the line of a file, with one of its dates; arguments as `pressing_line`."""
    return _line(row, _group(row, day), deadline, aside)


def _group(row: Any, day: WorkDay) -> WorkGroup:
    names = ("act_on", "strict_on", "opens_on", "chase_on")
    return group_of(day, **{name: _day(getattr(row, name)) for name in names})


def _day(value: date | str) -> date:
    """Return a day; SQLite has it as text."""
    return date.fromisoformat(value) if isinstance(value, str) else value


def awaited_of(rows: Iterable[Any], aside: Aside) -> dict[int, list[Deadline]]:
    """Return the deadlines of rows (case, rule, JSON text), by case."""
    found: dict[int, list[Deadline]] = {}
    for case_id, value in aside.readable(rows, _awaited, _deadline_name):
        found.setdefault(case_id, []).append(value)
    return found


def _awaited(row: Any) -> tuple[int, Deadline]:
    case_id, _, explanation = row
    return case_id, deadline_value(decode(explanation))


def _deadline_name(row: Any) -> str:
    case_id, rule, _ = row
    return f"Dossier n° {case_id}, échéance « {rule} »"


def _line(row: Any, group: WorkGroup, pressing: Deadline | None, aside: Aside) -> WorkRow:
    shared = {name: getattr(row, name) for name in FILE}
    alerts = next(aside.readable([(row.ref, row.alerts)], _alerts, _alerts_name), 0)
    line = WorkRow(**shared, version=row.version, group=group, alerts=alerts)
    if pressing is None:
        return line
    return replace(
        line,
        deadline=pressing.id,
        label=pressing.label,
        kind=pressing.kind,
        dates=pressing.dates,
    )


def _alerts(row: Any) -> int:
    _, alerts = row
    return len(decode(alerts))


def _alerts_name(row: Any) -> str:
    ref, _ = row
    return f"Dossier {ref}, ses alertes"
