"""What a template prints, every sentence ready. Never a query."""
