"""Deadlines as a calendar that any agenda can subscribe to."""
