"""What the table classes are made of: names, partial indexes, enumerations.

Used by `db.tables` and `db.messages`. Holds no table.
"""

from __future__ import annotations

from sqlalchemy import CheckConstraint, Index, Table, text
from sqlmodel import SQLModel

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
