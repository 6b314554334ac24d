"""Messages and announcements made by hand, so that the stores are tested without sweep or composer.

Used by the behaviour suites of the notification store. Everything is dated by its arguments.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Engine, select

from db.cases.store import SqlCaseStore
from db.connection.engine import reading, writing
from db.mail.store import SqlNotificationStore
from db.schema.mail_tables import outbox, reminder
from notifications.model.announcement import Announcement, Reminder, Reschedule, Telling
from notifications.model.messages import MessageKind, OutgoingMessage, QueuedMessage
from notifications.model.preferences import Delivery
from tests.support.cases import a_case, a_deadline, opening
from workflow.ports.stores import OpenDeadline

NOW = datetime(2026, 8, 27, 8, tzinfo=UTC)
"""The instant of the first reminder of every case of these tests."""

LEASE = timedelta(minutes=5)

LONG_AGO = datetime(2001, 1, 1, tzinfo=UTC)


def open_cases(store: SqlCaseStore, count: int) -> None:
    """Open cases with one deadline each, all to be spoken of at the same instant."""
    for number in range(1, count + 1):
        store.save(opening(a_case(f"CIPI-2026-{number:04}", deadlines={"drf": a_deadline()})))


def a_message(key: str = "rappel/1", **attributes: Any) -> OutgoingMessage:
    """Return a message that is ready to leave."""
    values: dict[str, Any] = {
        "kind": MessageKind.REMINDER,
        "recipient": "personne:m.durand",
        "address": "m.durand@example.org",
        "subject": "Échéance le 3 septembre",
        "message_id": f"<{key}@echeancier>",
        "content": "Objet : Échéance\r\n\r\nÀ faire.\0\r\n".encode(),
        "created_at": NOW,
        "ref": "CIPI-2026-0001",
    }
    return OutgoingMessage(key=key, **(values | attributes))


def moves(lines: Sequence[OpenDeadline]) -> tuple[Reschedule, ...]:
    """Return deadlines as they are told now, and looked at again in six days."""
    assert all(line.next_reminder_at for line in lines)
    later = NOW + timedelta(days=6)
    return tuple(Reschedule(line.id, line.next_reminder_at or NOW, NOW, later) for line in lines)


def a_reminder(
    line: OpenDeadline, channel: Delivery = Delivery.AT_ONCE, **changes: Any
) -> Reminder:
    """Return the reminder of a deadline."""
    values: dict[str, Any] = {
        "rule": line.deadline.id,
        "value": line.deadline.dates.act_on.isoformat(),
        "offset": "prudent-7",
        "recipient": "personne:m.durand",
        "planned_for": NOW,
    }
    return Reminder(line.id, line.ref, channel=channel, **(values | changes))


def announcement(lines: Sequence[OpenDeadline], key: str = "rappel/1") -> Announcement:
    """Return one message that speaks of several deadlines."""
    told = Telling(tuple(a_reminder(line) for line in lines), a_message(key))
    return Announcement(moves(lines), (told,))


def reminders(engine: Engine) -> list[Any]:
    """Return the rows of the reminders."""
    with reading(engine) as connection:
        return list(connection.execute(select(reminder).order_by(reminder.c.id)))


def message_row(engine: Engine, key: str) -> Any:
    """Return the row of a message."""
    with reading(engine) as connection:
        return connection.execute(select(outbox).where(outbox.c.key == key)).one()


def let_leases_end(engine: Engine) -> None:
    """Have every lease be over, as if its time had passed by the clock that it is counted with."""
    with writing(engine) as connection:
        held = outbox.c.leased_until.is_not(None)
        connection.execute(outbox.update().where(held).values(leased_until=LONG_AGO))


def queued(
    store: SqlNotificationStore, key: str = "rappel/1", worker: str = "relais", **attributes: Any
) -> QueuedMessage:
    """Put a message in an empty outbox and claim it."""
    store.enqueue(a_message(key, **attributes))
    (message,) = store.claim(NOW, 10, LEASE, worker)
    return message
