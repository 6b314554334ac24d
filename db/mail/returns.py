"""What comes back of the mails: noted once, with the message it changes and what tells somebody else.

A part of `db.mail.store`. Two services that read the same report both come here: whoever comes second finds
it noted, and writes nothing. What it means is decided in `notifications.returns`.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime
from functools import cache
from typing import Any, Final

from msgspec import convert
from sqlalchemy import (
    ColumnElement,
    Connection,
    Integer,
    Select,
    String,
    bindparam,
    func,
    literal,
    select,
    type_coerce,
)

from db.cases.aside import MALFORMED, message_name, refuse_odd, unreadable
from db.cases.statements import insert
from db.connection.engine import reading, writing
from db.mail import outbox as queue
from db.mail.admin import IN_STATE, stored
from db.mail.announcing import TOLD_OF
from db.mail.notices import Moved, tell
from db.readers.part import StorePart
from db.schema.columns import ReadInstant, as_read
from db.schema.mail_tables import mail_return, outbox, outbox_event
from notifications.model.messages import (
    FailedMessage,
    MessageState,
    StoredMessage,
)
from notifications.model.returns import (
    TO_LOOK_AT,
    Fate,
    KeptReturn,
    Notice,
    Return,
    Returned,
    ReturnEffect,
)
from workflow.errors import NotFound
from workflow.text.addresses import mailbox_key

_MESSAGE: Final = select(*as_read(outbox.c)).where(
    outbox.c.message_id == bindparam("known_message_id", type_=String)
)
_HELD: Final = _MESSAGE.with_for_update()
_BOUNCED_AT: Final = select(mail_return.c.sent_to).where(
    mail_return.c.outbox_id == bindparam("known_id", type_=outbox.c.id.type),
    mail_return.c.kind == "non_remis",
)
_TRIED: Final = select(outbox.c.address).where(outbox.c.id.in_(TOLD_OF))
_HAS_LEFT: Final = (
    select(func.count())
    .select_from(outbox_event)
    .where(
        outbox_event.c.outbox_id == bindparam("known_id", type_=outbox.c.id.type),
        outbox_event.c.what == "envoi",
        outbox_event.c.at == bindparam("sent_at", type_=outbox.c.sent_at.type),
    )
)
_MARK: Final = outbox.update().where(outbox.c.id == bindparam("known_id", type_=outbox.c.id.type))


def _missed(state: MessageState, at: ColumnElement[Any]) -> Select[Any]:
    """Return the messages that nobody read, of one of the states where they end, latest first."""
    return (
        select(
            outbox.c.id,
            outbox.c.kind,
            outbox.c.ref,
            outbox.c.recipient,
            outbox.c.on_behalf_of,
            outbox.c.address,
            outbox.c.subject,
            type_coerce(at, ReadInstant()).label("failed_at"),
            func.coalesce(outbox.c.last_error, "").label("error"),
            literal(state is MessageState.UNDELIVERED).label("undelivered"),
        )
        .where(IN_STATE[state])
        .order_by(at.desc(), outbox.c.id.desc())
        .limit(bindparam("failure_limit", type_=Integer))
    )


# One after the other, each by its index: together, they would read the messages of years.
_MISSED: Final = (
    _missed(MessageState.FAILED, outbox.c.failed_at),
    _missed(MessageState.UNDELIVERED, outbox.c.undelivered_at),
)


_IS_LOOKED_AT: Final = mail_return.c.kind.in_([one.value for one in TO_LOOK_AT])
_LOOK: Final = mail_return.update().where(
    mail_return.c.id == bindparam("number", type_=Integer),
    _IS_LOOKED_AT,
    mail_return.c.verified_at.is_(None),
)
_KEPT: Final = (
    select(
        *as_read(mail_return.c),
        outbox.c.message_id,
        outbox.c.ref,
        outbox.c.recipient,
    )
    .outerjoin(outbox, outbox.c.id == mail_return.c.outbox_id)
    .where(~_IS_LOOKED_AT | mail_return.c.verified_at.is_(None))
    .order_by(mail_return.c.id.desc())
)


class SqlReturns(StorePart):
    """What came back of the mails of one database."""

    def returned(self, message_id: str) -> Returned | None:
        """Return the message that bears a Message-ID, None when none of ours does."""
        with reading(self._database) as connection:
            row = connection.execute(_MESSAGE, {"known_message_id": message_id}).first()
            if row is None:
                return None
            known = {"known_id": row.id}
            bounced_at = frozenset(connection.scalars(_BOUNCED_AT, known))
            tried = connection.scalars(_TRIED, {"known_ids": [row.id]}).all()
        try:
            refuse_odd(row)
            # A message that gave way was claimed for that alone.
            claimed = row.claims > row.attempts and row.superseded_at is None
            in_doubt = row.doubts > 0 or claimed
            return Returned(stored(row), in_doubt, frozenset(map(mailbox_key, tried)), bounced_at)
        except MALFORMED as error:
            raise unreadable(message_name(row)) from error

    def failures(self, limit: int) -> list[FailedMessage]:
        """Return the messages that failed or came back, latest first."""
        bounds = {"failure_limit": limit}
        with reading(self._database) as connection:
            found = [row for one in _MISSED for row in connection.execute(one, bounds)]
        read = self._aside.readable(found, _failed, message_name)
        return sorted(read, key=lambda one: (one.failed_at, one.id), reverse=True)[:limit]

    def returns(self, limit: int) -> list[KeptReturn]:
        """Return what came back, as it was noted, latest first, but what was to be looked at and has been."""
        with reading(self._database) as connection:
            found = connection.execute(_KEPT.limit(limit)).all()
        return list(self._aside.readable(found, _kept, lambda row: f"Retour {row.id}"))

    def put_away(self, numbers: Sequence[int], by: str, now: datetime) -> None:
        """Note that somebody has looked at returns, all or none, or raise `NotFound`."""
        with writing(self._database) as connection:
            for number in numbers:
                seen = {"number": number, "verified_by": by, "verified_at": now}
                if not connection.execute(_LOOK, seen).rowcount:
                    raise NotFound(
                        f"Aucun retour à regarder ne porte le n° {number}, ou il est déjà rangé : voyez "
                        "« echeancier courriels retours --liste »."
                    )

    def note_return(self, effect: ReturnEffect, by: str, now: datetime) -> Fate | None:
        """Note a return with all that it changes, in one transaction; None when its message has moved."""
        try:
            with writing(self._database) as connection:
                return self._noted(connection, effect, by, now)
        except Moved:
            return None

    def stop(
        self,
        message: StoredMessage,
        reason: str,
        by: str,
        now: datetime,
        notices: Sequence[Notice],
    ) -> bool:
        """Record that a message that waits will not leave, with what tells of it; False when it has moved."""
        with suppress(Moved), writing(self._database) as connection:
            held = connection.execute(_HELD, {"known_message_id": message.message_id}).first()
            if held is None or held.leased_until is not None or stored(held) != message:
                raise Moved
            failed = {"known_id": message.id, "failed_at": now, "last_error": reason}
            connection.execute(_MARK, failed)
            queue.note(self._prepared, connection, message.id, by, (now, "echec", reason))
            tell(self._prepared, connection, notices, by, now)
            return True
        return False

    def _noted(self, connection: Connection, effect: ReturnEffect, by: str, now: datetime) -> Fate:
        said, returned = effect.said, effect.returned
        message = returned.message if returned is not None else None
        held = None
        if message is not None:
            # Before its return is written: two who note different ones of it take turns here.
            held = connection.execute(_HELD, {"known_message_id": message.message_id}).first()
        row = _row(said, message) | {"noted_at": now, "noted_by": by}
        if connection.execute(_note(connection.dialect.name), row).first() is None:
            return Fate.KNOWN
        if message is None:
            return Fate.NOTED
        if held is None or stored(held) != message:
            raise Moved
        if effect.undelivered:
            self._come_back(connection, message, by, effect.undelivered, now)
        event = now, said.kind.value, said.words
        queue.note(self._prepared, connection, message.id, by, event)
        tell(self._prepared, connection, effect.notices, by, now)
        return Fate.NOTED

    def _come_back(
        self, connection: Connection, message: StoredMessage, by: str, reason: str, now: datetime
    ) -> None:
        """Mark a message that was sent; when it was stays in its trail, whatever is decided of it next."""
        known = {"known_id": message.id}
        at = message.ended_at or now
        if not connection.scalar(_HAS_LEFT, known | {"sent_at": at}):
            event = at, "envoi", message.answer
            queue.note(self._prepared, connection, message.id, by, event)
        connection.execute(_MARK, known | {"undelivered_at": now, "last_error": reason})


def _kept(row: Any) -> KeptReturn:
    said = convert(row._asdict(), Return)
    return KeptReturn(
        row.id, said, row.outbox_id, row.ref, row.recipient, row.noted_at, row.noted_by
    )


def _failed(row: Any) -> FailedMessage:
    return convert(row._asdict(), FailedMessage)


@cache
def _note(dialect: str) -> Any:
    statement = insert(dialect, mail_return).on_conflict_do_nothing(index_elements=["fingerprint"])
    return statement.returning(mail_return.c.id)


def _row(said: Return, message: StoredMessage | None) -> dict[str, Any]:
    """Return what is kept of a return."""
    return {
        "fingerprint": said.fingerprint,
        "kind": said.kind.value,
        "outbox_id": None if message is None else message.id,
        "sent_to": None if message is None else mailbox_key(message.address),
        "address": said.address,
        "status": said.status,
        "words": said.words,
        "reported_at": said.reported_at,
    }
