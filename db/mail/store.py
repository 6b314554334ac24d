"""Reminders and mails in a SQL database: what is due, what was said, what waits to leave.

Implements `notifications.model.ports.StaffStore` with `db.mail.admin`, `db.mail.sending` and
`db.cases.people`, which are parts of it; built by `cli.wiring.container`. Every method is one transaction;
whoever comes second finds the work done and writes nothing. Composes no message and sends none.
"""

from __future__ import annotations

from collections.abc import Generator, Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from functools import cache
from typing import Any, Final

from sqlalchemy import Connection, Engine, Integer, bindparam, select, text

from db.cases import awaited
from db.cases.aside import MALFORMED, Aside, deadline_name, message_name, refuse_odd, unreadable
from db.cases.mapping import open_deadline
from db.cases.people import SqlPeople
from db.cases.statements import DEADLINE_IS_OPEN, insert
from db.connection.engine import noting, reading, writing
from db.connection.fitness import refuse_unfit
from db.mail import admin, announcing, happenings, loads, outbox, queries
from db.mail.admin import SqlMailroom
from db.mail.sending import SqlSending
from db.schema.columns import as_read
from db.schema.mail_tables import heartbeat, reminder
from db.schema.mail_tables import outbox as messages
from db.schema.tables import case_file, deadline
from notifications.model.announcement import Announcement, Carried
from notifications.model.happenings import DatedRow, DayLoad, Figures, Happening, Portfolio
from notifications.model.messages import (
    FailedMessage,
    Lease,
    MessageQuery,
    MessageState,
    OutboxCounts,
    OutgoingMessage,
    QueuedMessage,
)
from notifications.model.ports import Heartbeat
from notifications.model.sending import LEAP
from workflow.usecases.ports import OpenDeadline

_MANY = 20_000
"""Rows that somebody who waits for the answer has looked through."""
_SILENT_FOR = timedelta(days=7)
"""Silence after which a service is forgotten."""

_instant = deadline.c.next_reminder_at.type
_known_id = bindparam("known_id", type_=Integer)

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

