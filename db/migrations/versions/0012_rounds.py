"""Deadlines held for met by a step before its window, or by a path that ends before its parts: judged anew.

Frozen: later changes are migrations of their own. So are the rules by which rows are judged here, those of
the day on which this was written.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

import sqlalchemy as sa
from alembic import op

from workflow.errors import OutOfReach

revision = "0012"
down_revision = "0011"

_STEPS = {
    "drf": "« Saisie de la DRF » (drf_deposee_le)",
    "depot": "« Dépôt du dossier » (depose_le)",
}
_PATH = "« Dernier jour du parcours, formation et missions comprises » (fin_parcours)"
_TRAINING_ENDS = "Fin de la formation"
_WORKED = {
    "formation": "Dernier jour des heures de formation réalisées",
    "mission": "Dernier jour des heures de mission réalisées",
}

_DEADLINE = sa.table(
    "deadline",
    *(sa.column(name) for name in ("id", "case_id", "rule", "status")),
    sa.column("late", sa.Boolean()),
    sa.column("opens_on", sa.Date()),
    sa.column("closed_on", sa.Date()),
    sa.column("explanation", sa.JSON()),
)
_FACT = sa.table("fact", *(sa.column(name) for name in ("case_id", "name", "value")))
_LEDGER = sa.table(
    "hours_line",
    *(sa.column(name) for name in ("case_id", "kind", "done")),
    sa.column("last_day", sa.Date()),
)


def upgrade() -> None:
    connection = op.get_bind()
    judged = _before_the_opening(connection) + _before_its_parts(connection)
    config = op.get_context().config
    if config is not None:
        config.attributes["judged_anew"] = config.attributes.get("judged_anew", 0) + judged


def downgrade() -> None:
    """Refuse: what a newer schema holds cannot be kept in an older one."""
    raise OutOfReach("Échéancier ne revient pas en arrière : restaurez une sauvegarde.")


def _before_the_opening(connection: sa.Connection) -> int:
    """Find the steps done before their window opened; return how many there were."""
    found = sa.select(_DEADLINE).where(
        _DEADLINE.c.status == "tenue",
        _DEADLINE.c.rule.in_(_STEPS),
        _DEADLINE.c.closed_on < _DEADLINE.c.opens_on,
    )
    rows = connection.execute(found).all()
    for row in rows:
        opening = f"{row.opens_on:%d/%m/%Y}"
        _write(
            connection,
            row,
            f"{_STEPS[row.rule]} : une date à partir du {opening}, jour de l’ouverture",
        )
    return len(rows)


def _before_its_parts(connection: sa.Connection) -> int:
    """Find the paths that end before their training, or before hours done; return how many there were."""
    met = (_DEADLINE.c.status == "tenue", _DEADLINE.c.rule == "realisation")
    cases = sa.select(_DEADLINE.c.case_id).where(*met)
    parts: dict[int, dict[str, date]] = {}
    ends = sa.select(_FACT).where(_FACT.c.name == "fin_formation", _FACT.c.case_id.in_(cases))
    for case_id, _, value in connection.execute(ends):
        parts.setdefault(case_id, {})[_TRAINING_ENDS] = date.fromisoformat(value[:10])
    lines = sa.select(_LEDGER).where(_LEDGER.c.case_id.in_(cases), _LEDGER.c.kind.in_(_WORKED))
    for case_id, kind, done, last in connection.execute(lines):
        if Decimal(done or 0):
            known = parts.setdefault(case_id, {})
            known[_WORKED[kind]] = max(known.get(_WORKED[kind], last), last)
    changed = 0
    for row in connection.execute(sa.select(_DEADLINE).where(*met)).all():
        if label := _later(parts.get(row.case_id, {}), row.closed_on):
            changed += 1
            _write(connection, row, f"{_PATH} : une date qui ne tombe pas avant « {label} »")
    return changed


def _later(parts: Mapping[str, date], closed_on: date | None) -> str | None:
    """Return the first part that ends after a path, in the order of the rule file."""
    labels = (_TRAINING_ENDS, *_WORKED.values())
    return next(
        (one for one in labels if one in parts and closed_on and parts[one] > closed_on), None
    )


def _write(connection: sa.Connection, row: Any, missing: str) -> None:
    connection.execute(
        _DEADLINE.update()
        .where(_DEADLINE.c.id == row.id)
        .values(
            status="non_verifiee",
            late=False,
            closed_on=None,
            explanation={**row.explanation, "missing": [missing]},
        )
    )
