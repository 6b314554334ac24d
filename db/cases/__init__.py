"""Cases, sessions, preferences and absences as rows, written and read whole. Never a mail."""
