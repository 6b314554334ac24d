"""What one types or chooses in: a date, a fact, a choice, a tick. Never what is done with it."""
