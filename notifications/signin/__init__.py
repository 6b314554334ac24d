"""Tokens that open the mailbox we write from: asked for, kept in memory, renewed. Never a message."""
