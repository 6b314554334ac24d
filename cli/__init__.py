"""The command `echeancier`: how it is asked, what it answers, and everything joined. Never a rule."""
