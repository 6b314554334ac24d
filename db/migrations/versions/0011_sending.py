"""What was decided about sending: held when the clock cannot be believed, until a person decides.

Frozen: later changes are migrations of their own.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlmodel.sql.sqltypes import UTCDateTime

from workflow.errors import OutOfReach

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    op.create_table(
        "sending_event",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("at", UTCDateTime(), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("what", sa.String(), nullable=False),
        sa.Column("cause", sa.String()),
        sa.Column("since", UTCDateTime()),
        sa.PrimaryKeyConstraint("id", name="pk_sending_event"),
        sa.CheckConstraint(
            "what IN ('retenue', 'confirmation', 'remise', 'reprise', 'dedite')",
            name=op.f("ck_sending_event_what"),
        ),
        sa.CheckConstraint(
            "cause IN ('horloge', 'serveur', 'silence')", name=op.f("ck_sending_event_cause")
        ),
    )


def downgrade() -> None:
    """Refuse: what a newer schema holds cannot be kept in an older one."""
    raise OutOfReach("Échéancier ne revient pas en arrière : restaurez une sauvegarde.")
