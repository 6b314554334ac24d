"""What a morning's digest holds, and in what order. Never its layout."""
