"""The command `echeancier`: commands, settings, output, and the wiring of all the parts."""
