"""Runs the migrations on the connection that `db.schema.version` gives, inside its transaction.

Loaded by Alembic, never imported. SQL scripts to run by hand are not produced: a migration may read
the rows it changes.
"""

from __future__ import annotations

from alembic import context

context.configure(
    connection=context.config.attributes["connection"],
    # SQLite undoes DDL like anything else, once the driver is kept from committing by itself.
    transactional_ddl=True,
)
context.run_migrations()
