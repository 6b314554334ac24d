"""An import keeps the name of its table, and who took it back.

Frozen: later changes are migrations of their own.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlmodel import UTCDateTime

from workflow.errors import OutOfReach

revision = "0023"
down_revision = "0022"


def upgrade() -> None:
    empty = sa.text("''")
    op.add_column(
        "import_run", sa.Column("file", sa.String(), nullable=False, server_default=empty)
    )
    op.add_column("import_run", sa.Column("undone_by", sa.String()))
    op.add_column("import_run", sa.Column("undone_at", UTCDateTime()))
    op.add_column("import_told", sa.Column("undone", sa.Integer()))


def downgrade() -> None:
    """Refuse: what a newer schema holds cannot be kept in an older one."""
    raise OutOfReach("Échéancier ne revient pas en arrière : restaurez une sauvegarde.")
