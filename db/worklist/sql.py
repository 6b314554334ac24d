"""The stretches of the list of open files, in order, in SQL: which files, in what order, by which index.

Used by `db.worklist.pages`, and by `db.worklist.first_page`, which reads the first list before SQLAlchemy
is loaded: what both run is written here once, as text that SQLite and PostgreSQL both take, with named
values. Says in SQL what `workflow.worklist.worklist.group_of` and `workflow.worklist.ranking` say of one
file; a test holds them together. Runs nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from typing import Any, Final, NamedTuple

from msgspec import Struct

from db.cases.patterns import ESCAPE, patterns
from db.worklist.row import LINE
from workflow.worklist.worklist import NEVER, WorkDay, WorkGroup, WorkQuery

_ONE_DAY = timedelta(days=1)

# Written out, not a value: only then does SQLite see that a partial index applies.
_IS_OPEN: Final = "case_file.is_open"

_ID, _ACT, _LAW, _STRICT, _OPENS, _CHASE, _WORTH = (
    f"case_file.{name}"
    for name in ("id", "act_on", "law_on", "strict_on", "opens_on", "chase_on", "worth")
)
_DEAREST: Final = (f"{_WORTH} DESC", _ID)
_BY_LIMIT: Final = (f"CASE WHEN {_LAW} = {_ACT} THEN {_STRICT} ELSE :never END", *_DEAREST)
"""Of the files of one day to act, those whose act the law limits first; then the most money."""


def _unseen(column: str) -> str:
    """Return a column as no index has it, for what must not decide which index is read."""
    return f"coalesce({column}, {column})"


class Sql(NamedTuple):
    """A statement, and the values that it names."""

    text: str
    values: dict[str, Any]

    def for_psycopg(self) -> str:
        """Return the text with its values named as that driver names them, instead of `:name`."""
        return re.sub(r":(\w+)", r"%(\1)s", self.text)


VERSION: Final = Sql("SELECT version_num FROM alembic_version", {})


class Segment(Struct, frozen=True):
    """A stretch of the list: some of the open files whose day lies between two.

    Args:
        rank: its place among the segments, from the top.
        group: which group it belongs to.
        day: the day by which it is ordered, and its places are counted.
        first: name of the first such day among the values.
        last: name of the last one, included.
        also: what else is asked of the files.
        then: the order of the files of one day.
    """

    rank: int
    group: WorkGroup
    day: str
    first: str
    last: str
    also: str
    then: tuple[str, ...]

    def since(self, first: str | None = None) -> str:
        """Return the condition for the files from a named day on, or for all of them."""
        return f"{self.day} BETWEEN :{first or self.first} AND :{self.last} AND {self.also}"


def segments(query: WorkQuery) -> tuple[Segment, ...]:
    """Return the list that a query reads, from its top to its end."""
    # Whose index has the order. The files of a person are few, and so are those of an agency that
    # await a reply or a window: they are found by whose they are, and sorted.
    by_owner, by_agency = query.owner is not None, query.agency is not None
    act = _unseen(_ACT) if by_owner else _ACT
    chase = _unseen(_CHASE) if by_owner or by_agency else _CHASE
    opens = _unseen(_OPENS) if by_owner or by_agency else _OPENS
    some_act, strict, some_chase = map(_unseen, (_ACT, _STRICT, _CHASE))
    later = f"{some_act} BETWEEN :after AND :ever AND {some_chase} > :today"
    awaited = f"{some_act} > :horizon AND NOT ({_OPENING})"
    unawaited = f"{some_chase} = :never"
    savable = f"{act} <= :today AND ({_LAW} < :today OR {strict} = :today)"
    overdue = f"{strict} > :today AND ({_LAW} >= :today OR {strict} = :never)"
    parts = (
        (WorkGroup.LATE, strict, "today", "ever", savable, _DEAREST),
        (WorkGroup.LATE, strict, "dawn", "yesterday", f"{act} < :today", _DEAREST),
        (WorkGroup.LATE, act, "dawn", "yesterday", overdue, _DEAREST),
        (WorkGroup.TODAY, act, "today", "today", f"{strict} > :today", _BY_LIMIT),
        (WorkGroup.CHASE, chase, "dawn", "today", f"{some_act} > :today", _DEAREST),
        (WorkGroup.WEEK, act, "tomorrow", "horizon", f"{some_chase} > :today", _BY_LIMIT),
        (WorkGroup.OPENING, opens, "news", "horizon", later, _DEAREST),
        (WorkGroup.WAITING, chase, "tomorrow", "ever", awaited, (_ID,)),
        (WorkGroup.LATER, act, "after", "ever", f"{unawaited} AND NOT ({_OPENING})", _BY_LIMIT),
        (WorkGroup.IDLE, act, "never", "never", unawaited, _BY_LIMIT),
    )
    return tuple(Segment(rank, *part) for rank, part in enumerate(parts))


_OPENING: Final = f"{_unseen(_OPENS)} BETWEEN :news AND :horizon AND {_unseen(_ACT)} < :never"


def _days(day: WorkDay) -> dict[str, str]:
    """Return the days that conditions name, as both databases read them."""
    named = {
        "dawn": date.min,
        "yesterday": day.today - _ONE_DAY,
        "today": day.today,
        "tomorrow": day.today + _ONE_DAY,
        "news": day.opened_after + _ONE_DAY,
        "horizon": day.horizon,
        "after": day.horizon + _ONE_DAY,
        "ever": NEVER - _ONE_DAY,
        "never": NEVER,
    }
    return {name: one.isoformat() for name, one in named.items()}


def asked(query: WorkQuery) -> tuple[Segment, ...]:
    """Return the segments of the group that a query asks for, or all of them."""
    return tuple(one for one in segments(query) if query.group in {None, one.group})


def days(query: WorkQuery, segment: Segment) -> Sql:
    """Return the query of the days of a segment, in order, and how many files each has."""
    return _of_files(query, f"{segment.day}, count(*)", [segment.since()], "GROUP BY 1 ORDER BY 1")


def ordered(
    query: WorkQuery, segment: Segment, column: str = "id", since: date | None = None
) -> Sql:
    """Return the query of a column of the files of a segment, in order, from a day on."""
    order = f"ORDER BY {', '.join((segment.day, *segment.then))}"
    if since is None:
        return _of_files(query, f"case_file.{column}", [segment.since()], order)
    found = _of_files(query, f"case_file.{column}", [segment.since("since")], order)
    return Sql(found.text, found.values | {"since": since.isoformat()})


def part(sql: Sql, limit: int, offset: int = 0) -> Sql:
    """Return a query that reads some of the rows of another."""
    bounds = {"row_limit": limit, "row_offset": offset}
    return Sql(f"{sql.text} LIMIT :row_limit OFFSET :row_offset", sql.values | bounds)


def debts(query: WorkQuery) -> Sql:
    """Return the query that counts the files of `WAITING` by procedure and funder.

    It reads more of the list than that group, but an index that knows both: no file is read.
    """
    act = _unseen(_ACT) if query.owner is not None else _ACT
    awaited = f"{_unseen(_CHASE)} BETWEEN :tomorrow AND :ever"
    return _of_files(
        query,
        f"{_unseen('case_file.procedure')}, case_file.funder, count(*)",
        [f"{act} > :horizon", awaited, f"NOT ({_OPENING})"],
        "GROUP BY 1, 2",
    )


def limits(query: WorkQuery, first: date, last: date) -> Sql:
    """Return the query that counts, by day, the files that `limited` finds."""
    return _limited(query, first, last, "case_file.strict_on, count(*)", "GROUP BY 1")


def limited(query: WorkQuery, first: date, last: date) -> Sql:
    """Return the query of the open files whose act, once it should be done, is lost between two days."""
    return _limited(query, first, last, _ID, f"ORDER BY {_STRICT}, {_ACT}, {_ID}")


def _limited(query: WorkQuery, first: date, last: date, columns: str, end: str) -> Sql:
    # No index begins with that day: the one that has it beside the day to act is read up to the last.
    act, strict = _unseen(_ACT) if query.owner is not None else _ACT, _unseen(_STRICT)
    lost = f"{strict} BETWEEN :lost_first AND :lost_last AND {_unseen(_ACT)} < {strict}"
    found = _of_files(query, columns, [f"{act} < :lost_last", lost], end)
    between = {"lost_first": first.isoformat(), "lost_last": last.isoformat()}
    return Sql(found.text, found.values | between)


def finished(query: WorkQuery) -> Sql:
    """Return the query of the finished files that a query asks for, the one opened last first."""
    kept = filters(query, f"NOT {_IS_OPEN}")
    text = f"SELECT {_ID} FROM case_file WHERE {kept.text} ORDER BY {_ID} DESC"  # noqa: S608 - as below
    return Sql(text, kept.values)


def lines(keys: Sequence[int]) -> Sql:
    """Return the query of what `LINE` reads of some files."""
    columns = ", ".join(LINE.values())
    return _of_keys(f"SELECT {columns} FROM case_file WHERE id", keys)  # noqa: S608 - names alone


def awaited(keys: Sequence[int]) -> Sql:
    """Return the query of the open deadlines of some files."""
    columns = "case_id, rule, CAST(explanation AS TEXT)"
    return _of_keys(
        f"SELECT {columns} FROM deadline WHERE status = 'ouverte' AND case_id",  # noqa: S608 - names alone
        keys,
    )


def _of_keys(start: str, keys: Sequence[int]) -> Sql:
    values = {f"key_{rank}": key for rank, key in enumerate(keys)}
    return Sql(f"{start} IN ({', '.join(f':{name}' for name in values)})", values)


def filters(query: WorkQuery, among: str = _IS_OPEN) -> Sql:
    """Return what a query asks of every file, whatever its group, as a condition.

    Args:
        query: what is asked.
        among: which files, as a condition; the open ones by default.
    """
    values: dict[str, Any] = {}
    found = [among]
    if query.agency is not None:
        found.append("case_file.agency = :agency")
        values["agency"] = query.agency
    if query.owner is not None:
        found.append("case_file.owner = :owner" if query.owner else "case_file.owner IS NULL")
        values["owner"] = query.owner
    # A procedure, a funder or a state has too many files to be sorted.
    for name in ("procedure", "funder", "state"):
        if (wanted := getattr(query, name)) is not None:
            found.append(f"{_unseen(f'case_file.{name}')} = :{name}")
            values[name] = wanted
    if query.flagged:
        found.append("CAST(case_file.alerts AS VARCHAR) <> '[]'")
    for number, alike in enumerate(patterns(query.text)):
        named = {f"word_{number}_{rank}": one for rank, one in enumerate(alike)}
        fitting = (f"case_file.folded LIKE :{name} ESCAPE '{ESCAPE}'" for name in named)
        found.append(f"({' OR '.join(fitting)})")
        values |= named
    return Sql(" AND ".join(found), values)


def _of_files(query: WorkQuery, columns: str, conditions: Iterable[str], end: str) -> Sql:
    kept = filters(query)
    where = " AND ".join((*conditions, kept.text))
    # Made of the names and conditions above alone: what a person typed is among the values.
    text = f"SELECT {columns} FROM case_file WHERE {where} {end}"  # noqa: S608
    return Sql(text, _days(query.day) | kept.values)
