"""Cases, calendars and people, written and read whole. Never a reminder."""
