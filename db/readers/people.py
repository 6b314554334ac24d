"""What people chose, and when they are away.

`SqlPeople` is a part of `db.mail.store`. The latest choice takes the place of the one before; an absence that
is taken back stays in its table, with who did it and when.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, time
from functools import cache
from typing import Any

from msgspec.json import decode
from sqlalchemy import Text, cast, text
from sqlmodel import Session, col, select

from db.cases.statements import insert
from db.connection.sessions import session_reading, session_writing
from db.readers.part import StorePart
from db.schema.columns import as_read
from db.schema.mail_tables import AbsenceRow, HabitsRow, habits
from db.schema.mail_tables import absence as absences
from notifications.model.preferences import Absence, Delivery, Habits, Preference, Topic
from workflow.errors import Conflict, NotFound
from workflow.text import french

_STANDS = col(AbsenceRow.cancelled_at).is_(None)
_BY_DAY = col(AbsenceRow.first_day), col(AbsenceRow.id)


class SqlPeople(StorePart):
    """The choices and absences of one database."""

    def habits(self) -> list[Habits]:
        """Return what people chose, those who chose anything."""
        # As text: of those that make no sense, none stops the others.
        chosen = select(HabitsRow.person, cast(HabitsRow.data, Text).label("data"))
        with session_reading(self._database) as session:
            return list(
                self._aside.readable(
                    session.exec(chosen.order_by(HabitsRow.person)),
                    lambda row: _habits(row.person, decode(row.data)),
                    lambda row: f"Préférences de « {row.person} »",
                )
            )

    def save_habits(self, habits: Habits, by: str, now: datetime) -> None:
        """Record what a person chose, in place of what was known."""
        row = {"person": habits.person, "data": _data(habits), "noted_by": by, "noted_at": now}
        with session_writing(self._database) as session:
            session.exec(_save(session.get_bind().dialect.name), params=row)

    def absences(self, since: date | None = None) -> list[Absence]:
        """Return the absences that last until a day at least, by first day; all when it is None."""
        touching = select(*as_read(absences.c)).where(_STANDS)
        if since is not None:
            touching = touching.where(col(AbsenceRow.last_day) >= since)
        with session_reading(self._database) as session:
            found = session.exec(touching.order_by(*_BY_DAY)).all()
        return list(
            self._aside.readable(
                found, _absence, lambda row: f"Absence {row.id} de « {row.person} »"
            )
        )

    def add_absence(self, absence: Absence, by: str, now: datetime) -> int:
        """Record an absence and return its number.

        Raises:
            Conflict: when the person is already away on one of these days.
        """
        row = AbsenceRow(
            person=absence.person,
            first_day=absence.first,
            last_day=absence.last,
            substitute=absence.substitute,
            noted_by=by,
            noted_at=now,
        )
        with session_writing(self._database) as session:
            _refuse_overlap(session, absence)
            session.add(row)
            session.flush()
            assert row.id is not None, "the database numbers it"  # noqa: S101
            return row.id

    def cancel_absence(self, number: int, by: str, now: datetime) -> Absence:
        """Take an absence back and return it, or raise `NotFound`."""
        standing = select(AbsenceRow).where(AbsenceRow.id == number, _STANDS).with_for_update()
        with session_writing(self._database) as session:
            row = session.exec(standing).first()
            if row is None:
                raise NotFound(
                    f"Absence {number} : elle n’existe pas, ou a déjà été annulée ; « echeancier "
                    "absences lister » donne les numéros."
                )
            row.cancelled_by, row.cancelled_at = by, now
            return _absence(row)


def _refuse_overlap(session: Session, absence: Absence) -> None:
    if session.get_bind().dialect.name == "postgresql":
        # Two people who note an absence at once take turns: only then does each see the other's.
        # Readers of the table wait for neither.
        session.connection().execute(text("LOCK TABLE absence IN SHARE ROW EXCLUSIVE MODE"))
    overlapping = (
        select(AbsenceRow)
        .where(AbsenceRow.person == absence.person, _STANDS)
        .where(AbsenceRow.first_day <= absence.last, AbsenceRow.last_day >= absence.first)
        .order_by(*_BY_DAY)
    )
    found = session.exec(overlapping.limit(1)).first()
    if found is not None:
        days = french.period(found.first_day, found.last_day)
        raise Conflict(
            f"Absence de « {absence.person} » : une autre est déjà notée {days} (n° {found.id}) ; "
            "annulez-la d’abord, ou choisissez d’autres jours."
        )


@cache
def _save(dialect: str) -> Any:
    statement = insert(dialect, habits)
    written = {name: statement.excluded[name] for name in ("data", "noted_by", "noted_at")}
    return statement.on_conflict_do_update(index_elements=["person"], set_=written)


def _absence(row: Any) -> Absence:
    return Absence(row.person, row.first_day, row.last_day, row.substitute, row.id)


def _data(chosen: Habits) -> dict[str, Any]:
    """Return what a person chose as JSON: what was left to the agency is not there."""
    hours = {"opening": chosen.opening, "closing": chosen.closing, "digest_at": chosen.digest_at}
    said = {
        "choices": [
            {"channel": choice.channel, "topic": choice.topic, "procedure": choice.procedure}
            for choice in chosen.choices
        ],
        "days": None if chosen.days is None else sorted(chosen.days),
        **{name: hour.isoformat() if hour else None for name, hour in hours.items()},
        "paused_until": chosen.paused_until.isoformat() if chosen.paused_until else None,
        "with_calendar": chosen.with_calendar,
        "one_a_day": chosen.one_a_day,
    }
    return {name: value for name, value in said.items() if value}


def _habits(person: str, data: Mapping[str, Any]) -> Habits:
    """Return what `_data` wrote."""
    hours = {
        name: time.fromisoformat(data[name])
        for name in ("opening", "closing", "digest_at")
        if name in data
    }
    return Habits(
        person,
        choices=tuple(
            Preference(
                Delivery(choice["channel"]),
                None if choice["topic"] is None else Topic(choice["topic"]),
                choice["procedure"],
            )
            for choice in data.get("choices", ())
        ),
        days=frozenset(data["days"]) if "days" in data else None,
        paused_until=date.fromisoformat(data["paused_until"]) if "paused_until" in data else None,
        with_calendar="with_calendar" in data,
        one_a_day="one_a_day" in data,
        **hours,
    )
