"""The import of a table, step by step: chosen, recognised, read again, saved; never what a row may become."""
