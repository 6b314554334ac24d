"""Lists as tables, and tables as files for a spreadsheet. Never draws on a screen, never opens the base."""
