"""One file that is there: its page, its suppositions. Never a list, nor a file to open."""
