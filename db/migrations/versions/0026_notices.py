"""A notice tells of several messages that did not arrive.

Frozen: later changes are migrations of their own.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from workflow.errors import OutOfReach

revision = "0026"
down_revision = "0025"

_OUTBOX = sa.table("outbox", sa.column("id"), sa.column("key"))
_WHY = "n’est pas arrivé."


def upgrade() -> None:
    made = op.create_table(
        "notice",
        sa.Column("outbox_id", sa.Integer(), nullable=False),
        sa.Column("missed_id", sa.Integer(), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("outbox_id", "missed_id", name="pk_notice"),
        *(
            sa.ForeignKeyConstraint(
                [column], ["outbox.id"], name=f"fk_notice_{column}", ondelete="RESTRICT"
            )
            for column in ("outbox_id", "missed_id")
        ),
        sqlite_with_rowid=False,
    )
    known = sa.select(_OUTBOX).where(_OUTBOX.c.key.startswith("avis:"))
    rows = [
        {"outbox_id": row.id, "missed_id": missed, "why": _WHY}
        for row in op.get_bind().execute(known)
        # Until now, the key said of which message: « avis:carrier:message:reader:once ».
        if (missed := int(row.key.split(":")[2]))
    ]
    op.bulk_insert(made, rows)


def downgrade() -> None:
    """Refuse: what a newer schema holds cannot be kept in an older one."""
    raise OutOfReach("Échéancier ne revient pas en arrière : restaurez une sauvegarde.")
