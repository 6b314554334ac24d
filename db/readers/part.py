"""What the parts of `db.mail.store` share: the database, what cannot be read, prepared statements.

Each operation stands in one part, whole; the store joins them.
"""

from __future__ import annotations

from db.cases.aside import Aside
from db.connection.engine import Database
from db.connection.prepared import PreparedStatements


class StorePart:
    """Some operations of one database.

    Args:
        database: on a schema that is current.
        aside: what cannot be read, shared by the stores of the database.
    """

    def __init__(self, database: Database, aside: Aside | None = None) -> None:
        self._database = database
        self._aside = aside or Aside()
        self._prepared = PreparedStatements()
