"""The real stores, each on a database in memory: the schema is made once for each process, then copied."""

from __future__ import annotations

import json
import sqlite3
from functools import cache
from typing import Any

from sqlalchemy import Engine, StaticPool, create_engine
from sqlmodel import SQLModel

from db.cases.store import SqlCaseStore
from db.connection.sqlite_file import FileConnection
from db.migrations.revisions import HEAD
from tests.support.cases import MorningsBefore
from workflow.rulefiles.rulebook import Rulebook

_compact_json = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode
"""How the stores write JSON."""


def database() -> Engine:
    """Return a database in memory that threads share, with the current schema and nothing in it."""
    engine = _empty()
    connection: Any = engine.raw_connection().driver_connection
    _template().backup(connection)
    connection.execute("PRAGMA foreign_keys = ON")
    return engine


def _empty() -> Engine:
    driver = sqlite3.connect(
        ":memory:", isolation_level="IMMEDIATE", factory=FileConnection, check_same_thread=False
    )
    return create_engine(
        "sqlite://", creator=lambda: driver, poolclass=StaticPool, json_serializer=_compact_json
    )


@cache
def _template() -> Any:
    """Return the connection to a database with the current schema and nothing in it."""
    engine = _empty()
    with engine.begin() as connection:
        SQLModel.metadata.create_all(connection)
        connection.exec_driver_sql("CREATE TABLE alembic_version (version_num VARCHAR(32))")
        connection.exec_driver_sql(f"INSERT INTO alembic_version VALUES ('{HEAD}')")
    return engine.raw_connection().driver_connection


class MemoryCaseStore(SqlCaseStore):
    """The store of cases, on a database of its own.

    Args:
        rules: tell which cases are open.
    """

    def __init__(self, rules: Rulebook) -> None:
        self.engine = database()
        super().__init__(self.engine, MorningsBefore(), rules.is_final, numbers=rules.numbers)
