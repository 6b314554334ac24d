"""Limits at midnight told and ranked on the day that they end, as new ones are.

Frozen: later changes are migrations of their own.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any

import sqlalchemy as sa
from alembic import op

from workflow.errors import OutOfReach

revision = "0007"
down_revision = "0006"

_NEVER = date(9999, 12, 31)
_ONE_DAY = timedelta(days=1)
_WEEKDAYS = ("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche")
_MONTHS = (
    *("janvier", "février", "mars", "avril", "mai", "juin"),
    *("juillet", "août", "septembre", "octobre", "novembre", "décembre"),
)
_TOLD = ("steps", "options")
"""Where the explanation of a deadline words its limit."""

_CASE = sa.table(
    "case_file", sa.column("id"), sa.column("is_open"), sa.column("strict_on", sa.Date())
)
_DEADLINE = sa.table(
    "deadline",
    *(sa.column(name) for name in ("id", "case_id", "rule", "status")),
    sa.column("act_on", sa.Date()),
    sa.column("explanation", sa.JSON()),
)


def upgrade() -> None:
    connection = op.get_bind()
    strict = _DEADLINE.c.explanation["strict"].as_string()
    at_midnight = sa.select(_DEADLINE).where(strict.like("%T00:00:00%"))
    touched = set()
    for row in connection.execute(at_midnight).all():
        told = _reworded(row.explanation)
        connection.execute(
            _DEADLINE.update().where(_DEADLINE.c.id == row.id).values(explanation=told)
        )
        touched.add(row.case_id)
    for case_id in sorted(touched):
        _rank(connection, case_id)


def downgrade() -> None:
    """Refuse: what a newer schema holds cannot be kept in an older one."""
    raise OutOfReach("Échéancier ne revient pas en arrière : restaurez une sauvegarde.")


def _reworded(explanation: Mapping[str, Any]) -> dict[str, Any]:
    """Return an explanation whose limit is told as 24:00 of the day before its midnight."""
    day = datetime.fromisoformat(explanation["strict"]).date()
    old, new = (_wordings(*one) for one in ((day, "00:00"), (day - _ONE_DAY, "24:00")))
    told = dict(explanation)
    for name in _TOLD:
        told[name] = [_replaced(text, old, new) for text in explanation.get(name, ())]
    return told


def _wordings(day: date, hour: str) -> tuple[str, str]:
    """Return « samedi 6 février 2027 à 00:00 » and « 06/02/2027 à 00:00 », with their fixed spaces."""
    number = "1er" if day.day == 1 else str(day.day)
    words = (_WEEKDAYS[day.weekday()], number, _MONTHS[day.month - 1], str(day.year))
    return "\u00a0".join(words) + f" à\u00a0{hour}", f"{day:%d/%m/%Y} à\u00a0{hour}"


def _replaced(text: str, old: tuple[str, str], new: tuple[str, str]) -> str:
    for one, other in zip(old, new, strict=True):
        text = text.replace(one, other)
    return text


def _rank(connection: sa.Connection, case_id: int) -> None:
    """Note beside an open case the last day of its most urgent act, an end at midnight a day before."""
    rows = connection.execute(
        sa.select(_DEADLINE).where(_DEADLINE.c.case_id == case_id, _DEADLINE.c.status == "ouverte")
    ).all()
    acts = [row for row in rows if row.explanation.get("expected_at") is None]
    if acts:
        chosen = sa.and_(_CASE.c.id == case_id, _CASE.c.is_open)
        last = min(map(_urgency, acts))[3]
        connection.execute(_CASE.update().where(chosen).values(strict_on=last))


def _urgency(row: Any) -> tuple[date, bool, bool, date, str]:
    """Return the rank of an act: its day, what can no longer wait, the law, the nearest limit, its rule."""
    strict = row.explanation.get("strict")
    limit = _NEVER if strict is None else _last_day(strict)
    return row.act_on, limit > row.act_on, row.explanation.get("kind") == "interne", limit, row.rule


def _last_day(strict: str) -> date:
    moment = datetime.fromisoformat(strict)
    return moment.date() - _ONE_DAY * ("T00:00:00" in strict)
