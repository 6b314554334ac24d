"""What was decided about sending, and the clock of the server it is compared with.

Used by `db.notifications`. What was decided is never changed: the last event counts.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection, func, select, text

from db.messages import sending_event
from db.prepared import Prepared
from notifications.sending import Cause, Decision, SendingEvent

_LAST: Final = select(sending_event).order_by(sending_event.c.id.desc()).limit(1)
_ERA: Final = (
    select(func.count()).select_from(sending_event).where(text("sending_event.what = 'dedite'"))
)
_DECIDE: Final = sending_event.insert().inline()
_SERVER_TIME: Final = select(func.clock_timestamp())


def last(prepared: Prepared, connection: Connection) -> SendingEvent | None:
    """Return what was last decided."""
    found = prepared.read(connection, _LAST, {})
    return _event(found[0]) if found else None


def era(connection: Connection) -> int:
    """Return how many times what was told was taken back."""
    return connection.scalar(_ERA) or 0


def decide(connection: Connection, event: SendingEvent) -> None:
    """Keep what is decided."""
    row = {
        "at": event.at,
        "by": event.by,
        "what": event.what.value,
        "cause": None if event.cause is None else event.cause.value,
        "since": event.since,
    }
    connection.execute(_DECIDE, row)


def server_time(connection: Connection) -> datetime | None:
    """Return the present of the database's server, None for a file."""
    return connection.scalar(_SERVER_TIME) if connection.dialect.name == "postgresql" else None


def _event(row: Any) -> SendingEvent:
    cause = None if row.cause is None else Cause(row.cause)
    return SendingEvent(row.at, row.by, Decision(row.what), cause, row.since, row.id)
