"""What is due, said, waiting and answered. Never a case's own columns."""
