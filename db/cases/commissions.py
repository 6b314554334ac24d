"""The calendar of a funder's commission: its sessions by date, and a change that finds it was read.

Used by `db.cases.store`, which writes the cases that a change moves in the same transaction.
"""

from __future__ import annotations

from functools import cache
from typing import Any, Final

from sqlalchemy import Connection, Date, String, bindparam, select

from db.cases.statements import insert
from db.schema.tables import commission
from workflow.deadlines.ways_of_counting import Sitting
from workflow.errors import Conflict
from workflow.text import french
from workflow.usecases.ports import CalendarChange, CalendarEntry

_of_funder = (
    commission.c.procedure == bindparam("known_procedure", type_=String),
    commission.c.funder == bindparam("known_funder", type_=String),
)

SESSIONS: Final = select(commission).where(*_of_funder).order_by(commission.c.day)

# Two changes of one calendar take turns from its first session on, and never wait in a circle.
_LOCK: Final = (
    select(commission.c.day).where(*_of_funder).order_by(commission.c.day).with_for_update()
)
_REMOVE: Final = commission.delete().where(
    *_of_funder, commission.c.day == bindparam("known_day", type_=Date)
)


@cache
def _add(dialect: str) -> Any:
    """Return the statement that adds a session, and nothing where there is one."""
    return insert(dialect, commission).on_conflict_do_nothing().returning(commission.c.day)


def entry(row: Any) -> CalendarEntry:
    """Return a session from a row of `SESSIONS`."""
    return CalendarEntry(
        row.procedure, row.funder, Sitting(row.day, row.cutoff), row.label, row.noted_by
    )


def change(connection: Connection, wanted: CalendarChange) -> None:
    """Take away the sessions that go, then add those that come; one that moves is both.

    Raises:
        Conflict: when the calendar is no longer the one that was read, a session that goes is not
            there, or one that comes is.
    """
    funder = {"known_procedure": wanted.procedure, "known_funder": wanted.funder}
    dialect = connection.dialect.name
    if dialect == "postgresql":
        connection.execute(_LOCK, funder)
    if wanted.known is not None:
        found = [entry(row).session for row in connection.execute(SESSIONS, funder)]
        if found != list(wanted.known):
            raise _conflict(wanted, "il a changé depuis que vous l’avez lu")
    for day in sorted(wanted.removed):
        if not connection.execute(_REMOVE, {**funder, "known_day": day}).rowcount:
            said = f"il n’y a plus de commission le {french.short_day(day)}"
            raise _conflict(wanted, said)
    for added in sorted(wanted.added, key=lambda added: added.session):
        row = {
            "procedure": wanted.procedure,
            "funder": wanted.funder,
            "day": added.session.day,
            "cutoff": added.session.cutoff,
            "label": added.label,
            "noted_by": added.noted_by,
        }
        if connection.execute(_add(dialect), row).first() is None:
            said = f"une commission est déjà notée le {french.short_day(added.session.day)}"
            raise _conflict(wanted, said)


def _conflict(wanted: CalendarChange, said: str) -> Conflict:
    return Conflict(
        f"Calendrier de « {wanted.funder} » ({wanted.procedure}) : {said} ; rien n’a été enregistré, "
        "relisez le calendrier avant de recommencer."
    )
