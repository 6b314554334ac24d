"""The addresses that mails come back from: put aside after two of them, until a person says they are right.

A part of `db.mail.store`. Nothing is kept of an address but what came back: one that leaves the configuration
is forgotten by itself.
"""

from __future__ import annotations

from datetime import datetime
from itertools import groupby
from typing import Any, Final

from sqlalchemy import (
    Connection,
    Select,
    String,
    bindparam,
    func,
    select,
    text,
    type_coerce,
)

from db.connection.engine import reading, writing
from db.readers.part import StorePart
from db.schema.columns import ReadInstant
from db.schema.mail_tables import BOUNCED, mail_return
from notifications.model.returns import UnreachableAddress
from workflow.errors import Refused
from workflow.text.addresses import mailbox_key

_ENOUGH: Final = 2
"""Messages that came back from an address before it is put aside."""

_bounced = text(BOUNCED)
_is_known = mail_return.c.sent_to == bindparam("known_address", type_=String)


# A message counts once, however much came back of it.
_BOUNCED: Final[Select[Any]] = (
    select(mail_return.c.sent_to, type_coerce(func.max(mail_return.c.noted_at), ReadInstant()))
    .where(_bounced, mail_return.c.sent_to.is_not(None))
    .group_by(mail_return.c.sent_to, mail_return.c.outbox_id)
    .order_by(mail_return.c.sent_to, mail_return.c.outbox_id)
)
_ONE: Final = _BOUNCED.where(_is_known)
_VERIFY: Final = (
    mail_return.update()
    .where(_bounced, _is_known)
    .values(
        verified_by=bindparam("by", type_=String),
        verified_at=bindparam("now", type_=mail_return.c.noted_at.type),
    )
)


class SqlAddresses(StorePart):
    """What is known of the addresses of one database."""

    def unreachable(self) -> list[UnreachableAddress]:
        """Return the addresses that are put aside."""
        with reading(self._database) as connection:
            found = groupby(connection.execute(_BOUNCED), lambda row: str(row.sent_to))
            counted = [(address, [at for _, at in rows]) for address, rows in found]
        return [
            UnreachableAddress(address, len(instants), max(instants))
            for address, instants in counted
            if len(instants) >= _ENOUGH
        ]

    def restore_address(self, address: str, by: str, now: datetime) -> None:
        """Note that an address was verified: what came back from it before counts no more."""
        known = {"known_address": mailbox_key(address)}
        with writing(self._database) as connection:
            connection.execute(_VERIFY, known | {"by": by, "now": now})


def refuse_unreachable(connection: Connection, number: int, address: str) -> None:
    """Refuse to put a message in the queue for an address that is put aside.

    Raises:
        Refused: with what to do.
    """
    known = {"known_address": mailbox_key(address)}
    if len(connection.execute(_ONE, known).all()) >= _ENOUGH:
        raise Refused(
            f"Courriel {number} : l’adresse « {address} » est mise de côté, des courriels en sont revenus ; "
            "corrigez-la et redirigez le courriel, ou dites-la vérifiée : « echeancier courriels retablir "
            f"{address} »."
        )
