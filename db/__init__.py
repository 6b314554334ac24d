"""The only package that speaks SQL: tables, engine, stores, migrations."""
