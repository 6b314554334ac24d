"""Reading the files of `procedures/` and proving them. Never a rule of its own."""
