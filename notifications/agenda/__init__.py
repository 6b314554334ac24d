"""Deadlines as a calendar file. Never a mail."""
