"""What a rule file must satisfy beyond its form; every problem is found. Never how a file is read."""
