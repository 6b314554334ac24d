"""What all that is drawn is made of: layout, typography, how pressing a date is. No file, no mail."""
