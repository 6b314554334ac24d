"""The outbox as people see it and act on it: lists, a message and its trail, retried, redirected, dropped.

`SqlMailroom` is a part of `db.mail.store`. An act is refused when the message has left or is leaving: the
relay and a person never decide of the same message at once.
"""

from __future__ import annotations

from datetime import datetime
from functools import cache
from typing import Any, Final

from msgspec import convert
from sqlalchemy import (
    Connection,
    Integer,
    Select,
    TextClause,
    bindparam,
    func,
    select,
    text,
    type_coerce,
)

from db.cases.aside import MALFORMED, message_name, refuse_odd, unreadable
from db.connection.engine import reading, writing
from db.connection.no_date import NO_DATE
from db.mail import outbox as queue
from db.mail.outbox import WAITING
from db.readers.addresses import refuse_unreachable
from db.readers.part import StorePart
from db.schema.columns import ReadInstant, as_read
from db.schema.mail_tables import letter, outbox, outbox_event, reminder
from notifications.model.messages import (
    Departure,
    MessageEvent,
    MessageKind,
    MessageQuery,
    MessageState,
    OutboxCounts,
    StoredMessage,
)
from workflow.errors import NotFound, Refused

# Written out like the partial indexes that serve them.
IN_STATE: Final[dict[MessageState, TextClause]] = {
    MessageState.WAITING: WAITING,
    MessageState.SENT: text("outbox.sent_at IS NOT NULL AND outbox.undelivered_at IS NULL"),
    MessageState.UNDELIVERED: text("outbox.undelivered_at IS NOT NULL"),
    MessageState.FAILED: text("outbox.failed_at IS NOT NULL"),
    MessageState.SUPERSEDED: text("outbox.superseded_at IS NOT NULL"),
    MessageState.DROPPED: text("outbox.dropped_at IS NOT NULL"),
}
_FEW = frozenset({MessageState.WAITING, MessageState.UNDELIVERED, MessageState.FAILED})
"""States whose messages are few enough to be sorted, and lie in the order of an instant."""
_COUNTED = (
    MessageState.UNDELIVERED,
    MessageState.FAILED,
    MessageState.SUPERSEDED,
    MessageState.DROPPED,
)

_known_id = bindparam("known_id", type_=Integer)

_MESSAGES: Final[Select[Any]] = select(
    *as_read(column for column in outbox.c if column.name != "key")
)
_MESSAGE: Final = (
    _MESSAGES.add_columns(letter.c.content)
    .join(letter, letter.c.outbox_id == outbox.c.id)
    .where(outbox.c.id == _known_id)
)
_EVENTS: Final = (
    select(
        *as_read([outbox_event.c.at, outbox_event.c.by, outbox_event.c.what, outbox_event.c.detail])
    )
    .where(outbox_event.c.outbox_id == _known_id)
    .order_by(outbox_event.c.seq)
)
_ACT: Final = outbox.update().where(outbox.c.id == _known_id)

_WAITING_NOW: Final = select(
    func.count(), type_coerce(func.min(outbox.c.created_at), ReadInstant())
).where(WAITING)
_IN_ALL: Final = select(func.count()).select_from(outbox)


