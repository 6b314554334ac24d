"""What is due, announced, waiting and sent, as rows. Never the facts of a case."""
