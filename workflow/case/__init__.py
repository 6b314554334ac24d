"""What a file is: facts, history, ledger, people. Never how it changes."""
