"""People, their load, their absences. Never a file's page."""
