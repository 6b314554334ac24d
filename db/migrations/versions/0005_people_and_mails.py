"""How people want to be told and when they are away, the trail of mails, what a file has at stake.

Frozen: later changes are migrations of their own. Every reminder noted before was told by a mail.
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.schema import SchemaItem
from sqlmodel import UTCDateTime

from workflow.errors import OutOfReach

revision = "0005"
down_revision = "0004"

_KINDS = (
    "kind IN ('ouverture', 'action', 'correction', 'annulation', 'piece', 'attribution', "
    "'heures', 'eligibilite', 'contrats', 'recalcul', 'report')"
)
_CHANNELS = "channel IN ('aussitot', 'synthese', 'aucun')"
_EVENTS = "what IN ('essai', 'envoi', 'echec', 'relance', 'redirection', 'abandon', 'remplacement')"
_ONE_END = (
    "CASE WHEN sent_at IS NULL THEN 0 ELSE 1 END + CASE WHEN failed_at IS NULL THEN 0 ELSE 1 END + "
    "CASE WHEN superseded_at IS NULL THEN 0 ELSE 1 END + "
    "CASE WHEN dropped_at IS NULL THEN 0 ELSE 1 END <= 1"
)
_WAITING = "sent_at IS NULL AND failed_at IS NULL AND superseded_at IS NULL AND dropped_at IS NULL"

_AWAITED = {
    "sqlite": "json_extract(explanation, '$.expected_at') IS NOT NULL",
    "postgresql": "explanation ->> 'expected_at' IS NOT NULL",
}


def upgrade() -> None:
    dialect = op.get_bind().dialect.name
    if dialect == "sqlite":
        _rebuild_by_copying()
    else:
        _rebuild_in_place()
    _index_journal()
    _index_outbox()
    op.add_column("case_file", sa.Column("stake", sa.String()))
    op.add_column(
        "deadline",
        sa.Column("awaited", sa.Boolean(), server_default=sa.text("false"), nullable=False),
    )
    deadline = sa.table("deadline", sa.column("awaited"))
    op.execute(deadline.update().values(awaited=sa.true()).where(sa.text(_AWAITED[dialect])))
    _index_open_cases()
    _create_trail()
    _create_people()


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


def _rebuild_in_place() -> None:
    op.drop_constraint(op.f("ck_journal_kind"), "journal", type_="check")
    op.create_check_constraint(op.f("ck_journal_kind"), "journal", _KINDS)
    op.drop_constraint(op.f("ck_outbox_one_end"), "outbox", type_="check")
    op.drop_index("ix_outbox_waiting", "outbox")
    op.drop_index("ix_outbox_failed", "outbox")
    op.add_column("outbox", sa.Column("on_behalf_of", sa.String()))
    _add_filled("outbox", "claims", sa.Integer(), "0")
    for name in ("superseded_at", "dropped_at"):
        op.add_column("outbox", sa.Column(name, UTCDateTime()))
    op.create_check_constraint(op.f("ck_outbox_one_end"), "outbox", _ONE_END)
    _create_letter("outbox")
    op.drop_column("outbox", "content")
    _add_filled("reminder", "channel", sa.String(), "aussitot")
    op.create_check_constraint(op.f("ck_reminder_channel"), "reminder", _CHANNELS)
    op.drop_constraint("pk_heartbeat", "heartbeat", type_="primary")
    op.drop_column("heartbeat", "host")
    op.create_primary_key("pk_heartbeat", "heartbeat", ["service"])


def _add_filled(table: str, name: str, type_: Any, value: str) -> None:
    """Add a column that only the rows that are there already have a value for."""
    op.add_column(table, sa.Column(name, type_, server_default=value, nullable=False))
    op.alter_column(table, name, server_default=None)


def _rebuild_by_copying() -> None:
    """Copy the tables whose constraints change: SQLite changes no constraint of a table."""
    _copy_journal()
    # SQLite lets a reference follow the table that it names: both are set aside before either is made
    # anew. Names of indexes are unique in the whole database.
    for index in ("ix_reminder_outbox_id", "ix_outbox_waiting", "ix_outbox_failed"):
        op.drop_index(index)
    op.rename_table("reminder", "reminder_0004")
    op.rename_table("outbox", "outbox_0004")
    _create_outbox()
    _create_reminder()
    nothing = ("on_behalf_of", "superseded_at", "dropped_at")
    _move("outbox", {"claims": "0"} | dict.fromkeys(nothing, "NULL"))
    _create_letter("outbox_0004")
    _move("reminder", {"channel": "'aussitot'"})
    op.drop_table("reminder_0004")
    op.drop_table("outbox_0004")
    op.create_index("ix_reminder_outbox_id", "reminder", ["outbox_id"])
    op.rename_table("heartbeat", "heartbeat_0004")
    op.create_table(
        "heartbeat",
        sa.Column("service", sa.String(), nullable=False),
        sa.Column("beat_at", UTCDateTime(), nullable=False),
        sa.Column("policy", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("service", name="pk_heartbeat"),
    )
    _move("heartbeat")
    op.drop_table("heartbeat_0004")


def _move(table: str, read: dict[str, str] | None = None) -> None:
    """Move the rows that were set aside into a table made anew, each value as SQLite holds it.

    Args:
        table: the new table; the old one bears the number of its schema.
        read: what is read for a column that the old table has not.
    """
    old = f"{table}_0004"
    names = [column["name"] for column in sa.inspect(op.get_bind()).get_columns(table)]
    source: list[sa.ColumnElement[Any]] = [
        sa.literal_column(read[name]) if read and name in read else sa.column(name)
        for name in names
    ]
    target = sa.table(table, *(sa.column(name) for name in names))
    op.execute(target.insert().from_select(names, sa.select(*source).select_from(sa.table(old))))


def _copy_journal() -> None:
    op.rename_table("journal", "journal_0004")
    columns: list[SchemaItem] = [
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
        _case_key("journal"),
        sqlite_with_rowid=False,
    )
    _move("journal")
    op.drop_table("journal_0004")


def _create_outbox() -> None:
    op.create_table(
        "outbox",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("recipient", sa.String(), nullable=False),
        sa.Column("on_behalf_of", sa.String()),
        sa.Column("address", sa.String(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("message_id", sa.String(), nullable=False),
        sa.Column("ref", sa.String()),
        sa.Column("created_at", UTCDateTime(), nullable=False),
        sa.Column("next_attempt_at", UTCDateTime(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("claims", sa.Integer(), nullable=False),
        sa.Column("leased_until", UTCDateTime()),
        sa.Column("lease_owner", sa.String()),
        sa.Column("sent_at", UTCDateTime()),
        sa.Column("answer", sa.String()),
        sa.Column("failed_at", UTCDateTime()),
        sa.Column("superseded_at", UTCDateTime()),
        sa.Column("dropped_at", UTCDateTime()),
        sa.Column("last_error", sa.Text()),
        sa.PrimaryKeyConstraint("id", name="pk_outbox"),
        sa.UniqueConstraint("key", name="uq_outbox_key"),
        sa.UniqueConstraint("message_id", name="uq_outbox_message_id"),
        sa.CheckConstraint("kind IN ('rappel', 'synthese')", name=op.f("ck_outbox_kind")),
        sa.CheckConstraint(_ONE_END, name=op.f("ck_outbox_one_end")),
    )


def _create_letter(source: str) -> None:
    """Set the bytes of the messages apart, from the table that holds them."""
    op.create_table(
        "letter",
        sa.Column("outbox_id", sa.Integer(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("outbox_id", name="pk_letter"),
        sa.ForeignKeyConstraint(
            ["outbox_id"], ["outbox.id"], name="fk_letter_outbox_id", ondelete="RESTRICT"
        ),
    )
    held = sa.table(source, sa.column("id"), sa.column("content"))
    letter = sa.table("letter", sa.column("outbox_id"), sa.column("content"))
    op.execute(
        letter.insert().from_select(["outbox_id", "content"], sa.select(held.c.id, held.c.content))
    )


def _create_reminder() -> None:
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
        sa.Column("channel", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_reminder"),
        sa.UniqueConstraint(
            "case_id", "rule", "value", "offset", "recipient", name="uq_reminder_identity"
        ),
        sa.CheckConstraint(_CHANNELS, name=op.f("ck_reminder_channel")),
        _case_key("reminder"),
        sa.ForeignKeyConstraint(
            ["outbox_id"], ["outbox.id"], name="fk_reminder_outbox_id", ondelete="RESTRICT"
        ),
    )


def _index_journal() -> None:
    op.create_index("ix_journal_recorded_at", "journal", ["recorded_at", "case_id", "seq"])


def _index_outbox() -> None:
    _partial_index("ix_outbox_waiting", "outbox", ["next_attempt_at", "id"], _WAITING)
    _partial_index("ix_outbox_sent", "outbox", ["sent_at", "id"], "sent_at IS NOT NULL")
    _partial_index("ix_outbox_failed", "outbox", ["failed_at", "id"], "failed_at IS NOT NULL")
    _partial_index("ix_outbox_superseded", "outbox", ["id"], "superseded_at IS NOT NULL")
    _partial_index("ix_outbox_dropped", "outbox", ["id"], "dropped_at IS NOT NULL")
    _partial_index("ix_outbox_ref", "outbox", ["ref", "id"], "ref IS NOT NULL")
    op.create_index("ix_outbox_recipient", "outbox", ["recipient", "id"])


def _index_open_cases() -> None:
    is_open = "status = 'ouverte'"
    op.drop_index("ix_case_file_open_owner", "case_file")
    _partial_index(
        "ix_case_file_open_owner", "case_file", ["owner", "ref", "agency", "is_open"], "is_open"
    )
    op.drop_index("ix_deadline_open_act_on", "deadline")
    _partial_index(
        "ix_deadline_open_act_on", "deadline", ["act_on", "id", "case_id", "status"], is_open
    )
    _partial_index(
        "ix_deadline_open_awaited", "deadline", ["act_on", "id"], f"{is_open} AND awaited"
    )
    _partial_index(
        "ix_deadline_closed", "deadline", ["reminded_until", "id"], "status <> 'ouverte'"
    )


def _create_trail() -> None:
    op.create_table(
        "outbox_event",
        sa.Column("outbox_id", sa.Integer(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("at", UTCDateTime(), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("what", sa.String(), nullable=False),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("outbox_id", "seq", name="pk_outbox_event"),
        sa.CheckConstraint(_EVENTS, name=op.f("ck_outbox_event_what")),
        sa.ForeignKeyConstraint(
            ["outbox_id"], ["outbox.id"], name="fk_outbox_event_outbox_id", ondelete="RESTRICT"
        ),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "digest_figure",
        sa.Column("recipient", sa.String(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("late", sa.Integer(), nullable=False),
        sa.Column("due", sa.Integer(), nullable=False),
        sa.Column("awaited", sa.Integer(), nullable=False),
        sa.Column("open_files", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("recipient", "day", name="pk_digest_figure"),
        sqlite_with_rowid=False,
    )


def _create_people() -> None:
    op.create_table(
        "habits",
        sa.Column("person", sa.String(), nullable=False),
        sa.Column("data", sa.JSON(), nullable=False),
        sa.Column("noted_by", sa.String(), nullable=False),
        sa.Column("noted_at", UTCDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("person", name="pk_habits"),
    )
    op.create_table(
        "absence",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person", sa.String(), nullable=False),
        sa.Column("first_day", sa.Date(), nullable=False),
        sa.Column("last_day", sa.Date(), nullable=False),
        sa.Column("substitute", sa.String()),
        sa.Column("noted_by", sa.String(), nullable=False),
        sa.Column("noted_at", UTCDateTime(), nullable=False),
        sa.Column("cancelled_by", sa.String()),
        sa.Column("cancelled_at", UTCDateTime()),
        sa.PrimaryKeyConstraint("id", name="pk_absence"),
        sa.CheckConstraint("first_day <= last_day", name=op.f("ck_absence_days")),
    )
    _partial_index(
        "ix_absence_standing", "absence", ["person", "first_day"], "cancelled_at IS NULL"
    )
