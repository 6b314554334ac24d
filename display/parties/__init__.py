"""Organisations, clients and beneficiaries as both faces show them. Never why somebody is eligible."""
