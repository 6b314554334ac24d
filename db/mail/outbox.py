"""The way of a message through the outbox: put, claimed with a lease, settled, given back.

A part of `db.mail.store`; `db.mail.announcing` puts messages too. A message leaves at least once: it is
claimed for a time, sent, and only then settled, by whoever still holds the lease. What people do with
messages is in `db.mail.admin`. The whole life of a lease is read together: hence its length.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from functools import cache, partial
from typing import Any, Final

from msgspec import convert
from sqlalchemy import (
    ColumnElement,
    Connection,
    Integer,
    Interval,
    String,
    Text,
    bindparam,
    func,
    select,
    text,
)

from db.cases.aside import message_name
from db.cases.statements import insert
from db.connection.engine import noting, reading, writing
from db.connection.prepared import PreparedStatements
from db.readers.loads import keep
from db.readers.part import StorePart
from db.schema import mail_tables
from db.schema.columns import as_read
from db.schema.mail_tables import letter, outbox, outbox_event
from notifications.model.happenings import Figures
from notifications.model.messages import Lease, OutgoingMessage, QueuedMessage

WAITING: Final = text(mail_tables.WAITING)

INSTANT: Final = outbox.c.created_at.type
_now = bindparam("now", type_=INSTANT)
_known_id = bindparam("known_id", type_=Integer)
_worker = bindparam("worker", type_=String)

_content = (
    select(letter.c.content)
    .where(letter.c.outbox_id == outbox.c.id)
    .scalar_subquery()
    .label("content")
)
HAS_KEY: Final = select(outbox.c.id).where(outbox.c.key == bindparam("known_key", type_=String))


def leases_now(dialect: str) -> ColumnElement[datetime]:
    """Return the present by which leases end: the server's, where several machines share a base.

    Their clocks differ, and one that is ahead must not take what another is sending. A SQLite base is on
    one machine, whose clock is given.
    """
    return func.clock_timestamp() if dialect == "postgresql" else _now


def _lease_end(dialect: str) -> ColumnElement[datetime]:
    if dialect == "postgresql":
        return leases_now(dialect) + bindparam("lasting", type_=Interval)
    return bindparam("lease_end", type_=INSTANT)


@cache
def _claim(dialect: str, *, suspect: bool) -> Any:
    """Return the statement that leases messages whose turn came first, among those of a kind."""
    # A claim more than attempts: a relay died with the message in its hands, perhaps because of it.
    died = outbox.c.claims > outbox.c.attempts
    claimable = (
        select(outbox.c.id)
        .where(
            WAITING,
            outbox.c.next_attempt_at <= _now,
            outbox.c.leased_until.is_(None) | (outbox.c.leased_until <= leases_now(dialect)),
            died if suspect else ~died,
        )
        .order_by(outbox.c.next_attempt_at, outbox.c.id)
        .limit(bindparam("claim_limit", type_=Integer))
        # A row that another relay is claiming at this instant is passed over.
        .with_for_update(skip_locked=True)
        .cte("claimable")
    )
    return (
        outbox.update()
        .where(outbox.c.id.in_(select(claimable.c.id)))
        .values(leased_until=_lease_end(dialect), lease_owner=_worker, claims=outbox.c.claims + 1)
        .returning(
            outbox.c.id,
            outbox.c.key,
            outbox.c.kind,
            outbox.c.address,
            outbox.c.message_id,
            _content,
            outbox.c.attempts,
            outbox.c.claims,
            *as_read([outbox.c.created_at]),
            outbox.c.recipient,
            outbox.c.on_behalf_of,
            outbox.c.doubts,
        )
    )


# Whoever holds a message proves it by its claim: a name alone may come back, a number does not.
_held = outbox.update().where(
    outbox.c.id == _known_id,
    outbox.c.lease_owner == _worker,
    outbox.c.claims == bindparam("known_claims", type_=Integer),
    WAITING,
)
_free: dict[str, Any] = {"leased_until": None, "lease_owner": None}
_RENAME: Final = _held.values(subject=bindparam("new_subject", type_=String))
_INSERT_LETTER: Final = letter.insert().inline()
REWRITE: Final = (
    letter.update()
    .where(letter.c.outbox_id == _known_id)
    .values(content=bindparam("new_content", type_=letter.c.content.type))
)
_RELEASE: Final = _held.values(**_free, claims=outbox.c.claims - 1)
_END: Final = _held.values(**_free).returning(outbox.c.attempts, outbox.c.claims)
_SETTLE: Final = _END.values(attempts=outbox.c.attempts + 1)
_DOUBT: Final = _SETTLE.values(doubts=outbox.c.doubts + 1)

_NOTE: Final = outbox_event.insert().from_select(
    ["outbox_id", "seq", "at", "by", "what", "detail"],
    select(
        _known_id,
        func.coalesce(func.max(outbox_event.c.seq), 0) + 1,
        bindparam("at", type_=INSTANT),
        bindparam("by", type_=String),
        bindparam("what", type_=String),
        bindparam("detail", type_=Text),
    ).where(outbox_event.c.outbox_id == _known_id),
)


def put(
    prepared: PreparedStatements, connection: Connection, message: OutgoingMessage
) -> int | None:
    """Put a message in the outbox; return its row, or None when its key is there already."""
    row = {
        "key": message.key,
        "kind": message.kind.value,
        "recipient": message.recipient,
        "on_behalf_of": message.on_behalf_of,
        "address": message.address,
        "subject": message.subject,
        "message_id": message.message_id,
        "ref": message.ref,
        "created_at": message.created_at,
        "next_attempt_at": message.due_at or message.created_at,
        "attempts": 0,
        "claims": 0,
        "doubts": 0,
    }
    found = prepared.read(connection, _put(connection.dialect.name), row)
    if not found:
        return None
    id_ = int(found[0].id)
    bytes_ = {"outbox_id": id_, "content": message.content}
    prepared.write(connection, _INSERT_LETTER, [bytes_])
    return id_


@cache
def _put(dialect: str) -> Any:
    statement = insert(dialect, outbox).on_conflict_do_nothing(index_elements=["key"])
    return statement.returning(outbox.c.id)


@cache
def _hold(dialect: str) -> Any:
    return _held.values(leased_until=_lease_end(dialect)).returning(outbox.c.id)


def _known(lease: Lease) -> dict[str, Any]:
    return {
        "known_id": lease.message_id,
        "worker": lease.worker,
        "known_claims": lease.claims,
    }


class SqlOutbox(StorePart):
    """The way of messages through the outbox."""

    def enqueue(self, message: OutgoingMessage, figures: Figures | None = None) -> bool:
        """Put a message in the outbox unless its key is there already; tell whether it was put."""
        with writing(self._database) as connection:
            is_new = put(self._prepared, connection, message) is not None
            if is_new and figures is not None:
                keep(connection, figures)
        return is_new

    def has_message(self, key: str) -> bool:
        """Tell whether the outbox has a message under this key, sent or not."""
        with reading(self._database) as connection:
            return bool(self._prepared.read(connection, HAS_KEY, {"known_key": key}))

    def claim(
        self, now: datetime, limit: int, lease: timedelta, worker: str
    ) -> list[QueuedMessage]:
        """Lease messages whose turn has come and whose lease, if any, has expired; oldest first.

        Empty only when there is none to send. Those that a relay died with wait until nothing else can be
        claimed, then come one at a time; so do those that cannot be read, once somebody has mended them.
        """
        bounds = {"now": now, "claim_limit": limit, "worker": worker, **_until(now, lease)}
        dialect = self._database.dialect.name
        claimed: list[QueuedMessage] = []
        with writing(self._database) as connection:
            for suspect in (False, True) if limit > 0 else ():
                wanted = bounds | {"claim_limit": 1} if suspect else bounds
                statement = _claim(dialect, suspect=suspect)
                while not claimed and (found := self._prepared.read(connection, statement, wanted)):
                    read = partial(_queued, worker)
                    claimed = list(self._aside.readable(found, read, message_name))
        return sorted(claimed, key=lambda message: (message.created_at, message.id))

    def hold(
        self, lease: Lease, now: datetime, lasting: timedelta, accepted: Mapping[Lease, str]
    ) -> bool:
        """Take a lease anew, and tell whether it still was ours; mark what was accepted before.

        One transaction, that waits for no disk: see `mark_sent`.
        """
        known = _known(lease) | _until(now, lasting)
        with noting(self._database) as connection:
            for taken, answer in accepted.items():
                self._sent(connection, taken, now, answer)
            statement = _hold(connection.dialect.name)
            return bool(self._prepared.read(connection, statement, known))

    def mark_sent(self, lease: Lease, now: datetime, answer: str) -> None:
        """Record the server's acceptance.

        A power cut that took the mark back would have the message leave twice, under one Message-ID:
        not worth waiting for the disk after each of them.
        """
        with noting(self._database) as connection:
            self._sent(connection, lease, now, answer)

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
        """Record that a message, which nobody tried to send, has no reason left to be sent."""
        ended = {"superseded_at": now, "last_error": reason}
        with writing(self._database) as connection:
            if self._prepared.read(connection, _END, _known(lease) | ended):
                event = now, "remplacement", reason
                note(self._prepared, connection, lease.message_id, lease.worker, event)

    def rewrite(self, lease: Lease, subject: str, content: bytes) -> None:
        """Replace the text of a claimed message, which keeps its Message-ID."""
        with writing(self._database) as connection:
            if connection.execute(_RENAME, _known(lease) | {"new_subject": subject}).rowcount:
                rewritten = {"known_id": lease.message_id, "new_content": content}
                connection.execute(REWRITE, rewritten)

    def release(self, leases: Sequence[Lease]) -> None:
        """Give back claimed messages that were not attempted: as if they had never been claimed."""
        if leases:
            with writing(self._database) as connection:
                self._prepared.write(connection, _RELEASE, list(map(_known, leases)))

    def _sent(self, connection: Connection, lease: Lease, now: datetime, answer: str) -> None:
        event = now, "envoi", answer
        self._end(connection, lease, event, sent_at=now, answer=answer)

    def _settle(
        self,
        lease: Lease,
        event: tuple[datetime, str, str],
        *,
        in_doubt: bool = False,
        **columns: Any,
    ) -> None:
        with writing(self._database) as connection:
            self._end(connection, lease, event, in_doubt=in_doubt, **columns)

    def _end(
        self,
        connection: Connection,
        lease: Lease,
        event: tuple[datetime, str, str],
        *,
        in_doubt: bool = False,
        **columns: Any,
    ) -> None:
        """End an attempt; without effect when the lease has passed to another, or all is over.

        Args:
            connection: a transaction.
            lease: who tried.
            event: when, what and how it ended; not kept of a message that left at its first attempt.
            in_doubt: True when the server may have taken it without saying so.
            columns: what the row becomes.
        """
        statement = _DOUBT if in_doubt else _SETTLE
        found = self._prepared.read(connection, statement, _known(lease) | columns)
        smoothly = "sent_at" in columns and found and found[0].attempts == found[0].claims == 1
        if found and not smoothly:
            note(self._prepared, connection, lease.message_id, lease.worker, event)


def _queued(worker: str, row: Any) -> QueuedMessage:
    # A row that a person has written may hold anything where SQLite expects a number or bytes.
    return convert({**row._asdict(), "worker": worker}, QueuedMessage)


def _until(now: datetime, lasting: timedelta) -> dict[str, Any]:
    """Return the end of a lease, as either database counts it."""
    return {"lasting": lasting, "lease_end": now + lasting}


def note(
    prepared: PreparedStatements,
    connection: Connection,
    message_id: int,
    by: str,
    event: tuple[datetime, str, str],
) -> None:
    """Add an event to the trail of a message that this transaction has written."""
    at, what, detail = event
    row = {"known_id": message_id, "at": at, "by": by, "what": what, "detail": detail}
    prepared.write(connection, _NOTE, [row])
