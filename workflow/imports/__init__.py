"""What a table says of files: columns → facts, a row → what it tells of one file. Never a store."""
