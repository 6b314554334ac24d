"""What the rows of a table do to files: tried, written whole, taken back. Never how a table is read."""
