"""The statements of the way of a case, built once: SQLAlchemy keeps their SQL from call to call.

Used by `db.cases.store`. Parameters that select a row are called `known_…`, the others bear the name of
their column. Nothing here runs anything.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Any, Final

from msgspec import Struct
from sqlalchemy import (
    ARRAY,
    Insert,
    Integer,
    Select,
    String,
    Table,
    Text,
    and_,
    any_,
    bindparam,
    cast,
    func,
    literal_column,
    null,
    select,
    text,
    union_all,
)
from sqlalchemy.dialects import postgresql, sqlite

from db.schema.deadline_tables import deadline
from db.schema.tables import (
    case_file,
    contract,
    document_check,
    eligibility,
    fact,
    hours_line,
    journal,
    money_line,
)
from workflow.case.case import Case

# Written out, not bound: only then does SQLite see that a partial index applies.
CASE_IS_OPEN: Final = text("case_file.is_open")
DEADLINE_IS_OPEN: Final = text("deadline.status = 'ouverte'")
REPLY_IS_AWAITED: Final = text("deadline.awaited")

_ref = bindparam("known_ref", type_=String)
_case_id = bindparam("known_case_id", type_=Integer)

CASE_COLUMNS: Final = tuple(
    name
    for name in Case.__struct_fields__
    if name in case_file.c and name not in {"ref", "alerts", "stake"}
)
"""Columns of a case that are attributes of it, and hold them as they are."""
WHOSE: Final = tuple(
    case_file.c[name] for name in ("ref", "title", "procedure", "state", "agency", "owner")
)
"""Columns that say which case something belongs to, and who follows it."""

# The case beside each of its actions and undos; one row with no entry when it has none.
CASE: Final = (
    select(
        *(case_file.c[name] for name in ("id", "ref", *CASE_COLUMNS, "stake")),
        # As text: it stands beside each step, and is read once.
        cast(case_file.c.alerts, Text).label("alerts"),
        *(column for column in journal.c if column.name != "case_id"),
    )
    .join_from(
        case_file,
        journal,
        and_(journal.c.case_id == case_file.c.id, text("journal.kind IN ('action', 'annulation')")),
        isouter=True,
    )
    .where(case_file.c.ref == _ref)
    .order_by(journal.c.seq)
)

# All that a case holds in one round trip, as text: which part it is, then what that part has to say.
FACT, DOCUMENT, HOURS, CONTRACT, MONEY, ELIGIBILITY, DEADLINE = range(1, 8)
_WIDTH: Final = 8


def _part(part: int, *values: Any) -> Select[Any]:
    """Return the rows of a part of the case, as wide as those of every other."""
    columns: list[Any] = [literal_column(str(part)).label("part")]
    columns += [value.label(f"value_{number}") for number, value in enumerate(values)]
    columns += [null().label(f"value_{number}") for number in range(len(values), _WIDTH)]
    return select(*columns)


PARTS: Final = union_all(
    _part(FACT, fact.c.name, fact.c.type, fact.c.value).where(fact.c.case_id == _case_id),
    _part(
        DOCUMENT,
        document_check.c.document,
        document_check.c.status,
        cast(document_check.c.status_on, String),
        document_check.c.noted_by,
        document_check.c.kept_at,
        cast(document_check.c.says, Text),
        cast(document_check.c.file, Text),
        cast(document_check.c.expires_on, String),
    ).where(document_check.c.case_id == _case_id),
    _part(
        HOURS,
        cast(hours_line.c.number, String),
        hours_line.c.kind,
        cast(hours_line.c.first_day, String),
        cast(hours_line.c.last_day, String),
        hours_line.c.planned,
        hours_line.c.done,
        hours_line.c.place,
    ).where(hours_line.c.case_id == _case_id),
    _part(
        CONTRACT,
        cast(contract.c.number, String),
        contract.c.type,
        contract.c.employer,
        cast(contract.c.first_day, String),
        cast(contract.c.last_day, String),
        contract.c.hours,
        contract.c.place,
    ).where(contract.c.case_id == _case_id),
    _part(
        MONEY,
        cast(money_line.c.number, String),
        money_line.c.kind,
        cast(money_line.c.day, String),
        money_line.c.payer,
        money_line.c.amount,
        cast(money_line.c.month, String),
        money_line.c.reference,
        money_line.c.note,
    ).where(money_line.c.case_id == _case_id),
    # The latest alone: what was noted before it stays in the table.
    _part(ELIGIBILITY, cast(eligibility.c.data, Text)).where(
        eligibility.c.case_id == _case_id,
        eligibility.c.seq
        == select(func.max(eligibility.c.seq))
        .where(eligibility.c.case_id == _case_id)
        .scalar_subquery(),
    ),
    _part(DEADLINE, deadline.c.rule, cast(deadline.c.explanation, Text)).where(
        deadline.c.case_id == _case_id, DEADLINE_IS_OPEN
    ),
)

JOURNAL: Final = (
    select(journal)
    .join(case_file, case_file.c.id == journal.c.case_id)
    .where(case_file.c.ref == _ref)
    .order_by(journal.c.seq)
)

# The row is touched only at the version that was read: whoever comes second changes nothing.
UPDATE_CASE: Final = (
    case_file.update()
    .where(
        case_file.c.ref == _ref, case_file.c.version == bindparam("known_version", type_=Integer)
    )
    .returning(case_file.c.id)
)
# PostgreSQL: the cases that one transaction writes, taken in the order in which a round takes its own
# (`db.mail.announcing`), so that none waits for another in a circle.
LOCK_CASES: Final = (
    select(case_file.c.id)
    .where(case_file.c.ref == any_(bindparam("known_refs", type_=ARRAY(String))))
    .order_by(case_file.c.id)
    .with_for_update(key_share=True)
)
# Inline: the key that the database gives to a row is not asked back.
INSERT_ENTRY: Final = journal.insert().inline()
INSERT_ELIGIBILITY: Final = eligibility.insert().inline()
DELETE_FACT: Final = fact.delete().where(
    fact.c.case_id == _case_id, fact.c.name == bindparam("known_name", type_=String)
)
DELETE_DOCUMENT: Final = document_check.delete().where(
    document_check.c.case_id == _case_id,
    document_check.c.document == bindparam("known_name", type_=String),
)
DELETE_HOURS: Final = hours_line.delete().where(
    hours_line.c.case_id == _case_id,
    hours_line.c.number == bindparam("known_number", type_=Integer),
)
DELETE_CONTRACT: Final = contract.delete().where(
    contract.c.case_id == _case_id,
    contract.c.number == bindparam("known_number", type_=Integer),
)
DELETE_MONEY: Final = money_line.delete().where(
    money_line.c.case_id == _case_id,
    money_line.c.number == bindparam("known_number", type_=Integer),
)
_one_deadline = deadline.update().where(
    deadline.c.case_id == _case_id,
    deadline.c.rule == bindparam("known_rule", type_=String),
    DEADLINE_IS_OPEN,
)
UPDATE_EXPLANATION: Final = _one_deadline.values(
    explanation=bindparam("explanation", type_=deadline.c.explanation.type)
)
UPDATE_REMINDER: Final = _one_deadline.values(
    next_reminder_at=bindparam("next_reminder_at", type_=deadline.c.next_reminder_at.type)
)
REMINDED_UNTIL: Final = select(deadline.c.rule, deadline.c.reminded_until).where(
    deadline.c.case_id == _case_id, DEADLINE_IS_OPEN
)


class Upserts(Struct, frozen=True):
    """Statements that each database spells in its own way."""

    insert_case: Any
    fact: Insert
    document: Insert
    hours: Insert
    contract: Insert
    money: Insert
    deadline: Insert


def insert(dialect: str, table: Table) -> Any:
    """Return an INSERT of a dialect, which knows ON CONFLICT."""
    return sqlite.insert(table) if dialect == "sqlite" else postgresql.insert(table)


def _upsert(dialect: str, table: Table, key: Sequence[str]) -> Insert:
    statement = insert(dialect, table)
    written = {
        column.name: statement.excluded[column.name]
        for column in table.columns
        if column.name not in {"id", *key}
    }
    upsert: Insert = statement.on_conflict_do_update(index_elements=key, set_=written).inline()
    return upsert


@cache
def upserts(dialect: str) -> Upserts:
    """Return the upserts for `sqlite` or `postgresql`."""
    return Upserts(
        insert_case=insert(dialect, case_file)
        # Whichever way it is taken: letter for letter, or in other capitals.
        .on_conflict_do_nothing()
        .returning(case_file.c.id),
        fact=_upsert(dialect, fact, ["case_id", "name"]),
        document=_upsert(dialect, document_check, ["case_id", "document"]),
        hours=_upsert(dialect, hours_line, ["case_id", "number"]),
        contract=_upsert(dialect, contract, ["case_id", "number"]),
        money=_upsert(dialect, money_line, ["case_id", "number"]),
        deadline=_upsert(dialect, deadline, ["case_id", "rule"]),
    )
