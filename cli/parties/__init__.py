"""Organisations, clients and beneficiaries: a command beside its view. Never why somebody is eligible."""
