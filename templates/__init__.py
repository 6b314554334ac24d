"""Jinja2 templates, as package data: one triple (subject, text, HTML) for each kind of mail."""
