"""What people ask for, and the ports it needs. Never how it is asked or shown."""
