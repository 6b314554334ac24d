"""Who is told, and what they are told from: choices, absences, loads, news, dates. Never a message."""
