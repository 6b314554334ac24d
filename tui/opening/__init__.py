"""A file to open: what is asked, its window and verdict, which funder it is. Never a file that is there."""
