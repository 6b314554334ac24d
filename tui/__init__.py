"""The terminal interface staff live in all day, built with Textual.

Opened by `cli.wiring.tui`. Screens hold no rule: they ask the same use cases as the command line, through
one `tui.frame.office.Office`. Never knows the database or the configuration files.
"""
