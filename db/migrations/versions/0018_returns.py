"""What comes back of a mail: a message that did not arrive, and what was said of it.

Frozen: later changes are migrations of their own.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlmodel import UTCDateTime

from workflow.errors import OutOfReach

revision = "0018"
down_revision = "0017"

_RETURNS = "'non_remis', 'retarde', 'transmis', 'plainte', 'absence', 'a_regarder'"
_KINDS = "kind IN ('rappel', 'synthese', 'avis')"
_CAME_BACK = "undelivered_at IS NULL OR sent_at IS NOT NULL"
_EVENTS = (
    "what IN ('essai', 'envoi', 'echec', 'relance', 'redirection', 'abandon', 'remplacement', "
    f"{_RETURNS})"
)
_ENDS = ("sent_at", "failed_at", "superseded_at", "dropped_at")
_ONE_END = " + ".join(f"CASE WHEN {end} IS NULL THEN 0 ELSE 1 END" for end in _ENDS) + " <= 1"
_WAITING = "sent_at IS NULL AND failed_at IS NULL AND superseded_at IS NULL AND dropped_at IS NULL"
_BOUNCED = "kind = 'non_remis' AND verified_at IS NULL"
_PARTIAL = {
    "ix_outbox_waiting": (["next_attempt_at", "id"], _WAITING),
    "ix_outbox_sent": (["sent_at", "id"], "sent_at IS NOT NULL"),
    "ix_outbox_failed": (["failed_at", "id"], "failed_at IS NOT NULL"),
    "ix_outbox_superseded": (["id"], "superseded_at IS NOT NULL"),
    "ix_outbox_dropped": (["id"], "dropped_at IS NOT NULL"),
    "ix_outbox_ref": (["ref", "id"], "ref IS NOT NULL"),
}


def upgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        _copy()
    else:
        _widen("outbox", "kind", _KINDS)
        _widen("outbox_event", "what", _EVENTS)
        op.add_column("outbox", sa.Column("undelivered_at", UTCDateTime()))
        op.create_check_constraint(op.f("ck_outbox_came_back"), "outbox", _CAME_BACK)
    _index(
        "ix_outbox_undelivered", "outbox", ["undelivered_at", "id"], "undelivered_at IS NOT NULL"
    )
    _create_returns()


def downgrade() -> None:
    """Refuse: what a newer schema holds cannot be kept in an older one."""
    raise OutOfReach("Échéancier ne revient pas en arrière : restaurez une sauvegarde.")


def _index(name: str, table: str, columns: list[str], where: str) -> None:
    condition = sa.text(where)
    op.create_index(name, table, columns, sqlite_where=condition, postgresql_where=condition)


def _widen(table: str, column: str, values: str) -> None:
    constraint = op.f(f"ck_{table}_{column}")
    op.drop_constraint(constraint, table, type_="check")
    op.create_check_constraint(constraint, table, values)


def _create_returns() -> None:
    op.create_table(
        "mail_return",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("fingerprint", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("outbox_id", sa.Integer()),
        sa.Column("sent_to", sa.String()),
        sa.Column("address", sa.String()),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("reported_at", UTCDateTime()),
        sa.Column("noted_at", UTCDateTime(), nullable=False),
        sa.Column("noted_by", sa.String(), nullable=False),
        sa.Column("verified_by", sa.String()),
        sa.Column("verified_at", UTCDateTime()),
        sa.PrimaryKeyConstraint("id", name="pk_mail_return"),
        sa.UniqueConstraint("fingerprint", name="uq_mail_return_fingerprint"),
        sa.CheckConstraint(f"kind IN ({_RETURNS})", name=op.f("ck_mail_return_kind")),
        _message_key("mail_return"),
    )
    op.create_index("ix_mail_return_outbox_id", "mail_return", ["outbox_id"])
    _index("ix_mail_return_bounced", "mail_return", ["sent_to", "outbox_id"], _BOUNCED)


def _message_key(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["outbox_id"], ["outbox.id"], name=f"fk_{table}_outbox_id", ondelete="RESTRICT"
    )


def _copy() -> None:
    """Copy what changes, each value as SQLite holds it: SQLite changes no constraint of a table.

    The old ones are renamed, and no reference follows them: the bytes of the messages stay where they are.
    """
    for name in (*_PARTIAL, "ix_outbox_recipient"):
        op.drop_index(name)
    op.execute("PRAGMA legacy_alter_table = ON")
    for table in ("outbox", "outbox_event"):
        op.rename_table(table, f"{table}_0017")
    op.execute("PRAGMA legacy_alter_table = OFF")
    _move("outbox", _outbox(), without={"undelivered_at"})
    _move("outbox_event", _trail())
    for name, (columns, where) in _PARTIAL.items():
        _index(name, "outbox", columns, where)
    op.create_index("ix_outbox_recipient", "outbox", ["recipient", "id"])


def _outbox() -> sa.Table:
    return op.create_table(
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
        sa.Column("doubts", sa.Integer(), nullable=False, server_default=sa.text("0")),
        sa.Column("undelivered_at", UTCDateTime()),
        sa.PrimaryKeyConstraint("id", name="pk_outbox"),
        sa.UniqueConstraint("key", name="uq_outbox_key"),
        sa.UniqueConstraint("message_id", name="uq_outbox_message_id"),
        sa.CheckConstraint(_KINDS, name=op.f("ck_outbox_kind")),
        sa.CheckConstraint(_ONE_END, name=op.f("ck_outbox_one_end")),
        sa.CheckConstraint(_CAME_BACK, name=op.f("ck_outbox_came_back")),
    )


def _trail() -> sa.Table:
    return op.create_table(
        "outbox_event",
        sa.Column("outbox_id", sa.Integer(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("at", UTCDateTime(), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("what", sa.String(), nullable=False),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("outbox_id", "seq", name="pk_outbox_event"),
        sa.CheckConstraint(_EVENTS, name=op.f("ck_outbox_event_what")),
        _message_key("outbox_event"),
        sqlite_with_rowid=False,
    )


def _move(table: str, made: sa.Table, *, without: frozenset[str] | set[str] = frozenset()) -> None:
    """Move the rows that were set aside into a table made anew, but for its new columns."""
    old = f"{table}_0017"
    names = [column.name for column in made.columns if column.name not in without]
    # By name alone: each value stays as it is, whatever its column should hold.
    source = sa.table(old, *(sa.column(name) for name in names))
    target = sa.table(table, *(sa.column(name) for name in names))
    op.execute(target.insert().from_select(names, sa.select(source)))
    op.drop_table(old)