class SqlMailroom(StorePart):
    """The outbox of one database, for people."""

    def messages(self, query: MessageQuery) -> list[StoredMessage]:
        """Return a page of the outbox, latest first."""
        with reading(self._database) as connection:
            found = connection.execute(_page(query)).all()
        return list(self._aside.readable(found, stored, message_name))

    def message(self, message_id: int) -> tuple[StoredMessage, bytes, tuple[MessageEvent, ...]]:
        """Return a message, its bytes and what happened to it.

        Raises:
            NotFound: no such message.
            Unreadable: its row, or one of its trail, makes no sense.
        """
        known = {"known_id": message_id}
        with reading(self._database) as connection:
            row = connection.execute(_MESSAGE, known).first()
            if row is None:
                raise _missing(message_id)
            events = connection.execute(_EVENTS, known).all()
        try:
            for one in (row, *events):
                refuse_odd(one)
            return stored(row), row.content, tuple(MessageEvent(*event) for event in events)
        except MALFORMED as error:
            raise unreadable(message_name(row)) from error

    def counts(self) -> OutboxCounts:
        """Count the messages by what became of them."""
        with reading(self._database) as connection:
            waiting, since = connection.execute(_WAITING_NOW).one()
            ended = {
                state.name.lower(): connection.scalar(_IN_ALL.where(IN_STATE[state])) or 0
                for state in _COUNTED
            }
            in_all = connection.scalar(_IN_ALL) or 0
        oldest = None if since is NO_DATE else since
        # Those sent are what remains: counting them one by one would read years of messages.
        sent = in_all - waiting - sum(ended.values())
        return OutboxCounts(waiting=waiting, sent=sent, oldest_waiting=oldest, **ended)

    def last_message(self) -> int:
        """Return the number of the message put last, 0 when there is none."""
        with reading(self._database) as connection:
            return connection.scalar(select(func.max(outbox.c.id))) or 0

    def departures(self, after: int) -> list[Departure]:
        """Return the messages put after one, each with when the first of what it says was planned."""
        planned = func.coalesce(func.min(reminder.c.planned_for), outbox.c.created_at)
        statement = (
            select(
                outbox.c.kind, outbox.c.recipient, type_coerce(planned, outbox.c.created_at.type)
            )
            .outerjoin(reminder, reminder.c.outbox_id == outbox.c.id)
            .where(outbox.c.id > after)
            .group_by(outbox.c.id)
            .order_by(outbox.c.id)
        )
        with reading(self._database) as connection:
            found = connection.execute(statement)
            return [Departure(MessageKind(kind), *others) for kind, *others in found]

    def retry(self, message_id: int, by: str, now: datetime) -> None:
        """Put a message that failed, came back or was dropped back in the queue, or raise `Refused`."""
        with writing(self._database) as connection:
            known = self._held(connection, message_id, now)
            if known.state is MessageState.WAITING:
                raise Refused(f"Courriel {message_id} : il attend déjà son tour.")
            refuse_unreachable(connection, message_id, known.address)
            self._requeue(connection, known, now)
            self._note(connection, message_id, by, (now, "relance", known.answer))

    def redirect(
        self, message_id: int, by: str, now: datetime, recipient: str, address: str, content: bytes
    ) -> None:
        """Put a message that has not left, or came back, in the queue for another address."""
        with writing(self._database) as connection:
            known = self._held(connection, message_id, now)
            refuse_unreachable(connection, message_id, address)
            self._requeue(connection, known, now, recipient=recipient, address=address)
            rewritten = {"known_id": message_id, "new_content": content}
            connection.execute(queue.REWRITE, rewritten)
            detail = f"{known.address} → {address}"
            self._note(connection, message_id, by, (now, "redirection", detail))

    def drop(self, message_id: int, by: str, now: datetime, reason: str) -> None:
        """Record that a message will not leave, or raise `Refused` when it already has."""
        with writing(self._database) as connection:
            known = self._held(connection, message_id, now)
            if known.state is MessageState.DROPPED:
                raise Refused(f"Courriel {message_id} : il est déjà abandonné.")
            changes = {**_NO_END, "dropped_at": now, "last_error": reason}
            connection.execute(_ACT, {"known_id": message_id, **_FREE, **changes})
            self._note(connection, message_id, by, (now, "abandon", reason))

    def _held(self, connection: Connection, message_id: int, now: datetime) -> StoredMessage:
        """Return a message that a person may act on, held until the end of the transaction.

        Raises:
            Refused: when it has left, is leaving, or has no reason left to.
            NotFound: when there is no such message.
        """
        known = {"known_id": message_id, "now": now}
        row = connection.execute(_hold(connection.dialect.name), known).first()
        if row is None:
            raise _missing(message_id)
        found = stored(row)
        if found.state is MessageState.SENT:
            raise Refused(f"Courriel {message_id} : il est déjà parti.")
        if found.state is MessageState.SUPERSEDED:
            raise Refused(
                f"Courriel {message_id} : ce qu’il annonçait est fait ou a changé, il ne partira plus."
            )
        if row.leased:
            raise Refused(
                f"Courriel {message_id} : son envoi est en cours ; réessayez dans quelques minutes."
            )
        return found

    def _requeue(
        self, connection: Connection, known: StoredMessage, now: datetime, **columns: Any
    ) -> None:
        # Tried anew from the start: what a server or a relay made of it before is in its trail.
        anew = {
            **_NO_END,
            "last_error": None,
            "attempts": 0,
            "claims": 0,
            "doubts": 0,
        }
        row = {"known_id": known.id, **_FREE, **anew, "next_attempt_at": now, **columns}
        connection.execute(_ACT, row)

    def _note(
        self, connection: Connection, message_id: int, by: str, event: tuple[datetime, str, str]
    ) -> None:
        queue.note(self._prepared, connection, message_id, by, event)


@cache
def _hold(dialect: str) -> Any:
    """Return what reads a message as it is, and as no relay can change it meanwhile."""
    leased = (outbox.c.leased_until > queue.leases_now(dialect)).label("leased")
    return _MESSAGES.add_columns(leased).where(outbox.c.id == _known_id).with_for_update()


_FREE: Final = {"leased_until": None, "lease_owner": None}
_NO_END: Final = dict.fromkeys(("sent_at", "answer", "undelivered_at", "failed_at", "dropped_at"))


def stored(row: Any) -> StoredMessage:
    """Return a message of the outbox from its row."""
    ends = {
        MessageState.UNDELIVERED: row.undelivered_at,
        MessageState.SENT: row.sent_at,
        MessageState.FAILED: row.failed_at,
        MessageState.SUPERSEDED: row.superseded_at,
        MessageState.DROPPED: row.dropped_at,
    }
    state = next((state for state, at in ends.items() if at is not None), MessageState.WAITING)
    answer = row.answer if state is MessageState.SENT else row.last_error
    told = {
        "state": state,
        "next_attempt_at": row.next_attempt_at if state is MessageState.WAITING else None,
        "ended_at": ends.get(state),
        "answer": answer or "",
    }
    return convert(row._asdict() | told, StoredMessage)


def _page(query: MessageQuery) -> Select[Any]:
    statement, latest = _MESSAGES, outbox.c.id.desc()
    if query.state is not None:
        statement = statement.where(IN_STATE[query.state])
    if query.ref is not None:
        statement = statement.where(outbox.c.ref == query.ref)
    if query.recipient is not None:
        statement = statement.where(outbox.c.recipient == query.recipient)
    if query.before is not None:
        statement = statement.where(outbox.c.id < query.before)
    if query.state in _FEW:
        # The same order, but one that the key does not give: rather than walk years of messages
        # that were sent, a database sorts the few of this state.
        latest = func.coalesce(outbox.c.id, outbox.c.id).desc()
    return statement.order_by(latest).limit(query.limit).offset(query.offset)


def _missing(message_id: int) -> NotFound:
    return NotFound(
        f"Courriel {message_id} : il n’existe pas ; « echeancier courriels lister » donne les numéros."
    )
