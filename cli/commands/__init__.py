"""The commands, one module for each family; each function is what one command does.

Called by `cli.app`. A command reads what was typed, asks the service, and hands the answer to a view;
it holds no rule and catches no error.
"""
