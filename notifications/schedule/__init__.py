"""When each deadline speaks, and where it stands. Never a message."""
