"""What open cases are ranked by: the next act that the law asks, its limit, the money at stake.

Frozen: later changes are migrations of their own.
"""

from __future__ import annotations

from collections import defaultdict
from datetime import date, datetime, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any

import sqlalchemy as sa
from alembic import op

from workflow.errors import OutOfReach

revision = "0021"
down_revision = "0020"

_NEVER = date(9999, 12, 31)
_MOST_EUROS = 2_000_000_000

_INDEXES = {
    "ix_case_file_open_act_on": (
        *("act_on", "strict_on", "id", "chase_on", "opens_on"),
        *("agency", "owner", "procedure", "funder", "is_open", "law_on", "worth"),
    ),
    "ix_case_file_open_agency_act_on": (
        *("agency", "act_on", "strict_on", "id", "chase_on", "opens_on"),
        *("owner", "procedure", "funder", "is_open", "law_on", "worth"),
    ),
}
_CASE = sa.table(
    "case_file",
    *(sa.column(name) for name in ("id", "is_open", "stake", "worth")),
    *(sa.column(name, sa.Date()) for name in ("law_on", "strict_on")),
)
_DEADLINE = sa.table(
    "deadline",
    *(sa.column(name) for name in ("case_id", "status")),
    sa.column("act_on", sa.Date()),
    sa.column("explanation", sa.JSON()),
)


def upgrade() -> None:
    never, none, no = (sa.text(value) for value in (f"'{_NEVER}'", "0", "false"))
    for column in (
        sa.Column("law_on", sa.Date(), nullable=False, server_default=never),
        sa.Column("worth", sa.Integer(), nullable=False, server_default=none),
        sa.Column("estimated", sa.Boolean(), nullable=False, server_default=no),
    ):
        op.add_column("case_file", column)
    _fill(op.get_bind())
    condition = sa.text("is_open")
    for name, columns in _INDEXES.items():
        op.drop_index(name, "case_file")
        op.create_index(
            name, "case_file", list(columns), sqlite_where=condition, postgresql_where=condition
        )


def downgrade() -> None:
    """Refuse: what a newer schema holds cannot be kept in an older one."""
    raise OutOfReach("Échéancier ne revient pas en arrière : restaurez une sauvegarde.")


def _fill(connection: sa.Connection) -> None:
    """Note, beside each open case, what the law asks of it first, and its stake in whole euros."""
    awaited = sa.select(_DEADLINE).where(_DEADLINE.c.status == "ouverte")
    asked: dict[int, list[tuple[date, date]]] = defaultdict(list)
    for row in connection.execute(awaited):
        said = row.explanation
        if said.get("expected_at") is None and said.get("kind") != "interne":
            asked[row.case_id].append((row.act_on, _last_day(said.get("strict"))))
    files = connection.execute(sa.select(_CASE.c.id, _CASE.c.stake).where(sa.text("is_open"))).all()
    rows = [
        {
            "key": id_,
            "worth": _euros(stake),
            "law_on": min((act_on for act_on, _ in asked[id_]), default=_NEVER),
            "strict_on": min((limit for _, limit in asked[id_]), default=_NEVER),
        }
        for id_, stake in files
    ]
    if rows:
        chosen = _CASE.update().where(_CASE.c.id == sa.bindparam("key"))
        noted: dict[str, Any] = {
            name: sa.bindparam(name) for name in ("worth", "law_on", "strict_on")
        }
        connection.execute(chosen.values(noted), rows)


def _last_day(strict: str | None) -> date:
    if strict is None:
        return _NEVER
    moment = datetime.fromisoformat(strict)
    ends_before = len(strict) > len("2026-12-01") and moment.time() == datetime.min.time()
    return moment.date() - timedelta(days=ends_before)


def _euros(stake: Any) -> int:
    try:
        return min(int(Decimal(stake)), _MOST_EUROS) if stake is not None else 0
    except InvalidOperation:
        return 0
