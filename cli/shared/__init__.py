"""What commands of several rooms draw or do alike. Never a command."""
