"""Whether a file holds and what it is worth: checks, measures, money, portal sheet.

Never a date to act on.
"""
