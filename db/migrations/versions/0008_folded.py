"""What files are searched by, again: more letters lose what tells them apart, names also lose their marks.

Frozen: later changes are migrations of their own.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from workflow.errors import OutOfReach
from workflow.text.folding import searchable

revision = "0008"
down_revision = "0007"

_AT_ONCE = 1_000


def upgrade() -> None:
    columns: list[sa.ColumnClause[object]] = [
        sa.column(name) for name in ("id", "ref", "title", "folded")
    ]
    case_file = sa.table("case_file", *columns)
    some = sa.select(*columns).select_from(case_file).order_by(case_file.c.id).limit(_AT_ONCE)
    change = (
        case_file.update()
        .where(case_file.c.id == sa.bindparam("known"))
        .values(folded=sa.bindparam("found"))
    )
    connection = op.get_bind()
    rows = connection.execute(some).all()
    while rows:
        changed = [
            {"known": row.id, "found": found}
            for row in rows
            if (found := searchable(row.ref, row.title)) != row.folded
        ]
        if changed:
            connection.execute(change, changed)
        rows = connection.execute(some.where(case_file.c.id > rows[-1].id)).all()


def downgrade() -> None:
    """Refuse: what a newer schema holds cannot be kept in an older one."""
    raise OutOfReach("Échéancier ne revient pas en arrière : restaurez une sauvegarde.")
