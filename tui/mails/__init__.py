"""What was sent, waits or failed, and what one does about it. Never how a mail leaves."""
