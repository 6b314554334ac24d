"""How many times a server left a message in doubt, beside the message.

Frozen: later changes are migrations of their own.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from workflow.errors import OutOfReach

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    column = sa.Column("doubts", sa.Integer(), nullable=False, server_default=sa.text("0"))
    op.add_column("outbox", column)


def downgrade() -> None:
    """Refuse: what a newer schema holds cannot be kept in an older one."""
    raise OutOfReach("Échéancier ne revient pas en arrière : restaurez une sauvegarde.")
