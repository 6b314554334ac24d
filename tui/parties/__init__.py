"""Organisations, clients and beneficiaries: the list, one of them with its files, the forms. Never a file."""
