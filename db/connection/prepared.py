"""Statements compiled once, then given to the driver as they are.

Used on the way of a case (`db.cases.store`) and of a message (`db.mail.store`). SQLAlchemy writes the SQL
and knows how each type is stored; what it works out anew at every call (cache key, parameters, shape
of the result), which costs more than SQLite itself, is kept here from the first call on.
"""

from __future__ import annotations

from collections import namedtuple
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import closing
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection, Dialect
from sqlalchemy.types import TypeEngine
from sqlmodel.sql.sqltypes import UTCDateTime

_Convert = Callable[[Any], Any] | None


class PreparedStatements:
    """The statements of one store, on the connections of one dialect."""

    def __init__(self) -> None:
        self._plans: dict[tuple[Any, tuple[str, ...]], _Compilation] = {}

    def read(
        self, connection: Connection, statement: Any, values: Mapping[str, Any]
    ) -> Sequence[Any]:
        """Run a statement once and return its rows, each value of the type its column has."""
        plan = self._plan(connection, statement, values)
        bound = plan.bound(values)
        with _said(connection, plan.sql, [bound]) as cursor:
            cursor.execute(plan.sql, bound)
            return plan.rows(cursor.fetchall())

    def write(
        self, connection: Connection, statement: Any, changes: Sequence[Mapping[str, Any]]
    ) -> int:
        """Run a statement for each of the changes; return how many rows it touched in all.

        The changes all name the same parameters.
        """
        touched = 0
        if changes:
            plan = self._plan(connection, statement, changes[0])
            bound = list(map(plan.bound, changes))
            with _said(connection, plan.sql, bound) as cursor:
                # One row needs no loop of the driver's.
                if len(bound) == 1:
                    cursor.execute(plan.sql, bound[0])
                else:
                    cursor.executemany(plan.sql, bound)
                touched = cursor.rowcount
        return touched

    def _plan(
        self, connection: Connection, statement: Any, values: Mapping[str, Any]
    ) -> _Compilation:
        # The names tell which columns an UPDATE or an INSERT sets.
        key = statement, tuple(values)
        plan = self._plans.get(key)
        if plan is None:
            plan = self._plans[key] = _Compilation(statement, connection.dialect, key[1])
        return plan


class _Compilation:
    """The SQL of a statement, and what turns values into parameters and columns into values."""

    def __init__(self, statement: Any, dialect: Dialect, given: Iterable[str]) -> None:
        compiled: Any = statement.compile(dialect=dialect, column_keys=list(given))
        self.sql: Final[str] = str(compiled)
        self._positional = bool(compiled.positional)
        binds: dict[str, Any] = compiled.binds
        self._binders: list[tuple[str, _Convert]] = [
            (name, binds[name].type.dialect_impl(dialect).bind_processor(dialect))
            for name in (compiled.positiontup if self._positional else binds)
        ]
        # What the statement itself says: numbers written in it, NULL.
        self._constants = {name: bind.value for name, bind in binds.items() if not bind.required}
        columns = list(statement.exported_columns)
        converters = (_converter(column.type, dialect) for column in columns)
        self._converters: list[tuple[int, Callable[[Any], Any]]] = [
            (rank, convert) for rank, convert in enumerate(converters) if convert is not None
        ]
        # A column that is no name (a constant) is read in order.
        names = [column.name for column in columns]
        row: Any = namedtuple("Row", names, rename=True)  # type: ignore[misc]
        self._row = row

    def bound(self, values: Mapping[str, Any]) -> Any:
        """Return the parameters as the driver takes them."""
        if self._constants:
            values = {**self._constants, **values}
        if self._positional:
            return tuple(
                [
                    values[name] if convert is None else convert(values[name])
                    for name, convert in self._binders
                ]
            )
        return {
            name: values[name] if convert is None else convert(values[name])
            for name, convert in self._binders
        }

    def rows(self, found: Sequence[Sequence[Any]]) -> Sequence[Any]:
        """Return what the driver found, to be read by name or in order."""
        make, converters = self._row._make, self._converters
        if not converters:
            return list(map(make, found))
        rows = []
        for row in map(list, found):
            for rank, convert in converters:
                if row[rank] is not None:
                    row[rank] = convert(row[rank])
            rows.append(make(row))
        return rows


def _converter(type_: TypeEngine[Any], dialect: Dialect) -> _Convert:
    """Return what makes values of a column's type out of the driver's, None when they are already."""
    if type(type_) is UTCDateTime and dialect.name == "sqlite":
        return _instant
    return type_.dialect_impl(dialect).result_processor(dialect, None)


def _instant(text: str) -> datetime:
    # SQLite has instants as text, in UTC: read in one step rather than in four calls.
    return datetime.fromisoformat(f"{text}+00:00")


def _said(connection: Connection, sql: str, bound: Sequence[Any]) -> closing[Any]:
    """Lend a cursor of the driver, once those who listen to statements have heard this one."""
    cursor = connection.connection.cursor()
    many = len(bound) > 1
    heard = bound if many else bound[0]
    for listener in connection.engine.dispatch.before_cursor_execute:
        listener(connection, cursor, sql, heard, None, many)
    return closing(cursor)
