"""Working days and ways of adding them, territory by territory. Never a rule, a case or a clock."""
