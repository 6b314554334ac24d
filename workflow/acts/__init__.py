"""What an act does to a case: transitions, guards, outcome. Never a store or a clock."""
