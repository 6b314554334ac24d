"""Spreadsheets that people bring: bytes → values, each with its cell. Never a case, never a file on disk."""
