"""A line of the list of open files, made of its row and of the dates that it awaits.

Used by `db.worklist` and by `db.glance`. Pure: runs nothing, and loads nothing of SQLAlchemy.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

from msgspec.structs import replace

from workflow.case import Deadline
from workflow.worklist import WorkDay, WorkGroup, WorkRow, group_of, most_urgent

FILE: Final = ("id", "ref", "title", "procedure", "funder", "state", "agency", "owner")
"""Columns that say whose file it is."""

LINE: Final = (*FILE, "version", "alerts", "act_on", "opens_on", "chase_on")
"""Columns that a line is made of."""


def pressing_line(
    row: Any, awaited: Iterable[Deadline], day: WorkDay, *, acts: bool = False
) -> WorkRow:
    """Return the line of a file, with the date that presses most.

    Args:
        row: the columns of `LINE`; alerts as a list.
        awaited: its open deadlines.
        day: the reader's days.
        acts: True to show the next act, even where a reply presses more.
    """
    group = _group(row, day)
    replies = not acts and group in {WorkGroup.CHASE, WorkGroup.WAITING}
    return _line(row, group, most_urgent(one for one in awaited if one.awaited is replies))


def dated_line(row: Any, deadline: Deadline, day: WorkDay) -> WorkRow:
    """Return the line of a file, with one of its dates; arguments as `pressing_line`."""
    return _line(row, _group(row, day), deadline)


def _group(row: Any, day: WorkDay) -> WorkGroup:
    return group_of(day, act_on=row.act_on, opens_on=row.opens_on, chase_on=row.chase_on)


def _line(row: Any, group: WorkGroup, pressing: Deadline | None) -> WorkRow:
    shared = {name: getattr(row, name) for name in FILE}
    line = WorkRow(**shared, version=row.version, group=group, alerts=len(row.alerts))
    if pressing is None:
        return line
    return replace(
        line,
        deadline=pressing.id,
        label=pressing.label,
        kind=pressing.kind,
        act_on=pressing.act_on,
        strict=pressing.strict,
        opens_on=pressing.opens_on,
        awaited=pressing.awaited,
    )
