"""What tells others of mails that did not arrive, one notice in the place of the one that waits.

A part of `db.mail.store`; `db.mail.returns` writes these with the mark, in its transaction. Two who tell one
reader take turns: whoever comes second finds another notice than was read, and writes nothing.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection, Integer, String, bindparam, func, or_, select

from db.cases.aside import message_name
from db.connection.engine import reading
from db.connection.prepared import PreparedStatements
from db.mail import outbox as queue
from db.mail.admin import stored
from db.mail.announcing import day_held
from db.readers.part import StorePart
from db.schema.columns import as_read
from db.schema.mail_tables import notice, outbox
from notifications.model.messages import OutgoingMessage
from notifications.model.returns import Missed, Notice, ToldNotice

_known_id = bindparam("known_id", type_=Integer)
_IS_FOR_READER: Final = (
    outbox.c.recipient == bindparam("reader", type_=String),
    outbox.c.kind == "avis",
)
_IS_UNTRIED: Final = (
    (outbox.c.attempts == 0) & (outbox.c.claims == 0) & outbox.c.leased_until.is_(None)
)
_NOTICES: Final = (
    select(
        outbox.c.id,
        outbox.c.message_id,
        outbox.c.address,
        outbox.c.on_behalf_of,
        *as_read([outbox.c.next_attempt_at]),
        (outbox.c.sent_at.is_(None) & _IS_UNTRIED).label("waits"),
    )
    .where(
        *_IS_FOR_READER,
        outbox.c.undelivered_at.is_(None),
        or_(queue.WAITING, outbox.c.sent_at >= bindparam("since", type_=queue.INSTANT)),
    )
    .order_by(outbox.c.id)
)
_MISSED: Final = (
    select(notice.c.outbox_id, notice.c.why, *as_read(outbox.c))
    .join(outbox, outbox.c.id == notice.c.missed_id)
    .where(notice.c.outbox_id.in_(bindparam("known_ids", expanding=True)))
    .order_by(notice.c.outbox_id, notice.c.missed_id)
)
_WAITS: Final = (
    select(outbox.c.id, func.count().label("told"))
    .join(notice, notice.c.outbox_id == outbox.c.id)
    .where(*_IS_FOR_READER, _IS_UNTRIED, queue.WAITING)
    .where(outbox.c.address == bindparam("known_address", type_=String))
    .group_by(outbox.c.id)
    .order_by(outbox.c.id)
)
_REPLACE: Final = outbox.update().where(outbox.c.id == _known_id, _IS_UNTRIED, queue.WAITING)
_INSERT: Final = notice.insert()
_REPLACED: Final = "Un avis qui dit aussi ce qui est revenu depuis part à sa place."


class Moved(Exception):
    """Ends a transaction that must not be written: something is not as it was read."""


class SqlNotices(StorePart):
    """The notices of one database."""

    def notices(self, recipient: str, since: datetime) -> list[ToldNotice]:
        """Return the notices that wait for a recipient, or left since an instant and did not come back."""
        told: dict[int, list[Any]] = defaultdict(list)
        with reading(self._database) as connection:
            known = {"reader": recipient, "since": since}
            found = connection.execute(_NOTICES, known).all()
            ids = [row.id for row in found]
            rows = connection.execute(_MISSED, {"known_ids": ids}).all() if ids else []
        for one in rows:
            told[one.outbox_id].append(one)
        return [
            ToldNotice(
                row.id,
                row.message_id,
                row.address,
                row.on_behalf_of,
                row.next_attempt_at,
                bool(row.waits),
                len(told[row.id]),
                tuple(self._aside.readable(told[row.id], _missed, message_name)),
            )
            for row in found
        ]


def tell(
    prepared: PreparedStatements,
    connection: Connection,
    notices: Sequence[Notice],
    by: str,
    now: datetime,
) -> None:
    """Put notices, each in the place of the one that waits for its reader.

    Raises:
        Moved: when a reader is told something else by now, or has more to read of the day.
    """
    for one in sorted(notices, key=lambda one: one.message.recipient):
        message, seen = one.message, one.waiting
        day = day_held(prepared, connection, message.recipient, one.day.since)
        waits = _waiting(connection, message)
        if day.count > one.day.count or waits != (seen and (seen.number, seen.count)):
            raise Moved
        if seen is not None and one.replaces:
            ended = {"known_id": seen.number, "superseded_at": now, "last_error": _REPLACED}
            if not connection.execute(_REPLACE, ended).rowcount:
                raise Moved
            queue.note(prepared, connection, seen.number, by, (now, "remplacement", _REPLACED))
        number = queue.put(prepared, connection, message)
        if number is None:
            raise Moved
        told = [
            {"outbox_id": number, "missed_id": each.message.id, "why": each.why}
            for each in one.missed
        ]
        prepared.write(connection, _INSERT, told)


def _waiting(connection: Connection, message: OutgoingMessage) -> tuple[int, int] | None:
    """Return the notice that a message could replace, and how many messages it tells of."""
    known = {"reader": message.recipient, "known_address": message.address}
    found = connection.execute(_WAITS, known).first()
    return None if found is None else (found.id, found.told)


def _missed(row: Any) -> Missed:
    return Missed(stored(row), row.why)
