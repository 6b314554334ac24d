"""The screen of groups and the forms that act on one; what a group is, or becomes, never."""
