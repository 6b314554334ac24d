"""Commands about papers, hours and contracts of a file, each beside its view.

Never a step of the file.
"""
