"""What each paper says, beside how far it has come.

Frozen: later changes are migrations of their own.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from workflow.errors import OutOfReach

revision = "0014"
down_revision = "0013"


def upgrade() -> None:
    column = sa.Column("says", sa.JSON(), nullable=False, server_default=sa.text("'{}'"))
    op.add_column("document_check", column)


def downgrade() -> None:
    """Refuse: what a newer schema holds cannot be kept in an older one."""
    raise OutOfReach("Échéancier ne revient pas en arrière : restaurez une sauvegarde.")
