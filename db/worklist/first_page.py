"""The first list, read by the database's driver alone: it is on the screen while SQLAlchemy still loads.

Called once by `cli.wiring.container` when the interface starts. Runs the same SQL as `db.worklist.pages`
(`db.worklist.sql`), on a connection of its own that is closed at once, in one transaction. Says
nothing of what goes wrong: it gives nothing then, and the stores, asked in their turn, say why.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from types import SimpleNamespace
from typing import Any, Final

from db.cases.aside import Aside
from db.connection.trust import VERIFIED, Trust
from db.migrations.revisions import HEAD
from db.worklist import sql
from db.worklist.row import LINE, awaited_of, pressing_line
from db.worklist.sql import Sql
from workflow.worklist.worklist import FirstPage, WorkDay, WorkGroup, WorkQuery, WorkRow

_SQLITE: Final = "sqlite:///"
_SECONDS: Final = 2
"""How long to wait for a server that does not answer, before the stores are asked."""

_Run = Callable[[Sql], Sequence[Sequence[Any]]]


def first_page(url: str, day: WorkDay, lines: int, trust: Trust = VERIFIED) -> FirstPage | None:
    """Return what the first screen shows of a database, None when it cannot be read at once.

    Args:
        url: as `db.connection.engine.open_engine` takes it.
        day: the reader's days.
        lines: how many lines of the list.
        trust: as `db.connection.engine.open_engine` takes it.
    """
    query = WorkQuery(day, limit=lines)
    try:
        with _connected(url, trust) as run:
            if run(sql.VERSION) != [(HEAD,)]:
                return None
            return FirstPage(_counts(run, query), _debtors(run, query), _rows(run, query))
    # Whatever it is, a server that is down or a file that is no database, the stores say it better.
    except Exception:  # noqa: BLE001
        return None


@contextmanager
def _connected(url: str, trust: Trust) -> Iterator[_Run]:
    """Lend what runs a statement, within one transaction that writes nothing."""
    if url.startswith(_SQLITE):
        name = url.removeprefix(_SQLITE)
        if "?" in name or name.startswith("file:"):
            raise ValueError
        place = f"{Path(name).absolute().as_uri()}?mode=rw"
        with closing(
            sqlite3.connect(place, _SECONDS, uri=True, isolation_level=None)
        ) as connection:
            connection.execute("BEGIN")
            yield lambda asked: connection.execute(*asked).fetchall()
        return
    # Needed by those alone who have a server.
    from psycopg import IsolationLevel  # noqa: PLC0415
    from psycopg.conninfo import conninfo_to_dict  # noqa: PLC0415

    from db.connection.postgresql import Patience, checked, connect  # noqa: PLC0415

    address, mark, options = url.replace("+psycopg", "", 1).partition("?")
    # A space, as the stores read it, and a plus sign to the driver.
    address += mark + options.replace("+", "%20")
    parameters = checked(conninfo_to_dict(address), trust)
    with connect({**parameters, "connect_timeout": _SECONDS}, Patience(_SECONDS, 0)) as server:
        server.read_only = True
        server.isolation_level = IsolationLevel.REPEATABLE_READ
        yield lambda asked: server.execute(asked.for_psycopg(), asked.values).fetchall()


def _counts(run: _Run, query: WorkQuery) -> Mapping[WorkGroup, int]:
    found = dict.fromkeys(WorkGroup, 0)
    for segment in sql.segments(query):
        found[segment.group] += sum(files for _, files in run(sql.days(query, segment)))
    return found


def _debtors(run: _Run, query: WorkQuery) -> Mapping[tuple[str, str | None], int]:
    return {(procedure, funder): files for procedure, funder, files in run(sql.debts(query))}


def _rows(run: _Run, query: WorkQuery) -> tuple[WorkRow, ...]:
    keys: list[int] = []
    for segment in sql.segments(query):
        if len(keys) < query.limit:
            some = sql.part(sql.ordered(query, segment), query.limit - len(keys))
            keys += [key for (key,) in run(some)]
    if not keys:
        return ()
    found = (dict(zip(LINE, row, strict=True)) for row in run(sql.lines(keys)))
    files = {row["id"]: SimpleNamespace(**row) for row in found}
    # What cannot be read is told by the stores, which read it in their turn.
    aside = Aside()
    awaited = awaited_of(run(sql.awaited(keys)), aside)
    return tuple(pressing_line(files[key], awaited.get(key, ()), query.day, aside) for key in keys)
