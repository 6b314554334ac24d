"""What a command shows, made from the values of the domain: terminal renderings and JSON shapes.

Pure: every value, and the present instant, is an argument. Nothing here opens, computes or writes.
"""
