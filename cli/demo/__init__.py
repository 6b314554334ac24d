"""The sample agency, and making a database ready. Never real people."""
