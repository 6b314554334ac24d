"""Asking, showing what it would do, confirming, saving. Never a list."""
