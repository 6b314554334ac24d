"""Deadlines for a calendar: those awaited, and those that a calendar must take away.

A part of `db.mail.store`. Streams, a page in memory at most.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, time
from typing import Any, Final

from msgspec.json import decode
from sqlalchemy import ColumnElement, Select, and_, select, text

from db.cases.awaited import EXPLANATION
from db.cases.statements import CASE_IS_OPEN, DEADLINE_IS_OPEN
from db.connection.engine import streamed
from db.readers.part import StorePart
from db.schema.columns import as_read
from db.schema.deadline_tables import DeadlineStatus, deadline
from db.schema.tables import case_file, journal
from notifications.model.happenings import DatedRow
from workflow.wording.codec import deadline_value

_DATED: Final[Select[Any]] = (
    select(
        deadline.c.status,
        deadline.c.rule,
        EXPLANATION,
        case_file.c.ref,
        case_file.c.procedure,
        case_file.c.agency,
        case_file.c.owner,
        case_file.c.version,
        *as_read([journal.c.recorded_at]),
    )
    .join_from(deadline, case_file, case_file.c.id == deadline.c.case_id)
    # The entry that made the version: when the case was last written.
    .join(journal, and_(journal.c.case_id == case_file.c.id, journal.c.seq == case_file.c.version))
)
_IS_CLOSED: Final = text("deadline.status <> 'ouverte'")


class SqlCalendarDates(StorePart):
    """The deadlines of a calendar."""

    def dated(
        self,
        *,
        ref: str | None = None,
        owner: str | None = None,
        agency: str | None = None,
        closed_since: date,
    ) -> Iterator[DatedRow]:
        """Yield the open deadlines by case, then those closed since the first hour (UTC) of a day."""
        wanted: list[ColumnElement[bool]] = [
            case_file.c[name] == value
            for name, value in (("ref", ref), ("owner", owner), ("agency", agency))
            if value is not None
        ]
        is_open = [DEADLINE_IS_OPEN, CASE_IS_OPEN] if ref is None else [DEADLINE_IS_OPEN]
        standing = _DATED.where(*wanted, *is_open).order_by(case_file.c.ref, deadline.c.rule)
        since = datetime.combine(closed_since, time(), UTC)
        gone = _DATED.where(*wanted, _IS_CLOSED, deadline.c.reminded_until >= since).order_by(
            deadline.c.reminded_until, deadline.c.id
        )
        yield from self._aside.readable(
            streamed(self._database, standing, gone),
            _dated_row,
            lambda row: f"Dossier {row.ref}, échéance « {row.rule} »",
        )


def _dated_row(row: Any) -> DatedRow:
    return DatedRow(
        ref=row.ref,
        procedure=row.procedure,
        agency=row.agency,
        owner=row.owner,
        deadline=deadline_value(decode(row.explanation)),
        version=row.version,
        changed_at=row.recorded_at,
        awaited=row.status == DeadlineStatus.OPEN,
        met=row.status == DeadlineStatus.MET,
    )
