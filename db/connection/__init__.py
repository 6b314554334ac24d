"""Opening a database, what it answers when it cannot be used, statements prepared once. Never a table."""
