"""Values and ports of what is said: messages, preferences, names, policy. Never when or how."""
