"""Months as grids of days, and how full each day is, for any screen. Never what a key does."""
