"""What was decided about sending, and the clock of the server it is compared with.

`SqlSending` is a part of `db.mail.store`. What was decided is never changed: the last event counts.
"""

from __future__ import annotations

from datetime import datetime

from sqlmodel import col, func, select

from db.connection.engine import reading
from db.connection.sessions import session_reading, session_writing
from db.mail import ahead, outbox
from db.readers.part import StorePart
from db.schema.mail_tables import SendingEventRow
from notifications.model.sending import Cause, Decision, Next, SendingEvent, Untold


class SqlSending(StorePart):
    """What was decided about sending in one database."""

    def sending(self) -> SendingEvent | None:
        """Return what was last decided about sending, None when nothing ever was."""
        last = select(SendingEventRow).order_by(col(SendingEventRow.id).desc()).limit(1)
        with session_reading(self._database) as session:
            row = session.exec(last).first()
            return None if row is None else _event(row)

    def decide(self, event: SendingEvent) -> None:
        """Keep what is decided about sending."""
        with session_writing(self._database) as session:
            session.add(_row(event))

    def server_time(self) -> datetime | None:
        """Return the present of the database's server, None when the database is a file."""
        if self._database.dialect.name != "postgresql":
            return None
        with session_reading(self._database) as session:
            now: datetime = session.exec(select(func.clock_timestamp())).one()
            return now

    def era(self) -> int:
        """Return how many times what was told was taken back: mails of another era are other mails."""
        untold = SendingEventRow.what == Decision.UNTOLD
        with session_reading(self._database) as session:
            return session.exec(
                select(func.count()).select_from(SendingEventRow).where(untold)
            ).one()

    def left_ahead(self, now: datetime) -> int:
        """Return how many messages a clock ahead of an instant has sent, and nobody took back."""
        with reading(self._database) as connection:
            return ahead.left_ahead(connection, now)

    def untell(self, by: str, now: datetime, reason: str, following: Next) -> Untold:
        """Take back what was told after an instant, whole or not at all."""
        event = now, "abandon", reason
        with session_writing(self._database) as session:
            connection = session.connection()

            def note(message_id: int) -> None:
                outbox.note(self._prepared, connection, message_id, by, event)

            found = ahead.untell(connection, now, reason, following, note)
            session.add(_row(SendingEvent(now, by, Decision.UNTOLD)))
        return found


def _row(event: SendingEvent) -> SendingEventRow:
    cause = None if event.cause is None else event.cause.value
    return SendingEventRow(
        at=event.at, by=event.by, what=event.what.value, cause=cause, since=event.since
    )


def _event(row: SendingEventRow) -> SendingEvent:
    cause = None if row.cause is None else Cause(row.cause)
    return SendingEvent(row.at, row.by, Decision(row.what), cause, row.since, row.id or 0)
