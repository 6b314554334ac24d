"""Lists of files, their filters, and work on several of them. Never a single file's page."""
