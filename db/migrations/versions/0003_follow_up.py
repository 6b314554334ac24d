"""Documents by status, hours, eligibility, who read it, alerts; amounts and choices among facts.

Frozen: later changes are migrations of their own. A document that was received stays received.
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.schema import SchemaItem
from sqlmodel import UTCDateTime

from workflow.errors import OutOfReach

revision = "0003"
down_revision = "0002"

_TYPES = "type IN ('date', 'instant', 'entier', 'booleen', 'texte', 'nombre', 'choix')"
_KINDS = (
    "kind IN ('ouverture', 'action', 'correction', 'annulation', 'piece', 'attribution', "
    "'heures', 'eligibilite')"
)
_STATUSES = "status IN ('a_obtenir', 'demande', 'recu', 'verifie', 'transmis')"
_WORK = "kind IN ('formation', 'mission', 'bilan')"

# From that PostgreSQL on, what forbids NULL is a constraint, which bears the name of its column.
_NAMES_NOT_NULL = (18,)


def upgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        _widen_by_copying()
    else:
        _widen_in_place()
    op.add_column(
        "case_file",
        sa.Column("alerts", sa.JSON(), server_default=sa.text("'[]'"), nullable=False),
    )
    _create_hours()
    _create_eligibility()


def downgrade() -> None:
    """Refuse: what a newer schema holds cannot be kept in an older one."""
    raise OutOfReach("Échéancier ne revient pas en arrière : restaurez une sauvegarde.")


def _case_key(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["case_id"], ["case_file.id"], name=f"fk_{table}_case_id", ondelete="RESTRICT"
    )


def _widen_in_place() -> None:
    for table, column, condition in (("fact", "type", _TYPES), ("journal", "kind", _KINDS)):
        constraint = op.f(f"ck_{table}_{column}")
        op.drop_constraint(constraint, table, type_="check")
        op.create_check_constraint(constraint, table, condition)
    op.alter_column("document_check", "received_on", new_column_name="status_on")
    if (op.get_bind().dialect.server_version_info or ()) >= _NAMES_NOT_NULL:
        op.execute(
            "ALTER TABLE document_check RENAME CONSTRAINT document_check_received_on_not_null "
            "TO document_check_status_on_not_null"
        )
    for added, value in (("status", "recu"), ("kept_at", "")):
        op.add_column(
            "document_check", sa.Column(added, sa.String(), server_default=value, nullable=False)
        )
        # Only the rows that are there already are taken for received.
        op.alter_column("document_check", added, server_default=None)
    op.create_check_constraint(op.f("ck_document_check_status"), "document_check", _STATUSES)


def _widen_by_copying() -> None:
    """Copy the tables whose constraints change: SQLite changes no constraint of a table."""
    _copy(
        "fact",
        [
            sa.Column("case_id", sa.Integer(), nullable=False),
            sa.Column("name", sa.String(), nullable=False),
            sa.Column("type", sa.String(), nullable=False),
            sa.Column("value", sa.String(), nullable=False),
            sa.PrimaryKeyConstraint("case_id", "name", name="pk_fact"),
            sa.CheckConstraint(_TYPES, name=op.f("ck_fact_type")),
        ],
    )
    _copy(
        "document_check",
        [
            sa.Column("case_id", sa.Integer(), nullable=False),
            sa.Column("document", sa.String(), nullable=False),
            sa.Column("status_on", sa.Date(), nullable=False),
            sa.Column("noted_by", sa.String(), nullable=False),
            sa.Column("status", sa.String(), nullable=False),
            sa.Column("kept_at", sa.String(), nullable=False),
            sa.PrimaryKeyConstraint("case_id", "document", name="pk_document_check"),
            sa.CheckConstraint(_STATUSES, name=op.f("ck_document_check_status")),
        ],
        {"status_on": "received_on", "status": "'recu'", "kept_at": "''"},
    )
    _copy(
        "journal",
        [
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
            sa.PrimaryKeyConstraint("case_id", "seq", name="pk_journal"),
            sa.CheckConstraint(_KINDS, name=op.f("ck_journal_kind")),
        ],
    )


def _copy(table: str, items: list[SchemaItem], read: dict[str, str] | None = None) -> None:
    """Make a table anew and move its rows there, each value as SQLite holds it.

    Args:
        table: no other table refers to it, and it has no index but its key.
        items: its columns and constraints.
        read: what is read for a column that is not in the old table under its own name.
    """
    old = f"{table}_0002"
    # The old one is renamed, not the new one: SQLite would keep quotation marks around its name.
    op.rename_table(table, old)
    op.create_table(table, *items, _case_key(table), sqlite_with_rowid=False)
    names = [item.name for item in items if isinstance(item, sa.Column)]
    source: list[sa.ColumnClause[Any]] = [
        sa.literal_column((read or {}).get(name, name)) for name in names
    ]
    target = sa.table(table, *(sa.column(name) for name in names))
    op.execute(target.insert().from_select(names, sa.select(*source).select_from(sa.table(old))))
    op.drop_table(old)


def _create_hours() -> None:
    op.create_table(
        "hours_line",
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("first_day", sa.Date(), nullable=False),
        sa.Column("last_day", sa.Date(), nullable=False),
        sa.Column("planned", sa.String()),
        sa.Column("done", sa.String()),
        sa.Column("place", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("case_id", "number", name="pk_hours_line"),
        sa.CheckConstraint(_WORK, name=op.f("ck_hours_line_kind")),
        _case_key("hours_line"),
        sqlite_with_rowid=False,
    )


def _create_eligibility() -> None:
    op.create_table(
        "eligibility",
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("noted_by", sa.String(), nullable=False),
        sa.Column("recorded_at", UTCDateTime(), nullable=False),
        sa.Column("data", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("case_id", "seq", name="pk_eligibility"),
        _case_key("eligibility"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "consultation",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("read_at", UTCDateTime(), nullable=False),
        sa.Column("read_by", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_consultation"),
        _case_key("consultation"),
    )
    op.create_index("ix_consultation_case_id", "consultation", ["case_id", "read_at", "id"])
