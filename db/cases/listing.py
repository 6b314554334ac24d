"""A page of the list of cases: found where it starts by an index, never by reading what precedes.

Used by `db.cases.store`. The total is counted on the same index, without reading the cases.
"""

from __future__ import annotations

from functools import partial
from typing import Any, Final

from msgspec.json import decode
from sqlalchemy import ColumnElement, TextClause, or_
from sqlmodel import Session, col, func, select

from db.cases.aside import Aside
from db.cases.awaited import EXPLANATION
from db.cases.patterns import ESCAPE, patterns
from db.cases.statements import CASE_IS_OPEN, DEADLINE_IS_OPEN
from db.schema.tables import CaseFile, DeadlineRow, case_file
from workflow.case.case import Deadline
from workflow.usecases.ports import CaseLine, CasePage, CaseQuery
from workflow.usecases.worklist import most_urgent
from workflow.wording.codec import deadline_value

_AT_ONCE = 1_000

_LINE: Final = tuple(
    case_file.c[name]
    for name in ("id", "ref", "title", "procedure", "state", "agency", "owner", "version")
)


def page(session: Session, aside: Aside, query: CaseQuery) -> CasePage:
    """Return a page of cases, in order of reference, and how many match in all."""
    filters = _filters(query)
    lines = select(*_LINE).where(*filters).order_by(case_file.c.ref).limit(query.limit)
    if query.after is not None:
        lines = lines.where(case_file.c.ref > query.after)
    cases = session.exec(lines).all()
    total = session.exec(select(func.count()).select_from(CaseFile).where(*filters)).one()
    awaited = _awaited(session, aside, {case.id: case.ref for case in cases})
    return CasePage(
        tuple(
            CaseLine(
                ref=case.ref,
                title=case.title,
                procedure=case.procedure,
                state=case.state,
                agency=case.agency,
                owner=case.owner,
                version=case.version,
                next_deadline=most_urgent(awaited.get(case.id, ())),
            )
            for case in cases
        ),
        total,
    )


def _filters(query: CaseQuery) -> list[ColumnElement[bool] | TextClause]:
    filters: list[ColumnElement[bool] | TextClause] = []
    if not query.closed:
        filters.append(CASE_IS_OPEN)
    for name in ("procedure", "state", "agency", "owner"):
        wanted = getattr(query, name)
        if wanted is not None:
            filters.append(case_file.c[name] == wanted)
    if query.text:
        filters += [
            or_(*(case_file.c.folded.like(one, escape=ESCAPE) for one in alike))
            for alike in patterns(query.text)
        ]
    return filters


def _awaited(session: Session, aside: Aside, refs: dict[Any, str]) -> dict[Any, list[Deadline]]:
    awaited: dict[Any, list[Deadline]] = {}
    case_ids = list(refs)
    # A page as long as an export would exceed the parameters that a database accepts at once.
    for first in range(0, len(case_ids), _AT_ONCE):
        some = col(DeadlineRow.case_id).in_(case_ids[first : first + _AT_ONCE])
        deadlines = select(
            DeadlineRow.case_id, DeadlineRow.rule, EXPLANATION.label("explanation")
        ).where(DEADLINE_IS_OPEN, some)
        for case_id, value in aside.readable(
            session.exec(deadlines), _deadline, partial(_name, refs)
        ):
            awaited.setdefault(case_id, []).append(value)
    return awaited


def _deadline(row: Any) -> tuple[Any, Deadline]:
    return row.case_id, deadline_value(decode(row.explanation))


def _name(refs: dict[Any, str], row: Any) -> str:
    return f"Dossier {refs[row.case_id]}, échéance « {row.rule} »"
