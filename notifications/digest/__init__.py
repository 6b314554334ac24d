"""What a person has to know each working morning, gathered and sent once."""
