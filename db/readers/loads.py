"""How much there is to do, counted by index: open deadlines by day, open cases, figures of past digests.

A part of `db.mail.store`. Reads no explanation of any deadline.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from functools import cache
from typing import Any, Final

from msgspec.structs import asdict
from sqlalchemy import Connection, Date, String, bindparam
from sqlmodel import func, select

from db.cases.statements import CASE_IS_OPEN, DEADLINE_IS_OPEN, insert
from db.connection.engine import reading, streamed
from db.readers.part import StorePart
from db.schema.deadline_tables import deadline
from db.schema.mail_tables import digest_figure
from db.schema.tables import case_file
from notifications.model.happenings import DayLoad, Figures, Portfolio

_first = bindparam("first", type_=Date)
_last = bindparam("last", type_=Date)

_LOADS: Final = (
    select(
        case_file.c.owner, case_file.c.agency, deadline.c.act_on, func.count().label("deadlines")
    )
    .join(case_file, case_file.c.id == deadline.c.case_id)
    .where(DEADLINE_IS_OPEN, deadline.c.act_on.between(_first, _last))
    .group_by(deadline.c.act_on, case_file.c.owner, case_file.c.agency)
    .order_by(deadline.c.act_on, case_file.c.owner, case_file.c.agency)
)
_PORTFOLIOS: Final = (
    select(case_file.c.owner, case_file.c.agency, func.count().label("cases"))
    .where(CASE_IS_OPEN)
    .group_by(case_file.c.owner, case_file.c.agency)
    .order_by(case_file.c.owner, case_file.c.agency)
)


# Asked for each recipient of a morning: a statement built once, not a session each time.
_FIGURES: Final = (
    select(*digest_figure.c)
    .where(
        digest_figure.c.recipient == bindparam("known_recipient", type_=String),
        digest_figure.c.day.between(_first, _last),
    )
    .order_by(digest_figure.c.day)
)


class SqlLoads(StorePart):
    """How much there is to do."""

    def loads(self, first: date, last: date) -> Iterator[DayLoad]:
        """Yield how many open deadlines there are to act on, by day, owner and agency."""
        for row in streamed(self._database, _LOADS.params(first=first, last=last)):
            yield DayLoad(row.owner, row.agency, row.act_on, row.deadlines)

    def portfolios(self) -> Iterator[Portfolio]:
        """Yield how many open cases there are, by owner and agency."""
        for row in streamed(self._database, _PORTFOLIOS):
            yield Portfolio(row.owner, row.agency, row.cases)

    def figures(self, recipient: str, first: date, last: date) -> list[Figures]:
        """Return what the digests of a recipient counted between two days, oldest first."""
        known = {"known_recipient": recipient, "first": first, "last": last}
        with reading(self._database) as connection:
            return [Figures(**row._mapping) for row in connection.execute(_FIGURES, known)]


def keep(connection: Connection, counted: Figures) -> None:
    """Keep what a digest counted, in place of what another of the same day did."""
    connection.execute(_keep(connection.dialect.name), asdict(counted))


@cache
def _keep(dialect: str) -> Any:
    statement = insert(dialect, digest_figure)
    counts = ("late", "due", "awaited", "open_files")
    return statement.on_conflict_do_update(
        index_elements=["recipient", "day"],
        set_={name: statement.excluded[name] for name in counts},
    )
