"""Commands about papers, hours, contracts and money of a file, each beside its view.

Never a step of the file.
"""
