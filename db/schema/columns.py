"""What the table classes are made of: names, partial indexes, enumerations; how instants are read.

Used by `db.schema.tables`, `db.schema.mail_tables` and the queries of `db.cases.awaited`. Holds no table.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    CheckConstraint,
    ColumnElement,
    Date,
    Dialect,
    Index,
    Table,
    TypeDecorator,
    text,
    type_coerce,
)
from sqlmodel import SQLModel
from sqlmodel.sql.sqltypes import UTCDateTime

from db.connection.no_date import NO_DATE

# Every constraint has a name that a migration can find again, the same on both databases.
SQLModel.metadata.naming_convention = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s",
    "pk": "pk_%(table_name)s",
}

# A table read by its whole key needs no second tree in SQLite.
CLUSTERED = {"sqlite_with_rowid": False}


def partial(name: str, *columns: str, where: str) -> Index:
    """Return an index of the rows that satisfy a condition, on both databases."""
    condition = text(where)
    return Index(name, *columns, sqlite_where=condition, postgresql_where=condition)


def one_of(column: str, *values: str) -> CheckConstraint:
    """Return the constraint of an enumeration."""
    listed = ", ".join(f"'{value}'" for value in values)
    return CheckConstraint(f"{column} IN ({listed})", name=column)


def table_of(row: type[SQLModel]) -> Table:
    """Return the table that a class describes."""
    return SQLModel.metadata.tables[str(row.__tablename__)]


class ReadInstant(UTCDateTime):
    """An instant as it is read of many rows: one that makes no sense stops no other row.

    SQLite stores instants as text, and takes any; PostgreSQL has « infinity », and years without end.
    """

    cache_ok = True

    def result_processor(self, dialect: Dialect, coltype: object) -> Callable[[Any], Any] | None:
        """Return what reads an instant."""
        if dialect.name == "sqlite":
            return _instant
        read: Any = super().result_processor(dialect, coltype)
        return lambda value: value if value is NO_DATE else read(value)


class ReadDate(TypeDecorator[date]):
    """A day as it is read of many rows, like `ReadInstant`."""

    impl = Date
    cache_ok = True

    def result_processor(self, dialect: Dialect, coltype: object) -> Callable[[Any], Any] | None:
        """Return what reads a day; the loader of `db.connection.servers` has done it on PostgreSQL."""
        return _day if dialect.name == "sqlite" else super().result_processor(dialect, coltype)


def as_read(columns: Iterable[ColumnElement[Any]]) -> list[ColumnElement[Any]]:
    """Return columns for a query of many rows: of those whose dates make no sense, none stops the others."""
    return [_tolerant(column) for column in columns]


def _tolerant(column: ColumnElement[Any]) -> ColumnElement[Any]:
    if isinstance(column.type, UTCDateTime):
        return type_coerce(column, ReadInstant()).label(column.name)
    if isinstance(column.type, Date):
        return type_coerce(column, ReadDate()).label(column.name)
    return column


def _instant(stored: str | None) -> datetime | object | None:
    if stored is None:
        return None
    try:
        return datetime.fromisoformat(f"{stored}+00:00")
    except (TypeError, ValueError):
        return NO_DATE


def _day(stored: str | None) -> date | object | None:
    if stored is None:
        return None
    try:
        return date.fromisoformat(stored)
    except (TypeError, ValueError):
        return NO_DATE
