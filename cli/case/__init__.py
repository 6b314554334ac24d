"""Commands about one file as a whole: opened, read, moved on, corrected, handed over, each beside its view.

Never what is noted in it line by line (`cli.ledger`), nor a list of people or mails.
"""
