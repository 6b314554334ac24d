"""What people ask for. Never how it is asked or shown, never where anything is kept."""
