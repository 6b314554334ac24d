"""What every screen stands in: keys, search, help, first and last line. Never a subject."""
