"""Sessions of SQLModel on the transactions of `db.connection.engine`, for every path that is not hot.

Used by the stores wherever a person waits for a handful of rows. What is read or written thousands of times
a minute (a case, a claim, a page of the list) says its SQL once and has it prepared instead: see
`db.connection.prepared`.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sqlmodel import Session

from db.connection.engine import Database, reading, writing


@contextmanager
def session_reading(database: Database) -> Iterator[Session]:
    """Lend a session that sees one state of the database; raises like `reading`."""
    with reading(database) as connection, Session(connection) as session:
        yield session


@contextmanager
def session_writing(database: Database) -> Iterator[Session]:
    """Lend a session whose transaction is committed at the end; raises like `writing`."""
    with writing(database) as connection, Session(connection, expire_on_commit=False) as session:
        yield session
        # Only what was added: the transaction is the caller's, and ends with it.
        session.commit()
