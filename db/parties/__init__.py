"""What stands around files: training organisations, clients, beneficiaries. Never a file, never a ground."""
