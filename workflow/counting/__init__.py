"""How a date is counted, read and told: ways of counting, readings, explanation. Never which case has it."""
