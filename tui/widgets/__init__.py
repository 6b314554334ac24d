"""The pieces that several screens are made of; none of them asks the office anything."""
