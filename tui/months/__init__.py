"""A month as a grid of days, and how full each is. Never a file."""
