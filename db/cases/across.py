"""Some facts of many cases, for a view over all of them; which are open, to load each in turn; their groups.

Used by `db.cases.store`. Goes from case to case in order of reference, and from each to its few facts by
their key: nothing is sorted, and one case is held at a time.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from datetime import date
from decimal import Decimal
from itertools import groupby
from operator import itemgetter
from typing import Any, Final

from msgspec import convert
from sqlalchemy import Engine, Select, String, and_, bindparam, func, null, or_, select, text

from db.cases.aside import MALFORMED, Aside
from db.cases.statements import CASE_IS_OPEN, WHOSE
from db.connection.engine import reading, streamed
from db.schema.tables import case_file, document_check, fact, hours_line, money_line
from workflow.case.case import FactValue, HoursLine, WorkKind
from workflow.case.kept_file import KeptFile
from workflow.case.money import ZERO, MoneyKind
from workflow.ports.stores import CaseFacts, CohortLine, HeldFile
from workflow.rules.fact_specs import FactType
from workflow.wording.codec import fact_value
from workflow.worklist.worklist import NEVER

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
        hours_line.c.number,
        hours_line.c.kind,
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

_HELD_FILES: Final[Select[Any]] = (
    select(case_file.c.ref, document_check.c.document, document_check.c.file)
    .join(document_check, document_check.c.case_id == case_file.c.id)
    .where(document_check.c.file.is_not(null()))
    .order_by(case_file.c.ref, document_check.c.document)
)

_OPEN_REFS: Final[Select[Any]] = (
    select(case_file.c.ref)
    .where(
        CASE_IS_OPEN,
        case_file.c.procedure == bindparam("known_procedure", type_=String),
        case_file.c.ref > bindparam("known_ref", type_=String),
    )
    .order_by(case_file.c.ref)
)

# One row for each procedure of a group: a few even where there are many files.
_COHORTS: Final[Select[Any]] = (
    select(
        case_file.c.cohort,
        case_file.c.procedure,
        func.count().label("files"),
        func.count().filter(CASE_IS_OPEN).label("open"),
        func.min(case_file.c.act_on).label("act_on"),
    )
    .where(text("case_file.cohort IS NOT NULL"))
    .group_by(case_file.c.cohort, case_file.c.procedure)
    .order_by(case_file.c.cohort, case_file.c.procedure)
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
    for ref, rows in groupby(streamed(engine, statement), key=itemgetter(0)):
        try:
            found = _case_facts(list(rows))
        except MALFORMED:
            aside.put(f"Dossier {ref}, ses faits")
            continue
        if found.money or not found.facts.keys().isdisjoint(names):
            yield found


def _case_facts(rows: Sequence[Any]) -> CaseFacts:
    # By place: a name costs ten times as much, and there are as many rows as facts in all cases.
    facts: dict[str, FactValue] = {}
    amounts: dict[int, tuple[str, str]] = {}
    missed: dict[int, HoursLine] = {}
    for row in rows:
        name, type_, value, line, kind, amount, missing, *told = row[len(WHOSE) :]
        if name is not None:
            facts[name] = fact_value(value, FactType(type_))
        if line is not None:
            amounts[line] = kind, amount
        if missing is not None and missing not in missed:
            missed[missing] = _hours_line(missing, *told)
    sums: dict[MoneyKind, Decimal] = {}
    for kind, amount in amounts.values():
        sums[MoneyKind(kind)] = sums.get(MoneyKind(kind), ZERO) + Decimal(amount)
    hours = tuple(missed[number] for number in sorted(missed))
    whole = (*rows[0][: len(WHOSE)], facts, sums, hours)
    return CaseFacts(*whole)


def _hours_line(
    number: int, kind: str, first: date, last: date, planned: str, done: str, place: str
) -> HoursLine:
    return HoursLine(number, WorkKind(kind), first, last, Decimal(planned), Decimal(done), place)


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


def held_files(engine: Engine) -> Iterator[HeldFile]:
    """Yield every file that a paper has, by reference and paper."""
    for row in streamed(engine, _HELD_FILES):
        yield HeldFile(row.ref, row.document, convert(row.file, KeptFile))


def cohorts(engine: Engine, agency: str | None) -> tuple[CohortLine, ...]:
    """Return the groups, by name; those of an agency count its own files alone."""
    statement = _COHORTS if agency is None else _COHORTS.where(case_file.c.agency == agency)
    with reading(engine) as connection:
        rows = connection.execute(statement).all()
    return tuple(_cohort(name, list(some)) for name, some in groupby(rows, lambda row: row.cohort))


def _cohort(name: str, rows: Sequence[Any]) -> CohortLine:
    first = min(row.act_on for row in rows)
    return CohortLine(
        name,
        tuple(row.procedure for row in rows),
        sum(row.files for row in rows),
        sum(row.open for row in rows),
        None if first == NEVER else first,
    )
