"""What people chose, and when they are away.

`SqlPeople` is a part of `db.mail.store`. The latest choice takes the place of the one before; an absence that
is taken back stays in its table, with who did it and when.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, time
from functools import cache
from typing import Any, Final

from msgspec.json import decode
from sqlalchemy import (
    ColumnElement,
    Connection,
    Date,
    Engine,
    Integer,
    String,
    Text,
    bindparam,
    cast,
    select,
    text,
)

from db.cases.aside import Aside
from db.cases.statements import insert
from db.connection.engine import reading, writing
from db.schema.columns import as_read
from db.schema.mail_tables import absence as absences
from db.schema.mail_tables import habits
from notifications.model.preferences import Absence, Delivery, Habits, Preference, Topic
from workflow.errors import Conflict, NotFound
from workflow.text import french

# As text: of those that make no sense, none stops the others.
_HABITS: Final = select(habits.c.person, cast(habits.c.data, Text).label("data")).order_by(
    habits.c.person
)

_STANDS: Final = text("absence.cancelled_at IS NULL")
_ABSENCES: Final = (
    select(*as_read(absences.c)).where(_STANDS).order_by(absences.c.first_day, absences.c.id)
)
_OVERLAPPING: Final = _ABSENCES.where(
    absences.c.person == bindparam("known_person", type_=String),
    absences.c.first_day <= bindparam("known_last", type_=Date),
    absences.c.last_day >= bindparam("known_first", type_=Date),
).limit(1)
# Two people who note an absence at once take turns: only then does each see the other's. Readers of
# the table wait for neither.
_TURN: Final = text("LOCK TABLE absence IN SHARE ROW EXCLUSIVE MODE")
_ADD: Final = absences.insert().returning(absences.c.id)
_CANCEL: Final = (
    absences.update()
    .where(absences.c.id == bindparam("known_number", type_=Integer), _STANDS)
    .returning(*absences.c)
)


class SqlPeople:
    """The choices and absences of one database.

    Args:
        engine: from `db.connection.engine.open_engine`, on a schema that is current.
        aside: what cannot be read, shared by the stores of the database.
    """

    def __init__(self, engine: Engine, aside: Aside | None = None) -> None:
        self._engine = engine
        self._aside = aside or Aside()

    def habits(self) -> list[Habits]:
        """Return what people chose, those who chose anything."""
        with reading(self._engine) as connection:
            return list(
                self._aside.readable(
                    connection.execute(_HABITS),
                    lambda row: _habits(row.person, decode(row.data)),
                    lambda row: f"Préférences de « {row.person} »",
                )
            )

    def save_habits(self, habits: Habits, by: str, now: datetime) -> None:
        """Record what a person chose, in place of what was known."""
        row = {"person": habits.person, "data": _data(habits), "noted_by": by, "noted_at": now}
        with writing(self._engine) as connection:
            connection.execute(_save(connection.dialect.name), row)

    def absences(self, until: date | None = None, since: date | None = None) -> list[Absence]:
        """Return the absences that touch a period, by first day; open ends when a bound is None."""
        touching: list[ColumnElement[bool]] = []
        if until is not None:
            touching.append(absences.c.first_day <= until)
        if since is not None:
            touching.append(absences.c.last_day >= since)
        with reading(self._engine) as connection:
            found = connection.execute(_ABSENCES.where(*touching)).all()
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
        with writing(self._engine) as connection:
            _refuse_overlap(connection, absence)
            row = {
                "person": absence.person,
                "first_day": absence.first,
                "last_day": absence.last,
                "substitute": absence.substitute,
                "noted_by": by,
                "noted_at": now,
            }
            return int(connection.execute(_ADD, row).scalar_one())

    def cancel_absence(self, number: int, by: str, now: datetime) -> Absence:
        """Take an absence back and return it, or raise `NotFound`."""
        row = {"known_number": number, "cancelled_by": by, "cancelled_at": now}
        with writing(self._engine) as connection:
            found = connection.execute(_CANCEL, row).first()
        if found is None:
            raise NotFound(
                f"Absence {number} : elle n’existe pas, ou a déjà été annulée ; « echeancier "
                "absences lister » donne les numéros."
            )
        return _absence(found)


def _refuse_overlap(connection: Connection, absence: Absence) -> None:
    if connection.dialect.name == "postgresql":
        connection.execute(_TURN)
    known = {
        "known_person": absence.person,
        "known_first": absence.first,
        "known_last": absence.last,
    }
    found = connection.execute(_OVERLAPPING, known).first()
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
        **hours,
    )
