"""Reminders handed over: rows rescheduled, reminders noted, message put, all of it or nothing.

Used by `db.notifications`. Two sweeps that saw the same rows may both come here: the row counts
tell which one was first, and the other adds nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from functools import cache
from typing import Any, Final

from sqlalchemy import Connection, bindparam, select

from db import outbox
from db.statements import DEADLINE_IS_OPEN, insert
from db.tables import case_file, deadline, reminder
from notifications.ports import Announcement, Reminder

_instant = deadline.c.next_reminder_at.type
_IDENTITY: Final = ("rule", "value", "offset", "recipient")

# The row is left alone when another sweep has moved it since it was read, or an act closed it.
_RESCHEDULE: Final = (
    deadline.update()
    .where(
        deadline.c.id == bindparam("known_id"),
        deadline.c.next_reminder_at == bindparam("seen", type_=_instant),
        DEADLINE_IS_OPEN,
    )
    .values(
        reminded_until=bindparam("new_reminded_until", type_=_instant),
        next_reminder_at=bindparam("new_next_reminder_at", type_=_instant),
    )
)
_case_of_deadline = (
    select(deadline.c.case_id).where(deadline.c.id == bindparam("known_id")).scalar_subquery()
)
# A reminder belongs to the first message that carries it.
_CARRIED: Final = (
    reminder.update()
    .where(
        reminder.c.case_id == _case_of_deadline,
        *(reminder.c[name] == bindparam(f"known_{name}") for name in _IDENTITY),
        reminder.c.outbox_id.is_(None),
    )
    .values(outbox_id=bindparam("carrier"))
)
# Taken in one order before anything is written: a sweep and an act never wait for each other.
_LOCK_CASES: Final = (
    select(case_file.c.id)
    .where(
        case_file.c.id.in_(
            select(deadline.c.case_id).where(
                deadline.c.id.in_(bindparam("known_ids", expanding=True))
            )
        )
    )
    .order_by(case_file.c.id)
    .with_for_update()
)


def write(connection: Connection, announcements: Sequence[Announcement], now: datetime) -> int:
    """Write announcements; return how many messages entered the outbox."""
    if connection.dialect.name == "postgresql":
        ids = {change.deadline_id for said in announcements for change in said.reschedules}
        connection.execute(_LOCK_CASES, {"known_ids": sorted(ids)})
    return sum(_write(connection, said, now) for said in announcements)


def _write(connection: Connection, said: Announcement, now: datetime) -> bool:
    """Write one announcement; tell whether its message entered the outbox."""
    moved = _count(
        connection,
        _RESCHEDULE,
        [
            {
                "known_id": change.deadline_id,
                "seen": change.seen,
                "new_reminded_until": change.reminded_until,
                "new_next_reminder_at": change.next_reminder_at,
            }
            for change in said.reschedules
        ],
    )
    if not moved:
        return False
    noted = _count(
        connection,
        _note(connection.dialect.name),
        [
            {**_known(item), "planned_for": item.planned_for, "created_at": now}
            for item in said.reminders
        ],
    )
    if not noted or said.message is None:
        return False
    put = outbox.put(connection, said.message)
    carrier = put or connection.scalar(outbox.HAS_KEY, {"known_key": said.message.key})
    carried = [{**_known(item), "carrier": carrier} for item in said.reminders]
    connection.execute(_CARRIED, carried)
    return put is not None


def _count(connection: Connection, statement: Any, changes: list[dict[str, Any]]) -> int:
    """Run a statement for each change, and return how many rows it touched in all."""
    return connection.execute(statement, changes).rowcount if changes else 0


def _known(item: Reminder) -> dict[str, Any]:
    return {
        "known_id": item.deadline_id,
        "known_rule": item.rule,
        "known_value": item.value,
        "known_offset": item.offset,
        "known_recipient": item.recipient,
    }


@cache
def _note(dialect: str) -> Any:
    """Return the statement that notes a reminder unless it is known."""
    statement = insert(dialect, reminder).values(
        case_id=_case_of_deadline,
        **{name: bindparam(f"known_{name}") for name in _IDENTITY},
        planned_for=bindparam("planned_for", type_=_instant),
        created_at=bindparam("created_at", type_=_instant),
    )
    # SQLAlchemy keeps the row count of an INSERT only when it is asked to.
    return statement.on_conflict_do_nothing(
        index_elements=["case_id", *_IDENTITY]
    ).execution_options(preserve_rowcount=True)
