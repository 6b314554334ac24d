"""The commands on groups and how they answer; what a group is and what is done to it never."""
