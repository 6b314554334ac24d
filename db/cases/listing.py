"""A page of the list of cases: found where it starts by an index, never by reading what precedes.

Used by `db.cases.store`. The total is counted on the same index, without reading the cases.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Any, Final

from msgspec.json import decode
from sqlalchemy import (
    ColumnElement,
    Connection,
    Integer,
    Select,
    TextClause,
    and_,
    bindparam,
    func,
    or_,
    select,
)

from db.cases.aside import Aside
from db.cases.awaited import EXPLANATION
from db.cases.patterns import ESCAPE, patterns
from db.cases.statements import CASE_IS_OPEN, DEADLINE_IS_OPEN, WHOSE
from db.connection.prepared import PreparedStatements
from db.schema.deadline_tables import deadline
from db.schema.tables import case_file
from workflow.case.case import Deadline
from workflow.ports.stores import CaseLine, CasePage, CaseQuery
from workflow.wording.codec import deadline_value
from workflow.worklist.ranking import most_urgent

_LINE: Final = (case_file.c.id, *WHOSE, case_file.c.version, case_file.c.cohort)
"""The key of a case, then what a line says of it, in that order."""
_FILTERS: Final = ("procedure", "state", "agency", "owner", "cohort")


def page(
    connection: Connection, prepared: PreparedStatements, aside: Aside, query: CaseQuery
) -> CasePage:
    """Return a page of cases, in order of reference, and how many match in all."""
    wanted = {name: value for name in _FILTERS if (value := getattr(query, name)) is not None}
    words = tuple(patterns(query.text or ""))
    lines, count = _statements(tuple(wanted), tuple(map(len, words)), closed=query.closed)
    known = wanted | {
        f"word_{word}_{rank}": one
        for word, alike in enumerate(words)
        for rank, one in enumerate(alike)
    }
    place = {"after": query.after or "", "at_most": query.limit}
    rows = prepared.read(connection, lines, known | place)
    ((total,),) = prepared.read(connection, count, known)
    awaited = _awaited(aside, rows)
    cases = {row.id: row[1 : len(_LINE)] for row in rows}
    told = ((*case, most_urgent(awaited.get(id_, ()))) for id_, case in cases.items())
    return CasePage(tuple(CaseLine(*line) for line in told), total)


@cache
def _statements(
    names: tuple[str, ...], widths: tuple[int, ...], *, closed: bool
) -> tuple[Select[Any], Select[Any]]:
    """Return the page, each case beside each of its open deadlines, and the count of what matches.

    Args:
        names: the columns that are filtered.
        widths: how many patterns each word that is searched has.
        closed: True to include cases in a final state.
    """
    filters: list[ColumnElement[bool] | TextClause] = [] if closed else [CASE_IS_OPEN]
    filters += [case_file.c[name] == bindparam(name) for name in names]
    filters += [
        or_(
            *(
                case_file.c.folded.like(bindparam(f"word_{word}_{rank}"), escape=ESCAPE)
                for rank in range(width)
            )
        )
        for word, width in enumerate(widths)
    ]
    shown = (
        select(*_LINE)
        .where(*filters, case_file.c.ref > bindparam("after"))
        .order_by(case_file.c.ref)
        .limit(bindparam("at_most", type_=Integer))
        .subquery("shown")
    )
    lines = (
        select(*shown.c, deadline.c.rule, EXPLANATION)
        .outerjoin_from(shown, deadline, and_(deadline.c.case_id == shown.c.id, DEADLINE_IS_OPEN))
        .order_by(shown.c.ref)
    )
    return lines, select(func.count()).select_from(case_file).where(*filters)


def _awaited(aside: Aside, rows: Sequence[Any]) -> dict[Any, list[Deadline]]:
    awaited: dict[Any, list[Deadline]] = {}
    held = (row for row in rows if row.rule is not None)
    for case_id, value in aside.readable(held, _deadline, _name):
        awaited.setdefault(case_id, []).append(value)
    return awaited


def _deadline(row: Any) -> tuple[Any, Deadline]:
    return row.id, deadline_value(decode(row.explanation))


def _name(row: Any) -> str:
    return f"Dossier {row.ref}, échéance « {row.rule} »"
