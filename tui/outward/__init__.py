"""What a file gives to people outside: values for a portal, letters. Never what the file itself becomes."""
