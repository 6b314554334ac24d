"""Who is told, and how they want to be: choices, absences, who stands in for whom."""
