"""Who is told, and who stands in. Never what."""
