"""Everything joined together: the one place that knows the database. Never a rule or a layout."""
