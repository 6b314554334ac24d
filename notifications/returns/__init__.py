"""What comes back of the mails that left: read, then settled. Never a mailbox, never a guess."""
