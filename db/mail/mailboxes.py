"""How far the return mailbox was read, kept once what was read there is noted.

`SqlMailboxes` is a part of `db.mail.store`. One mailbox is read: whoever names another begins anew.
"""

from __future__ import annotations

from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import case, func, null
from sqlmodel import col, delete, select

from db.cases.statements import insert
from db.connection.sessions import session_reading, session_writing
from db.readers.part import StorePart
from db.schema.columns import as_read
from db.schema.mail_tables import ReturnMailboxRow, return_mailbox
from notifications.model.looks import MailboxLook, MailboxPlace, MailboxState


class SqlMailboxes(StorePart):
    """The return mailbox of one database."""

    def mailbox(self, name: str | None = None) -> MailboxState | None:
        """Return how far a return mailbox was read, None when it never was."""
        wanted = select(*as_read(return_mailbox.c))
        if name is not None:
            wanted = wanted.where(ReturnMailboxRow.name == name)
        with session_reading(self._database) as session:
            found = session.exec(wanted).all()
        states = self._aside.readable(found, _state, lambda row: f"Boîte de retour « {row.name} »")
        return next(iter(states), None)

    def note_look(self, name: str, look: MailboxLook, now: datetime) -> None:
        """Record how far a look came, and what stopped it; another mailbox is forgotten."""
        place = look.place
        row = {
            "name": name,
            "validity": place.validity if place else None,
            "uid": place.uid if place else None,
            "tried_at": now,
            "failing_since": now if look.failure else None,
            "failure": look.failure,
        }
        with session_writing(self._database) as session:
            session.exec(delete(ReturnMailboxRow).where(col(ReturnMailboxRow.name) != name))
            session.exec(_upsert(session.get_bind().dialect.name), params=row)


@cache
def _upsert(dialect: str) -> Any:
    statement, known = insert(dialect, return_mailbox), return_mailbox.c
    new = statement.excluded
    since = func.coalesce(known.failing_since, new.failing_since)
    return statement.on_conflict_do_update(
        index_elements=["name"],
        set_={
            "validity": func.coalesce(new.validity, known.validity),
            "uid": func.coalesce(new.uid, known.uid),
            "tried_at": new.tried_at,
            "failing_since": case((new.failing_since.is_(None), null()), else_=since),
            "failure": new.failure,
        },
    )


def _state(row: Any) -> MailboxState:
    place = None if row.validity is None else MailboxPlace(row.validity, row.uid or 0)
    return MailboxState(place, row.tried_at, row.failing_since, row.failure)
