"""Files kept with papers: known by their bytes, copied whole, found again; never a case or what they say."""
