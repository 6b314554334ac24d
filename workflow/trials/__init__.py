"""What the rules give without a case: dates from facts, worked examples. Never a store."""
