"""Whether a base can be written: of this program's schema, and whole.

Asked by `db.connection.engine` at the start of each act, and by `cli` before it relies on a base. Changes
nothing.
"""

from __future__ import annotations

from typing import Any, Final
from weakref import WeakSet

from sqlalchemy import Connection, Engine, Pool

from db.connection.failures import CORRUPT, damaged, mark_damaged, sentence
from db.migrations.revisions import HEAD, REVISIONS
from workflow.errors import OutOfReach

OLDER: Final = "{place} date d’une version précédente d’Échéancier : mettez-la à jour avec {init}."
NEWER: Final = (
    "{place} a été créée par une version plus récente d’Échéancier : mettez à jour le "
    "programme sur ce poste avant de l’ouvrir."
)
QUICK_CHECK: Final = "PRAGMA quick_check(1)"
WHOLE: Final = ("ok",)
_SOON_READ: Final = 8 * 1024 * 1024
"""Bytes of a file that is read whole in some milliseconds."""
_looked_through: WeakSet[Pool] = WeakSet()
"""Of files already looked through: an engine disposed of has another pool, and its file is looked at anew."""
_VERSION: Final = "SELECT version_num FROM alembic_version"


def refuse_unfit(connection: Connection) -> None:
    """Refuse to go on with a base that another program has changed, or that was found damaged.

    Said to the driver itself: each act asks it.

    Raises:
        OutOfReach: with what to do.
    """
    refuse_damaged(connection.engine)
    driver: Any = connection.connection.dbapi_connection
    if connection.dialect.name == "sqlite" and connection.engine.pool not in _looked_through:
        _look_through(connection.engine, driver)
    found = driver.execute(_VERSION).fetchone()
    revision = found[0] if found else None
    if revision != HEAD:
        template = OLDER if revision in REVISIONS else NEWER
        raise OutOfReach(sentence(template, connection.engine.url))


def _look_through(engine: Engine, driver: Any) -> None:
    """Look through a file before the first act on it; a large one is left to who has the time."""
    ((pages,),) = driver.execute("PRAGMA page_count").fetchall()
    ((size,),) = driver.execute("PRAGMA page_size").fetchall()
    if pages * size < _SOON_READ and driver.execute(QUICK_CHECK).fetchone() != WHOLE:
        mark_damaged(engine)
        refuse_damaged(engine)
    _looked_through.add(engine.pool)


def refuse_damaged(engine: Engine) -> None:
    """Refuse to write into a base that was found damaged since it was opened.

    Raises:
        OutOfReach: with what to do.
    """
    if damaged(engine):
        raise OutOfReach(sentence(CORRUPT, engine.url))
