"""What the reminders of a mail still say, as their deadlines stand now: what was done or moved falls away.

Used before a mail that has waited leaves, and when one came back. Knows neither mail nor reader.
"""

from __future__ import annotations

from collections.abc import Sequence

from notifications.model.announcement import Carried
from notifications.schedule.planning import Due, Planner


def still_due(planner: Planner, carried: Sequence[Carried]) -> list[Due]:
    """Return what is still to be said, deadline by deadline.

    Raises:
        NotFound: when the agency of a case has left the configuration.
    """
    rows = {one.row.id: one.row for one in carried if one.row is not None}
    said: dict[int, set[tuple[str, str]]] = {id_: set() for id_ in rows}
    for one in carried:
        if one.row is not None:
            said[one.row.id].add((one.offset, one.value))
    found: list[Due] = []
    for row in rows.values():
        planned = planner.planned(row.deadline, row.agency)
        kept = tuple(one for one in planned if (one.offset, one.value) in said[row.id])
        if kept:
            found.append(Due(row, kept))
    return found


def by_file(dues: Sequence[Due]) -> list[list[Due]]:
    """Return what is due, file by file."""
    files: dict[str, list[Due]] = {}
    for due in dues:
        files.setdefault(due.row.ref, []).append(due)
    return list(files.values())
