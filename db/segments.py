"""The stretches of the list of open files, in order: which files, in what order, by which index.

Used by `db.worklist`. Says in SQL what `workflow.worklist.group_of` says of one file; a test holds
the two together. Runs nothing.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from msgspec import Struct
from sqlalchemy import (
    Column,
    ColumnElement,
    Select,
    String,
    TextClause,
    and_,
    cast,
    func,
    not_,
    select,
    true,
)

from db.statements import CASE_IS_OPEN
from db.tables import NEVER, case_file
from workflow.texts import fold
from workflow.worklist import WorkGroup, WorkQuery

_ONE_DAY = timedelta(days=1)

_Part = tuple[
    WorkGroup, ColumnElement[date], date, date, ColumnElement[bool], tuple[ColumnElement[Any], ...]
]


def _unseen(column: ColumnElement[Any]) -> ColumnElement[Any]:
    """Return a column as no index has it, for what must not decide which index is read."""
    return func.coalesce(column, column)


class _Day:
    """A day of a file, as an index has it and as none has."""

    def __init__(self, column: ColumnElement[date]) -> None:
        self.plain, self.unseen = column, _unseen(column)


_ACT, _STRICT = _Day(case_file.c.act_on), _Day(case_file.c.strict_on)
_OPENS, _CHASE = _Day(case_file.c.opens_on), _Day(case_file.c.chase_on)


class Segment(Struct, frozen=True):
    """A stretch of the list: some of the open files whose day lies between two.

    Args:
        rank: its place among the segments, from the top.
        group: which group it belongs to.
        day: the day by which it is ordered, and its places are counted.
        first: the first such day.
        last: the last one, included.
        also: what else is asked of the files.
        then: the order of the files of one day.
    """

    rank: int
    group: WorkGroup
    day: ColumnElement[date]
    first: date
    last: date
    also: ColumnElement[bool]
    then: tuple[ColumnElement[Any], ...]

    def since(self, day: date | None = None) -> ColumnElement[bool]:
        """Return the condition for the files from a day on, or for all of them."""
        return and_(self.day.between(day or self.first, self.last), self.also)


def segments(query: WorkQuery) -> tuple[Segment, ...]:
    """Return the list that a query reads, from its top to its end."""
    today, horizon = query.day.today, query.day.horizon
    tomorrow, after = today + _ONE_DAY, horizon + _ONE_DAY
    news, ever = query.day.opened_after + _ONE_DAY, NEVER - _ONE_DAY
    # Whose index has the order. The files of a person are few, and so are those of an agency that
    # await a reply or a window: they are found by whose they are, and sorted.
    by_owner, by_agency = query.owner is not None, query.agency is not None
    act = _ACT.unseen if by_owner else _ACT.plain
    chase = _CHASE.unseen if by_owner or by_agency else _CHASE.plain
    opens = _OPENS.unseen if by_owner or by_agency else _OPENS.plain
    opening = _opening(query)
    id_, strict = case_file.c.id, _STRICT.unseen if by_owner else _STRICT.plain
    parts: tuple[_Part, ...] = (
        (WorkGroup.LATE, _STRICT.unseen, today, ever, act < today, (act, id_)),
        (WorkGroup.LATE, act, date.min, today - _ONE_DAY, _STRICT.unseen < today, (strict, id_)),
        (WorkGroup.LATE, act, date.min, today - _ONE_DAY, _STRICT.unseen == NEVER, (strict, id_)),
        (WorkGroup.TODAY, act, today, today, true(), (strict, id_)),
        (WorkGroup.CHASE, chase, date.min, today, _ACT.unseen > today, (id_,)),
        (WorkGroup.WEEK, act, tomorrow, horizon, _CHASE.unseen > today, (strict, id_)),
        (
            *(WorkGroup.OPENING, opens, news, horizon),
            *(and_(_ACT.unseen.between(after, ever), _CHASE.unseen > today), (id_,)),
        ),
        (
            *(WorkGroup.WAITING, chase, tomorrow, ever),
            *(and_(_ACT.unseen > horizon, not_(opening)), (id_,)),
        ),
        (
            *(WorkGroup.LATER, act, after, ever),
            *(and_(_CHASE.unseen == NEVER, not_(opening)), (strict, id_)),
        ),
        (WorkGroup.IDLE, act, NEVER, NEVER, _CHASE.unseen == NEVER, (strict, id_)),
    )
    return tuple(Segment(rank, *part) for rank, part in enumerate(parts))


def _opening(query: WorkQuery) -> ColumnElement[bool]:
    news = query.day.opened_after + _ONE_DAY
    return and_(_OPENS.unseen.between(news, query.day.horizon), _ACT.unseen < NEVER)


def debts(query: WorkQuery) -> Select[Any]:
    """Return the query that counts the files of `WAITING` by procedure and funder.

    It reads more of the list than that group, but an index that knows both: no file is read.
    """
    procedure, funder = _unseen(case_file.c.procedure), case_file.c.funder
    act = _ACT.unseen if query.owner is not None else _ACT.plain
    awaited = _CHASE.unseen.between(query.day.today + _ONE_DAY, NEVER - _ONE_DAY)
    return (
        select(procedure, funder, func.count())
        .where(act > query.day.horizon, awaited, not_(_opening(query)), *filters(query))
        .group_by(procedure, funder)
    )


def limited(query: WorkQuery, first: date, last: date) -> Select[Any]:
    """Return the query of the open files whose act, once it should be done, is lost between two days.

    No index begins with that day: the one that has it beside the day to act is read up to `last`.
    """
    act = _ACT.unseen if query.owner is not None else _ACT.plain
    lost = and_(_STRICT.unseen.between(first, last), _ACT.unseen < _STRICT.unseen)
    return select(case_file.c.strict_on).where(act < last, lost, *filters(query))


def asked(query: WorkQuery) -> tuple[Segment, ...]:
    """Return the segments of the group that a query asks for, or all of them."""
    return tuple(one for one in segments(query) if query.group in {None, one.group})


def ordered(
    query: WorkQuery, segment: Segment, column: Column[Any], since: date | None = None
) -> Select[Any]:
    """Return the query of a column of the files of a segment, in order, from a day on."""
    found = select(column).where(segment.since(since), *filters(query))
    return found.order_by(segment.day, *segment.then)


def filters(query: WorkQuery) -> list[ColumnElement[bool] | TextClause]:
    """Return what a query asks of every file, whatever its group."""
    found: list[ColumnElement[bool] | TextClause] = [CASE_IS_OPEN]
    if query.agency is not None:
        found.append(case_file.c.agency == query.agency)
    if query.owner is not None:
        owner = case_file.c.owner
        found.append(owner == query.owner if query.owner else owner.is_(None))
    # A procedure, a funder or a state has too many files to be sorted.
    found += [
        _unseen(case_file.c[name]) == wanted
        for name in ("procedure", "funder", "state")
        if (wanted := getattr(query, name)) is not None
    ]
    if query.flagged:
        found.append(cast(case_file.c.alerts, String) != "[]")
    found += [
        case_file.c.folded.contains(word, autoescape=True) for word in fold(query.text).split()
    ]
    return found
