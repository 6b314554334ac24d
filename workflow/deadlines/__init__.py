"""From the facts of a case to its dates: what is awaited, what proves it, plans. Never a change to a case."""
