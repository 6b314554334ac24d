"""The only package that speaks SQL: connections, tables, stores, migrations. Never a rule or a mail."""
