"""What a rule is once read: facts, procedure, checks, funding, seniority.

Never what a rule says, which is data.
"""
