"""The most pressing dates of a case beside it, by which open cases are listed.

Frozen: later changes are migrations of their own.
"""

from __future__ import annotations

from datetime import date

import sqlalchemy as sa
from alembic import op

from workflow.errors import OutOfReach

revision = "0006"
down_revision = "0005"

_DATES = ("act_on", "strict_on", "opens_on", "chase_on")
_NEVER = "9999-12-31"

_INDEXES = {
    "ix_case_file_open_act_on": (
        *("act_on", "strict_on", "id", "chase_on", "opens_on"),
        *("agency", "owner", "procedure", "funder", "is_open"),
    ),
    "ix_case_file_open_agency_act_on": (
        *("agency", "act_on", "strict_on", "id", "chase_on", "opens_on"),
        *("owner", "procedure", "funder", "is_open"),
    ),
    "ix_case_file_open_chase_on": ("chase_on", "id", "act_on", "opens_on", "is_open"),
    "ix_case_file_open_opens_on": ("opens_on", "id", "act_on", "chase_on", "is_open"),
}


def upgrade() -> None:
    for name in _DATES:
        never = sa.text(f"'{_NEVER}'")
        column = sa.Column(name, sa.Date(), nullable=False, server_default=never)
        op.add_column("case_file", column)
    _fill()
    condition = sa.text("is_open")
    for name, columns in _INDEXES.items():
        op.create_index(
            name, "case_file", list(columns), sqlite_where=condition, postgresql_where=condition
        )


def downgrade() -> None:
    """Refuse: what a newer schema holds cannot be kept in an older one."""
    raise OutOfReach("Échéancier ne revient pas en arrière : restaurez une sauvegarde.")


def _fill() -> None:
    """Note, beside each open case, the dates of its most urgent act and of its next reply."""
    case_file = sa.table("case_file", *(sa.column(name) for name in ("id", "is_open", *_DATES)))
    deadline = sa.table(
        "deadline",
        *(sa.column(name) for name in ("case_id", "rule", "status", "act_on", "opens_on")),
        sa.column("explanation", sa.JSON()),
    )
    said = deadline.c.explanation
    strict: sa.ColumnElement[object] = sa.func.substr(said["strict"].as_string(), 1, 10)
    if op.get_bind().dialect.name == "postgresql":
        strict = sa.cast(strict, sa.Date())
    awaited = said["expected_at"].as_string().is_not(None)
    never = sa.literal(date.max, sa.Date())

    def first(column: sa.ColumnElement[object], *, of_replies: bool) -> sa.Function[object]:
        chosen = (
            sa.select(column)
            .where(
                deadline.c.case_id == case_file.c.id,
                deadline.c.status == "ouverte",
                awaited if of_replies else ~awaited,
            )
            # Of one day, what can no longer wait, then what the law asks, then the nearest limit.
            .order_by(
                deadline.c.act_on,
                sa.case((strict <= deadline.c.act_on, 0), else_=1),
                sa.case((said["kind"].as_string() == "interne", 1), else_=0),
                sa.func.coalesce(strict, never),
                deadline.c.rule,
            )
            .limit(1)
            .scalar_subquery()
        )
        return sa.func.coalesce(chosen, never)

    op.execute(
        case_file.update()
        .where(sa.text("is_open"))
        .values(
            act_on=first(deadline.c.act_on, of_replies=False),
            strict_on=first(strict, of_replies=False),
            opens_on=first(deadline.c.opens_on, of_replies=False),
            chase_on=first(deadline.c.act_on, of_replies=True),
        )
    )
