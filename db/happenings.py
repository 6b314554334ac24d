"""What was written in the journals lately, over all cases: what a digest tells as new.

Used by `db.notifications`. Read by the instant it was recorded at, a page in memory; says which dates
moved, never what anybody wrote.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Engine, Select, bindparam, select

from db.engine import streamed
from db.tables import case_file, journal
from notifications.news import Happening
from workflow.case import EntryKind

_SINCE: Final[Select[Any]] = (
    select(
        journal.c.recorded_at,
        journal.c.author,
        journal.c.kind,
        journal.c.action,
        journal.c.state_to,
        journal.c.dates,
        case_file.c.ref,
        case_file.c.title,
        case_file.c.procedure,
        case_file.c.agency,
        case_file.c.owner,
        case_file.c.is_open,
    )
    .join(case_file, case_file.c.id == journal.c.case_id)
    .where(journal.c.recorded_at > bindparam("since", type_=journal.c.recorded_at.type))
    .order_by(journal.c.recorded_at, journal.c.case_id, journal.c.seq)
)


def happenings(engine: Engine, since: datetime) -> Iterator[Happening]:
    """Yield what was written since an instant (excluded), oldest first."""
    for row in streamed(engine, _SINCE.params(since=since)):
        yield Happening(
            ref=row.ref,
            title=row.title,
            procedure=row.procedure,
            agency=row.agency,
            owner=row.owner,
            at=row.recorded_at,
            by=row.author,
            kind=EntryKind(row.kind),
            action=row.action,
            state_to=row.state_to,
            is_open=row.is_open,
            moved=tuple(rule for rule, old, new in row.dates if old and new),
        )
