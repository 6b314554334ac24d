"""What is due, turned into messages once: the round, its mails, starting again after a stop."""
