"""What the use cases need of the outside: where files, parties and imports are kept. Never how."""
