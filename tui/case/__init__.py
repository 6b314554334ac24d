"""One file: its page, its opening, its suppositions. Never a list."""
