"""What the configuration says: found, read, checked. Never a password."""
