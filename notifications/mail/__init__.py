"""How a message leaves: its bytes, the outbox relay, the ways out, what servers answer."""
