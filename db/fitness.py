"""Whether a base can be written: of this program's schema, and whole.

Asked by `db.engine` at the start of each act, and by `cli` before it relies on a base. Changes nothing.
"""

from __future__ import annotations

from typing import Any, Final

from sqlalchemy import Connection, Engine

from db.failures import CORRUPT, damaged, sentence
from db.revisions import HEAD, REVISIONS
from workflow.errors import OutOfReach

OLDER: Final = "{place} date d’une version précédente d’Échéancier : mettez-la à jour avec {init}."
NEWER: Final = (
    "{place} a été créée par une version plus récente d’Échéancier : mettez à jour le "
    "programme sur ce poste avant de l’ouvrir."
)
_VERSION: Final = "SELECT version_num FROM alembic_version"


def refuse_unfit(connection: Connection) -> None:
    """Refuse to go on with a base that another program has changed, or that was found damaged.

    Said to the driver itself: each act asks it.

    Raises:
        OutOfReach: with what to do.
    """
    refuse_damaged(connection.engine)
    driver: Any = connection.connection.dbapi_connection
    found = driver.execute(_VERSION).fetchone()
    revision = found[0] if found else None
    if revision != HEAD:
        template = OLDER if revision in REVISIONS else NEWER
        raise OutOfReach(sentence(template, connection.engine.url))


def refuse_damaged(engine: Engine) -> None:
    """Refuse to write into a base that was found damaged since it was opened.

    Raises:
        OutOfReach: with what to do.
    """
    if damaged(engine):
        raise OutOfReach(sentence(CORRUPT, engine.url))
