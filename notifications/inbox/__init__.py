"""Looks into the return mailbox for what is new, by IMAP. Never marks, moves or deletes a message there."""
