"""What was decided about sending, and the clock of the server it is compared with.

`SqlSending` is a part of `db.mail.store`. What was decided is never changed: the last event counts.
"""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Engine, func, select, text

from db.connection.engine import reading, writing
from db.connection.prepared import PreparedStatements
from db.mail import ahead, outbox
from db.schema.mail_tables import sending_event
from notifications.model.sending import Cause, Decision, Next, SendingEvent, Untold

_LAST: Final = select(sending_event).order_by(sending_event.c.id.desc()).limit(1)
_ERA: Final = (
    select(func.count()).select_from(sending_event).where(text("sending_event.what = 'dedite'"))
)
_DECIDE: Final = sending_event.insert().inline()
_SERVER_TIME: Final = select(func.clock_timestamp())


class _DryRun(Exception):
    """Undoes a transaction that only counted."""


class SqlSending:
    """What was decided about sending in one database.

    Args:
        engine: from `db.connection.engine.open_engine`, on a schema that is current.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._prepared = PreparedStatements()

    def sending(self) -> SendingEvent | None:
        """Return what was last decided about sending, None when nothing ever was."""
        with reading(self._engine) as connection:
            found = self._prepared.read(connection, _LAST, {})
        return _event(found[0]) if found else None

    def decide(self, event: SendingEvent) -> None:
        """Keep what is decided about sending."""
        with writing(self._engine) as connection:
            connection.execute(_DECIDE, _row(event))

    def server_time(self) -> datetime | None:
        """Return the present of the database's server, None when the database is a file."""
        if self._engine.dialect.name != "postgresql":
            return None
        with reading(self._engine) as connection:
            return connection.scalar(_SERVER_TIME)

    def era(self) -> int:
        """Return how many times what was told was taken back: mails of another era are other mails."""
        with reading(self._engine) as connection:
            return connection.scalar(_ERA) or 0

    def left_ahead(self, now: datetime) -> int:
        """Return how many messages a clock ahead of an instant has sent, and nobody took back."""
        with reading(self._engine) as connection:
            return ahead.left_ahead(connection, now)

    def untell(
        self, by: str, now: datetime, reason: str, following: Next, *, dry_run: bool
    ) -> Untold:
        """Take back what was told after an instant, whole or not at all.

        Args:
            by: id of the person who decides it.
            now: the present (aware).
            reason: why messages that wait will not leave.
            following: plans a deadline again.
            dry_run: True to only count: the same transaction, undone.
        """
        event = now, "abandon", reason
        found = Untold()
        with suppress(_DryRun), writing(self._engine) as connection:

            def note(message_id: int) -> None:
                outbox.note(self._prepared, connection, message_id, by, event)

            found = ahead.untell(connection, now, reason, following, note)
            if dry_run:
                raise _DryRun
            connection.execute(_DECIDE, _row(SendingEvent(now, by, Decision.UNTOLD)))
        return found


def _row(event: SendingEvent) -> dict[str, Any]:
    return {
        "at": event.at,
        "by": event.by,
        "what": event.what.value,
        "cause": None if event.cause is None else event.cause.value,
        "since": event.since,
    }


def _event(row: Any) -> SendingEvent:
    cause = None if row.cause is None else Cause(row.cause)
    return SendingEvent(row.at, row.by, Decision(row.what), cause, row.since, row.id)
