"""Values and ports that the other rooms share: messages, preferences, names, policy. Never when or how."""
