"""The terminal as a place: output, codes, failures, logs, the clock. Never a subject."""
