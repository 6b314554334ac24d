"""Reminders handed over: rows rescheduled, reminders noted, mails put, all of an announcement or nothing.

A part of `db.mail.store`. Two rounds that saw the same rows may both come here: the rows are held and
compared with what was seen, and whoever comes second writes nothing.
All that an announcement writes stands in one transaction, hence its length.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import cache
from typing import Any, Final

from sqlalchemy import (
    ARRAY,
    Connection,
    Integer,
    String,
    any_,
    bindparam,
    case,
    func,
    or_,
    select,
    text,
    type_coerce,
)

from db.cases import awaited
from db.cases.aside import MALFORMED, deadline_name, message_name, refuse_odd, unreadable
from db.cases.mapping import open_deadline
from db.cases.statements import DEADLINE_IS_OPEN, insert
from db.connection.engine import reading, writing
from db.connection.prepared import PreparedStatements
from db.mail import outbox
from db.readers.part import StorePart
from db.schema.columns import ReadInstant, as_read
from db.schema.deadline_tables import deadline
from db.schema.mail_tables import notice, reminder
from db.schema.mail_tables import outbox as messages
from db.schema.tables import case_file
from notifications.model.announcement import Announcement, Carried, Reminder, Reschedule, Telling
from notifications.model.messages import DayOfMails
from notifications.model.preferences import Delivery
from workflow.ports.stores import OpenDeadline

_instant = deadline.c.next_reminder_at.type
_known_id = bindparam("known_id", type_=Integer)
_IDENTITY: Final = ("rule", "value", "offset", "recipient")
_identity = {name: bindparam(f"known_{name}", type_=String) for name in _IDENTITY}

RESCHEDULE: Final = (
    deadline.update()
    .where(deadline.c.id == _known_id)
    .values(
        reminded_until=bindparam("new_reminded_until", type_=_instant),
        next_reminder_at=bindparam("new_next_reminder_at", type_=_instant),
    )
)
_case_of_deadline = select(deadline.c.case_id).where(deadline.c.id == _known_id).scalar_subquery()
# A reminder belongs to the first message that carries it.
_CARRIED: Final = (
    reminder.update()
    .where(
        reminder.c.case_id == _case_of_deadline,
        *(reminder.c[name] == value for name, value in _identity.items()),
        reminder.c.outbox_id.is_(None),
    )
    .values(outbox_id=bindparam("carrier", type_=Integer))
)
# Taken in one order before anything is written: a round and an act never wait for each other.
_LOCK_CASES: Final = (
    select(case_file.c.id)
    .where(
        case_file.c.id.in_(
            select(deadline.c.case_id).where(
                deadline.c.id == any_(bindparam("known_ids", type_=ARRAY(Integer)))
            )
        )
    )
    .order_by(case_file.c.id)
    .with_for_update()
)
_STAND: Final = (
    select(deadline.c.id, deadline.c.next_reminder_at)
    .where(deadline.c.id.in_(bindparam("known_ids", expanding=True)), DEADLINE_IS_OPEN)
    .order_by(deadline.c.id)
    .with_for_update()
)

_AT_ONCE = 1_000
"""Rows asked for in one statement: a database accepts so many parameters."""
_DUE: Final = (
    awaited.OPEN.where(deadline.c.next_reminder_at <= bindparam("now", type_=_instant))
    .order_by(deadline.c.next_reminder_at, deadline.c.id)
    .limit(bindparam("page_limit", type_=Integer))
)
_PAGE_BY_ID: Final = (
    awaited.OPEN.where(deadline.c.id > bindparam("after_id", type_=Integer))
    .order_by(deadline.c.id)
    .limit(bindparam("page_limit", type_=Integer))
)
_ARM: Final = (
    deadline.update()
    .where(deadline.c.id == _known_id, DEADLINE_IS_OPEN, deadline.c.next_reminder_at.is_(None))
    .values(next_reminder_at=bindparam("new_next_reminder_at", type_=_instant))
)

_given = select(messages.c.id).where(messages.c.id.in_(bindparam("known_ids", expanding=True)))
_told_of = _given.cte("told_of", recursive=True)
# A notice tells of messages that did not arrive, one of which may be a notice.
TOLD_OF: Final = select(
    _told_of.union(
        select(notice.c.missed_id).join(_told_of, notice.c.outbox_id == _told_of.c.id)
    ).c.id
)
"""The messages of some numbers, and all that they tell of."""
_CARRIED_BY: Final = (
    select(
        reminder.c.rule,
        reminder.c.value,
        reminder.c.offset,
        *as_read([reminder.c.planned_for]),
        *awaited.OPEN.selected_columns,
    )
    .join_from(reminder, case_file, case_file.c.id == reminder.c.case_id)
    .join(
        deadline,
        (deadline.c.case_id == reminder.c.case_id)
        & (deadline.c.rule == reminder.c.rule)
        & DEADLINE_IS_OPEN,
        isouter=True,
    )
    .where(reminder.c.outbox_id.in_(TOLD_OF))
    .order_by(reminder.c.id)
)
_DELAYS: Final = (
    select(messages.c.id, *as_read([messages.c.sent_at, reminder.c.planned_for]))
    .join(reminder, reminder.c.outbox_id == messages.c.id)
    .where(
        text("outbox.sent_at IS NOT NULL"),
        messages.c.sent_at > bindparam("since", type_=_instant),
    )
    .order_by(messages.c.sent_at, messages.c.id)
)


# What waits for its first time is none of the latest: nobody waits for it in turn.
_IS_DUE_LATER: Final = (messages.c.attempts == 0) & (
    messages.c.next_attempt_at > messages.c.created_at
)
_LATEST: Final = func.max(
    case(
        (messages.c.sent_at.is_not(None), messages.c.sent_at),
        (~_IS_DUE_LATER, messages.c.created_at),
    )
)
_DAY: Final = select(
    func.count().label("count"), type_coerce(_LATEST, ReadInstant()).label("latest")
).where(
    messages.c.recipient == bindparam("reader", type_=String),
    messages.c.kind != "synthese",
    or_(outbox.WAITING, messages.c.sent_at >= bindparam("since", type_=_instant)),
)
# Two rounds that write to one reader do it one after the other; a SQLite base has one writer.
_LOCK_READER: Final = select(
    func.pg_advisory_xact_lock(func.hashtextextended(bindparam("reader", type_=String), 0))
)


class SqlReminders(StorePart):
    """What is due, and what was said of it."""

    def day_of_mails(self, recipient: str, since: datetime) -> DayOfMails:
        """Return what a recipient has to read of a day, digests apart: what left since, and what waits."""
        with reading(self._database) as connection:
            return day_of(self._prepared, connection, recipient, since)

    def due(self, now: datetime, limit: int) -> list[OpenDeadline]:
        """Return open deadlines whose next reminder has come (≤ now), earliest first."""
        return self._page(_DUE, {"now": now}, limit)

    def announce(self, announcements: Sequence[Announcement], now: datetime) -> int:
        """Write announcements in one transaction; return how many messages entered the outbox."""
        with writing(self._database) as connection:
            return _write(self._prepared, connection, announcements, now)

    def carried(self, *message_ids: int) -> list[Carried]:
        """Return the reminders of messages and of those that they tell of, with their deadlines by now."""
        with reading(self._database) as connection:
            found = connection.execute(_CARRIED_BY, {"known_ids": message_ids}).all()
        try:
            return list(map(_carried, found))
        except MALFORMED as error:
            raise unreadable(f"Courriel {message_ids[-1]}, ce qu’il annonce") from error

    def delays(self, since: datetime) -> list[timedelta]:
        """Return how long after its time each reminder told by mail left, since an instant (excluded)."""
        with reading(self._database) as connection:
            found = connection.execute(_DELAYS, {"since": since}).all()
        return list(
            self._aside.readable(found, lambda row: row.sent_at - row.planned_for, message_name)
        )

    def arm(self, deadlines: Sequence[tuple[int, datetime]]) -> None:
        """Set `next_reminder_at` of open deadlines that had none, after the policy changed."""
        changes = [{"known_id": id_, "new_next_reminder_at": at} for id_, at in deadlines]
        if changes:
            with writing(self._database) as connection:
                self._prepared.write(connection, _ARM, changes)

    def all_open(self, after_id: int, limit: int) -> list[OpenDeadline]:
        """Return a page of every open deadline by row id, for a change of policy."""
        return self._page(_PAGE_BY_ID, {"after_id": after_id}, limit)

    def _page(self, statement: Any, known: dict[str, Any], limit: int) -> list[OpenDeadline]:
        """Return a page without what cannot be read; empty only when nothing else is left."""
        with reading(self._database) as connection:
            while True:
                found = self._prepared.read(connection, statement, known | {"page_limit": limit})
                rows = list(self._aside.readable(found, open_deadline, deadline_name))
                if rows or len(found) < limit:
                    return rows
                limit *= 2


def _write(
    prepared: PreparedStatements,
    connection: Connection,
    announcements: Sequence[Announcement],
    now: datetime,
) -> int:
    """Write announcements; return how many messages entered the outbox."""
    stand = _standing(connection, announcements)
    moves: list[Reschedule] = []
    tellings: list[Telling] = []
    days = _days(prepared, connection, announcements)
    for said in announcements:
        # Of one that a row has moved away from, nothing is written: the next round reads it again.
        if all(stand.get(move.deadline_id) == move.seen for move in said.reschedules) and _fits(
            said, days
        ):
            stand |= {move.deadline_id: move.next_reminder_at for move in said.reschedules}
            moves.extend(said.reschedules)
            tellings.extend(said.tellings)
    prepared.write(
        connection,
        RESCHEDULE,
        [
            {
                "known_id": move.deadline_id,
                "new_reminded_until": move.reminded_until,
                "new_next_reminder_at": move.next_reminder_at,
            }
            for move in moves
        ],
    )
    return sum(_tell(prepared, connection, telling, now) for telling in tellings)


def _days(
    prepared: PreparedStatements, connection: Connection, announcements: Sequence[Announcement]
) -> dict[str, int]:
    """Return how many mails each limited reader has of their day, held until the end of the transaction."""
    limited = {
        one.message.recipient: one.day.since
        for said in announcements
        for one in said.tellings
        if one.message is not None and one.day is not None
    }
    found: dict[str, int] = {}
    for reader, since in sorted(limited.items()):
        found[reader] = day_held(prepared, connection, reader, since).count
    return found


def day_held(
    prepared: PreparedStatements, connection: Connection, reader: str, since: datetime
) -> DayOfMails:
    """Return what a reader has to read of a day, held until the end of the transaction."""
    if connection.dialect.name == "postgresql":
        connection.execute(_LOCK_READER, {"reader": reader})
    return day_of(prepared, connection, reader, since)


def day_of(
    prepared: PreparedStatements, connection: Connection, reader: str, since: datetime
) -> DayOfMails:
    """Return what a reader has to read of a day, digests apart."""
    (row,) = prepared.read(connection, _DAY, {"reader": reader, "since": since})
    return DayOfMails(since, row.count, row.latest)


def _fits(said: Announcement, days: dict[str, int]) -> bool:
    """Tell whether its readers have no more mails than it was written for, and count its own with them."""
    counted = dict(days)
    for one in said.tellings:
        if one.message is None or one.day is None:
            continue
        if counted[one.message.recipient] > one.day.count:
            return False
        counted[one.message.recipient] += 1
    days |= counted
    return True


def _standing(
    connection: Connection, announcements: Sequence[Announcement]
) -> dict[int, datetime | None]:
    """Return when each open deadline next speaks, held as it is until the end of the transaction."""
    ids = sorted({move.deadline_id for said in announcements for move in said.reschedules})
    pages = [ids[first : first + _AT_ONCE] for first in range(0, len(ids), _AT_ONCE)]
    if connection.dialect.name == "postgresql":
        connection.execute(_LOCK_CASES, {"known_ids": ids})
    return {
        row.id: row.next_reminder_at
        for page in pages
        for row in connection.execute(_STAND, {"known_ids": page})
    }


def _tell(
    prepared: PreparedStatements, connection: Connection, telling: Telling, now: datetime
) -> bool:
    """Note what is told; tell whether its message entered the outbox."""
    mailed = [item for item in telling.reminders if item.channel is Delivery.AT_ONCE]
    others = [item for item in telling.reminders if item.channel is not Delivery.AT_ONCE]
    noting = _note(connection.dialect.name)
    prepared.write(connection, noting, [_row(item, now) for item in others])
    fresh = prepared.write(connection, noting, [_row(item, now) for item in mailed])
    message = telling.message
    if not fresh or message is None:
        return False
    put = outbox.put(prepared, connection, message)
    carrier = put or connection.scalar(outbox.HAS_KEY, {"known_key": message.key})
    carried = [{**_known(item), "carrier": carrier} for item in mailed]
    prepared.write(connection, _CARRIED, carried)
    return put is not None


def _row(item: Reminder, now: datetime) -> dict[str, Any]:
    return {
        **_known(item),
        "planned_for": item.planned_for,
        "created_at": now,
        "channel": item.channel.value,
    }


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
    statement = insert(dialect, reminder).values(case_id=_case_of_deadline, **_identity)
    noted = statement.on_conflict_do_nothing(index_elements=["case_id", *_IDENTITY])
    # The key that the database gives to a row is not asked back.
    return noted.inline()


def _carried(row: Any) -> Carried:
    refuse_odd(row)
    standing = None if row.id is None else open_deadline(row)
    return Carried(row.rule, row.value, row.offset, row.planned_for, standing)
