"""Months and years, and what falls on each day. Never a form."""
