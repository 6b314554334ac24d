"""The first schema: cases, journal, deadlines, reminders, outbox, heartbeat.

Frozen: later changes are migrations of their own. Why each index exists is told in `db.schema.tables`.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlmodel import UTCDateTime

from workflow.errors import OutOfReach

revision = "0001"
down_revision = None


def upgrade() -> None:
    _create_cases()
    _create_journal()
    _create_deadlines()
    _create_outbox()
    _create_reminders()
    op.create_table(
        "heartbeat",
        sa.Column("host", sa.String(), nullable=False),
        sa.Column("service", sa.String(), nullable=False),
        sa.Column("beat_at", UTCDateTime(), nullable=False),
        sa.Column("policy", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("host", name="pk_heartbeat"),
    )


def downgrade() -> None:
    """Refuse: what a newer schema holds cannot be kept in an older one."""
    raise OutOfReach("Échéancier ne revient pas en arrière : restaurez une sauvegarde.")


def _partial_index(name: str, table: str, columns: list[str], where: str) -> None:
    condition = sa.text(where)
    op.create_index(name, table, columns, sqlite_where=condition, postgresql_where=condition)


def _case_key(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["case_id"], ["case_file.id"], name=f"fk_{table}_case_id", ondelete="RESTRICT"
    )


def _create_cases() -> None:
    op.create_table(
        "case_file",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column(
            "ref",
            sa.String().with_variant(sa.String(collation="C"), "postgresql"),
            nullable=False,
        ),
        sa.Column("series", sa.String()),
        sa.Column("number", sa.Integer()),
        sa.Column("procedure", sa.String(), nullable=False),
        sa.Column("funder", sa.String()),
        sa.Column("edition", sa.String(), nullable=False),
        sa.Column("territory", sa.String(), nullable=False),
        sa.Column("agency", sa.String(), nullable=False),
        sa.Column("owner", sa.String()),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("folded", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("is_open", sa.Boolean(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("opened_at", UTCDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_case_file"),
        sa.UniqueConstraint("ref", name="uq_case_file_ref"),
    )
    op.create_index("ix_case_file_series_number", "case_file", ["series", "number"])
    _partial_index("ix_case_file_open_ref", "case_file", ["ref"], "is_open")
    for column in ("state", "procedure", "agency", "owner"):
        _partial_index(f"ix_case_file_open_{column}", "case_file", [column, "ref"], "is_open")
    op.create_table(
        "fact",
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("type", sa.String(), nullable=False),
        sa.Column("value", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("case_id", "name", name="pk_fact"),
        sa.CheckConstraint(
            "type IN ('date', 'instant', 'entier', 'booleen', 'texte')",
            name=op.f("ck_fact_type"),
        ),
        _case_key("fact"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "document_check",
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("document", sa.String(), nullable=False),
        sa.Column("received_on", sa.Date(), nullable=False),
        sa.Column("noted_by", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("case_id", "document", name="pk_document_check"),
        _case_key("document_check"),
        sqlite_with_rowid=False,
    )


def _create_journal() -> None:
    op.create_table(
        "journal",
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
        sa.CheckConstraint(
            "kind IN ('ouverture', 'action', 'correction', 'annulation', 'piece', 'attribution')",
            name=op.f("ck_journal_kind"),
        ),
        _case_key("journal"),
        sqlite_with_rowid=False,
    )


def _create_deadlines() -> None:
    op.create_table(
        "deadline",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("rule", sa.String(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("opens_on", sa.Date()),
        sa.Column("act_on", sa.Date(), nullable=False),
        sa.Column("closed_on", sa.Date()),
        sa.Column("late", sa.Boolean(), nullable=False),
        sa.Column("reminded_until", UTCDateTime(), nullable=False),
        sa.Column("next_reminder_at", UTCDateTime()),
        sa.Column("explanation", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_deadline"),
        sa.UniqueConstraint("case_id", "rule", name="uq_deadline_case_id_rule"),
        sa.CheckConstraint(
            "status IN ('ouverte', 'tenue', 'levee')", name=op.f("ck_deadline_status")
        ),
        sa.CheckConstraint(
            "status = 'ouverte' OR next_reminder_at IS NULL", name=op.f("ck_deadline_silent")
        ),
        _case_key("deadline"),
    )
    _partial_index(
        "ix_deadline_due",
        "deadline",
        ["next_reminder_at", "id"],
        "next_reminder_at IS NOT NULL",
    )
    _partial_index("ix_deadline_open_act_on", "deadline", ["act_on", "id"], "status = 'ouverte'")
    _partial_index(
        "ix_deadline_open_opens_on",
        "deadline",
        ["opens_on", "id"],
        "status = 'ouverte' AND opens_on IS NOT NULL",
    )


def _create_outbox() -> None:
    op.create_table(
        "outbox",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("recipient", sa.String(), nullable=False),
        sa.Column("address", sa.String(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("message_id", sa.String(), nullable=False),
        sa.Column("ref", sa.String()),
        sa.Column("created_at", UTCDateTime(), nullable=False),
        sa.Column("next_attempt_at", UTCDateTime(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("leased_until", UTCDateTime()),
        sa.Column("lease_owner", sa.String()),
        sa.Column("sent_at", UTCDateTime()),
        sa.Column("answer", sa.String()),
        sa.Column("failed_at", UTCDateTime()),
        sa.Column("last_error", sa.Text()),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_outbox"),
        sa.UniqueConstraint("key", name="uq_outbox_key"),
        sa.UniqueConstraint("message_id", name="uq_outbox_message_id"),
        sa.CheckConstraint("kind IN ('rappel', 'synthese')", name=op.f("ck_outbox_kind")),
        sa.CheckConstraint("sent_at IS NULL OR failed_at IS NULL", name=op.f("ck_outbox_one_end")),
    )
    _partial_index(
        "ix_outbox_waiting",
        "outbox",
        ["next_attempt_at", "id"],
        "sent_at IS NULL AND failed_at IS NULL",
    )
    _partial_index("ix_outbox_failed", "outbox", ["failed_at", "id"], "failed_at IS NOT NULL")


def _create_reminders() -> None:
    op.create_table(
        "reminder",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("rule", sa.String(), nullable=False),
        sa.Column("value", sa.String(), nullable=False),
        sa.Column("offset", sa.String(), nullable=False),
        sa.Column("recipient", sa.String(), nullable=False),
        sa.Column("planned_for", UTCDateTime(), nullable=False),
        sa.Column("created_at", UTCDateTime(), nullable=False),
        sa.Column("outbox_id", sa.Integer()),
        sa.PrimaryKeyConstraint("id", name="pk_reminder"),
        sa.UniqueConstraint(
            "case_id", "rule", "value", "offset", "recipient", name="uq_reminder_identity"
        ),
        _case_key("reminder"),
        sa.ForeignKeyConstraint(
            ["outbox_id"], ["outbox.id"], name="fk_reminder_outbox_id", ondelete="RESTRICT"
        ),
    )
    op.create_index("ix_reminder_outbox_id", "reminder", ["outbox_id"])