_CARRIED: Final = (
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
    .where(reminder.c.outbox_id == _known_id)
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
_BEATS: Final = select(*as_read(heartbeat.c)).order_by(
    heartbeat.c.beat_at.desc(), heartbeat.c.service
)
_FORGET: Final = heartbeat.delete().where(
    (heartbeat.c.beat_at < bindparam("silent_since", type_=_instant))
    | (heartbeat.c.beat_at > bindparam("ahead_of", type_=_instant))
)


class SqlNotificationStore(SqlMailroom, SqlPeople, SqlSending):
    """The reminders, the outbox, people's choices and the heartbeat of one database.

    Args:
        engine: from `db.connection.engine.open_engine`, on a schema that is current.
        aside: what cannot be read, shared by the stores of the database.
    """

    def __init__(self, engine: Engine, aside: Aside | None = None) -> None:
        super().__init__(engine, aside)

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
        for _ in awaited.stream(self._engine, aside, nearest):
            pass
        people = SqlPeople(self._engine, aside)
        people.habits()
        people.absences()
        SqlMailroom(self._engine, aside).messages(MessageQuery(MessageState.WAITING, limit=most))
        return aside.take()

    def due(self, now: datetime, limit: int) -> list[OpenDeadline]:
        """Return open deadlines whose next reminder has come (≤ now), earliest first."""
        return self._page(_DUE, {"now": now}, limit)

    def announce(self, announcements: Sequence[Announcement], now: datetime) -> int:
        """Write announcements in one transaction; return how many messages entered the outbox."""
        with writing(self._engine) as connection:
            return announcing.write(self._prepared, connection, announcements, now)

    def enqueue(self, message: OutgoingMessage, figures: Figures | None = None) -> bool:
        """Put a message in the outbox unless its key is there already; tell whether it was put.

        The figures of a digest are kept with it, in the same transaction.
        """
        with writing(self._engine) as connection:
            put = outbox.put(self._prepared, connection, message) is not None
            if put and figures is not None:
                loads.keep(connection, figures)
        return put

    def has_message(self, key: str) -> bool:
        """Tell whether the outbox has a message under this key, sent or not."""
        with reading(self._engine) as connection:
            return bool(self._prepared.read(connection, outbox.HAS_KEY, {"known_key": key}))

    def claim(
        self, now: datetime, limit: int, lease: timedelta, worker: str
    ) -> list[QueuedMessage]:
        """Lease messages whose turn has come and whose lease, if any, has expired; oldest first.

        Those that a relay died with come when nothing else can be claimed, and one at a time.
        """
        with writing(self._engine) as connection:
            return outbox.claim(self._prepared, connection, self._aside, now, limit, lease, worker)

    def hold(
        self, lease: Lease, now: datetime, lasting: timedelta, accepted: Mapping[Lease, str]
    ) -> bool:
        """Take a lease anew, and tell whether it still was ours; mark what was accepted before.

        One transaction, that waits for no disk: see `mark_sent`.
        """
        with noting(self._engine) as connection:
            for taken, answer in accepted.items():
                self._sent(connection, taken, now, answer)
            return outbox.hold(self._prepared, connection, lease, now, lasting)

    def mark_sent(self, lease: Lease, now: datetime, answer: str) -> None:
        """Record the server's acceptance.

        A power cut that took the mark back would have the message leave twice, under one Message-ID:
        not worth waiting for the disk after each of them.
        """
        with noting(self._engine) as connection:
            self._sent(connection, lease, now, answer)

    def _sent(self, connection: Connection, lease: Lease, now: datetime, answer: str) -> None:
        event = now, "envoi", answer
        outbox.settle(self._prepared, connection, lease, event, sent_at=now, answer=answer)

    def mark_deferred(
        self,
        lease: Lease,
        now: datetime,
        next_attempt_at: datetime,
        error: str,
        *,
        in_doubt: bool = False,
    ) -> None:
        """Record a transient failure and when to try again."""
        self._settle(
            lease,
            (now, "essai", error),
            in_doubt=in_doubt,
            next_attempt_at=next_attempt_at,
            last_error=error,
        )

    def mark_failed(self, lease: Lease, now: datetime, error: str) -> None:
        """Record a permanent failure: nothing is sent again without a person."""
        self._settle(lease, (now, "echec", error), failed_at=now, last_error=error)

    def mark_superseded(self, lease: Lease, now: datetime, reason: str) -> None:
        """Record that a message has no reason left to be sent."""
        event = now, "remplacement", reason
        with writing(self._engine) as connection:
            outbox.supersede(self._prepared, connection, lease, event)

    def rewrite(self, lease: Lease, subject: str, content: bytes) -> None:
        """Replace the text of a claimed message, which keeps its Message-ID."""
        with writing(self._engine) as connection:
            outbox.rewrite(connection, lease, subject, content)

    def release(self, leases: Sequence[Lease]) -> None:
        """Give back claimed messages that were not attempted."""
        if leases:
            with writing(self._engine) as connection:
                outbox.release(self._prepared, connection, leases)

    def carried(self, message_id: int) -> list[Carried]:
        """Return the reminders of a message, each with its deadline as it stands now.

        Raises:
            Unreadable: when one of these deadlines makes no sense.
        """
        with reading(self._engine) as connection:
            found = connection.execute(_CARRIED, {"known_id": message_id}).all()
        try:
            return list(map(_carried, found))
        except MALFORMED as error:
            raise unreadable(f"Courriel {message_id}, ce qu’il annonce") from error

    def failures(self, limit: int) -> list[FailedMessage]:
        """Return failed messages, latest first."""
        with reading(self._engine) as connection:
            return admin.failures(connection, self._aside, limit)

    def counts(self) -> OutboxCounts:
        """Count the outbox."""
        with reading(self._engine) as connection:
            return admin.counts(connection)

    def delays(self, since: datetime) -> list[timedelta]:
        """Return how long after its time each reminder told by mail left, since an instant (excluded)."""
        with reading(self._engine) as connection:
            found = connection.execute(_DELAYS, {"since": since}).all()
        return list(
            self._aside.readable(found, lambda row: row.sent_at - row.planned_for, message_name)
        )

    def open_deadlines(self, until: date, opened_after: date) -> Iterator[OpenDeadline]:
        """Yield open deadlines to act on up to a day, then windows that open by then.

        Of those open since a day (included) or longer, only those of files that do not conform; then what
        waits to be proved. Each part is in order of its own day; no deadline comes twice.
        """
        return awaited.stream(self._engine, self._aside, *awaited.to_mention(until, opened_after))

    def to_come(self, after: date, until: date) -> Generator[OpenDeadline]:
        """Yield open deadlines to act on after a day, up to another, but the replies that others owe."""
        return awaited.stream(self._engine, self._aside, awaited.to_come(after, until))

    def replies(self, after: date) -> Iterator[OpenDeadline]:
        """Yield the replies that others owe and that are to be chased after a day (excluded)."""
        return awaited.stream(self._engine, self._aside, awaited.to_chase(after))

    def happenings(self, since: datetime) -> Iterator[Happening]:
        """Yield what is news in the journals since an instant (excluded), oldest first."""
        return happenings.happenings(self._engine, self._aside, since)

    def loads(self, first: date, last: date) -> Iterator[DayLoad]:
        """Yield how many open deadlines there are to act on, by owner, agency and day."""
        return loads.loads(self._engine, first, last)

    def portfolios(self) -> Iterator[Portfolio]:
        """Yield how many open cases there are, by owner and agency."""
        return loads.portfolios(self._engine)

    def figures(self, recipient: str, first: date, last: date) -> list[Figures]:
        """Return what the digests of a recipient counted between two days, oldest first."""
        with reading(self._engine) as connection:
            return loads.figures(connection, recipient, first, last)

    def dated(
        self,
        *,
        ref: str | None = None,
        owner: str | None = None,
        agency: str | None = None,
        closed_since: date,
    ) -> Iterator[DatedRow]:
        """Yield deadlines for a calendar: the open ones, and those closed since a day."""
        return queries.dated(self._engine, self._aside, ref, owner, agency, closed_since)

    def beat(self, beat: Heartbeat, *, forget: bool = True) -> None:
        """Record a sign of life: one row for each service.

        Args:
            beat: the sign.
            forget: True to forget those silent for a week, and those of a clock that was ahead.
        """
        row = {"service": beat.service, "beat_at": beat.at, "policy": beat.policy}
        known = {"silent_since": beat.at - _SILENT_FOR, "ahead_of": beat.at + LEAP}
        with writing(self._engine) as connection:
            connection.execute(_upsert_beat(connection.dialect.name), row)
            if forget:
                connection.execute(_FORGET, known)

    def last_beat(self) -> Heartbeat | None:
        """Return the most recent sign of life; refuse a base that cannot be written any more."""
        with reading(self._engine) as connection:
            refuse_unfit(connection)
        return next(iter(self.beats()), None)

    def beats(self) -> list[Heartbeat]:
        """Return the last sign of life of each service, latest first."""
        with reading(self._engine) as connection:
            found = connection.execute(_BEATS).all()
        return list(
            self._aside.readable(
                found,
                lambda row: Heartbeat(row.service, row.beat_at, row.policy),
                lambda row: f"Signe de vie du service « {row.service} »",
            )
        )

    def arm(self, deadlines: Sequence[tuple[int, datetime]]) -> None:
        """Set `next_reminder_at` of open deadlines that had none, after the policy changed."""
        changes = [{"known_id": id_, "new_next_reminder_at": at} for id_, at in deadlines]
        if changes:
            with writing(self._engine) as connection:
                self._prepared.write(connection, _ARM, changes)

    def all_open(self, after_id: int, limit: int) -> list[OpenDeadline]:
        """Return a page of every open deadline by row id, for a change of policy."""
        return self._page(_PAGE_BY_ID, {"after_id": after_id}, limit)

    def _page(self, statement: Any, known: dict[str, Any], limit: int) -> list[OpenDeadline]:
        """Return a page without what cannot be read; empty only when nothing else is left."""
        with reading(self._engine) as connection:
            while True:
                found = self._prepared.read(connection, statement, known | {"page_limit": limit})
                rows = list(self._aside.readable(found, open_deadline, deadline_name))
                if rows or len(found) < limit:
                    return rows
                limit *= 2

    def _settle(
        self,
        lease: Lease,
        event: tuple[datetime, str, str],
        *,
        in_doubt: bool = False,
        **columns: Any,
    ) -> None:
        with writing(self._engine) as connection:
            outbox.settle(self._prepared, connection, lease, event, in_doubt=in_doubt, **columns)


def _carried(row: Any) -> Carried:
    refuse_odd(row)
    standing = None if row.id is None else open_deadline(row)
    return Carried(row.rule, row.value, row.offset, row.planned_for, standing)


@cache
def _upsert_beat(dialect: str) -> Any:
    statement = insert(dialect, heartbeat)
    names = ("beat_at", "policy")
    return statement.on_conflict_do_update(
        index_elements=["service"], set_={name: statement.excluded[name] for name in names}
    )
