"""The file that is kept with a paper, and until when the paper is worth something.

Frozen: later changes are migrations of their own.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from workflow.errors import OutOfReach

revision = "0025"
down_revision = "0024"


def upgrade() -> None:
    for column in (sa.Column("file", sa.JSON()), sa.Column("expires_on", sa.Date())):
        op.add_column("document_check", column)


def downgrade() -> None:
    """Refuse: what a newer schema holds cannot be kept in an older one."""
    raise OutOfReach("Échéancier ne revient pas en arrière : restaurez une sauvegarde.")
