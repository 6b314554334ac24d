"""What was written in the journals lately, over all cases: what a digest tells as new.

A part of `db.mail.store`. Read by the instant it was recorded at, a page in memory, without the entries
that are no news; says which dates moved, never what anybody wrote.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any, Final

from msgspec.json import decode
from sqlalchemy import Select, Text, bindparam, case, cast, or_, select

from db.connection.engine import streamed
from db.readers.part import StorePart
from db.schema.columns import as_read
from db.schema.tables import case_file, journal
from notifications.digest.changes import NEWS
from notifications.model.happenings import Happening
from workflow.case.case import EntryKind

_dates = cast(journal.c.dates, Text)
# What moved is written with its dates before and after; one of them is lacking of what came or went. Most
# entries are told apart so, without reading their JSON.
_MAY_MOVE: Final = _dates.like("%},{%")

_SINCE: Final[Select[Any]] = (
    select(
        *(case_file.c[name] for name in ("ref", "title", "procedure", "agency", "owner")),
        *as_read([journal.c.recorded_at]),
        journal.c.author,
        journal.c.kind,
        journal.c.action,
        journal.c.state_to,
        case_file.c.is_open,
        case((_MAY_MOVE, _dates)).label("moved"),
    )
    .join(case_file, case_file.c.id == journal.c.case_id)
    .where(
        journal.c.recorded_at > bindparam("since", type_=journal.c.recorded_at.type),
        or_(journal.c.kind.in_(sorted(kind.value for kind in NEWS)), _MAY_MOVE),
    )
    .order_by(journal.c.recorded_at, journal.c.case_id, journal.c.seq)
)
_KINDS: Final = {kind.value: kind for kind in EntryKind}


class SqlHappenings(StorePart):
    """What is news in the journals."""

    def happenings(self, since: datetime) -> Iterator[Happening]:
        """Yield what is news in the journals since an instant (excluded), oldest first."""
        rows = streamed(self._database, _SINCE.params(since=since))
        found = self._aside.readable(
            rows, _happening, lambda row: f"Journal du dossier {row.ref}, une entrée"
        )
        return (one for one in found if one.moved or one.kind in NEWS)


def _happening(row: Any) -> Happening:
    *whose, at, by, kind, action, state_to, is_open, dates = row
    moved = [] if dates is None else [rule for rule, old, new in decode(dates) if old and new]
    told = (*whose, at, by, _KINDS[kind], action, state_to, is_open, tuple(moved))
    return Happening(*told)
