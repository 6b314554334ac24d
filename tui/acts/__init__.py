"""What each act asks and does, and what was typed for it, as values. Never a widget."""
