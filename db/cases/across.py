"""Some facts of many cases, for a view over all of them; which cases are open, to load each in turn.

Used by `db.cases.store`. Goes from case to case in order of reference, and from each to its few facts by
their key: nothing is sorted, and one case is held at a time.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from decimal import Decimal
from itertools import groupby
from typing import Any, Final

from sqlalchemy import Engine, Select, String, and_, bindparam, or_, select

from db.cases.aside import MALFORMED, Aside
from db.cases.statements import CASE_IS_OPEN, WHOSE
from db.connection.engine import reading, streamed
from db.schema.tables import case_file, fact, hours_line, money_line
from workflow.case.case import HoursLine, WorkKind
from workflow.case.money import ZERO, MoneyKind
from workflow.rules.fact_specs import FactType
from workflow.usecases.ports import CaseFacts
from workflow.wording.codec import fact_value

# Each fact beside each line of money and each line of hours missed: a case has few of any, and comes whole.
_FACTS: Final[Select[Any]] = (
    select(
        *WHOSE,
        fact.c.name,
        fact.c.type,
        fact.c.value,
        money_line.c.number,
        money_line.c.kind,
        money_line.c.amount,
        hours_line.c.number.label("missed"),
        hours_line.c.kind.label("missed_kind"),
        hours_line.c.first_day,
        hours_line.c.last_day,
        hours_line.c.planned,
        hours_line.c.done,
        hours_line.c.place,
    )
    .join(
        fact,
        and_(
            fact.c.case_id == case_file.c.id,
            fact.c.name.in_(bindparam("known_names", expanding=True)),
        ),
        isouter=True,
    )
    .join(money_line, money_line.c.case_id == case_file.c.id, isouter=True)
    .join(
        hours_line,
        and_(hours_line.c.case_id == case_file.c.id, hours_line.c.planned != hours_line.c.done),
        isouter=True,
    )
    .where(or_(fact.c.name.is_not(None), money_line.c.number.is_not(None)))
    .order_by(case_file.c.ref)
)

_REFS_AT_ONCE = 500

_OPEN_REFS: Final[Select[Any]] = (
    select(case_file.c.ref)
    .where(
        CASE_IS_OPEN,
        case_file.c.procedure == bindparam("known_procedure", type_=String),
        case_file.c.ref > bindparam("known_ref", type_=String),
    )
    .order_by(case_file.c.ref)
)


def facts_of(
    engine: Engine,
    aside: Aside,
    names: Collection[str],
    beside: Collection[str],
    agency: str | None,
    *,
    closed: bool,
) -> Iterator[CaseFacts]:
    """Yield, by reference, the cases that have some of these facts or lines of money.

    With those only, with the facts that are asked beside, and with the hours planned and not done.
    """
    statement = _FACTS.params(known_names=sorted({*names, *beside}))
    if agency is not None:
        statement = statement.where(case_file.c.agency == agency)
    if not closed:
        statement = statement.where(CASE_IS_OPEN)
    for ref, rows in groupby(streamed(engine, statement), key=lambda row: row.ref):
        try:
            found = _case_facts(list(rows))
        except MALFORMED:
            aside.put(f"Dossier {ref}, ses faits")
            continue
        if found.money or not found.facts.keys().isdisjoint(names):
            yield found


def _case_facts(rows: Sequence[Any]) -> CaseFacts:
    sums: dict[MoneyKind, Decimal] = {}
    for row in {row.number: row for row in rows if row.number is not None}.values():
        kind = MoneyKind(row.kind)
        sums[kind] = sums.get(kind, ZERO) + Decimal(row.amount)
    facts = {row.name: fact_value(row.value, FactType(row.type)) for row in rows if row.name}
    missed = {row.missed: row for row in rows if row.missed is not None}
    hours = (_hours_line(number, row) for number, row in sorted(missed.items()))
    told = (*rows[0][: len(WHOSE)], facts, sums, tuple(hours))
    return CaseFacts(*told)


def _hours_line(number: int, row: Any) -> HoursLine:
    return HoursLine(
        number,
        WorkKind(row.missed_kind),
        row.first_day,
        row.last_day,
        Decimal(row.planned),
        Decimal(row.done),
        row.place,
    )


def open_refs(engine: Engine, procedure: str, funder: str | None) -> Iterator[str]:
    """Yield the references of the open cases of a procedure, of one funder or of all, in order.

    A page at a time, each in a transaction of its own that ends before its references are given:
    whoever reads them may load and save cases meanwhile, and nothing is held between two pages.
    """
    statement, last = _OPEN_REFS.limit(_REFS_AT_ONCE), ""
    if funder is not None:
        statement = statement.where(case_file.c.funder == funder)
    while True:
        known = {"known_procedure": procedure, "known_ref": last}
        with reading(engine) as connection:
            page = connection.scalars(statement, known).all()
        yield from page
        if len(page) < _REFS_AT_ONCE:
            return
        last = page[-1]
