"""A value as text and back: dates, facts, acts, journal. Never what a value means."""
