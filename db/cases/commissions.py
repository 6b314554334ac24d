"""The calendar of a funder's commission: its sessions by date, and a change that finds it was read.

Used by `db.cases.store`, which writes the cases that a change moves in the same transaction.
"""

from __future__ import annotations

from functools import cache
from typing import Any, Final

from sqlalchemy import Connection, String, bindparam
from sqlmodel import Session, col, select

from db.cases.statements import insert
from db.schema.house_tables import CommissionRow, commission
from workflow.counting.ways_of_counting import Sitting
from workflow.errors import Conflict
from workflow.ports.stores import CalendarChange, CalendarEntry
from workflow.text import french

# Prepared: read with every case whose funder sits.
SESSIONS: Final = (
    select(*commission.c)
    .where(
        commission.c.procedure == bindparam("known_procedure", type_=String),
        commission.c.funder == bindparam("known_funder", type_=String),
    )
    .order_by(commission.c.day)
)


@cache
def _add(dialect: str) -> Any:
    """Return the statement that adds a session, and nothing where there is one."""
    return insert(dialect, commission).on_conflict_do_nothing().returning(commission.c.day)


def entry(row: CommissionRow) -> CalendarEntry:
    """Return a session from its row."""
    return CalendarEntry(
        row.procedure, row.funder, Sitting(row.day, row.cutoff), row.label, row.noted_by
    )


def change(connection: Connection, wanted: CalendarChange) -> None:
    """Take away the sessions that go, then add those that come; one that moves is both.

    Raises:
        Conflict: when the calendar is no longer the one that was read, a session that goes is not
            there, or one that comes is.
    """
    calendar = (
        select(CommissionRow)
        .where(CommissionRow.procedure == wanted.procedure, CommissionRow.funder == wanted.funder)
        .order_by(col(CommissionRow.day))
        # Two changes of one calendar take turns from its first session on, and never wait in a circle.
        .with_for_update()
    )
    with Session(connection) as session:
        rows = {row.day: row for row in session.exec(calendar)}
        if wanted.known is not None and wanted.known != tuple(
            entry(row).session for row in rows.values()
        ):
            raise _conflict(wanted, "il a changé depuis que vous l’avez lu")
        for day in sorted(wanted.removed):
            if (gone := rows.pop(day, None)) is None:
                said = f"il n’y a plus de commission le {french.short_day(day)}"
                raise _conflict(wanted, said)
            session.delete(gone)
        session.flush()
        for added in sorted(wanted.added, key=lambda added: added.session):
            row = {
                "procedure": wanted.procedure,
                "funder": wanted.funder,
                "day": added.session.day,
                "cutoff": added.session.cutoff,
                "label": added.label,
                "noted_by": added.noted_by,
            }
            # Somebody else may be adding the same at this moment: only the database can tell.
            if session.exec(_add(connection.dialect.name), params=row).first() is None:
                said = f"une commission est déjà notée le {french.short_day(added.session.day)}"
                raise _conflict(wanted, said)
        session.commit()


def _conflict(wanted: CalendarChange, said: str) -> Conflict:
    return Conflict(
        f"Calendrier de « {wanted.funder} » ({wanted.procedure}) : {said} ; rien n’a été enregistré, "
        "relisez le calendrier avant de recommencer."
    )
