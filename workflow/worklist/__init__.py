"""What a person sees of the open files: a line each, what comes first. Never a page, never a query."""
