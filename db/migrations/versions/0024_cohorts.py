"""The group of people who follow the same training session.

Frozen: later changes are migrations of their own.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from workflow.errors import OutOfReach

revision = "0024"
down_revision = "0023"


def upgrade() -> None:
    op.add_column("case_file", sa.Column("cohort", sa.String(), nullable=True))
    known = sa.text("cohort IS NOT NULL")
    op.create_index(
        "ix_case_file_cohort",
        "case_file",
        ["cohort", "ref"],
        sqlite_where=known,
        postgresql_where=known,
    )


def downgrade() -> None:
    """Refuse: what a newer schema holds cannot be kept in an older one."""
    raise OutOfReach("Échéancier ne revient pas en arrière : restaurez une sauvegarde.")
