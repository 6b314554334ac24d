"""References are the same whatever their capitals: html-1 is HTML-1.

Frozen: later changes are migrations of their own.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from workflow.errors import OutOfReach

revision = "0002"
down_revision = "0001"

_TWINS = "SELECT min(ref), max(ref) FROM case_file GROUP BY lower(ref) HAVING count(*) > 1"


def upgrade() -> None:
    if twins := op.get_bind().execute(sa.text(_TWINS)).first():
        raise OutOfReach(
            f"Deux dossiers ont la même référence aux capitales près (« {twins[0]} » et "
            f"« {twins[1]} ») : la base reste comme elle était ; gardez-en une copie et demandez "
            "de l’aide."
        )
    op.execute("UPDATE case_file SET series = upper(series) WHERE series <> upper(series)")
    op.create_index("uq_case_file_ref_lower", "case_file", [sa.text("lower(ref)")], unique=True)


def downgrade() -> None:
    """Refuse: what a newer schema holds cannot be kept in an older one."""
    raise OutOfReach("Échéancier ne revient pas en arrière : restaurez une sauvegarde.")
