"""Commands about what is noted in a file line by line: papers, hours, contracts, money, each beside its view.

Never a step of the file, nor what it says of itself (`cli.case`).
"""
