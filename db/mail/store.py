"""Reminders and mails in a SQL database: what is due, what was said, what waits to leave.

Implements `notifications.model.ports.NotificationStore`, each operation in one of the parts that it joins;
built by `cli.wiring.container`. Every method is one transaction; whoever comes second finds the work done
and writes nothing. Composes no message and sends none.
"""

from __future__ import annotations

from collections.abc import Generator, Iterator
from datetime import date, timedelta
from functools import cache
from typing import Any, Final

from sqlalchemy import bindparam, select

from db.cases import awaited
from db.cases.aside import Aside
from db.cases.statements import insert
from db.connection.engine import reading, writing
from db.connection.fitness import refuse_unfit
from db.mail.admin import SqlMailroom
from db.mail.announcing import SqlReminders
from db.mail.mailboxes import SqlMailboxes
from db.mail.notices import SqlNotices
from db.mail.outbox import SqlOutbox
from db.mail.returns import SqlReturns
from db.mail.sending import SqlSending
from db.readers.addresses import SqlAddresses
from db.readers.calendar_dates import SqlCalendarDates
from db.readers.happenings import SqlHappenings
from db.readers.loads import SqlLoads
from db.readers.people import SqlPeople
from db.schema.columns import as_read
from db.schema.deadline_tables import deadline
from db.schema.mail_tables import heartbeat
from notifications.model.messages import MessageQuery, MessageState
from notifications.model.ports import Heartbeat
from notifications.model.sending import LEAP
from workflow.ports.stores import OpenDeadline

_MANY = 20_000
"""Rows that somebody who waits for the answer has looked through."""
_SILENT_FOR = timedelta(days=7)
"""Silence after which a service is forgotten."""

_instant = heartbeat.c.beat_at.type

_BEATS: Final = select(*as_read(heartbeat.c)).order_by(
    heartbeat.c.beat_at.desc(), heartbeat.c.service
)
_FORGET: Final = heartbeat.delete().where(
    (heartbeat.c.beat_at < bindparam("silent_since", type_=_instant))
    | (heartbeat.c.beat_at > bindparam("ahead_of", type_=_instant))
)


class SqlNotificationStore(
    SqlOutbox,
    SqlReminders,
    SqlMailroom,
    SqlReturns,
    SqlNotices,
    SqlMailboxes,
    SqlAddresses,
    SqlPeople,
    SqlSending,
    SqlLoads,
    SqlHappenings,
    SqlCalendarDates,
):
    """The reminders, the outbox, people's choices and the heartbeat of one database."""

    def unreadable(self) -> tuple[str, ...]:
        """Return what was put aside since the last call, one French sentence each."""
        return self._aside.take()

    def look_through(self, most: int = _MANY) -> tuple[str, ...]:
        """Return what cannot be read of all that is awaited and chosen, one French sentence each.

        Args:
            most: deadlines looked through, those to act on first; likewise for the mails that wait.
        """
        aside = Aside()
        nearest = awaited.OPEN.order_by(deadline.c.act_on, deadline.c.id).limit(most)
        for _ in awaited.stream(self._database, aside, nearest):
            pass
        people = SqlPeople(self._database, aside)
        people.habits()
        people.absences()
        SqlMailroom(self._database, aside).messages(MessageQuery(MessageState.WAITING, limit=most))
        return aside.take()

    def open_deadlines(self, until: date, opened_after: date) -> Iterator[OpenDeadline]:
        """Yield open deadlines to act on, then windows that open, then what waits to be proved.

        Each part is in order of its own day; no deadline comes twice.
        """
        return awaited.stream(self._database, self._aside, *awaited.to_mention(until, opened_after))

    def to_come(self, after: date, until: date) -> Generator[OpenDeadline]:
        """Yield open deadlines to act on after a day, up to another, but the replies that others owe."""
        return awaited.stream(self._database, self._aside, awaited.to_come(after, until))

    def replies(self, after: date) -> Iterator[OpenDeadline]:
        """Yield the replies that others owe and that are to be chased after a day (excluded)."""
        return awaited.stream(self._database, self._aside, awaited.to_chase(after))

    def beat(self, beat: Heartbeat, *, forget: bool = True) -> None:
        """Record a sign of life: one row for each service."""
        row = {"service": beat.service, "beat_at": beat.at, "policy": beat.policy}
        known = {"silent_since": beat.at - _SILENT_FOR, "ahead_of": beat.at + LEAP}
        with writing(self._database) as connection:
            connection.execute(_upsert_beat(connection.dialect.name), row)
            if forget:
                connection.execute(_FORGET, known)

    def last_beat(self) -> Heartbeat | None:
        """Return the most recent sign of life; refuse a base that cannot be written any more."""
        with reading(self._database) as connection:
            refuse_unfit(connection)
        return next(iter(self.beats()), None)

    def beats(self) -> list[Heartbeat]:
        """Return the last sign of life of each service, latest first."""
        with reading(self._database) as connection:
            found = connection.execute(_BEATS).all()
        return list(
            self._aside.readable(
                found,
                lambda row: Heartbeat(row.service, row.beat_at, row.policy),
                lambda row: f"Signe de vie du service « {row.service} »",
            )
        )


@cache
def _upsert_beat(dialect: str) -> Any:
    statement = insert(dialect, heartbeat)
    names = ("beat_at", "policy")
    return statement.on_conflict_do_update(
        index_elements=["service"], set_={name: statement.excluded[name] for name in names}
    )
