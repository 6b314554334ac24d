"""A file as both faces show it: first line, deadlines, journal, verdicts, outcome. Never its money."""
