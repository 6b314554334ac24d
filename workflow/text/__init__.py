"""French as text: numbers and days worded, letters folded, what cannot be seen shown.

Never a rule or a case.
"""
