"""The journal tells of letters.

Frozen: later changes are migrations of their own.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlmodel import UTCDateTime

from workflow.errors import OutOfReach

revision = "0020"
down_revision = "0019"

_KINDS = (
    "kind IN ('ouverture', 'action', 'correction', 'annulation', 'piece', 'attribution', "
    "'heures', 'eligibilite', 'contrats', 'argent', 'recalcul', 'report', 'relance', 'lettre')"
)
_OLD = "journal_0019"


def upgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        _widen_by_copying()
    else:
        constraint = op.f("ck_journal_kind")
        op.drop_constraint(constraint, "journal", type_="check")
        op.create_check_constraint(constraint, "journal", _KINDS)


def downgrade() -> None:
    """Refuse: what a newer schema holds cannot be kept in an older one."""
    raise OutOfReach("Échéancier ne revient pas en arrière : restaurez une sauvegarde.")


def _widen_by_copying() -> None:
    """Copy the journal, each value as SQLite holds it: SQLite changes no constraint of a table."""
    op.drop_index("ix_journal_recorded_at")
    op.rename_table("journal", _OLD)
    columns: list[sa.Column[object]] = [
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("recorded_at", UTCDateTime(), nullable=False),
        sa.Column("author", sa.String(), nullable=False),
        sa.Column("state_from", sa.String()),
        sa.Column("state_to", sa.String(), nullable=False),
        sa.Column("action", sa.String()),
        sa.Column("happened", sa.String()),
        sa.Column("forced", sa.Boolean(), nullable=False),
        sa.Column("undoes", sa.Integer()),
        sa.Column("comment", sa.String(), nullable=False),
        sa.Column("changes", sa.JSON(), nullable=False),
        sa.Column("dates", sa.JSON(), nullable=False),
    ]
    op.create_table(
        "journal",
        *columns,
        sa.PrimaryKeyConstraint("case_id", "seq", name="pk_journal"),
        sa.CheckConstraint(_KINDS, name=op.f("ck_journal_kind")),
        sa.ForeignKeyConstraint(
            ["case_id"], ["case_file.id"], name="fk_journal_case_id", ondelete="RESTRICT"
        ),
        sqlite_with_rowid=False,
    )
    names = [column.name for column in columns]
    source, target = (
        sa.table(table, *(sa.column(name) for name in names)) for table in (_OLD, "journal")
    )
    op.execute(target.insert().from_select(names, sa.select(source)))
    op.drop_table(_OLD)
    op.create_index("ix_journal_recorded_at", "journal", ["recorded_at", "case_id", "seq"])
