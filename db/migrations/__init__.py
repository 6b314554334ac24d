"""The versions of the schema, a revision a file, run by Alembic. Never what the program reads or writes."""
