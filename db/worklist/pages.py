"""The open files as staff work through them, on SQLite and on PostgreSQL.

Implements `workflow.worklist.worklist.Worklist`; built by `cli.wiring.container`, called by the terminal
interface. The list is a row of segments, each a stretch of an index: a place in it is reached by the days
counted before it, never by reading what precedes. Those counts are kept as long as nobody writes. One list,
whose places and counts must agree: hence its length.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from functools import lru_cache, partial
from threading import Lock
from typing import Any, Final

from msgspec import Struct, field
from msgspec.json import decode
from msgspec.structs import replace
from sqlalchemy import (
    ColumnElement,
    Connection,
    Date,
    Engine,
    Integer,
    Select,
    String,
    bindparam,
    case,
    cast,
    column,
    func,
    literal_column,
    select,
    text,
)

from db.cases.aside import Aside
from db.cases.awaited import EXPLANATION
from db.cases.statements import CASE_IS_OPEN, DEADLINE_IS_OPEN
from db.connection.engine import reading, streamed
from db.schema.deadline_tables import deadline
from db.schema.tables import case_file
from db.worklist import sql
from db.worklist.freshness import watch
from db.worklist.row import LINE, awaited_of, dated_line, pressing_line
from db.worklist.sql import Segment, Sql
from workflow.case.case import Deadline
from workflow.wording.codec import deadline_value
from workflow.worklist.worklist import NEVER, SearchEntry, WorkDay, WorkGroup, WorkQuery, WorkRow

_LISTS_KEPT = 256
"""Segments whose counts are kept: those of every filter somebody goes back and forth between."""

_AT_ONCE = 1_000

_LINE: Final[tuple[ColumnElement[Any], ...]] = tuple(
    literal_column(read).label(name) for name, read in LINE.items()
)
_SEARCHED: Final = (
    case_file.c.id,
    case_file.c.folded,
    case_file.c.procedure,
    case_file.c.funder,
    case_file.c.state,
    case_file.c.agency,
    case_file.c.owner,
)
# As text: a hundred thousand files have a few hundred days between them, each read once.
_DAYS: Final = tuple(
    cast(case_file.c[name], String).label(name) for name in ("act_on", "strict_on", "chase_on")
)
_PRESSING: Final = (
    select(func.aggregate_strings(deadline.c.rule, " "))
    .where(
        deadline.c.case_id == case_file.c.id,
        DEADLINE_IS_OPEN,
        deadline.c.act_on
        == case((deadline.c.awaited, case_file.c.chase_on), else_=case_file.c.act_on),
    )
    .scalar_subquery()
)
_ENTRIES: Final = (
    select(*_SEARCHED, _PRESSING.label("rules"), *_DAYS)
    .where(CASE_IS_OPEN)
    .order_by(case_file.c.id)
)
_LINES: Final = select(*_LINE).where(
    case_file.c.id.in_(bindparam("known_case_ids", expanding=True))
)
_AWAITED: Final = select(deadline.c.case_id, deadline.c.rule, EXPLANATION).where(
    DEADLINE_IS_OPEN, deadline.c.case_id.in_(bindparam("known_case_ids", expanding=True))
)
_ON_DAYS: Final = (
    select(*_LINE, EXPLANATION)
    .select_from(deadline)
    .where(DEADLINE_IS_OPEN)
    .order_by(deadline.c.act_on, deadline.c.id)
)
_LOAD: Final = (
    select(deadline.c.act_on, func.count())
    .select_from(deadline)
    .where(DEADLINE_IS_OPEN)
    .group_by(deadline.c.act_on)
)


class _Counted(Struct):
    """How many files each day of a segment has, by segment and filters, in one state of the base."""

    mark: str = ""
    days: dict[Any, _Days] = field(default_factory=dict)


class _Days(Struct, frozen=True):
    """The days of a segment, and how many files it has up to each, included."""

    days: list[date] = field(default_factory=list)
    sums: list[int] = field(default_factory=list)

    @property
    def size(self) -> int:
        """How many files in all."""
        return self.sums[-1] if self.sums else 0

    def at(self, place: int) -> tuple[date, int]:
        """Return the day that a place falls on, and the place within that day."""
        index = bisect_right(self.sums, place)
        return self.days[index], place - (self.sums[index - 1] if index else 0)


class SqlWorklist:
    """The open files of one database.

    Args:
        engine: from `db.connection.engine.open_engine`, on a schema that is current.
        aside: what cannot be read, shared by the stores of the database.
    """

    def __init__(self, engine: Engine, aside: Aside | None = None) -> None:
        self._engine = engine
        self._aside = aside or Aside()
        self._watch = watch(engine)
        self._lock = Lock()
        self._counted = _Counted()

    def close(self) -> None:
        """Let go of the connection that watches for changes."""
        self._watch.close()

    def mark(self) -> str:
        """Return a mark of the state of the database: the same as long as nothing is written."""
        return self._watch.mark()

    def counts(self, query: WorkQuery) -> Mapping[WorkGroup, int]:
        """Return how many files each group has, zeros included."""
        found = dict.fromkeys(WorkGroup, 0)
        counted = self._counted_now()
        with reading(self._engine) as connection:
            for segment in sql.segments(query):
                found[segment.group] += _days(connection, query, segment, counted).size
        return found

    def debtors(self, query: WorkQuery) -> Mapping[tuple[str, str | None], int]:
        """Return how many files of `WAITING` await each funder, by procedure and funder."""
        with reading(self._engine) as connection:
            found = _run(connection, sql.debts(query))
            return {(procedure, funder): number for procedure, funder, number in found}

    def page(self, query: WorkQuery) -> tuple[WorkRow, ...]:
        """Return `limit` lines from `offset` on."""
        counted = self._counted_now()
        with reading(self._engine) as connection:
            return _rows(connection, _places(connection, query, counted), query.day, self._aside)

    def refs(self, query: WorkQuery) -> tuple[str, ...]:
        """Return the references of all the files of a query, in the order of the list."""
        with reading(self._engine) as connection:
            return tuple(
                ref
                for segment in sql.asked(query)
                for (ref,) in _run(connection, sql.ordered(query, segment, "ref"))
            )

    def rows(self, ids: Sequence[int], query: WorkQuery) -> tuple[WorkRow, ...]:
        """Return the lines of known files in the order given, without those the query leaves out."""
        kept = sql.filters(replace(query, text=""))
        with reading(self._engine) as connection:
            return _rows(connection, ids, query.day, self._aside, kept)

    def finished(self, query: WorkQuery) -> tuple[WorkRow, ...]:
        """Return `limit` finished files that a query asks for, the one opened last first."""
        found = sql.part(sql.finished(query), query.limit)
        with reading(self._engine) as connection:
            ids = [id_ for (id_,) in _run(connection, found)]
            return _rows(connection, ids, query.day, self._aside)

    def entries(self, after: int = 0) -> Iterator[SearchEntry]:
        """Yield what every open file is searched by, in order of key, from a key on (excluded)."""
        known = len(_SEARCHED)
        for row in streamed(self._engine, _ENTRIES.where(case_file.c.id > after)):
            yield SearchEntry._make((*row[:known], _rules(row[known]), _days_of(*row[known + 1 :])))

    def on_days(self, query: WorkQuery, first: date, last: date) -> tuple[WorkRow, ...]:
        """Return the dates to act on in [first, last], by day; one line a date, not one a file."""
        kept = sql.filters(query)
        statement = _among_cases(kept, _ON_DAYS.where(deadline.c.act_on.between(first, last)))
        statement = statement.limit(query.limit).offset(query.offset)
        with reading(self._engine) as connection:
            found = connection.execute(statement, kept.values)
            return tuple(
                self._aside.readable(found, partial(_dated, query.day, self._aside), _deadline_name)
            )

    def load(self, query: WorkQuery, first: date, last: date) -> Mapping[date, int]:
        """Return how many dates are to be acted on each day of [first, last]; no day has zero."""
        statement = _LOAD.where(deadline.c.act_on.between(first, last))
        kept = sql.filters(query)
        # Only open files have open deadlines: everybody's are counted on their own index.
        if kept != sql.filters(WorkQuery(query.day)):
            statement = _among_cases(kept, statement)
        with reading(self._engine) as connection:
            return {row[0]: row[1] for row in connection.execute(statement, kept.values)}

    def limits(self, query: WorkQuery, first: date, last: date) -> Mapping[date, int]:
        """Return how many files lose something on each day of [first, last]; no day has zero."""
        with reading(self._engine) as connection:
            return dict(_by_day(connection, sql.limits(query, first, last)))

    def on_limits(self, query: WorkQuery, first: date, last: date) -> tuple[WorkRow, ...]:
        """Return the files that `limits` counts, by limit; each line shows the act that has it."""
        found = sql.part(sql.limited(query, first, last), query.limit, query.offset)
        with reading(self._engine) as connection:
            ids = [id_ for (id_,) in _run(connection, found)]
            return _rows(connection, ids, query.day, self._aside, acts=True)

    def _counted_now(self) -> _Counted:
        """Return what was counted in the present state of the base.

        Asked before the base is read: what is counted then is never older than its mark.
        """
        mark = self.mark()
        with self._lock:
            if mark != self._counted.mark or len(self._counted.days) > _LISTS_KEPT:
                self._counted = _Counted(mark)
            return self._counted


@lru_cache(maxsize=1024)
def _rules(text: str | None) -> tuple[str, ...]:
    return tuple((text or "").split())


@lru_cache(maxsize=4096)
def _day_of(text: str) -> date:
    return date.fromisoformat(text)


def _days_of(*texts: str) -> tuple[date, ...]:
    return tuple({day for day in map(_day_of, texts) if day != NEVER})


def _run(connection: Connection, asked: Sql) -> Sequence[Any]:
    return connection.execute(text(asked.text), asked.values).all()


def _by_day(connection: Connection, asked: Sql) -> Iterator[tuple[date, int]]:
    """Yield the days of a query that counts files by day, and how many each has."""
    statement = text(asked.text).columns(column("day", Date), column("files", Integer))
    yield from connection.execute(statement, asked.values)


def _places(connection: Connection, query: WorkQuery, counted: _Counted) -> list[int]:
    """Return the keys of the files of a page."""
    found: list[int] = []
    offset = query.offset
    for segment in sql.asked(query):
        since = None
        if offset:
            days = _days(connection, query, segment, counted)
            if offset >= days.size:
                offset -= days.size
                continue
            since, offset = days.at(offset)
        keys = sql.ordered(query, segment, since=since)
        some = sql.part(keys, query.limit - len(found), offset)
        found += [id_ for (id_,) in _run(connection, some)]
        offset = 0
        if len(found) >= query.limit:
            break
    return found


def _days(connection: Connection, query: WorkQuery, segment: Segment, counted: _Counted) -> _Days:
    key = segment.rank, replace(query, group=None, limit=0, offset=0)
    known = counted.days.get(key)
    if known is None:
        known = _Days()
        for day, number in _by_day(connection, sql.days(query, segment)):
            known.days.append(day)
            known.sums.append(known.size + number)
        counted.days[key] = known
    return known


def _dated(day: WorkDay, aside: Aside, row: Any) -> WorkRow:
    return dated_line(row, deadline_value(decode(row.explanation)), day, aside)


def _deadline_name(row: Any) -> str:
    return f"Dossier {row.ref}, une échéance"


def _among_cases(kept: Sql, statement: Select[Any]) -> Select[Any]:
    """Return the query of deadlines of the files that are asked for."""
    joined = statement.join(case_file, case_file.c.id == deadline.c.case_id)
    return joined.where(text(kept.text))


def _rows(
    connection: Connection,
    ids: Sequence[int],
    day: WorkDay,
    aside: Aside,
    kept: Sql | None = None,
    *,
    acts: bool = False,
) -> tuple[WorkRow, ...]:
    """Return the lines of some files, in the order of their keys here.

    Args:
        connection: a transaction.
        ids: keys of the files.
        day: the reader's days.
        aside: what cannot be read.
        kept: what the files must be as well.
        acts: True to show the next act, even where a reply presses more.
    """
    files: dict[int, Any] = {}
    awaited: dict[int, list[Deadline]] = {}
    lines = _LINES.where(text(kept.text)) if kept else _LINES
    values = kept.values if kept else {}
    # As many keys as a search may find exceed the parameters that a database accepts at once.
    for first in range(0, len(ids), _AT_ONCE):
        some = {"known_case_ids": list(ids[first : first + _AT_ONCE])}
        files |= {row.id: row for row in connection.execute(lines, some | values)}
        awaited |= awaited_of(connection.execute(_AWAITED, some), aside)
    return tuple(
        pressing_line(files[id_], awaited.get(id_, ()), day, aside, acts=acts)
        for id_ in ids
        if id_ in files
    )
