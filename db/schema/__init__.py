"""The tables, and the version a database is at. Never a row."""
