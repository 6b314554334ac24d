"""Colours, signs and themes: how urgent looks. Never a screen."""
