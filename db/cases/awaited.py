"""The open deadlines with what is needed to speak of them: one query, read in several orders.

Used by both stores. Streams: a page in memory at most, one state of the database from end to end.
"""

from __future__ import annotations

from collections.abc import Generator, Iterable, Iterator
from datetime import UTC, date, datetime, time, timedelta
from itertools import groupby
from typing import Any, Final

from sqlalchemy import (
    ColumnElement,
    Select,
    Text,
    cast,
    func,
    or_,
    select,
    text,
)

from db.cases.aside import Aside, deadline_name
from db.cases.mapping import NO_ALERTS, open_deadline
from db.cases.statements import CASE_IS_OPEN, DEADLINE_IS_OPEN, REPLY_IS_AWAITED, WHOSE
from db.connection.engine import Database, streamed
from db.schema.columns import as_read
from db.schema.deadline_tables import deadline
from db.schema.tables import case_file
from workflow.ports.stores import OpenDeadline
from workflow.worklist.ranking import decisive

# As text: most files have none, and reading an empty list costs as much as a short one.
ALERTS: Final = cast(case_file.c.alerts, Text)
# As text too: read row by row, no more of it is held at a time than one deadline.
EXPLANATION: Final = cast(deadline.c.explanation, Text).label("explanation")

_TOLD: Final[Select[Any]] = select(
    deadline.c.id,
    EXPLANATION,
    *as_read([deadline.c.reminded_until, deadline.c.next_reminder_at]),
    *WHOSE,
    ALERTS.label("alerts"),
    case_file.c.stake,
    case_file.c.estimated,
).join(case_file, case_file.c.id == deadline.c.case_id)
OPEN: Final[Select[Any]] = _TOLD.where(DEADLINE_IS_OPEN)

_IS_UNPROVED: Final = text("deadline.status = 'non_verifiee'")
_SAID_AGAIN: Final = timedelta(days=28)
"""How long what nothing proves is said once its file has ended."""


def to_act_on(
    until: date | None,
    agency: str | None,
    owner: str | None,
    overdue_on: date | None,
    limit: int | None,
) -> Select[Any]:
    """Return the query of the deadlines to act on, most urgent first."""
    statement, day = OPEN, deadline.c.act_on
    if until is not None:
        statement = statement.where(day <= until)
    if overdue_on is not None:
        statement = statement.where(day < overdue_on)
    if agency is not None:
        statement = statement.where(case_file.c.agency == agency, CASE_IS_OPEN)
    if owner is not None:
        statement = statement.where(case_file.c.owner == owner, CASE_IS_OPEN)
    order: ColumnElement[date] = day
    if agency is not None or owner is not None:
        # The same order, but one that no index gives: a database without statistics would rather
        # walk everybody's deadlines in that order than sort those of a few cases.
        order = func.coalesce(day, day)
    statement = statement.order_by(order, deadline.c.id)
    return statement if limit is None else statement.limit(limit)


def to_mention(until: date, opened_after: date) -> tuple[Select[Any], ...]:
    """Return the queries of the deadlines to act on up to a day, of the other windows to speak of, and of
    what waits to be proved.

    Several queries rather than an OR: each reads its own index. Of the windows open for long, which are
    most of them, only those of a file that does not conform have anything to say.
    """
    act = OPEN.where(deadline.c.act_on <= until).order_by(deadline.c.act_on, deadline.c.id)
    windows = OPEN.where(deadline.c.opens_on <= until, deadline.c.act_on > until).order_by(
        deadline.c.opens_on, deadline.c.id
    )
    opening = windows.where(deadline.c.opens_on > opened_after)
    wrong = windows.where(deadline.c.opens_on <= opened_after, ALERTS != NO_ALERTS)
    return act, wrong, opening, _unproved(opened_after)


def _unproved(opened_after: date) -> Select[Any]:
    """Return the query of what waits to be proved: in open files, and those that ended not long ago."""
    since = datetime.combine(opened_after, time(), UTC) - _SAID_AGAIN
    said = or_(CASE_IS_OPEN, deadline.c.reminded_until >= since)
    return _TOLD.where(_IS_UNPROVED, said).order_by(deadline.c.act_on, deadline.c.id)


def to_come(after: date, until: date) -> Select[Any]:
    """Return the query of what is the agency's own to act on after a day, up to another."""
    ours = OPEN.where(
        deadline.c.awaited.is_(False), deadline.c.act_on > after, deadline.c.act_on <= until
    )
    return ours.order_by(deadline.c.act_on, deadline.c.id)


def to_chase(after: date) -> Select[Any]:
    """Return the query of the replies that others owe, to be chased after a day."""
    awaited = OPEN.where(REPLY_IS_AWAITED, deadline.c.act_on > after)
    return awaited.order_by(deadline.c.act_on, deadline.c.id)


def by_weight(lines: Iterable[OpenDeadline], today: date | None) -> Iterator[OpenDeadline]:
    """Yield lines that come in order of their day to act, the most decisive of each day first.

    Holds one day at a time. A list cut short is in order, but which of its last day's deadlines it
    keeps is the index's choice: to weigh them all would mean to read that whole day.
    """
    for _, of_one_day in groupby(lines, key=lambda line: line.deadline.dates.act_on):
        yield from sorted(of_one_day, key=lambda line: (*decisive(line.deadline, today), line.id))


def stream(database: Database, aside: Aside, *statements: Select[Any]) -> Generator[OpenDeadline]:
    """Yield the deadlines of each statement in turn, all in one transaction."""
    yield from aside.readable(streamed(database, *statements), open_deadline, deadline_name)
