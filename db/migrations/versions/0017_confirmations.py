"""What the house had confirmed of the doubts of the rules.

Frozen: later changes are migrations of their own.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlmodel import UTCDateTime

from workflow.errors import OutOfReach

revision = "0017"
down_revision = "0016"


def upgrade() -> None:
    op.create_table(
        "confirmation",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("doubt", sa.String(), nullable=False),
        sa.Column("value", sa.String(), nullable=False),
        sa.Column("answered_on", sa.Date(), nullable=False),
        sa.Column("until", sa.Date()),
        sa.Column("answer", sa.String(), nullable=False),
        sa.Column("noted_by", sa.String(), nullable=False),
        sa.Column("noted_at", UTCDateTime(), nullable=False),
        sa.Column("withdrawn", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_confirmation"),
    )


def downgrade() -> None:
    """Refuse: what a newer schema holds cannot be kept in an older one."""
    raise OutOfReach("Échéancier ne revient pas en arrière : restaurez une sauvegarde.")
