"""How a message is handed to a mail server, and what its answers mean. Never when, never what it says."""
