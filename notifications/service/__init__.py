"""The service that beats: one round after another, and those who watch over it."""
